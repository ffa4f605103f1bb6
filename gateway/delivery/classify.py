"""What an ending means (D1): whose business it is, and whether the hop is well.

A 5yz is the sender's business only when it is about the recipient or the content; any other says
that the hop is sick. Pure; knows no connection.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeAlias

from gateway.core.dialogue.steps import Ending
from gateway.core.envelope import Recipient
from gateway.core.outcome import Outcome, Result, Stage
from gateway.core.reply import Reply

MAILBOX_FULL = "the mailbox is full"
RELAYING_DENIED = "the hop says that it does not take mail for this domain"
WAS_ACCEPTED = "the hop refuses an address that it took within the last seven days"
UNDIVIDED = "the hop refused the whole message, and no time was left to ask for each recipient"
# The hop was willing and we went no further: another recipient must wait, or it was only a question.
HELD_BACK = "held back, because another recipient of the message must wait"
NO_CONSENT = "the hop answered what has no meaning here"

_RELAYING = re.compile(r"\brelay", re.IGNORECASE)
# Exchange: 5.7.54 "Unable to relay recipient in non-accepted domain", 5.7.64 "TenantAttribution; Relay Access Denied".
_RELAYING_STATUS = ("5.7.54", "5.7.64")
# 530 (RFC 4954 §6: authentication required) is never about a message.
_NEVER_ABOUT_MAIL = 530


# What a 5yz at a stage means; the third argument says that the hop took this address within the last 7 days.
Refused: TypeAlias = Callable[[Stage, Reply, bool], tuple[Result, str]]


def refused_inside(stage: Stage, reply: Reply, lately_accepted: bool) -> tuple[Result, str]:
    """A refusal by the office's own server, which is right only about recipients and content (D1)."""
    if reply.code == _NEVER_ABOUT_MAIL or subject_of(reply) == "5":
        return Result.HOP_SICK, ""
    if stage is Stage.RCPT:
        return _refused_at_rcpt(reply, lately_accepted)
    if stage in (Stage.CONTENT, Stage.DOT):
        return _refused_content(reply)
    # To the command DATA nothing was seen of the content, and RCPT had been answered 250: only a mailbox may be full.
    if stage is Stage.DATA and reply.enhanced == "5.2.2":
        return Result.DEFERRED, MAILBOX_FULL
    # RFC 1870 §6.1: 552 to MAIL speaks of the SIZE that we declared, hence of the message.
    if stage is Stage.MAIL and (reply.enhanced == "5.3.4" or (reply.code == 552 and not reply.enhanced)):
        return Result.REFUSED_CONTENT, ""
    return Result.HOP_SICK, ""


def outcome_of(
    ending: Ending, recipient: Recipient, hop: str, *, lately_accepted: bool = False, refused: Refused = refused_inside
) -> Outcome:
    """The outcome for one recipient. `lately_accepted`: the hop took this address within the last 7 days."""
    result, detail = _judged(ending, lately_accepted, refused)
    return Outcome(recipient, result, ending.stage, hop, ending.reply, detail or ending.failure)


def may_be_split(endings: tuple[Ending, ...]) -> bool:
    """True when an SMTP hop refused the whole after the dot for what may be about one recipient only.

    5.1.x, 5.2.x or no enhanced status code (Exchange's front end: one unknown address refuses all).
    """
    at_dot = [ending.reply for ending in endings if ending.stage is Stage.DOT]
    reply = at_dot[0] if len(at_dot) > 1 else None
    return reply is not None and reply.is_permanent and subject_of(reply) in ("", "1", "2")


def _judged(ending: Ending, lately_accepted: bool, refused: Refused) -> tuple[Result, str]:
    reply = ending.reply
    if ending.is_ours and reply is not None:
        return (Result.REFUSED_RECIPIENT if ending.stage is Stage.RCPT else Result.REFUSED_CONTENT), ""
    if ending.failure or reply is None:
        return _broken(ending), ""
    if reply.is_positive:
        return _positive(ending.stage, reply)
    if reply.is_transient:
        return Result.DEFERRED, ""
    return refused(ending.stage, reply, lately_accepted)


def _broken(ending: Ending) -> Result:
    if ending.stage is Stage.DOT:
        return Result.IN_DOUBT
    # A handshake or login that must succeed and doesn't is no outage: somebody changed something, or somebody listens.
    return Result.HOP_SICK if ending.stage in (Stage.STARTTLS, Stage.AUTH) else Result.HOP_AWAY


def _positive(stage: Stage, reply: Reply) -> tuple[Result, str]:
    """RFC 5321 §4.2.1: the first digit decides, and 3yz completes nothing."""
    if stage is Stage.DOT and reply.code < 300:
        return Result.DELIVERED, ""
    if stage in (Stage.MAIL, Stage.RCPT) and reply.code < 300:
        return Result.DEFERRED, HELD_BACK
    return Result.HOP_SICK, NO_CONSENT


def _refused_at_rcpt(reply: Reply, lately_accepted: bool) -> tuple[Result, str]:
    """5.1.x, 5.2.1 or 550/551/553 without enhanced status code are about the recipient."""
    subject = subject_of(reply)
    if reply.enhanced in _RELAYING_STATUS or (subject in ("", "7") and says_relaying(reply)):
        return Result.HOP_SICK, RELAYING_DENIED
    if subject == "7":
        return (Result.HOP_SICK, WAS_ACCEPTED) if lately_accepted else (Result.REFUSED_RECIPIENT, "")
    # RFC 5321 §4.5.3.1.10: a 552 to RCPT is to be read as 452.
    if reply.enhanced == "5.2.2" or (reply.code == 552 and not subject):
        return Result.DEFERRED, MAILBOX_FULL
    is_about_it = subject in ("1", "2") or reply.enhanced == "5.6.7" or (not subject and reply.code in (550, 551, 553))
    return (Result.REFUSED_RECIPIENT if is_about_it else Result.HOP_SICK), ""


def _refused_content(reply: Reply) -> tuple[Result, str]:
    """Once content went, 5.3.4, 5.6.x and 5.7.x are about the content; 5.1.x and 5.2.x about the one recipient left."""
    subject = subject_of(reply)
    if reply.enhanced == "5.3.4" or subject in ("6", "7"):
        return Result.REFUSED_CONTENT, ""
    if reply.enhanced == "5.2.2":
        return Result.DEFERRED, MAILBOX_FULL
    if subject in ("1", "2"):
        return Result.REFUSED_RECIPIENT, ""
    if subject:
        return Result.HOP_SICK, ""
    return (Result.REFUSED_RECIPIENT if reply.code in (550, 551, 553) else Result.REFUSED_CONTENT), ""


def says_relaying(reply: Reply) -> bool:
    """True when the text speaks of relaying: then it is about who we are."""
    return _RELAYING.search(reply.text) is not None


def subject_of(reply: Reply) -> str:
    """The subject of an enhanced status code (RFC 3463 §2): "1" address, "2" mailbox …, "" without one."""
    return reply.enhanced.split(".")[1] if reply.enhanced else ""
