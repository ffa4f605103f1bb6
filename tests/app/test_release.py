from __future__ import annotations

from typing import Any, cast

from gateway.app.release import GONE, Warden
from gateway.control.desk import Refusal
from gateway.core.envelope import Envelope
from gateway.core.event import MessageFollowed
from gateway.core.held import HeldMessage
from gateway.core.outcome import Result
from gateway.core.rspamdreply import RspamdError
from gateway.store.format import FileHeader, StoredMessage
from tests.support.clock import HandClock
from tests.support.pipeline import ROUTES, FakeDelivery, Log
from tests.support.values import ORDINARY, recipient, reverse_path

BOB, SUE = "bob@office.example", "sue@shop.example"
ON_TOP = b"X-Poterne-Id: F7K2Q.x\r\nAuthentication-Results: mx; spf=none\r\nReceived: from a by mx; now\r\n"


class Quarantine:
    def __init__(self, released: tuple[str, ...] = (), damaged: bool = False) -> None:
        self.released: list[str] = list(released)
        self._damaged = damaged

    async def show(self, code: str) -> HeldMessage | None:
        if code != "F7K2Q":
            return None
        return HeldMessage("F7K2Q", 0.0, "held", "", (BOB, SUE), "", "", (), 9.0, 1, tuple(self.released))

    async def open(self, code: str) -> StoredMessage | None:
        envelope = Envelope(reverse_path(), (recipient(BOB), recipient(SUE)))
        header = FileHeader("F7K2Q", "quarantine", 0.0, envelope)
        return None if self._damaged else StoredMessage(header, memoryview(ON_TOP + ORDINARY))

    async def mark_released(self, code: str, recipients: list[str]) -> None:
        self.released += recipients


class Scanner:
    def __init__(self, error: RspamdError | None = None) -> None:
        self.taught: list[bytes] = []
        self._error = error

    async def learn_ham(self, pieces: list[bytes]) -> bool:
        if self._error:
            raise self._error
        self.taught.append(b"".join(pieces))
        return True


def warden(quarantine: Quarantine, log: Log, scanner: Scanner | None = None) -> Warden:
    return Warden(cast(Any, quarantine), FakeDelivery(log), ROUTES, cast(Any, scanner), HandClock(), log.events.append)


async def test_all_get_it_by_their_own_lanes_and_it_is_noted() -> None:
    quarantine, log = Quarantine(), Log()
    outcomes = await warden(quarantine, log).release("F7K2Q", ())
    assert isinstance(outcomes, tuple)
    assert [each.result for each in outcomes] == [Result.DELIVERED, Result.DELIVERED]
    assert log.steps == ["deliver backend:exchange", "deliver backend:dovecot"]
    assert quarantine.released == [BOB, SUE]
    assert b"".join(log.delivered[0].octets()) == ON_TOP + ORDINARY


async def test_the_history_hears_who_got_it() -> None:
    log = Log(results={BOB: Result.HOP_AWAY})
    await warden(Quarantine(), log).release("F7K2Q", ())
    (event,) = log.events
    assert isinstance(event, MessageFollowed)
    assert [(each.recipient, each.flags) for each in event.record.dispositions] == [(SUE, ("released",))]


async def test_who_did_not_get_it_can_be_tried_again() -> None:
    quarantine, log = Quarantine(), Log(results={BOB: Result.HOP_AWAY})
    await warden(quarantine, log).release("F7K2Q", ())
    assert quarantine.released == [SUE]
    log.results.clear()
    outcomes = await warden(quarantine, log).release("F7K2Q", ())
    assert isinstance(outcomes, tuple)
    assert [str(each.recipient) for each in outcomes] == [BOB]


async def test_only_the_named_one_gets_it() -> None:
    quarantine = Quarantine()
    await warden(quarantine, Log()).release("F7K2Q", ("SUE@shop.example",))
    assert quarantine.released == [SUE]


async def test_what_can_not_be_released_says_why() -> None:
    assert await warden(Quarantine(), Log()).release("XXXXX", ()) is None
    assert await warden(Quarantine(damaged=True), Log()).release("F7K2Q", ()) == GONE
    assert isinstance(await warden(Quarantine((BOB, SUE)), Log()).release("F7K2Q", ()), Refusal)
    assert isinstance(await warden(Quarantine(), Log()).release("F7K2Q", ("x@y.example",)), Refusal)


async def test_the_scanner_learns_the_message_as_it_was_sent_to_us() -> None:
    scanner = Scanner()
    assert await warden(Quarantine(), Log(), scanner).learn("F7K2Q", "ham") is True
    assert scanner.taught == [ORDINARY]


async def test_a_scanner_that_does_not_learn_says_why() -> None:
    failing = Scanner(RspamdError("http", "too few words"))
    answer = await warden(Quarantine(), Log(), failing).learn("F7K2Q", "ham")
    assert isinstance(answer, Refusal)
    assert "too few words" in answer.text
    assert isinstance(await warden(Quarantine(), Log()).learn("F7K2Q", "ham"), Refusal)


async def test_what_is_let_go_to_the_outside_says_nothing_of_how_it_was_judged() -> None:
    class Outgoing(Quarantine):
        async def show(self, code: str) -> HeldMessage | None:
            return HeldMessage("F7K2Q", 0.0, "held", "", ("eve@partner.example",), "", "", (), 9.0, 1)

        async def open(self, code: str) -> StoredMessage | None:
            envelope = Envelope(reverse_path("ann@office.example"), (recipient("eve@partner.example"),))
            return StoredMessage(FileHeader("F7K2Q", "quarantine", 0.0, envelope), memoryview(ON_TOP + ORDINARY))

    log = Log()
    assert isinstance(await warden(Outgoing(), log).release("F7K2Q", ()), tuple)
    (gone,) = log.delivered
    assert gone.lane == "mx:partner.example"
    assert b"X-Poterne" not in b"".join(gone.octets())
