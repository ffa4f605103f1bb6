"""The part of LDAP that a sync of addresses needs (RFC 4511): octets and values, no socket."""
