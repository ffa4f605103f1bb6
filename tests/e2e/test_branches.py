"""A kill in the middle of each branch of D1: what the queue says before and after, and who has what in the end."""

from __future__ import annotations

import asyncio
import smtplib
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from tests.probes.world import World
from tests.support.nexthop import NextHop, Profile
from tests.support.nexthop import running as running_hop

# So much faster: the budget of 45 s is 2.25 s, the ten minutes of doubt are half a minute.
PACE = 20.0
ANNE, BRUNO = "anne@office.example", "bruno@office.example"
CONTENT = "From: ann@shop.example\r\nSubject: branch\r\nMessage-ID: <1@shop.example>\r\n\r\nx\r\n"
WELL = Profile()
LMTP = Profile(is_lmtp=True)
UNKNOWN = "550 5.1.10 Recipient not found"
SILENT = Profile(stores_silently=True)


@dataclass(frozen=True)
class Branch:
    """How the hop is at first, and what must be so.

    `waiting`: what the queue says before the kill and after the restart, a state and who is in it, for each entry.
    `at_first`: who had the message before the kill; `in_the_end`: how often each has it when the queue is empty.
    """

    profile: Profile
    waiting: tuple[tuple[str, tuple[str, ...]], ...]
    at_first: tuple[str, ...]
    in_the_end: dict[str, int]
    afterwards: Profile = WELL
    transport: str = "smtp"


BOTH = (ANNE, BRUNO)
ONCE = {ANNE: 1, BRUNO: 1}
BRANCHES = {
    "away": Branch(Profile(greeting="!"), (("queued", BOTH),), (), ONCE),
    "sick": Branch(Profile(mail="530 5.7.0 Must issue a STARTTLS command first"), (("queued", BOTH),), (), ONCE),
    "slow, and the budget ends before our dot": Branch(Profile(data=""), (("queued", BOTH),), (), ONCE),
    "a 4yz after the dot": Branch(Profile(dot="451 4.3.0 Later"), (("queued", BOTH),), (), ONCE),
    # Nobody waits for an answer any more, so the spool at once delivers to whom it can.
    "one must wait at RCPT": Branch(
        Profile(recipients={BRUNO: "452 4.2.2 Mailbox full"}), (("queued", (BRUNO,)),), (ANNE,), ONCE
    ),
    # The scripted hop also keeps what it defers: how often it was given Bruno's depends on the moment of the kill.
    "mixed answers after the dot": Branch(
        Profile(is_lmtp=True, at_dot={BRUNO: "452 4.2.2 Mailbox full"}),
        (("queued", (BRUNO,)),),
        (ANNE,),
        {ANNE: 1},
        LMTP,
        "lmtp",
    ),
    # What the hop refuses for Bruno alone is held for a person; that is no business of the queue any more.
    "split, and the first part falls silent": Branch(
        Profile(unknown=frozenset({BRUNO}), refuses_whole=UNKNOWN, is_silent_for=frozenset({(ANNE,)})),
        (("in-doubt", (ANNE,)),),
        (ANNE,),
        {ANNE: 2},
    ),
    "silent, and the budget ends after our dot": Branch(SILENT, (("in-doubt", BOTH),), BOTH, {ANNE: 2, BRUNO: 2}),
}


@dataclass
class Scene:
    """A gateway before a scripted hop."""

    world: World
    hop: NextHop
    last_said: object = None

    async def start(self) -> None:
        self.world.start(PACE)
        await asyncio.to_thread(self.world.await_greeting)

    async def send(self, *recipients: str) -> int:
        """The code after the dot; 0 where no reply came."""
        return await asyncio.to_thread(self._send, recipients)

    async def ask(self, *verb: str) -> Any:
        return await asyncio.to_thread(self.world.ask, *verb)

    async def waiting(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """What the queue says, each entry's state and recipients."""
        entries = (await self.ask("queue", "list"))["items"]
        found = [
            (each["state"], tuple(one["address"] for one in each["recipients"] if one["is_open"])) for each in entries
        ]
        return tuple(sorted(found))

    def taken(self) -> Counter[str]:
        """How often each recipient has the message."""
        return Counter(recipient for each in self.hop.messages for recipient in each.recipients)

    async def until(self, condition: Callable[[], bool], seconds: float) -> None:
        async with asyncio.timeout(seconds):
            while not condition():  # noqa: ASYNC110 - another process sets no Event of ours
                await asyncio.sleep(0.005)

    async def until_waiting(self, expected: tuple[tuple[str, tuple[str, ...]], ...]) -> None:
        """The queue says so, after the spool's first try at the latest."""
        async with asyncio.timeout(20):
            while (said := await self.waiting()) != expected:
                self.last_said = said

    async def until_empty(self, seconds: float = 100) -> None:
        await self.until(lambda: self.world.waiting_files() == 0, seconds)

    def _send(self, recipients: tuple[str, ...]) -> int:
        try:
            with smtplib.SMTP("127.0.0.1", self.world.port, "mail.shop.example", timeout=60) as client:
                client.sendmail("ann@shop.example", recipients, CONTENT)
        except smtplib.SMTPResponseException as error:
            return error.smtp_code
        except (OSError, smtplib.SMTPServerDisconnected):
            return 0
        return 250


@asynccontextmanager
async def scene(folder: Path, profile: Profile, transport: str = "smtp") -> AsyncIterator[Scene]:
    async with running_hop(profile) as hop:
        with World(folder / "world", {"host": hop.address, "transport": transport}) as world:
            at = Scene(world, hop)
            await at.start()
            yield at
            hop.hang_up()


@pytest.mark.timeout(240)
@pytest.mark.xdist_group("branches")
@pytest.mark.parametrize("name", BRANCHES)
async def test_a_kill_in_a_branch_changes_nothing_of_what_was_promised(tmp_path: Path, name: str) -> None:
    branch = BRANCHES[name]
    is_doubtful = branch.waiting[0][0] == "in-doubt"
    async with scene(tmp_path, branch.profile, branch.transport) as at:
        assert await at.send(*BOTH) == 250
        await at.until_waiting(branch.waiting)
        assert all(at.taken()[each] == 1 for each in branch.at_first)
        at.world.kill()
        at.hop.hang_up()
        if not is_doubtful:
            await at.start()
            await at.until_waiting(branch.waiting)
            at.hop.profile = branch.afterwards
        else:
            at.hop.profile = branch.afterwards
            await at.start()
            restarted = asyncio.get_running_loop().time()
            assert await at.waiting() == branch.waiting
        await at.until_empty()
        taken = at.taken()
        assert {each: taken[each] for each in branch.in_the_end} == branch.in_the_end
        if is_doubtful:
            # Ten minutes from the dot, of which the sender's wait and the restart took some seconds.
            assert asyncio.get_running_loop().time() - restarted > 20


LATE = {
    # 50 s after the dot, when the sender has its 250 already.
    "with yes": (replace(SILENT), 0),
    "with no": (replace(SILENT, dot="550 5.7.1 Not wanted here"), 1),
}


@pytest.mark.timeout(120)
@pytest.mark.xdist_group("branches")
@pytest.mark.parametrize("name", LATE)
async def test_a_hop_that_answers_after_the_budget_settles_the_doubt_at_once(tmp_path: Path, name: str) -> None:
    profile, held = LATE[name]
    async with scene(tmp_path, profile) as at:
        assert await at.send(*BOTH) == 250
        assert await at.waiting() == (("in-doubt", BOTH),)
        at.hop.may_answer_dot.set()
        await at.until_empty(20)
        assert at.taken() == Counter(ONCE)
        assert len((await at.ask("quarantine", "list"))["items"]) == held


@pytest.mark.timeout(120)
@pytest.mark.xdist_group("branches")
@pytest.mark.parametrize("profile", [SILENT, Profile(data=""), Profile(mail_delay_seconds=1.0)])
async def test_a_kill_before_the_sender_has_its_answer_promises_nothing_and_keeps_nothing(
    tmp_path: Path, profile: Profile
) -> None:
    async with scene(tmp_path, profile) as at:
        async with asyncio.TaskGroup() as group:
            sending = group.create_task(at.send(*BOTH))
            await at.hop.wait_for("." if profile is SILENT else "DATA" if profile.data == "" else "MAIL")
            at.world.kill()
        assert sending.result() == 0
        at.hop.hang_up()
        at.hop.profile = WELL
        await at.start()
        assert await at.waiting() == ()
        assert at.taken() == (Counter(ONCE) if profile is SILENT else Counter())
        assert await at.send(*BOTH) == 250
        await at.until_empty()
        # The one who sends again makes the second copy where the hop had the first (RFC 1047).
        assert at.taken() == Counter({each: 1 + (profile is SILENT) for each in BOTH})
