"""Which entry counts for a message: proof, precision, and that a block wins a tie."""

from __future__ import annotations

from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core.facts import NOTHING, UNLISTED, Facts, Listed
from gateway.core.listentry import ListEntry
from gateway.core.sender import Sender
from tests.support.lists import NOW, entry, sender

BOB = "bob@office.example"


def about(*entries: ListEntry, of: Sender | None = None, to: str = BOB, now: float = NOW) -> Listed:
    return Facts(entries).about(of or sender(), to, now)


@pytest.mark.parametrize("subject", ["ann@sender.example", "sender.example", ".sender.example", ".example.org"])
def test_an_allow_counts_for_a_proven_sender_only(subject: str) -> None:
    who = "ann@sub.example.org" if subject == ".example.org" else "ann@sender.example"
    assert about(entry("allow", subject), of=sender(who)).is_allowed
    forged = about(entry("allow", subject), of=sender(who, proven=""))
    assert not forged.is_allowed
    assert forged.unproven is not None
    assert forged.unproven.entry.draft.subject.value == subject.removeprefix(".")


def test_a_reverse_path_on_the_allow_list_proves_no_author() -> None:
    mixed = sender("eve@other.example", reverse_path="ann@sender.example")
    found = about(entry("allow", "sender.example"), of=mixed)
    assert not found.is_allowed


def test_a_trusted_name_among_several_authors_lets_nobody_in() -> None:
    pair = Sender(("sender.example",), ("eve@sender.example", "ann@sender.example"), "", None, "dkim")
    assert not about(entry("allow", "ann@sender.example"), of=pair).is_allowed
    assert about(entry("allow", "sender.example"), of=pair).is_allowed
    assert about(entry("block", "ann@sender.example"), of=pair).is_blocked


def test_a_network_speaks_for_its_own_clients_without_proof() -> None:
    found = about(entry("allow", "192.0.2.0/24"), of=sender(proven=""))
    assert found.allows_client
    assert about(entry("allow", "192.0.3.0/24"), of=sender(proven="")) == Listed()
    hidden = Sender(("sender.example",), ("ann@sender.example",), "", None, "")
    assert about(entry("allow", "192.0.2.0/24"), of=hidden) == Listed()


def test_a_block_works_on_author_and_reverse_path_and_says_in_which() -> None:
    mixed = sender("eve@other.example", reverse_path="ann@sender.example", proven="")
    for subject, where in (
        ("other.example", "from"), ("eve@other.example", "from"), ("sender.example", "reverse-path"),
        ("ann@sender.example", "reverse-path"), ("192.0.2.7", "client"),
    ):  # fmt: skip
        found = about(entry("block", subject), of=mixed)
        assert found.is_blocked
        assert found.match is not None
        assert found.match.where == where


def test_a_domain_is_not_what_is_below_it_unless_it_says_so() -> None:
    below = sender("ann@mail.sender.example")
    assert about(entry("block", "sender.example"), of=below) == Listed()
    assert about(entry("block", ".sender.example"), of=below).is_blocked
    assert about(entry("block", ".sender.example")).is_blocked
    assert about(entry("block", ".ender.example")) == Listed()


@pytest.mark.parametrize(
    ("wins", "loses"),
    [
        ("ann@sender.example", "sender.example"),
        ("sender.example", ".sender.example"),
        (".sender.example", "192.0.2.7"),
        ("192.0.2.7", "192.0.2.0/24"),
    ],
)
@pytest.mark.parametrize("kinds", [("allow", "block"), ("block", "allow")])
def test_the_more_precise_entry_wins(wins: str, loses: str, kinds: tuple[str, str]) -> None:
    better, worse = entry(kinds[0], wins), entry(kinds[1], loses, id=2)  # type: ignore[arg-type]  # kinds
    for both in ((better, worse), (worse, better)):
        match = about(*both).match
        assert match is not None
        assert match.entry == better


def test_of_two_parents_the_nearer_one_wins() -> None:
    found = about(
        entry("block", ".example.org"), entry("allow", ".b.example.org", id=2), of=sender("x@a.b.example.org")
    )
    assert found.is_allowed


def test_an_entry_for_one_person_wins_over_one_for_all_and_is_for_nobody_else() -> None:
    both = (entry("block", "ann@sender.example"), entry("allow", "sender.example", BOB, id=2))
    assert about(*both).is_allowed
    assert about(*both, to="eve@office.example").is_blocked
    domain = (entry("block", "sender.example"), entry("allow", "sender.example", "office.example", id=2))
    assert about(*domain).is_allowed
    assert about(*domain, to="bob@shop.example").is_blocked


def test_a_block_wins_a_tie() -> None:
    both = (entry("allow", "sender.example"), entry("block", "sender.example", id=2))
    assert about(*both).is_blocked
    assert about(*reversed(both)).is_blocked


def test_an_allow_that_does_not_count_gives_way_to_any_block() -> None:
    found = about(entry("allow", "ann@sender.example"), entry("block", "192.0.2.0/24", id=2), of=sender(proven=""))
    assert found.is_blocked
    assert found.unproven is None


def test_an_entry_that_has_expired_says_nothing() -> None:
    assert about(entry("block", "sender.example", expires=NOW)) == Listed()
    assert about(entry("block", "sender.example", expires=NOW + 1)).is_blocked


def test_who_the_office_has_written_to_is_known_when_proven() -> None:
    facts = Facts((), {"ann@sender.example": 1})
    assert facts.about(sender(), BOB, NOW).known == "ann@sender.example"
    assert facts.about(sender(proven=""), BOB, NOW) == UNLISTED
    assert facts.about(sender("eve@sender.example"), BOB, NOW) == UNLISTED
    with_entry = Facts((entry("block", "other.example"),), {"ann@sender.example": 1})
    assert with_entry.about(sender(), BOB, NOW).known == "ann@sender.example"


def test_a_client_is_trusted_at_the_door_by_entries_for_everybody() -> None:
    ip = ip_address("192.0.2.7")
    assert Facts((entry("allow", "192.0.2.0/24"),)).trusts(ip, NOW)
    assert not Facts((entry("allow", "192.0.2.0/24", BOB),)).trusts(ip, NOW)
    assert not Facts((entry("allow", "192.0.2.0/24", expires=NOW),)).trusts(ip, NOW)
    assert not Facts((entry("allow", "192.0.2.0/24"), entry("block", "192.0.2.7", id=2))).trusts(ip, NOW)
    assert not NOTHING.trusts(ip, NOW)


@given(st.lists(st.tuples(st.integers(0, 2**32 - 1), st.integers(16, 32)), max_size=20), st.integers(0, 2**32 - 1))
def test_networks_are_found_by_the_longest_prefix(networks: list[tuple[int, int]], number: int) -> None:
    ip = ip_address(number)
    entries = [entry("block", f"{ip_address(start)}/{length}", id=at) for at, (start, length) in enumerate(networks)]
    found = Facts(entries).about(Sender(ip=ip), BOB, NOW).match
    fitting = [length for start, length in networks if start >> (32 - length) == number >> (32 - length)]
    if found is None:
        assert fitting == []
    else:
        assert int(found.entry.draft.subject.value.partition("/")[2]) == max(fitting)


def test_ten_thousand_entries_cost_a_message_no_more_look_ups() -> None:
    """Counted, not timed: a look-up by name for each of its names, and one for each prefix length."""
    entries = [entry("block", f"d{number}.example", id=number) for number in range(10_000)]
    facts = Facts(entries)
    assert facts.about(sender("a@d77.example"), BOB, NOW).is_blocked
    assert sum(1 for _ in facts._matches(sender("a@b.c.d77.example"))) == 0
