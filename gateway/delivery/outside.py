"""What a 5yz means when it comes from beyond the office: mostly that the sender must be told (RFC 5321 §4.2.1).

Our own server is held to D1 in `classify`; a stranger's server is right about what it refuses, and the
provider's about everything but our being its customer. Pure.
"""

from __future__ import annotations

from gateway.core.outcome import Result, Stage
from gateway.core.reply import Reply
from gateway.delivery.classify import says_relaying, subject_of

NOT_OUR_PROVIDER = "the smart host does not take our mail: see its login and which senders it allows"
TOO_MANY = "the hop takes no more recipients at once"

# What comes before any message is about us or the hop, never about a message.
_BEFORE_MAIL = (Stage.CONNECT, Stage.GREETING, Stage.EHLO, Stage.STARTTLS, Stage.AUTH)
# RFC 4954 §6 and RFC 3207 §4: to be logged in or encrypted first.
_LOGIN_FIRST = (530, 534, 535, 538)


def refused_by_mx(stage: Stage, reply: Reply, lately_accepted: bool = False) -> tuple[Result, str]:
    """A refusal by the server of a domain that is not ours. Another of its hosts, or a later day, may do better."""
    if stage in _BEFORE_MAIL or reply.code in _LOGIN_FIRST:
        return Result.HOP_SICK, ""
    if stage is not Stage.RCPT:
        return Result.REFUSED_CONTENT, ""
    # RFC 5321 §4.5.3.1.10: a bare 552 to RCPT is to be read as 452.
    if reply.code == 552 and not reply.enhanced:
        return Result.DEFERRED, TOO_MANY
    return Result.REFUSED_RECIPIENT, ""


def refused_by_smart_host(stage: Stage, reply: Reply, lately_accepted: bool = False) -> tuple[Result, str]:
    """A refusal by the provider: one of us (no login, no relaying) would else bounce the whole office's mail."""
    is_about_us = subject_of(reply) in ("", "7") and says_relaying(reply)
    if is_about_us or (subject_of(reply) == "5" and stage is Stage.MAIL):
        return Result.HOP_SICK, NOT_OUR_PROVIDER
    return refused_by_mx(stage, reply)
