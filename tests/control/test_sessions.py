"""Who has the interface open, and how many may."""

from __future__ import annotations

import asyncio
import json
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

from gateway.control.protocol import FULL_HOUSE
from gateway.control.sessions import SESSIONS_MAXIMUM, Sessions
from gateway.control.workvalues import SessionView
from tests.support.control import NOON, FakeDesk, fake_gateway


def ask(method: str, **params: object) -> bytes:
    return json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}).encode() + b"\n"


def test_a_user_is_told_once_with_how_often_and_since_when() -> None:
    times = iter(NOON + timedelta(minutes=each) for each in range(9))
    sessions = Sessions(lambda: next(times))
    with sessions.open("anna"), sessions.open("claire"), sessions.open("anna"):
        assert sessions.views("anna") == (
            SessionView("anna", 2, NOON, True),
            SessionView("claire", 1, NOON + timedelta(minutes=1)),
        )
        assert not sessions.is_full
    assert sessions.views("anna") == ()


def test_no_fifth_begins_and_he_is_told_who_is_there() -> None:
    sessions = Sessions(lambda: NOON)
    with ExitStack() as all_of_them:
        for user in ("anna", "claire", "anna", "anna"):
            all_of_them.enter_context(sessions.open(user))
        assert sessions.is_full
        assert "open 4 times already, and no more is possible: anna (3), claire." in sessions.refusal("en")
        assert "déjà ouverte 4 fois" in sessions.refusal("fr")
    assert not sessions.is_full


async def test_interfaces_are_told_in_the_state_and_refused_when_there_are_too_many(tmp_path: Path) -> None:
    async with fake_gateway(tmp_path, FakeDesk()) as gateway:

        async def connected(line: bytes) -> tuple[dict[str, Any], asyncio.StreamWriter]:
            reader, writer = await asyncio.open_unix_connection(str(gateway.path))
            writer.write(line)
            return json.loads(await reader.readline()), writer

        wanted = ask("events.subscribe", as_interface=True, topics=["lane"])
        writers = [(await connected(wanted))[1] for _ in range(SESSIONS_MAXIMUM)]
        state, writer = await connected(ask("status"))
        (told,) = state["result"]["sessions"]
        assert (told["count"], told["is_you"]) == (SESSIONS_MAXIMUM, True)
        fifth, other = await connected(wanted)
        assert fifth["error"]["code"] == FULL_HOUSE
        tail, third = await connected(ask("events.subscribe", topics=["lane"]))
        assert "result" in tail  # a command that follows the mail is no interface
        for each in (*writers, writer, other, third):
            each.close()
            await each.wait_closed()
        async with asyncio.timeout(5):
            while (again := await connected(ask("status")))[0]["result"]["sessions"]:
                again[1].close()
