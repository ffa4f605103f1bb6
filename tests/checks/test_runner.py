import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from ipaddress import ip_address

import pytest

from gateway.checks.base import Glancing
from gateway.checks.runner import run_client_checks, run_message_checks
from gateway.core.address import NULL_REVERSE_PATH
from gateway.core.envelope import SMTP_DOOR, Client, Envelope, Role, Transaction
from gateway.core.finding import AttachmentFinding, FailureFinding, Finding, ReverseNameFinding
from gateway.core.message import Message
from tests.support.clock import HandClock, settle
from tests.support.looptime import LoopTime

CLIENT = Client(ip_address("192.0.2.1"), 4711, "internet", Role.INBOUND)
TRANSACTION = Transaction(
    "F7K2Q",
    SMTP_DOOR,
    CLIENT,
    Envelope(NULL_REVERSE_PATH),
    Message.of(b"From: a@example.org\r\n\r\n"),
    datetime(2026, 11, 24, tzinfo=UTC),
)
CLEAN = AttachmentFinding((), "clean")


class Check:
    def __init__(self, name: str, answer: Callable[[], Awaitable[Finding]]) -> None:
        self.name = name
        self._answer = answer

    async def check(self, subject: Client | Transaction) -> Finding:
        return await self._answer()


async def clean() -> Finding:
    return CLEAN


async def crash() -> Finding:
    raise RecursionError("too\x1b[2Jdeep")


async def hang() -> Finding:
    await asyncio.get_running_loop().create_future()
    return CLEAN


async def run(*answers: Callable[[], Awaitable[Finding]], time: LoopTime | None = None) -> list[Finding]:
    """The findings; with `time` after it has gone on for as long as the checks may take."""
    checks = [Check(f"check{number}", answer) for number, answer in enumerate(answers)]
    async with asyncio.TaskGroup() as group:
        task = group.create_task(run_message_checks(checks, TRANSACTION, 25, HandClock()))
        if time is not None:
            await settle()
            await time.forward(25)
            assert task.done()
    return [timed.finding for timed in task.result()]


async def test_each_check_gives_its_finding_in_the_order_of_the_checks() -> None:
    assert await run(clean, clean) == [CLEAN, CLEAN]


async def test_no_checks_give_no_findings() -> None:
    assert await run() == []


async def test_a_crash_is_a_temperror_and_the_others_are_still_heard() -> None:
    failed, passed = await run(crash, clean)
    assert passed is CLEAN
    assert isinstance(failed, FailureFinding)
    assert (failed.check, failed.result) == ("check0", "temperror")
    assert failed.detail.startswith("RecursionError: too�[2Jdeep (crash, line ")


async def test_a_check_that_hangs_is_a_temperror_at_its_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    passed, failed = await run(clean, hang, time=LoopTime(monkeypatch))
    assert passed is CLEAN
    assert failed == FailureFinding("check1", "no answer within 25 s")


async def test_the_deadline_is_not_before_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    time = LoopTime(monkeypatch)
    async with asyncio.TaskGroup() as group:
        task = group.create_task(run_message_checks([Check("slow", hang)], TRANSACTION, 3_600, HandClock()))
        await settle()
        await time.forward(3_000)
        assert not task.done()
        await time.forward(600)
        assert task.done()


async def test_a_check_that_swallows_its_cancellation_does_not_hold_the_message(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    release = asyncio.Event()
    seen: list[str] = []

    async def stubborn() -> Finding:
        try:
            await release.wait()
        except asyncio.CancelledError:
            seen.append("cancelled")
            await release.wait()
        raise ValueError("nobody listens any more")

    failed, passed = await run(stubborn, clean, time=LoopTime(monkeypatch))
    assert isinstance(failed, FailureFinding)
    assert passed is CLEAN
    await settle()
    assert seen == ["cancelled"]
    release.set()
    await settle()


async def test_a_check_that_cancels_itself_is_a_temperror() -> None:
    async def give_up() -> Finding:
        raise asyncio.CancelledError

    assert await run(give_up, clean) == [FailureFinding("check0", "the check cancelled itself"), CLEAN]


async def test_an_answer_that_is_no_finding_is_a_temperror() -> None:
    async def nothing() -> Finding:
        return None  # type: ignore[return-value]  # what a forgotten return statement gives

    (failed,) = await run(nothing)
    assert failed == FailureFinding("check0", "the check answered NoneType, which is no finding")


async def test_cancelling_the_whole_cancels_the_checks_and_is_passed_on() -> None:
    seen: list[str] = []

    async def watched() -> Finding:
        try:
            return await hang()
        finally:
            seen.append("gone")

    task = asyncio.ensure_future(run_message_checks([Check("watched", watched)], TRANSACTION, 25, HandClock()))
    await settle()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await settle()
    assert seen == ["gone"]


async def test_the_time_a_check_took_is_told() -> None:
    clock = HandClock()

    async def slow() -> Finding:
        await clock.sleep(2)
        return CLEAN

    async with asyncio.TaskGroup() as group:
        task = group.create_task(run_message_checks([Check("a", slow), Check("b", clean)], TRANSACTION, 25, clock))
        await clock.turn(2)
    assert [timed.elapsed_ms for timed in task.result()] == [2000.0, 0.0]


async def test_client_checks_are_asked_the_same_way() -> None:
    async def iprev() -> Finding:
        return ReverseNameFinding("pass", "mx.example.org")

    named, failed = await run_client_checks([Check("iprev", iprev), Check("dnsbl", crash)], CLIENT, 5, HandClock())
    assert named.finding == ReverseNameFinding("pass", "mx.example.org")
    assert isinstance(failed.finding, FailureFinding)


class Quick(Glancing):
    """Answers at a glance, or leaves it to `check`."""

    name = "quick"

    def __init__(self, glanced: Finding | None, *, crashes: bool = False) -> None:
        self._glanced = glanced
        self._crashes = crashes
        self.was_asked = False

    def glance(self, transaction: Transaction) -> Finding | None:
        if self._crashes:
            raise ValueError("broken")
        return self._glanced

    async def check(self, transaction: Transaction) -> Finding:
        self.was_asked = True
        return UNSCANNABLE


UNSCANNABLE = AttachmentFinding((), "unscannable")


async def test_what_is_known_at_a_glance_is_not_asked_and_stands_in_its_place() -> None:
    known, unknown, broken = Quick(CLEAN), Quick(None), Quick(CLEAN, crashes=True)
    timed = await run_message_checks([Check("a", crash), known, unknown, broken], TRANSACTION, 25, HandClock())
    assert isinstance(timed[0].finding, FailureFinding)
    assert [each.finding for each in timed[1:]] == [CLEAN, UNSCANNABLE, UNSCANNABLE]
    assert (known.was_asked, unknown.was_asked, broken.was_asked) == (False, True, True)


async def test_when_all_is_known_at_a_glance_nobody_is_asked() -> None:
    timed = await run_message_checks([Quick(CLEAN)], TRANSACTION, 25, HandClock())
    assert [each.finding for each in timed] == [CLEAN]
