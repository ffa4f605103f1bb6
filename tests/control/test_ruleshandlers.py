"""Each method about the lists, over a fake desk: who did it, what it says, and when it refuses."""

from __future__ import annotations

from typing import cast

import pytest

from gateway.control import protocol, ruleshandlers
from gateway.control.desk import Refusal
from gateway.control.params import OneMessage
from gateway.control.protocol import Failure
from gateway.control.room import Room
from gateway.control.rulesdesk import CantList, Outcomes
from gateway.control.rulesparams import (
    DraftRule,
    OneRule,
    ReplayRules,
    RuleChanges,
    RuleQuery,
    SenderRule,
    Thresholds,
    UndoRule,
)
from gateway.control.rulesvalues import Cures, ReleasedAndAllowed, Replayed, RuleChanged
from gateway.core.access import Access, Right, may
from gateway.core.record import MessageRecord
from gateway.core.replay import Fate
from gateway.core.verdict import Action
from tests.support.control import FakeDesk, held, record
from tests.support.rulesdesk import NOON, FakeRules


def sent(**changes: object) -> MessageRecord:
    return record(0, **{"authors": ("rene@sender.example",), "proven_by": "dkim", **changes})


def room(desk: FakeDesk | None = None, language: str = "en") -> Room:
    return Room(desk or FakeDesk(), language, 30, Access.ADMINISTRATOR, "anna")


def done(answer: object) -> RuleChanged:
    assert isinstance(answer, RuleChanged), answer
    return answer


def refused(answer: object) -> Failure:
    assert isinstance(answer, Failure), answer
    return answer


async def test_an_entry_is_made_shown_and_taken_out() -> None:
    at = room()
    made = done(await ruleshandlers.allow(at, DraftRule("Sender.Example", days=30, reason="asked for")))
    assert (made.what, made.rule.by, made.rule.reason) == ("added", "anna", "asked for")
    assert made.text == "sender.example is on the allow list now."
    assert made.rule.text == "Allows sender.example, when proven to be the sender, for everybody, until 2026-12-24."
    assert await ruleshandlers.show(at, OneRule(made.rule.id)) == made.rule
    gone = done(await ruleshandlers.remove(at, OneRule(made.rule.id)))
    assert (gone.what, gone.text) == ("removed", "sender.example is no longer on the allow list.")
    assert refused(await ruleshandlers.show(at, OneRule(made.rule.id))).code == protocol.NOT_FOUND
    assert refused(await ruleshandlers.remove(at, OneRule(made.rule.id))).code == protocol.NOT_FOUND
    back = done(await ruleshandlers.undo(at, UndoRule(gone.change)))
    assert back.rule.subject == "sender.example"
    page = await ruleshandlers.changes(at, RuleChanges(limit=2))
    assert [(each.what, each.undoes) for each in page.items] == [("added", 2), ("removed", 0)]
    assert page.next is not None
    assert len((await ruleshandlers.changes(at, RuleChanges(cursor=page.next))).items) == 1


async def test_what_names_nobody_is_a_fault_of_the_one_who_asks_in_his_language() -> None:
    for subject, english, french in (
        ("nobody", "nobody is no address, domain or network", "nobody n'est ni adresse"),
        ("0.0.0.0/1", "0.0.0.0/1 holds too much", "0.0.0.0/1 contient"),
        ("ann@", "ann@ is no address", "ann@ n'est pas une adresse"),
    ):
        answer = refused(await ruleshandlers.block(room(), DraftRule(subject)))
        assert answer.code == protocol.BAD_PARAMS
        assert answer.message.startswith(english)
        assert refused(await ruleshandlers.block(room(language="fr"), DraftRule(subject))).message.startswith(french)


async def test_a_network_that_is_allowed_and_a_domain_of_ours_come_with_a_warning() -> None:
    network = done(await ruleshandlers.allow(room(), DraftRule("192.0.2.0/24")))
    assert network.warning.startswith("Whatever these servers send passes")
    assert network.text == "The network 192.0.2.0/24 is on the allow list now."
    assert done(await ruleshandlers.block(room(), DraftRule("192.0.2.0/24"))).warning == ""
    assert "a domain of yours" in done(await ruleshandlers.allow(room(), DraftRule("office.example"))).warning
    assert "is refused" in done(await ruleshandlers.block(room(), DraftRule("x@office.example"))).warning


@pytest.mark.parametrize(
    ("why", "code", "says"),
    [
        ("other-list", protocol.REFUSED, "poterne rules remove 1"),
        ("full", protocol.REFUSED, "full"),
        ("no-change", protocol.NOT_FOUND, "no such change"),
        ("undone", protocol.REFUSED, "already"),
        ("changed-since", protocol.REFUSED, "changed since"),
    ],
)
async def test_what_can_not_be_done_says_why(why: str, code: int, says: str) -> None:
    rules = FakeRules()
    entry = done(await ruleshandlers.block(room(FakeDesk(rules=rules)), DraftRule("a.example"))).rule
    rules.cant = CantList(why, rules.get(entry.id))  # type: ignore[arg-type]  # each is one of its words
    answer = refused(await ruleshandlers.undo(room(FakeDesk(rules=rules)), UndoRule()))
    assert answer.code == code
    assert says in answer.message


async def test_the_lists_come_in_pages() -> None:
    at = room()
    for number in range(3):
        await ruleshandlers.block(at, DraftRule(f"d{number}.example"))
    await ruleshandlers.allow(at, DraftRule("good.example"))
    page = await ruleshandlers.list_rules(at, RuleQuery(limit=2, kind="block"))
    assert [each.subject for each in page.items] == ["d2.example", "d1.example"]
    assert page.next is not None
    rest = await ruleshandlers.list_rules(at, RuleQuery(cursor=page.next, kind="block"))
    assert [each.subject for each in rest.items] == ["d0.example"]
    assert len((await ruleshandlers.list_rules(at, RuleQuery(text="good"))).items) == 1


async def test_a_proven_sender_is_allowed_by_the_code_of_his_message() -> None:
    desk = FakeDesk(records=[sent()])
    made = done(await ruleshandlers.allow_sender(room(desk), SenderRule("F7K20")))
    assert (made.rule.subject, made.rule.reason, made.rule.recipient) == ("sender.example", "F7K20", "")
    one = done(await ruleshandlers.allow_sender(room(desk), SenderRule("F7K20", "address", for_recipients=True)))
    assert (one.rule.subject, one.rule.recipient) == ("rene@sender.example", "anna@office.example")
    below = done(await ruleshandlers.block_sender(room(desk), SenderRule("F7K20", subdomains=True)))
    assert (below.rule.subject, below.rule.kind) == (".sender.example", "block")


async def test_an_allow_that_would_not_help_is_refused_with_what_helps() -> None:
    desk = FakeDesk(records=[sent(proven_by="")])
    answer = refused(await ruleshandlers.allow_sender(room(desk), SenderRule("F7K20")))
    assert answer.code == protocol.REFUSED
    assert "nothing proves that this message comes from there" in answer.message
    assert "allow the server" in answer.message
    assert desk.rules.entries == []
    assert done(await ruleshandlers.allow_sender(room(desk), SenderRule("F7K20", "network"))).warning
    assert refused(await ruleshandlers.allow_sender(room(desk), SenderRule("NONE0"))).code == protocol.NOT_FOUND


async def test_a_scope_that_the_message_does_not_have_is_said() -> None:
    desk = FakeDesk(records=[sent(authors=("a.example", "b.example"))])
    answer = refused(await ruleshandlers.block_sender(room(desk), SenderRule("F7K20", "address")))
    assert "no address of its sender" in answer.message


async def test_the_cures_say_what_would_help_and_what_is_there_already() -> None:
    desk = FakeDesk(records=[sent()])
    await ruleshandlers.allow(room(desk), DraftRule("sender.example"))
    found = await ruleshandlers.list_cures(room(desk), OneMessage("F7K20"))
    assert isinstance(found, Cures)
    assert [(each.kind, each.scope, each.helps, each.rule) for each in found.cures] == [
        ("allow", "address", True, 0), ("allow", "domain", True, 1), ("allow", "network", True, 0),
        ("block", "address", True, 0), ("block", "domain", True, 0), ("block", "network", True, 0),
    ]  # fmt: skip
    assert found.cures[0].text.startswith("Allow rene@sender.example: this message proves (DKIM)")
    assert {each.method for each in found.cures} <= set(protocol.METHODS)
    assert refused(await ruleshandlers.list_cures(room(desk), OneMessage("NONE0"))).code == protocol.NOT_FOUND
    french = await ruleshandlers.list_cures(room(desk), OneMessage("F7K20", "fr"))
    assert isinstance(french, Cures)
    assert french.cures[0].text.startswith("Autoriser rene@sender.example")


async def test_a_message_is_released_and_its_sender_allowed_in_one() -> None:
    desk = FakeDesk(records=[sent()], held_rows=[held()])
    both = await ruleshandlers.release_and_allow(room(desk), SenderRule("F7K20"))
    assert isinstance(both, ReleasedAndAllowed)
    assert both.released.complete
    assert done(both.allowed).rule.subject == "sender.example"
    assert desk.asked == [("release", "F7K20", (), "anna")]
    assert done(await ruleshandlers.undo(room(desk), UndoRule(done(both.allowed).change))).what == "removed"


async def test_what_can_not_be_allowed_is_released_all_the_same() -> None:
    desk = FakeDesk(records=[sent(proven_by="")], held_rows=[held()])
    both = await ruleshandlers.release_and_allow(room(desk), SenderRule("F7K20"))
    assert isinstance(both, ReleasedAndAllowed)
    assert both.allowed is None
    assert "would not help" in both.why_not
    assert (
        refused(await ruleshandlers.release_and_allow(room(FakeDesk()), SenderRule("F7K20"))).code == protocol.NOT_FOUND
    )
    gone = FakeDesk(held_rows=[held()], refusal=Refusal("Everybody has it."))
    assert refused(await ruleshandlers.release_and_allow(room(gone), SenderRule("F7K20"))).code == protocol.REFUSED


async def test_a_replay_says_how_many_would_have_fared_differently_and_which() -> None:
    fates = (Fate("anna@office.example", Action.QUARANTINE, Action.ACCEPT),) * 2
    counts = (("quarantine", "accept", 1),)
    rules = FakeRules(outcomes=Outcomes(NOON - 86_400, 412, 1, counts, ((sent(), fates),), None))
    asked = ReplayRules(kind="allow", draft=DraftRule("sender.example"))
    found = await ruleshandlers.replay(room(FakeDesk(rules=rules)), asked)
    assert isinstance(found, Replayed)
    assert found.text == "Of 412 messages in 14 days 1 would have fared differently."
    assert found.counts[0].text == "1: held in quarantine, would have been delivered"
    (item,) = found.items
    assert (item.code, item.recipient, item.was, item.would_be) == (
        "F7K20",
        "anna@office.example +1",
        "quarantine",
        "accept",
    )
    assert item.text == "was held in quarantine, would have been delivered"
    (trial, days, _, _) = rules.tried[0]
    assert trial.draft is not None
    assert (trial.draft.kind, days) == ("allow", 14)
    french = await ruleshandlers.replay(room(FakeDesk(), "fr"), ReplayRules(thresholds=Thresholds(5, 8, 15)))
    assert cast(Replayed, french).text == "Sur 412 messages en 14 jours, aucun n'aurait eu un autre sort."


async def test_a_replay_of_what_is_not_there_is_not_found() -> None:
    assert refused(await ruleshandlers.replay(room(), ReplayRules(id=7))).code == protocol.NOT_FOUND
    answer = await ruleshandlers.replay(room(), ReplayRules(kind="block", draft=DraftRule("nobody")))
    assert refused(answer).code == protocol.BAD_PARAMS


def test_helpers_look_at_the_lists_and_administrators_change_them() -> None:
    looks = {"rules.list", "rules.show", "rules.changes", "rules.replay", "rules.cures"}
    for name, method in protocol.METHODS.items():
        if name in ruleshandlers.HANDLERS:
            assert may(Access.HELPER, method.right) is (name in looks), name
            assert method.right in (Right.READ, Right.OPERATE)
