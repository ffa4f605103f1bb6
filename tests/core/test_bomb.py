"""What no scanner is shown: thousands of parts, counted or, where counting failed, possible."""

from __future__ import annotations

import pytest

from gateway.core.bomb import SCANNED_PARTS_MAXIMUM, is_bomb
from gateway.core.finding import AttachmentFinding
from gateway.core.message import Message

HYPHENS = Message.of(b"Subject: a dump\r\n\r\n" + b"-- a comment of SQL\r\n" * 5_000)
PLAIN = Message.of(b"Subject: x\r\n\r\nx\r\n")


@pytest.mark.parametrize(("parts", "is_one"), [(1, False), (SCANNED_PARTS_MAXIMUM, False), (1_001, True)])
def test_what_was_counted_decides_whatever_the_lines_look_like(parts: int, is_one: bool) -> None:
    assert is_bomb(HYPHENS, AttachmentFinding((), "clean", parts=parts)) is is_one


def test_where_nobody_could_count_lines_that_may_be_delimiters_count() -> None:
    failed = AttachmentFinding((), "unscannable", detail="no answer within 15 s")
    assert is_bomb(HYPHENS, failed)
    assert is_bomb(HYPHENS, None)
    assert not is_bomb(PLAIN, failed)
    assert not is_bomb(PLAIN, None)
