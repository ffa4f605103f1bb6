"""What people are shown of the lists is bounded, whatever stands in them."""

from __future__ import annotations

from dataclasses import replace

from gateway.control import protocol, rulesviews
from gateway.control.rulesdesk import Outcomes
from gateway.control.values import Page
from gateway.core.case import Policy
from gateway.core.cures import cures
from gateway.core.listentry import ListChange, ListDraft, Subject
from gateway.core.record import Disposition
from gateway.core.replay import Fate
from gateway.core.verdict import Action
from tests.support.control import HOSTILE, record
from tests.support.lists import NOW, entry

LONG = "é" * 5_000


def test_an_entry_says_whether_it_holds_and_when_it_was_hit() -> None:
    one = replace(entry("allow", ".sender.example", expires=NOW), hits=3, last_hit=NOW)
    shown = rulesviews.rule(one, NOW, "en")
    assert (shown.is_expired, shown.hits, shown.subdomains, shown.subject) == (True, 3, True, ".sender.example")
    assert shown.last_hit is not None
    fresh = rulesviews.rule(entry("block", "a.example"), NOW, "en")
    assert (fresh.is_expired, fresh.last_hit, fresh.expires) == (False, None, None)


def test_a_change_is_added_renewed_or_removed() -> None:
    one = entry("allow", "a.example")
    for before, after, what in ((None, one, "added"), (one, one, "renewed"), (one, None, "removed")):
        change = ListChange(1, NOW, "anna", before, after)
        assert rulesviews.changed(change, "", NOW, "en").what == what
        assert rulesviews.change_line(change, NOW, "fr").what == what


def test_the_longest_page_of_entries_fits_a_line() -> None:
    draft = ListDraft("allow", Subject("address", f"{LONG}@{LONG}"), LONG, NOW, LONG)
    one = rulesviews.rule(replace(entry("allow", "a.example"), draft=draft, by=LONG), NOW, "fr")
    line = protocol.encode_result(1, Page((one,) * 200))
    assert b"too long" not in line[:200]


def test_what_mail_says_is_harmless_and_short_in_a_replay() -> None:
    hostile = record(0, subject=HOSTILE + LONG, authors=(LONG,), reverse_path=LONG)
    fates = (Fate(LONG, Action.ACCEPT, Action.REJECT), Fate("b@x.example", Action.MARK, Action.REJECT))
    outcomes = Outcomes(NOW, 9, 1, (("accept", "reject", 1),), ((hostile, fates),) * 299, None)
    shown = rulesviews.replayed(outcomes, 14, "fr")
    assert len(shown.items) == 598
    assert all("\x1b" not in each.subject and len(each.sender) <= 120 for each in shown.items)
    assert b"too long" not in protocol.encode_result(1, shown)[:200]


def test_recipients_with_the_same_fate_are_one_line() -> None:
    fates = tuple(Fate(f"{name}@office.example", Action.MARK, Action.ACCEPT) for name in "abc")
    shown = rulesviews.replayed(Outcomes(NOW, 9, 1, (), ((record(0), fates),), None), 14, "en")
    assert [each.recipient for each in shown.items] == ["a@office.example +2"]
    assert shown.items[0].sender == "rene@sender.example"


def test_what_helps_most_is_the_first() -> None:
    row = record(0, authors=("a@sender.example",), dispositions=(Disposition("b@office.example", "quarantine", ""),))
    shown = rulesviews.cures(row, cures(row, Policy()), {("block", "sender.example"): 4}, "en")
    assert shown.cures[0].text.startswith("Allow the server 192.0.2.1")
    assert [each.rule for each in shown.cures if (each.kind, each.scope) == ("block", "domain")] == [4]
