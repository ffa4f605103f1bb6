"""The outside world behind small protocols: clock, DNS, connections, TLS, the scanner."""
