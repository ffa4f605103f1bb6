"""Short codes that name a message everywhere: `F7K2Q`, unlike any other for a year.

Knows no store: a code comes from the second it was made in, scrambled so that neighbours don't look alike.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable

from gateway.net.clock import Clock

# Crockford's base 32: no I, L, O or U, so that a code survives being read out on the telephone.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LENGTH = 5
_SPACE: int = 32**_LENGTH  # 33.5 million: at one message a second, more than a year
_AHEAD_MAXIMUM = _SPACE // 2  # a code that seems further ahead is one of half a year ago


class Codes:
    """Issues codes. `secret` is the installation's: it fixes the scrambling and signs codes."""

    def __init__(self, secret: bytes, clock: Clock) -> None:
        self._secret = secret
        self._clock = clock
        digest = hashlib.sha256(b"codes" + secret).digest()
        # Odd multiplier: a bijection modulo a power of two, so different seconds give different codes.
        self._multiplier = int.from_bytes(digest[:4], "big") | 1
        self._offset = int.from_bytes(digest[4:8], "big")
        self._last = 0

    def go_on_behind(self, issued: Iterable[str]) -> None:
        """Begin behind the furthest of these, which an earlier run made in bursts, ahead of the clock.

        What is no code of ours is passed over.
        """
        now = int(self._clock.now().timestamp())
        ahead = [(number - now) % _SPACE for code in issued if (number := self._number(code)) is not None]
        self._last = max([self._last, *(now + each for each in ahead if each < _AHEAD_MAXIMUM)])

    def new(self) -> str:
        """A code; a burst borrows from the seconds to come."""
        self._last = max(self._last + 1, int(self._clock.now().timestamp()))
        number = (self._last * self._multiplier + self._offset) % _SPACE
        return "".join(_ALPHABET[(number >> (5 * place)) & 31] for place in reversed(range(_LENGTH)))

    def _number(self, code: str) -> int | None:
        """The second, modulo the space, that makes this code."""
        if len(code) != _LENGTH or not set(code) <= set(_ALPHABET):
            return None
        number = 0
        for character in code:
            number = number * 32 + _ALPHABET.index(character)
        inverse = pow(self._multiplier, -1, _SPACE)
        return (number - self._offset) * inverse % _SPACE

    def token(self, code: str) -> str:
        """The HMAC that proves that we made this code: 16 hexadecimal digits (64 bits)."""
        return hmac.new(self._secret, code.encode("ascii"), hashlib.sha256).hexdigest()[:16]

    @property
    def marking_word(self) -> str:
        """The secret word of X-Poterne-Verdict: the mail server's rule looks for it (backends.md §4.2)."""
        return hashlib.sha256(b"marking" + self._secret).hexdigest()[:12]
