"""One message in one session: MAIL, RCPT, DATA, content, dot; one Ending per recipient.

SMTP and LMTP differ only in the number of replies after the dot (RFC 2033 §4.2). DATA is not
pipelined: it costs one round trip in the office's own network, and nothing but the final dot can
then ever follow a refused command.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from gateway.core.dialogue import commands
from gateway.core.dialogue.capabilities import Capabilities
from gateway.core.dialogue.opening import Protocol, ending_of
from gateway.core.dialogue.steps import Answer, Ending, Say, Script, SendContent
from gateway.core.envelope import Envelope, Recipient
from gateway.core.outcome import Stage
from gateway.core.reply import Reply

UTF8_RECIPIENT = Reply.of(553, "5.6.7", "The next mail server takes no internationalised addresses")
UTF8_MESSAGE = Reply.of(554, "5.6.7", "The next mail server takes no internationalised messages")
TOO_LARGE = Reply.of(552, "5.3.4", "The message is too large for the next mail server")
UNSAFE = Reply.of(554, "5.6.0", "The message holds a bare CR, a bare LF or a NUL")


@dataclass(frozen=True, slots=True)
class Errand:
    """What the script needs to know of a message; the octets themselves never pass through it.

    `size_octets` counts what goes out, before dot-stuffing (RFC 1870 §5). `header_is_ascii` is False
    when header fields need SMTPUTF8.
    """

    envelope: Envelope
    size_octets: int
    header_is_ascii: bool = True

    @property
    def needs_smtputf8(self) -> bool:
        """True when something other than a recipient cannot be said without SMTPUTF8."""
        utf8_header = self.envelope.smtputf8 and not self.header_is_ascii
        return utf8_header or commands.needs_smtputf8(self.envelope.reverse_path.mailbox)


@dataclass(frozen=True, slots=True)
class Transacted:
    """One ending per recipient, in order; and whether the session takes another transaction."""

    endings: tuple[Ending, ...]
    is_reusable: bool


# Says, from the endings of all RCPTs, whether the transaction shall go on to DATA.
MayGoOn = Callable[[tuple[Ending, ...]], bool]


def anyone_accepted(endings: tuple[Ending, ...]) -> bool:
    """Go on when there is at least one recipient to deliver to."""
    return any(ending.is_positive for ending in endings)


def transact(
    errand: Errand, capabilities: Capabilities, protocol: Protocol, may_go_on: MayGoOn = anyone_accepted
) -> Script[Transacted]:
    """Hand over one message. Never raises for what the hop says."""
    recipients = errand.envelope.recipients
    ours = refused_by_us(errand, capabilities)
    asked = tuple(each for each, ending in zip(recipients, ours, strict=True) if ending is None)
    if not asked:
        return Transacted(_merged(ours, ()), is_reusable=True)
    smtputf8 = _smtputf8(errand, asked, capabilities)
    mail = commands.mail(errand.envelope, capabilities, errand.size_octets, smtputf8=smtputf8)
    endings = yield from _ask(mail, asked, capabilities)
    merged = _merged(ours, endings)
    if not anyone_accepted(endings) or not may_go_on(merged):
        return Transacted(merged, (yield from _reset(endings)))
    data = ending_of(Stage.DATA, (yield Say(Stage.DATA, commands.DATA)))
    # RFC 5321 §4.2.1: only 3yz asks for content; a 2yz to DATA is no consent.
    if data.failure or data.reply is None or data.reply.code // 100 != 3:
        endings = tuple(data if ending.is_positive else ending for ending in endings)
        return Transacted(_merged(ours, endings), (yield from _reset((*endings, data))))
    endings, is_reusable = yield from _hand_over(endings, ours, protocol)
    return Transacted(_merged(ours, endings), is_reusable)


def question(recipient: Recipient, capabilities: Capabilities) -> Script[Transacted]:
    """Would the hop take mail for this recipient? MAIL, RCPT, RSET, never DATA."""
    if commands.needs_smtputf8(recipient.forward_path.mailbox) and not capabilities.has("SMTPUTF8"):
        return Transacted((Ending(Stage.RCPT, UTF8_RECIPIENT, is_ours=True),), is_reusable=True)
    utf8 = commands.needs_smtputf8(recipient.forward_path.mailbox)
    mail = commands.PROBE_MAIL if not utf8 else commands.PROBE_MAIL.replace(b"\r\n", b" SMTPUTF8\r\n")
    # DSN parameters belong to a message; a question has none.
    endings = yield from _ask(mail, (Recipient(recipient.forward_path),), capabilities)
    return Transacted(endings, (yield from _reset(endings)))


def knock() -> Script[Transacted]:
    """Does the hop take mail at all? MAIL with the null reverse-path, then RSET: back pressure shows at MAIL."""
    ending = ending_of(Stage.MAIL, (yield Say(Stage.MAIL, commands.PROBE_MAIL)))
    is_reusable = yield from _reset((ending,))
    return Transacted((ending,), is_reusable)


def refused_by_us(errand: Errand, capabilities: Capabilities) -> tuple[Ending | None, ...]:
    """For each recipient the refusal we make ourselves, because this hop announced that it can't (D6), or None."""
    recipients = errand.envelope.recipients
    limit = capabilities.size_octets
    if limit is not None and errand.size_octets > limit:
        # RFC 1870 §6.1: the hop would refuse MAIL with 552 for the size, not for the sender.
        return (Ending(Stage.MAIL, TOO_LARGE, is_ours=True),) * len(recipients)
    if capabilities.has("SMTPUTF8"):
        return (None,) * len(recipients)
    if errand.needs_smtputf8:
        return (Ending(Stage.MAIL, UTF8_MESSAGE, is_ours=True),) * len(recipients)
    return tuple(
        Ending(Stage.RCPT, UTF8_RECIPIENT, is_ours=True) if commands.needs_smtputf8(each.forward_path.mailbox) else None
        for each in recipients
    )


def _smtputf8(errand: Errand, asked: tuple[Recipient, ...], capabilities: Capabilities) -> bool:
    """ASCII messages go on without the parameter (D6), so that the hop behind the hop need not have it."""
    needed = errand.needs_smtputf8 or any(commands.needs_smtputf8(each.forward_path.mailbox) for each in asked)
    return needed and capabilities.has("SMTPUTF8")


def _ask(mail: bytes, recipients: tuple[Recipient, ...], capabilities: Capabilities) -> Script[tuple[Ending, ...]]:
    """MAIL and each RCPT, in one go where the hop takes that (RFC 2920)."""
    lines = tuple(commands.rcpt(each, capabilities) for each in recipients)
    if capabilities.has("PIPELINING"):
        answer = yield Say(Stage.RCPT, mail + b"".join(lines), 1 + len(lines))
        return _pipelined(answer, len(lines))
    first = ending_of(Stage.MAIL, (yield Say(Stage.MAIL, mail)))
    if not first.is_positive:
        return (first,) * len(lines)
    endings: list[Ending] = []
    for line in lines:
        if endings and _is_over(endings[-1]):
            endings.append(endings[-1])
            continue
        endings.append(ending_of(Stage.RCPT, (yield Say(Stage.RCPT, line))))
    return tuple(endings)


def _pipelined(answer: Answer, count: int) -> tuple[Ending, ...]:
    """Share the replies out. Those that never came end by the failure, or by the 421 that announced it."""
    if not answer.replies or answer.replies[0].code // 100 != 2:
        reply = answer.replies[0] if answer.replies else None
        return (Ending(Stage.MAIL, reply, "" if reply else answer.failure),) * count
    endings = [Ending(Stage.RCPT, reply) for reply in answer.replies[1:]]
    goodbye = next((ending for ending in endings if _is_over(ending)), None)
    missing = goodbye or Ending(Stage.RCPT, None, answer.failure)
    endings += [missing] * (count - len(endings))
    # What was accepted before the connection broke is accepted no longer.
    if answer.failure:
        endings = [missing if ending.is_positive else ending for ending in endings]
    return tuple(endings)


def _hand_over(
    endings: tuple[Ending, ...], ours: tuple[Ending | None, ...], protocol: Protocol
) -> Script[tuple[tuple[Ending, ...], bool]]:
    """Content and dot. From the dot on there is doubt until the replies come (D1, RFC 1047)."""
    sent = yield SendContent(commands.FINAL_DOT)
    if sent.failure:
        return _all_accepted(endings, _broken(sent)), False
    doubtful = _all_accepted(endings, Ending(Stage.DOT, None, "no answer to the final dot"))
    wanted = sum(ending.is_positive for ending in endings) if protocol == "lmtp" else 1
    answer = yield Say(Stage.DOT, b"", wanted, _merged(ours, doubtful))
    replies = list(answer.replies)
    if protocol == "smtp":
        replies *= sum(ending.is_positive for ending in endings)
    settled = _settled(endings, replies, answer.failure)
    is_reusable = not answer.failure and not any(_is_over(ending) for ending in settled)
    return settled, is_reusable


def _settled(endings: tuple[Ending, ...], replies: list[Reply], failure: str) -> tuple[Ending, ...]:
    """Give each accepted recipient its reply, in the order of the RCPTs (RFC 2033 §4.2)."""
    answers = iter(replies)
    settled: list[Ending] = []
    for ending in endings:
        if not ending.is_positive:
            settled.append(ending)
            continue
        reply = next(answers, None)
        settled.append(Ending(Stage.DOT, reply, "" if reply else failure))
    return tuple(settled)


def _broken(sent: Answer) -> Ending:
    """How it ended before the dot: no copy can have been taken."""
    if sent.is_unsafe:
        return Ending(Stage.CONTENT, UNSAFE, is_ours=True)
    reply = sent.replies[0] if sent.replies else None
    # A 4yz or 5yz that comes early is an answer; a 2yz before the dot is nonsense.
    is_answer = reply is not None and reply.code >= 400
    return Ending(Stage.CONTENT, reply, "" if is_answer else sent.failure)


def _all_accepted(endings: tuple[Ending, ...], instead: Ending) -> tuple[Ending, ...]:
    return tuple(instead if ending.is_positive else ending for ending in endings)


def _merged(ours: tuple[Ending | None, ...], asked: tuple[Ending, ...]) -> tuple[Ending, ...]:
    """Our own refusals and the hop's endings in the order of the recipients."""
    rest = iter(asked)
    return tuple(ending if ending is not None else next(rest) for ending in ours)


def _is_over(ending: Ending) -> bool:
    """True when this session takes nothing more: it broke, or the hop said 421 (RFC 5321 §3.8)."""
    return bool(ending.failure) or (ending.reply is not None and ending.reply.code == 421)


def _reset(endings: tuple[Ending, ...]) -> Script[bool]:
    """RSET, so that the session can be used again; False when it can't."""
    if any(_is_over(ending) for ending in endings):
        return False
    answer = yield Say(Stage.RCPT, commands.RSET)
    reset = ending_of(Stage.RCPT, answer)
    return reset.is_positive and not _is_over(reset)
