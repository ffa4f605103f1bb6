"""From the greeting to a session that takes mail: EHLO or LHLO, HELO where it must be, STARTTLS where it shall be.

Knows nothing of certificates: who carries out the handshake judges them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from gateway.core.dialogue.authentication import Login, authenticate
from gateway.core.dialogue.capabilities import NO_CAPABILITIES, Capabilities, announced
from gateway.core.dialogue.steps import Answer, Ending, Say, Script, StartTls
from gateway.core.outcome import Stage

Protocol = Literal["smtp", "lmtp"]
StartTlsUse = Literal["never", "if-offered", "required"]

OURSELVES = "the hop greets by our own name: it is this gateway"
# "Command not recognized" in its three spellings (RFC 5321 §3.2); any other refusal of EHLO is one of us.
_NO_EHLO = (500, 502, 504)


@dataclass(frozen=True, slots=True)
class Opened:
    """A session ready for MAIL (`ending` is None), or how far it came.

    `is_tls_at_fault` is True when it broke by STARTTLS: without it the same hop may work.
    `is_ourselves`: the hop greeted by our own name.
    """

    capabilities: Capabilities = NO_CAPABILITIES
    ending: Ending | None = None
    is_encrypted: bool = False
    is_tls_at_fault: bool = False
    is_ourselves: bool = False


@dataclass(frozen=True, slots=True)
class Manner:
    """How to open a session. `hostname` is ours, for EHLO; `is_encrypted`: the handshake came before the greeting.

    `knows_itself`: a hop that greets by our own name is ourselves, and nothing is said to it.
    """

    protocol: Protocol
    hostname: str
    starttls: StartTlsUse
    is_encrypted: bool = False
    login: Login | None = None
    knows_itself: bool = False


def open_session(manner: Manner) -> Script[Opened]:
    """Greet and be greeted, encrypt, log in: whatever the manner asks for."""
    greeting = ending_of(Stage.GREETING, (yield Say(Stage.GREETING, b"")))
    if not greeting.is_positive:
        return Opened(ending=greeting)
    if manner.knows_itself and _names(greeting, manner.hostname):
        return Opened(ending=Ending(Stage.GREETING, None, OURSELVES), is_ourselves=True)
    opened = yield from _greeted(manner)
    if opened.ending is not None or manner.login is None:
        return opened
    ending = yield from authenticate(manner.login, opened.capabilities, is_encrypted=opened.is_encrypted)
    return opened if ending is None else replace(opened, ending=ending)


def _greeted(manner: Manner) -> Script[Opened]:
    """EHLO and, where it shall be, STARTTLS."""
    protocol, hostname, starttls = manner.protocol, manner.hostname, manner.starttls
    plain = yield from _hello(protocol, hostname)
    if manner.is_encrypted:
        return replace(plain, is_encrypted=True)
    if plain.ending is not None or starttls == "never":
        return plain
    if not plain.capabilities.has("STARTTLS"):
        return plain if starttls == "if-offered" else _refused(Ending(Stage.STARTTLS, None, "STARTTLS is not offered"))
    return (yield from _encrypted(protocol, hostname, starttls, plain))


def ending_of(stage: Stage, answer: Answer) -> Ending:
    """The ending that one awaited reply means."""
    return Ending(stage, answer.replies[-1] if answer.replies else None, answer.failure)


def _hello(protocol: Protocol, hostname: str) -> Script[Opened]:
    """EHLO, and HELO for a server that knows no EHLO (RFC 5321 §3.2); LMTP has LHLO only (RFC 2033 §4.1)."""
    verb = "LHLO" if protocol == "lmtp" else "EHLO"
    ending = ending_of(Stage.EHLO, (yield Say(Stage.EHLO, f"{verb} {hostname}\r\n".encode("ascii"))))
    if ending.is_positive and ending.reply is not None:
        return Opened(announced(ending.reply))
    if protocol == "lmtp" or ending.reply is None or ending.reply.code not in _NO_EHLO:
        return Opened(ending=ending)
    ending = ending_of(Stage.EHLO, (yield Say(Stage.EHLO, f"HELO {hostname}\r\n".encode("ascii"))))
    return Opened() if ending.is_positive else Opened(ending=ending)


def _encrypted(protocol: Protocol, hostname: str, starttls: StartTlsUse, plain: Opened) -> Script[Opened]:
    """STARTTLS, the handshake, and EHLO anew: what was announced in clear is forgotten (RFC 3207 §4.2)."""
    ending = ending_of(Stage.STARTTLS, (yield Say(Stage.STARTTLS, b"STARTTLS\r\n")))
    if not ending.is_positive:
        may_go_on = starttls == "if-offered" and ending.reply is not None and ending.reply.code != 421
        return plain if may_go_on and not ending.failure else _refused(ending)
    handshake = yield StartTls()
    if handshake.failure:
        return _refused(Ending(Stage.STARTTLS, None, handshake.failure))
    again = yield from _hello(protocol, hostname)
    return Opened(again.capabilities, again.ending, is_encrypted=True)


def _names(greeting: Ending, hostname: str) -> bool:
    """RFC 5321 §4.2: the first word of the greeting is the name of the server."""
    words = greeting.reply.text.split() if greeting.reply else []
    return bool(words) and words[0].lower().rstrip(".") == hostname.lower()


def _refused(ending: Ending) -> Opened:
    return Opened(ending=ending, is_tls_at_fault=True)
