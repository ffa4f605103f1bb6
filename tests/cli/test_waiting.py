"""What waits, in one line."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from gateway.cli.waiting import waiting_line
from gateway.control.workvalues import Waiting
from tests.support.control import NOON

TEXT = "12 wait for exchange.local: connection refused"
WAITING = Waiting("backend:exchange", "queued", 12, NOON, "connection refused", TEXT, NOON + timedelta(minutes=5))


def test_it_says_when_it_is_tried_again() -> None:
    local = (NOON + timedelta(minutes=5)).astimezone()
    assert waiting_line(WAITING, NOON) == f"{TEXT}, next try {local:%H:%M}"
    assert waiting_line(WAITING, NOON + timedelta(hours=1)) == f"{TEXT}, next try now"


def test_what_nobody_tries_has_no_next_try() -> None:
    assert waiting_line(replace(WAITING, next_attempt=None), NOON) == TEXT
