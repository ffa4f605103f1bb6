"""The local door: the control socket, its language, its server and a blocking client (D12)."""
