"""The zone of the tests itself: what it answers must be what DNS would."""

from __future__ import annotations

import pytest

from gateway.net.dns import Answer, TemporaryFailure
from tests.support.zone import Zone, ZoneResolver

ZONE = """
; a comment
a.test  TXT "one " "two"
w.test CNAME a.test.
*.wild.test A 192.0.2.5
deep.below.test A 192.0.2.6
bad.test SERVFAIL TXT
bad.test A 192.0.2.7
loop.test CNAME loop.test.
"""


async def test_answers() -> None:
    resolver = ZoneResolver.of(ZONE)
    assert await resolver.lookup("A.test.", "TXT") == Answer(("one two",))
    assert await resolver.lookup("w.test", "TXT") == Answer(("one two",))
    assert await resolver.lookup("x.wild.test", "A") == Answer(("192.0.2.5",))
    assert await resolver.lookup("below.test", "A") == Answer((), exists=True)
    assert await resolver.lookup("nothing.test", "A") == Answer((), exists=False)
    assert await resolver.lookup("bad.test", "A") == Answer(("192.0.2.7",))
    assert (await resolver.lookup("loop.test", "A")).values == ()
    with pytest.raises(TemporaryFailure):
        await resolver.lookup("bad.test", "TXT")


def test_a_line_that_says_nothing_is_an_error() -> None:
    with pytest.raises(ValueError, match="without data"):
        Zone.of("a.test A")
