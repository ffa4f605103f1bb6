"""Settings of a running gateway: trials that come back by themselves, starts that never fail, mail that flows."""

from __future__ import annotations

import asyncio
import socket
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from email import message_from_bytes
from pathlib import Path

import pytest

from tests.support.daemon import Daemon, settings
from tests.support.dnsthread import DnsThread
from tests.support.nexthop import NextHop, Profile
from tests.support.nexthop import running as running_hop
from tests.support.ports import free_port
from tests.support.process import NotStarted
from tests.support.steadymail import steady_mail

ZONE = "shop.example A 127.0.0.1\nmail.shop.example A 127.0.0.1\n1.0.0.127.in-addr.arpa PTR mail.shop.example.\n"


@dataclass
class Office:
    """A daemon before a scripted server, its first settings, and its port."""

    daemon: Daemon
    hop: NextHop
    text: str
    port: int

    def file(self, folder: Path, *changes: tuple[str, str]) -> str:
        """The first settings with these texts replaced, as a file beside the daemon's own."""
        path = folder / "new.toml"
        path.write_text(self.changed(*changes))
        return str(path)

    def changed(self, *changes: tuple[str, str]) -> str:
        text = self.text
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        return text


@asynccontextmanager
async def office(folder: Path) -> AsyncIterator[Office]:
    port, dns = free_port(), DnsThread(ZONE)
    async with running_hop() as hop:
        text = settings(folder, port, hop.address, dns.address)
        daemon = Daemon(folder, text)
        await daemon.start(port)
        try:
            yield Office(daemon, hop, text, port)
        finally:
            await daemon.stop()
            dns.stop()


async def until(question: Callable[[], bool], seconds: float = 30) -> None:
    async with asyncio.timeout(seconds):
        while not question():
            await asyncio.to_thread(socket_pause)


def socket_pause() -> None:
    """A short wait that is no sleep of ours: a connection that nobody answers."""
    first, second = socket.socketpair()
    first.settimeout(0.05)
    try:
        first.recv(1)
    except TimeoutError:
        pass
    finally:
        first.close()
        second.close()


RISKY = ('hostname = "mx.office.example"', 'hostname = "mx2.office.example"')
HARMLESS = "[failure]", "[policy.standard]\nmark_at = 5.5 # a little earlier\n[failure]"


async def test_a_harmless_change_is_kept_at_once_and_stands_in_file_and_history(tmp_path: Path) -> None:
    async with office(tmp_path) as at:
        done = await at.daemon.ask("config", "try", at.file(tmp_path, HARMLESS))
        assert (done["outcome"], done["version"]) == ("kept", 2)
        text = "Points from which mail is marked"
        change = {"key": "policy.standard.mark_at", "old": "6.0", "new": "5.5", "risk": "", "text": text}
        assert done["changes"] == [change]
        assert at.daemon.config.read_text() == at.changed(HARMLESS)
        second = await at.daemon.ask("config", "edit", "--set", "quarantine.keep_days=10")
        assert second["outcome"] == "kept"
        assert "mark_at = 5.5 # a little earlier" in at.daemon.config.read_text()
        assert "keep_days = 10" in at.daemon.config.read_text()
        history = (await at.daemon.ask("config", "history"))["items"]
        assert [(each["number"], each["via"], each["state"]) for each in history] == [
            (3, "edit", "kept"), (2, "try", "kept"), (1, "first start", "kept"),
        ]  # fmt: skip
        assert all(each["by"] for each in history[:2])


async def test_a_risky_change_is_a_trial_that_reverts_by_itself(tmp_path: Path) -> None:
    async with office(tmp_path) as at:
        answer = await at.daemon.call("config", "try", at.file(tmp_path, RISKY), "--for", "10s")
        assert answer.code == 0
        assert "Keep it with: poterne config keep; it reverts in" in answer.out
        assert (await at.daemon.ask("status"))["trial"]["version"] == 2
        assert "mx2.office.example" in greeting(at.port)
        assert at.daemon.config.read_text() == at.text
        await until(lambda: "mx.office.example" in greeting(at.port))
        newest = (await at.daemon.ask("config", "history"))["items"][0]
        assert (newest["state"], newest["ended"]) == ("reverted", "nobody kept it in time")
        assert (await at.daemon.ask("status"))["trial"] is None


async def test_a_trial_that_is_kept_stands_in_the_file_and_outlives_a_restart(tmp_path: Path) -> None:
    async with office(tmp_path) as at:
        await at.daemon.ask("config", "try", at.file(tmp_path, RISKY))
        assert (await at.daemon.ask("config", "keep"))["outcome"] == "kept"
        assert at.daemon.config.read_text() == at.changed(RISKY)
        await at.daemon.kill()
        await at.daemon.start(at.port)
        assert "mx2.office.example" in greeting(at.port)
        undone = await at.daemon.ask("config", "undo")
        assert (undone["outcome"], undone["version"]) == ("trial", 3)
        assert "mx.office.example" in greeting(at.port)


@pytest.mark.parametrize("is_in_place", [False, True], ids=["beside", "in-place"])
async def test_a_trial_never_survives_a_restart(tmp_path: Path, is_in_place: bool) -> None:
    async with office(tmp_path) as at:
        tried = at.file(tmp_path, RISKY)
        if is_in_place:  # the admin edited the file itself, and then tried it
            at.daemon.write(at.changed(RISKY))
            tried = str(at.daemon.config)
        assert (await at.daemon.ask("config", "try", tried))["outcome"] == "trial"
        await at.daemon.kill()
        await at.daemon.start(at.port)
        assert "mx.office.example" in greeting(at.port)
        assert at.daemon.config.read_text() == at.text
        newest = (await at.daemon.ask("config", "history"))["items"][0]
        assert newest["state"] == "reverted"
        assert "started anew" in newest["ended"]


async def test_all_errors_are_told_at_once_and_nothing_changes(tmp_path: Path) -> None:
    async with office(tmp_path) as at:
        wrong = ('backend = "exchange"', 'backend = "exchang"'), ("[failure]", "[failure]\nrspam = 1")
        answer = await at.daemon.call("config", "try", at.file(tmp_path, *wrong))
        assert answer.code == 2
        assert "2 errors. Nothing was changed." in answer.err
        assert "new.toml:13: failure.rspam" in answer.err
        assert 'did you mean "rspamd"?' in answer.err
        assert (await at.daemon.ask("config", "show"))["number"] == 1


async def test_what_worked_and_works_no_more_comes_back_at_once(tmp_path: Path) -> None:
    async with office(tmp_path) as at:
        dead = f"127.0.0.1:{free_port()}"
        answer = await at.daemon.call("config", "try", at.file(tmp_path, (at.hop.address, dead)))
        assert answer.code == 1
        assert "backend:exchange does not work any more" in answer.out
        assert "The settings before run again." in answer.out
        assert (await at.daemon.ask("config", "show"))["number"] == 1
        assert (await at.daemon.ask("status"))["lanes"][0]["state"] == "up"


async def test_an_address_that_stands_in_the_way_of_another_makes_room_and_comes_back(tmp_path: Path) -> None:
    async with office(tmp_path) as at:
        other = (f'"127.0.0.1:{at.port}"', f'"0.0.0.0:{at.port}"')
        assert (await at.daemon.ask("config", "try", at.file(tmp_path, other)))["outcome"] == "trial"
        assert "220 " in greeting(at.port, "127.0.0.2")
        await at.daemon.ask("config", "undo")
        assert "220 " in greeting(at.port)
        with pytest.raises(ConnectionRefusedError):
            greeting(at.port, "127.0.0.2")


async def test_settings_that_cannot_listen_change_nothing(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        async with office(tmp_path) as at:
            number = taken.getsockname()[1]
            answer = await at.daemon.call("config", "try", at.file(tmp_path, (str(at.port), str(number))))
            assert answer.code == 1
            assert "is taken: another program listens there. Nothing changed." in answer.err
            assert "220 " in greeting(at.port)


BROKEN = {"newer": "schema = 2\n", "no-toml": "hostname = \n", "nul": "\x00\n", "unknown": 'nonsense = "yes"\n'}


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN)
async def test_a_file_that_can_not_be_used_never_stops_a_start(tmp_path: Path, broken: str) -> None:
    async with office(tmp_path) as at:
        await at.daemon.ask("config", "try", at.file(tmp_path, HARMLESS))
        await at.daemon.stop()
        at.daemon.write(at.text.replace("schema = 1\n", broken))
        await at.daemon.start(at.port)
        status = await at.daemon.ask("status")
        assert status["mail_flows"]
        told = "The settings file can't be used; version 2 runs instead"
        assert any(told in each["what"] for each in status["troubles"])
        assert "mark_at = 5.5" in (await at.daemon.ask("config", "show"))["text"]
        mended = await at.daemon.ask("config", "try", at.file(tmp_path))
        assert mended["outcome"] == "kept"
        assert at.daemon.config.read_text() == at.text
        assert not any("settings file" in each["what"] for each in (await at.daemon.ask("status"))["troubles"])


async def test_without_any_version_a_file_that_can_not_be_used_is_told_and_exits_2(tmp_path: Path) -> None:
    daemon = Daemon(tmp_path, f'state_directory = "{tmp_path}/state"\nhostnam = "x"\n')
    with pytest.raises(NotStarted, match='did you mean "hostname"'):
        await daemon.start(free_port())


async def test_a_file_edited_by_hand_runs_at_the_restart_and_becomes_a_version(tmp_path: Path) -> None:
    async with office(tmp_path) as at:
        await at.daemon.stop()
        at.daemon.write(at.changed(RISKY))
        await at.daemon.start(at.port)
        assert "mx2.office.example" in greeting(at.port)
        newest = (await at.daemon.ask("config", "history"))["items"][0]
        assert (newest["number"], newest["via"], newest["state"]) == (2, "edited by hand", "kept")
        assert [each["key"] for each in newest["changes"]] == ["hostname"]


async def test_a_file_edited_by_hand_that_cannot_run_here_leaves_the_last_running(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        async with office(tmp_path) as at:
            await at.daemon.stop()
            at.daemon.write(at.changed((str(at.port), str(taken.getsockname()[1]))))
            await at.daemon.start(at.port)
            troubles = (await at.daemon.ask("status"))["troubles"]
            assert any("can't run here; version 1 runs instead" in each["what"] for each in troubles)


async def test_mail_flows_without_a_refused_connection_while_settings_come_and_go(tmp_path: Path) -> None:
    async with office(tmp_path) as at, running_hop(Profile()) as other:
        risky = at.file(tmp_path, RISKY, (at.hop.address, other.address))
        async with steady_mail(at.port) as count:
            for _ in range(3):
                before = len(count.acknowledged)
                await until(lambda before=before: len(count.acknowledged) > before + 10)
                assert (await at.daemon.ask("config", "try", risky))["outcome"] == "trial"
                tried = len(count.acknowledged)
                await until(lambda tried=tried: len(count.acknowledged) > tried + 10)
                assert (await at.daemon.ask("config", "undo"))["outcome"] == "reverted"
        await until(lambda: len(at.hop.messages) + len(other.messages) >= len(count.acknowledged))
        assert count.failures == {}
        assert set(count.replies) <= {421}
        arrived = Counter(str(message_from_bytes(each.octets)["Subject"]) for each in at.hop.messages + other.messages)
        assert sorted(arrived) == sorted(count.acknowledged)
        assert max(arrived.values()) == 1
        assert at.hop.messages
        assert other.messages


async def test_secrets_go_in_and_never_come_out(tmp_path: Path) -> None:
    async with office(tmp_path) as at:
        assert (await at.daemon.call("secret", "set", "smart-host", stdin="s3cret\n")).code == 0
        stored = tmp_path / "state" / "secrets" / "smart-host"
        assert stored.read_bytes() == b"s3cret"
        assert stored.stat().st_mode & 0o777 == 0o600
        assert [each["name"] for each in (await at.daemon.ask("secret", "list"))["items"]] == ["smart-host"]
        assert (await at.daemon.call("secret", "set", "installation", stdin="mine\n")).code == 1
        assert (await at.daemon.call("secret", "set", "../x", stdin="mine\n")).code == 2
        assert (await at.daemon.call("secret", "delete", "smart-host", "--yes")).code == 0
        assert (await at.daemon.call("secret", "delete", "smart-host", "--yes")).code == 1
        assert "s3cret" not in at.daemon.log.read_text()


def greeting(port: int, host: str = "127.0.0.1") -> str:
    """What the gateway says first."""
    with socket.create_connection((host, port), timeout=10) as peer:
        return peer.recv(200).decode()
