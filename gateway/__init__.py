"""Poterne's daemon and command: an SMTP filtering relay for a small office."""
