"""The inbound door: SMTP from other mail servers and from relay clients; the only importer of aiosmtpd."""
