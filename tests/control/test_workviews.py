"""Entries and causes as they are shown."""

from __future__ import annotations

from gateway.control import protocol
from gateway.control.values import Page
from gateway.control.workviews import entry_view, row, waiting
from gateway.core.queued import QueuedRecipient, QueueState
from tests.support.work import LANE, NOON, cause, entry

WORST = "\U0001f4b0" * 5_000


def hop_of(lane: str) -> str:
    return {LANE: "exchange.local"}.get(lane, lane)


def test_the_same_trouble_at_two_addresses_of_a_hop_is_one_cause() -> None:
    found = waiting(
        [
            cause(2, cause="10.0.0.8:25, at greeting: 421 4.3.2 busy", next_attempt=NOON.timestamp() + 60),
            cause(10, cause="[2001:db8::9]:25: 421 4.3.2 busy", since=NOON.timestamp() - 900),
            cause(1, cause="421 4.3.2 busy"),
            cause(3, state=QueueState.HELD, cause="put on hold by anna"),
        ],
        hop_of,
        "en",
    )
    assert [each.text for each in found] == [
        "13 wait for exchange.local: 421 4.3.2 busy",
        "3 for exchange.local are on hold: put on hold by anna",
    ]
    assert (found[0].since.timestamp(), found[0].next_attempt) == (NOON.timestamp() - 900, NOON.replace(minute=1))
    assert found[1].next_attempt is None


def test_a_socket_and_a_name_before_its_address_are_not_said_twice() -> None:
    found = waiting(
        [
            cause(2, cause="/run/lmtp.sock, at connect: Connection refused"),
            cause(1, cause="/run/lmtp.sock: Connection refused"),
            cause(4, cause="exchange.local:25, at connect: 10.0.0.9:25: Connection refused"),
        ],
        hop_of,
        "en",
    )
    assert [each.text for each in found] == ["7 wait for exchange.local: Connection refused"]


def test_what_was_never_tried_says_so_in_either_language() -> None:
    assert waiting([cause(1, cause="")], hop_of, "en")[0].text == "1 waits for exchange.local: not tried yet"
    assert waiting([cause(2, cause="")], hop_of, "fr")[0].text == "2 attendent exchange.local : pas encore essayé"


def test_an_entry_is_shown_with_words_and_times() -> None:
    view = entry_view(entry(0), "fr")
    assert (view.state, view.outcome, view.since, view.attempts) == ("queued", "en attente", NOON, 3)
    assert view.recipients[0].reply == "connection refused"
    assert entry_view(entry(0, state=QueueState.DEAD), "en").next_attempt is None


def test_the_worst_page_and_the_worst_entry_fit_a_line() -> None:
    recipients = tuple(QueuedRecipient(f"{n}{WORST}", True, "deferred", "dot", WORST, WORST, WORST) for n in range(500))
    worst = entry(0, recipients=recipients, cause=WORST, reverse_path=WORST, lane=WORST)
    page = Page(tuple(row(worst, "fr") for _ in range(200)))
    for value in (page, entry_view(worst, "fr")):
        assert protocol.decode_incoming(protocol.encode_result(1, value)).error is None
    assert entry_view(worst, "en").recipient_count == row(worst, "en").recipient_count == 500
