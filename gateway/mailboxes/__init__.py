"""The place of IMAP boxes filtered in place: see README.md."""
