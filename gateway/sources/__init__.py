"""The place of POP3 and IMAP fetching: see README.md."""
