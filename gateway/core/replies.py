"""The replies the inbound edge gives by itself, by name, each with the RFC line it comes from.

Public texts only: general sentences that name no mechanism and echo nothing of what the client said.
"""

from __future__ import annotations

from typing import Final

from gateway.core.reply import Reply

# RFC 5321 §4.2.3 and RFC 3463 §3 for all that name no other source.
NOOP_OK: Final = Reply.of(250, "2.0.0", "Ok")
RESET: Final = Reply.of(250, "2.0.0", "Forgotten")
SENDER_OK: Final = Reply.of(250, "2.1.0", "Sender ok")
BYE: Final = Reply.of(221, "2.0.0", "Bye")
HELP: Final = Reply.of(214, "2.0.0", "This is a mail gateway; its postmaster helps")
# RFC 5321 §7.3: VRFY may always be answered so; EXPN need not exist.
CANNOT_VERIFY: Final = Reply.of(252, "2.5.0", "Cannot verify, but will take the message and try")
NOT_IMPLEMENTED: Final = Reply.of(502, "5.5.1", "Command not implemented")
GO_AHEAD: Final = Reply(354, "", ("End data with <CR><LF>.<CR><LF>",))
READY_FOR_TLS: Final = Reply.of(220, "2.0.0", "Ready to start TLS")

UNKNOWN_COMMAND: Final = Reply.of(500, "5.5.1", "Command not recognized")
BAD_LINE_END: Final = Reply.of(500, "5.5.2", "A command ends in CRLF and holds no other CR, LF or NUL")
LINE_TOO_LONG: Final = Reply.of(500, "5.5.2", "Command line too long")
NOT_ASCII: Final = Reply.of(500, "5.5.2", "Command is not printable ASCII")
NO_ARGUMENT: Final = Reply.of(501, "5.5.4", "This command takes no argument")
NEEDS_ARGUMENT: Final = Reply.of(501, "5.5.4", "Argument missing")
BAD_HELLO: Final = Reply.of(501, "5.5.4", "Argument must be a domain or an address literal")
MAIL_SYNTAX: Final = Reply.of(501, "5.5.4", "Syntax: MAIL FROM:<reverse-path> [parameters]")
RCPT_SYNTAX: Final = Reply.of(501, "5.5.4", "Syntax: RCPT TO:<forward-path> [parameters]")
BDAT_SYNTAX: Final = Reply.of(501, "5.5.4", "Syntax: BDAT size [LAST]")
# RFC 3463 §3.2: X.1.7 bad sender's, X.1.3 bad destination mailbox address syntax.
BAD_REVERSE_PATH: Final = Reply.of(501, "5.1.7", "Bad reverse-path syntax")
BAD_FORWARD_PATH: Final = Reply.of(501, "5.1.3", "Bad forward-path syntax")
# RFC 6531 §3.5.
NEEDS_SMTPUTF8: Final = Reply.of(553, "5.6.7", "A non-ASCII address needs SMTPUTF8")
BAD_PARAMETER: Final = Reply.of(501, "5.5.4", "Bad parameter value")
# RFC 5321 §4.1.1.11.
UNKNOWN_PARAMETER: Final = Reply.of(555, "5.5.4", "Parameter not recognized or not implemented")

HELLO_FIRST: Final = Reply.of(503, "5.5.1", "Send EHLO or HELO first")
NESTED_MAIL: Final = Reply.of(503, "5.5.1", "A transaction is open already")
MAIL_FIRST: Final = Reply.of(503, "5.5.1", "Send MAIL first")
# RFC 5321 §3.3: what DATA without one accepted recipient gets.
NO_VALID_RECIPIENTS: Final = Reply.of(554, "5.5.1", "No valid recipients")
# RFC 3030 §2: DATA and BDAT cannot be mixed in one transaction.
CHUNKING_BEGAN: Final = Reply.of(503, "5.5.1", "BDAT has begun; end it with LAST or send RSET")
TLS_ALREADY: Final = Reply.of(503, "5.5.1", "TLS is active already")
# RFC 3207 §4.
TLS_REQUIRED: Final = Reply.of(530, "5.7.0", "Must issue a STARTTLS command first")
# RFC 2920 §3.1: the client must wait for the answer to EHLO, HELO, DATA and the like.
OUT_OF_STEP: Final = Reply.of(554, "5.5.0", "SMTP protocol synchronization error")
SPOKE_EARLY: Final = Reply.of(554, "5.5.1", "SMTP protocol error: you spoke before the greeting")

TOO_MANY_RECIPIENTS: Final = Reply.of(452, "4.5.3", "Too many recipients; send the rest in another transaction")
TOO_MANY_ERRORS: Final = Reply.of(421, "4.7.0", "Too many errors")
TOO_MANY_UNKNOWN: Final = Reply.of(421, "4.7.0", "Too many refused recipients")
TOO_MANY_CONNECTIONS: Final = Reply.of(421, "4.7.0", "Too many connections, try again later")
TOO_OFTEN: Final = Reply.of(450, "4.7.1", "Too much in a short time, try again later")
TIMED_OUT: Final = Reply.of(421, "4.4.2", "Timed out")
TOO_SLOW: Final = Reply.of(421, "4.4.2", "Data arrives too slowly")
SHUTTING_DOWN: Final = Reply.of(421, "4.3.2", "Going down for a moment, try again")
# RFC 1870 §6.
TOO_LARGE: Final = Reply.of(552, "5.3.4", "Message too large")
NO_ROOM: Final = Reply.of(452, "4.3.1", "No room now, try again later")
# RFC 3463 §3.4: X.3.1 mail system full. Said at MAIL, before anybody sends a message in vain.
NO_DISK: Final = Reply.of(452, "4.3.1", "No room to keep a message, please try again later")
BAD_NEWLINES: Final = Reply.of(554, "5.6.0", "Bare CR, bare LF or NUL in the message")
BAD_MESSAGE: Final = Reply.of(554, "5.6.0", "The message header cannot be handled")
LOCAL_ERROR: Final = Reply.of(451, "4.3.0", "Local error, try again later")


def greeting(hostname: str) -> Reply:
    """The opening of RFC 5321 §3.1, without enhanced status code (RFC 2034 §4)."""
    return Reply(220, "", (f"{hostname} ESMTP",))


def hello(hostname: str, keywords: tuple[str, ...] = ()) -> Reply:
    """The answer to HELO, or to EHLO with its keywords (RFC 5321 §4.1.1.1)."""
    return Reply(250, "", (hostname, *keywords))


def chunk_taken(size_octets: int) -> Reply:
    """The answer to a BDAT that is not the last (RFC 3030 §2)."""
    return Reply.of(250, "2.0.0", f"{size_octets} octets received")
