"""The machine around the gateway: systemd, inherited sockets, folders, secrets, the journal."""
