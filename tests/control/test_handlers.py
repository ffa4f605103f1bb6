"""Each method over a fake desk."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from gateway.control import handlers, protocol
from gateway.control.desk import Refusal
from gateway.control.handlers import Room
from gateway.control.params import (
    Asked,
    HeldQuery,
    LearnHeld,
    MessageQuery,
    OneMessage,
    ReleaseHeld,
    ShowHeld,
)
from gateway.control.protocol import Failure
from gateway.control.values import Deleted, HeldDetail, Learned, Limits, Released
from gateway.core.access import Access
from gateway.core.outcome import Result
from gateway.core.record import Disposition
from tests.support.control import NOON, FakeDesk, held, record


def room(desk: FakeDesk, access: Access = Access.ADMINISTRATOR, language: str = "en") -> Room:
    return Room(desk, language, 30, access, "anna")


async def test_the_state_is_judged() -> None:
    answer = await handlers.status(room(FakeDesk()), Asked())
    assert answer.mail_flows


async def test_the_params_language_goes_before_the_gateways() -> None:
    desk = FakeDesk(records=[record(0)])
    ours = await handlers.list_messages(room(desk, language="fr"), MessageQuery())
    asked = await handlers.list_messages(room(desk, language="fr"), MessageQuery(language="en"))
    assert ours.items[0].outcome == "retenu en quarantaine"
    assert asked.items[0].outcome == "held in quarantine"


async def test_messages_are_filtered_by_action_without_losing_the_place() -> None:
    passed = Disposition("a@office.example", "accept", "delivered")
    desk = FakeDesk(records=[record(n, dispositions=(passed,)) if n % 2 else record(n) for n in range(6)])
    page = await handlers.list_messages(room(desk), MessageQuery(limit=3, action="accept"))
    assert [item.code for item in page.items] == ["F7K21"]
    assert page.next is not None
    rest = await handlers.list_messages(room(desk), MessageQuery(limit=3, action="accept", cursor=page.next))
    assert [item.code for item in rest.items] == ["F7K23", "F7K25"]
    assert rest.next is None


async def test_messages_are_limited_in_time() -> None:
    desk = FakeDesk(records=[record(number) for number in range(10)])
    query = MessageQuery(limit=5, since=NOON - timedelta(seconds=4), until=NOON - timedelta(seconds=1))
    page = await handlers.list_messages(room(desk), query)
    assert [item.code for item in page.items] == ["F7K22", "F7K23", "F7K24"]
    assert page.next is None


async def test_all_rows_of_a_code_are_one_message() -> None:
    later = record(0, dispositions=(Disposition("anna@office.example", "accept", "delivered", flags=("released",)),))
    desk = FakeDesk(records=[later, record(0)])
    detail = await handlers.show_message(room(desk), OneMessage("F7K20"))
    assert not isinstance(detail, Failure)
    (anna,) = detail.recipients
    assert anna.state == "delivered"
    assert [reason.name for reason in anna.reasons] == ["score-quarantine", "BAYES_SPAM"]
    assert [each.check for each in detail.evidence] == ["spf"]


@pytest.mark.parametrize("ask", [handlers.show_message, handlers.explain_message])
async def test_an_unknown_code_is_not_found(ask: handlers.Handler) -> None:
    answer = await ask(room(FakeDesk()), OneMessage("ZZZZZ"))
    assert isinstance(answer, Failure)
    assert answer.code == protocol.NOT_FOUND


async def test_an_explanation_has_one_story_for_each_fate() -> None:
    passed = Disposition("bob@office.example", "accept", "delivered", hop_reply="250 2.0.0 Queued")
    fates = (*record(0).dispositions, passed, replace(passed, recipient="carl@office.example"))
    desk = FakeDesk(records=[record(0, dispositions=fates)])
    answer = await handlers.explain_message(room(desk), OneMessage("F7K20"))
    assert not isinstance(answer, Failure)
    assert [story.recipients for story in answer.stories] == [
        ("anna@office.example",),
        ("bob@office.example", "carl@office.example"),
    ]
    assert answer.stories[1].hop_reply == "250 2.0.0 Queued"


async def test_a_held_message_is_listed_with_its_reason_in_words() -> None:
    desk = FakeDesk(records=[record(0)], held_rows=[held(0), held(1)])
    page = await handlers.list_held(room(desk), HeldQuery())
    assert [item.reason for item in page.items] == [
        "Its 9.5 points reach the limit for quarantine (9).",
        "score-quarantine, BAYES_SPAM",  # history has forgotten this one
    ]
    assert page.items[0].expires == NOON + timedelta(days=30)


async def test_the_text_is_shown_only_when_asked_for_and_then_noted() -> None:
    desk = FakeDesk(held_rows=[held(0)])
    without = await handlers.show_held(room(desk), ShowHeld("F7K20"))
    assert isinstance(without, HeldDetail)
    assert without.text is None
    assert desk.asked == []
    with_it = await handlers.show_held(room(desk), ShowHeld("F7K20", text=True))
    assert isinstance(with_it, HeldDetail)
    assert with_it.text is not None
    assert with_it.text[0] == "Bonjour,"
    assert desk.asked == [("viewed", "F7K20", "anna")]


async def test_a_helper_sees_the_header_and_never_the_text() -> None:
    desk = FakeDesk(held_rows=[held(0)])
    header = await handlers.show_held(room(desk, Access.HELPER), ShowHeld("F7K20"))
    assert isinstance(header, HeldDetail)
    assert header.headers[0] == ("From", "René <rene@sender.example>")
    refused = await handlers.show_held(room(desk, Access.HELPER), ShowHeld("F7K20", text=True))
    assert isinstance(refused, Failure)
    assert refused.code == protocol.REFUSED
    assert desk.asked == []


async def test_a_release_says_what_happened_for_each_recipient() -> None:
    desk = FakeDesk(held_rows=[held(0)], results={"bob@office.example": Result.HOP_AWAY})
    answer = await handlers.release_held(room(desk), ReleaseHeld("F7K20"))
    assert isinstance(answer, Released)
    assert not answer.complete
    assert [(each.recipient, each.result) for each in answer.recipients] == [
        ("anna@office.example", "delivered"),
        ("bob@office.example", "hop-away"),
    ]
    assert answer.recipients[0].hop_reply == "250 2.0.0 Queued"
    assert desk.asked == [("release", "F7K20", (), "anna")]


async def test_a_release_may_be_for_some_recipients_only() -> None:
    desk = FakeDesk(held_rows=[held(0)])
    answer = await handlers.release_held(room(desk), ReleaseHeld("F7K20", ("bob@office.example",)))
    assert isinstance(answer, Released)
    assert answer.complete
    assert [each.recipient for each in answer.recipients] == ["bob@office.example"]


async def test_what_the_desk_refuses_is_refused_with_its_sentence() -> None:
    desk = FakeDesk(held_rows=[held(0)], refusal=Refusal("It went out already."))
    refused = Failure(protocol.REFUSED, "It went out already.")
    assert await handlers.release_held(room(desk), ReleaseHeld("F7K20")) == refused
    assert await handlers.learn_held(room(desk), LearnHeld("F7K20", "ham")) == refused


async def test_what_is_not_held_is_not_found() -> None:
    empty = room(FakeDesk())
    answers = (
        await handlers.show_held(empty, ShowHeld("F7K20")),
        await handlers.release_held(empty, ReleaseHeld("F7K20")),
        await handlers.delete_held(empty, OneMessage("F7K20")),
        await handlers.learn_held(empty, LearnHeld("F7K20", "spam")),
    )
    assert [answer.code for answer in answers if isinstance(answer, Failure)] == [protocol.NOT_FOUND] * 4


async def test_deleting_and_learning_say_by_whom() -> None:
    desk = FakeDesk(held_rows=[held(0)], learned_already=True)
    assert await handlers.delete_held(room(desk), OneMessage("F7K20")) == Deleted("F7K20")
    assert await handlers.learn_held(room(desk), LearnHeld("F7K20", "ham")) == Learned("F7K20", "ham", False)
    assert desk.asked == [("delete", "F7K20", "anna"), ("learn", "F7K20", "ham", "anna")]


def test_times_are_utc() -> None:
    assert datetime.fromtimestamp(record(0).time, UTC) == NOON


async def test_messages_are_filtered_by_what_became_of_them() -> None:
    passed = Disposition("a@office.example", "accept", "delivered")
    desk = FakeDesk(records=[record(0), record(1, dispositions=(passed,))])
    page = await handlers.list_messages(room(desk), MessageQuery(state="quarantined"))
    assert [item.code for item in page.items] == ["F7K20"]


async def test_what_is_explained_comes_with_the_limits_of_its_policy() -> None:
    desk = FakeDesk(records=[record(0)], held_rows=[held(0)])
    for ask in (handlers.show_message, handlers.explain_message):
        told = await ask(room(desk), OneMessage("F7K20"))
        assert not isinstance(told, Failure)
        assert told.limits == Limits(6.0, 9.0, 15.0)
    shown = await handlers.show_held(room(desk), ShowHeld("F7K20"))
    assert isinstance(shown, HeldDetail)
    assert shown.limits == Limits(6.0, 9.0, 15.0)
    assert [each.check for each in shown.evidence] == ["spf"]


async def test_a_held_message_is_guessed_wanted_only_when_its_sender_is_proven() -> None:
    for proven_by, guess in (("dkim", "wanted"), ("", "unsure")):
        desk = FakeDesk(records=[record(0, proven_by=proven_by)], held_rows=[held(0)])
        page = await handlers.list_held(room(desk), HeldQuery())
        assert page.items[0].likely == guess
