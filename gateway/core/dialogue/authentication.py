"""AUTH PLAIN and LOGIN (RFC 4954): the password is said within TLS or not at all.

Knows one login; who may be told it was decided by whoever made the session.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from typing import Final, Literal

from gateway.core.dialogue.capabilities import Capabilities
from gateway.core.dialogue.steps import Answer, Ending, Say, Script
from gateway.core.outcome import Stage

IN_CLEAR: Final = "the connection is not encrypted, so the password was not sent"


@dataclass(frozen=True, slots=True)
class Login:
    """Who we are to this hop. Neither name nor password holds a NUL (RFC 4616 §2)."""

    mechanism: Literal["plain", "login"]
    user: str
    password: bytes = field(repr=False)


def authenticate(login: Login, capabilities: Capabilities, *, is_encrypted: bool) -> Script[Ending | None]:
    """Log in; None when the hop took it, else how it ended. Nothing of the password is in an ending."""
    if not is_encrypted:
        return Ending(Stage.AUTH, None, IN_CLEAR)
    if login.mechanism.upper() not in capabilities.mechanisms:
        offered = " ".join(sorted(capabilities.mechanisms)) or "no login at all"
        return Ending(Stage.AUTH, None, f"the hop does not offer AUTH {login.mechanism.upper()}, but {offered}")
    last = yield from (_plain(login) if login.mechanism == "plain" else _login(login))
    reply = last.replies[-1] if last.replies else None
    # RFC 4954 §4: 235 is success; a 334 now would ask for more than these mechanisms have.
    if not last.failure and reply is not None and reply.code == 235:
        return None
    if reply is not None and reply.code < 400:
        return Ending(Stage.AUTH, None, f"the hop answered {reply.code} to the password")
    return Ending(Stage.AUTH, reply, last.failure)


def _plain(login: Login) -> Script[Answer]:
    """RFC 4616: one response, sent with the command (RFC 4954 §4), whose line has room for 12,288 octets."""
    response = _base64(b"\0" + login.user.encode("utf-8") + b"\0" + login.password)
    return (yield Say(Stage.AUTH, b"AUTH PLAIN " + response + b"\r\n"))


def _login(login: Login) -> Script[Answer]:
    """The old mechanism of two questions; what they say does not matter."""
    answer = yield Say(Stage.AUTH, b"AUTH LOGIN\r\n")
    for value in (login.user.encode("utf-8"), login.password):
        if answer.failure or answer.replies[-1].code != 334:
            return answer
        answer = yield Say(Stage.AUTH, _base64(value) + b"\r\n")
    return answer


def _base64(octets: bytes) -> bytes:
    return base64.b64encode(octets)
