"""From the greeting to a session that takes mail: EHLO or LHLO, HELO where it must be, STARTTLS where it shall be.

Knows nothing of certificates: who carries out the handshake judges them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from gateway.core.dialogue.capabilities import NO_CAPABILITIES, Capabilities, announced
from gateway.core.dialogue.steps import Answer, Ending, Say, Script, StartTls
from gateway.core.outcome import Stage

Protocol = Literal["smtp", "lmtp"]
StartTlsUse = Literal["never", "if-offered", "required"]

# "Command not recognized" in its three spellings (RFC 5321 §3.2); any other refusal of EHLO is one of us.
_NO_EHLO = (500, 502, 504)


@dataclass(frozen=True, slots=True)
class Opened:
    """A session ready for MAIL (`ending` is None), or how far it came.

    `is_tls_at_fault` is True when it broke by STARTTLS: without it the same hop may work.
    """

    capabilities: Capabilities = NO_CAPABILITIES
    ending: Ending | None = None
    is_encrypted: bool = False
    is_tls_at_fault: bool = False


def open_session(protocol: Protocol, hostname: str, starttls: StartTlsUse) -> Script[Opened]:
    """Greet and be greeted. `hostname` is ours, for EHLO."""
    greeting = ending_of(Stage.GREETING, (yield Say(Stage.GREETING, b"")))
    if not greeting.is_positive:
        return Opened(ending=greeting)
    plain = yield from _hello(protocol, hostname)
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


def _refused(ending: Ending) -> Opened:
    return Opened(ending=ending, is_tls_at_fault=True)
