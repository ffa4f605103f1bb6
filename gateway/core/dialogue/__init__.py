"""The client side of SMTP and LMTP as scripts without I/O: what to say next, given what was answered."""
