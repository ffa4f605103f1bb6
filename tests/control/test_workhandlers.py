"""Each method about the work in hand, over a fake desk."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.control import protocol, workhandlers
from gateway.control.params import Asked
from gateway.control.protocol import Failure
from gateway.control.refusal import Refusal
from gateway.control.room import Room
from gateway.control.workparams import BypassFor, ForgetAddress, OneEntry, OneLane, ProbeBackend, QueueQuery, RunTest
from gateway.control.workvalues import Changes, DamagedView, Woken
from gateway.core.access import Access, Right, may
from gateway.core.queued import QueuedRecipient, QueueState
from tests.support.control import FakeDesk
from tests.support.work import FakeWork, cause, entry


def room(work: FakeWork, language: str = "en") -> Room:
    return Room(FakeDesk(work=work), language, 30, Access.ADMINISTRATOR, "anna")


async def test_pages_show_what_waits_or_is_dead_with_few_recipients() -> None:
    many = tuple(QueuedRecipient(f"u{n}@office.example") for n in range(10))
    work = FakeWork(rows=[entry(n, recipients=many) for n in range(3)] + [entry(9, state=QueueState.DEAD)])
    page = await workhandlers.list_queue(room(work), QueueQuery(limit=2))
    assert [each.code for each in page.items] == ["F7K20", "F7K21"]
    assert (len(page.items[0].recipients), page.items[0].recipient_count) == (3, 10)
    assert page.next is not None
    rest = await workhandlers.list_queue(room(work), QueueQuery(limit=2, cursor=page.next))
    assert ([each.code for each in rest.items], rest.next) == (["F7K22"], None)
    assert [each.code for each in (await workhandlers.list_dead(room(work), QueueQuery())).items] == ["F7K29"]


async def test_the_lanes_say_why_in_the_language_that_was_asked_for() -> None:
    work = FakeWork(groups=(cause(12),))
    ours = await workhandlers.lanes(room(work, "fr"), Asked())
    asked = await workhandlers.lanes(room(work, "fr"), Asked("en"))
    assert ours.waiting[0].text == "12 attendent exchange.local : connection refused"
    assert asked.waiting[0].text == "12 wait for exchange.local: connection refused"


@pytest.mark.parametrize(
    ("act", "state", "impossible", "done", "words"),
    [
        (workhandlers.retry, QueueState.QUEUED, False, True, "will be tried now"),
        (workhandlers.retry, QueueState.DEAD, True, False, "its file is gone"),
        (workhandlers.retry, QueueState.IN_DOUBT, False, False, "is in doubt"),
        (workhandlers.hold, QueueState.QUEUED, False, True, "on hold"),
        (workhandlers.hold, QueueState.IN_DOUBT, True, False, "in doubt"),
        (workhandlers.drop, QueueState.HELD, False, True, "dead letter now"),
        (workhandlers.drop, QueueState.DEAD, False, False, "already"),
        (workhandlers.drop, QueueState.QUEUED, True, False, "being tried"),
        (workhandlers.delete, QueueState.DEAD, False, True, "for good"),
        (workhandlers.delete, QueueState.QUEUED, True, False, "drop it first"),
    ],
)
async def test_what_a_verb_did_or_why_it_did_nothing(
    act: Any, state: QueueState, impossible: bool, done: bool, words: str
) -> None:
    row = entry(0, state=state)
    work = FakeWork(rows=[row], impossible=frozenset({row.id} if impossible else ()))
    changes = await act(room(work), OneEntry("F7K20"))
    assert isinstance(changes, Changes)
    assert (changes.complete, changes.changes[0].done) == (done, done)
    assert words in changes.changes[0].text


async def test_what_cannot_be_done_for_one_does_not_keep_it_from_the_others() -> None:
    rows = [entry(0, id="F7K20-00000001"), entry(0, id="F7K20-00000002")]
    work = FakeWork(rows=rows, impossible=frozenset({rows[0].id}))
    changes = await workhandlers.hold(room(work), OneEntry("F7K20"))
    assert isinstance(changes, Changes)
    assert [each.done for each in changes.changes] == [False, True]
    assert not changes.complete
    one = await workhandlers.show(room(work), OneEntry("F7K20-00000002"))
    assert not isinstance(one, Failure)
    assert [each.id for each in one.items] == ["F7K20-00000002"]


@pytest.mark.parametrize("act", [workhandlers.show, workhandlers.retry, workhandlers.drop, workhandlers.delete])
async def test_an_unknown_name_is_not_found(act: Any) -> None:
    answer = await act(room(FakeWork()), OneEntry("ZZZZZ"))
    assert (answer.code, "ZZZZZ" in answer.message) == (protocol.NOT_FOUND, True)


async def test_the_rest_is_handed_on_with_the_users_name() -> None:
    work = FakeWork(set_aside=tuple(DamagedView(f"F{n}", "cut off") for n in range(250)))
    damaged = await workhandlers.damaged(room(work), Asked())
    assert (len(damaged.items), damaged.count) == (200, 250)
    await workhandlers.rebuild(room(work), Asked())
    await workhandlers.forget(room(work), ForgetAddress("rene@sender.example"))
    assert (await workhandlers.bypass_on(room(work), BypassFor(1_800))).is_on
    assert (await workhandlers.bypass(room(work), Asked())).by == "anna"
    assert not (await workhandlers.bypass_off(room(work), Asked())).is_on
    assert (await workhandlers.test(room(work), RunTest(language="fr"))).works
    assert work.asked == [
        ("rebuild", "anna"),
        ("forget", "rene@sender.example", "anna"),
        ("bypass", 1_800, "anna"),
        ("bypass", 0, "anna"),
        ("test", "", "fr"),
    ]


def test_a_helper_may_look_and_change_nothing() -> None:
    looking = {"queue.list", "queue.lanes", "queue.show", "queue.damaged", "dead.list", "bypass.status"}
    for name in workhandlers.HANDLERS:
        right = protocol.METHODS[name].right
        assert may(Access.HELPER, right) is (name in looking), name
        assert right in (Right.READ, Right.OPERATE)


async def test_a_whole_lane_is_tried_at_once() -> None:
    work = FakeWork(rows=[entry(0), entry(1), entry(2, state=QueueState.HELD)])
    assert await workhandlers.retry_lane(room(work), OneLane("backend:exchange")) == Woken("backend:exchange", 2)
    assert work.asked == [("retry-lane", "backend:exchange", "anna")]


@pytest.mark.parametrize("name", ["", "exchange", "backend:", "BACKEND:x", "backend:a b", "backend:a\nb", ":x"])
def test_what_is_no_lane_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="backend:exchange"):
        OneLane(name)


async def test_a_server_that_is_tried_is_told_unknown_or_refused() -> None:
    work = FakeWork()
    assert await workhandlers.probe(room(work), ProbeBackend("exchange", language="fr")) is work.probed
    assert work.asked == [("probe", ProbeBackend("exchange", language="fr"), "fr")]
    work.probed = Refusal("No.")
    assert await workhandlers.probe(room(work), ProbeBackend("exchange")) == Failure(protocol.REFUSED, "No.")
    work.probed = None
    missing = await workhandlers.probe(room(work), ProbeBackend("exchange"))
    assert isinstance(missing, Failure)
    assert "No server is named exchange" in missing.message
