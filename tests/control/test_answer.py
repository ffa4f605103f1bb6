"""From a line to its answer."""

from __future__ import annotations

import json
from typing import Any

import pytest

from gateway.control.answer import Clerk, Office
from gateway.control.params import TOPICS
from gateway.control.sessions import Sessions
from gateway.core.access import Access
from gateway.core.event import Event
from tests.support.control import NOON, FakeDesk, held


def clerk(access: Access = Access.ADMINISTRATOR, desk: FakeDesk | None = None) -> tuple[Clerk, list[Event]]:
    faults: list[Event] = []
    office = Office(desk or FakeDesk(held_rows=[held(0)]), faults.append, Sessions(lambda: NOON))
    return Clerk(office, access, "anna"), faults


async def ask(who: Clerk, method: str, **params: object) -> Any:
    line = json.dumps({"jsonrpc": "2.0", "id": "a", "method": method, "params": params}).encode()
    return json.loads((await who.answer(line)).line or b"")


async def test_an_id_comes_back_as_it_was() -> None:
    assert (await ask(clerk()[0], "status"))["id"] == "a"


@pytest.mark.parametrize(
    ("method", "params"),
    [
        ("status", {}),
        ("messages.list", {}),
        ("quarantine.list", {}),
        ("quarantine.show", {"code": "F7K20"}),
        ("quarantine.release", {"code": "F7K20"}),
        ("quarantine.delete", {"code": "F7K20"}),
        ("quarantine.learn", {"code": "F7K20", "learn_as": "ham"}),
    ],
)
async def test_a_helper_may_look_and_see_to_the_quarantine(method: str, params: dict[str, object]) -> None:
    assert "result" in await ask(clerk(Access.HELPER)[0], method, **params)


async def test_a_helper_may_not_read_what_a_message_says() -> None:
    answer = await ask(clerk(Access.HELPER)[0], "quarantine.show", code="F7K20", text=True)
    assert answer["error"]["code"] == -32002


async def test_a_right_that_is_missing_is_refused_before_the_params_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.control.answer.may", lambda access, right: False)
    answer = await ask(clerk()[0], "quarantine.delete", nonsense=1)
    assert answer["error"]["code"] == -32002


async def test_a_subscription_without_topics_is_for_all() -> None:
    who, _ = clerk()
    answer = await who.answer(b'{"jsonrpc":"2.0","id":1,"method":"events.subscribe"}')
    assert answer.subscribe is not None
    assert json.loads(answer.line or b"")["result"]["topics"] == list(TOPICS)


async def test_a_crash_becomes_a_fault() -> None:
    who, faults = clerk(desk=FakeDesk(broken=True))
    assert (await ask(who, "status"))["error"]["code"] == -32603
    assert len(faults) == 1
