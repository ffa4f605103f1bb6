"""The client of rspamd: what it sends, and that every failure of the other side is one error, never a pass."""

from __future__ import annotations

import asyncio
import json
from ipaddress import ip_address
from pathlib import Path

import pytest

from gateway.core.rspamdreply import RspamdError
from gateway.net.rspamd import DOWN_SECONDS, LARGE_OCTETS, ORDINARY_SECONDS, RspamdClient, ScanRequest, limit_seconds
from tests.support.clock import settle
from tests.support.looptime import LoopTime
from tests.support.unixpeer import ScriptedPeer, json_reply

MESSAGE = b"Subject: Hello\r\n\r\nHello\r\n"
ONE = ScanRequest((MESSAGE,))
CLEAN = json_reply('{"action":"no action","score":1.5,"symbols":{"A":{"score":1.5}}}')


def client(address: str, seconds: float = 5.0) -> RspamdClient:
    return RspamdClient(address, address, seconds)


async def failure_of(peer: ScriptedPeer, seconds: float = 5.0) -> RspamdError:
    async with peer:
        with pytest.raises(RspamdError) as caught:
            await client(peer.address, seconds).scan(ScanRequest((MESSAGE,)))
    return caught.value


async def test_the_request_tells_what_we_know_and_nothing_else(tmp_path: Path) -> None:
    request = ScanRequest(
        (MESSAGE[:5], memoryview(MESSAGE)[5:]),
        ip=ip_address("2001:db8::7"),
        helo="mail.sender.example",
        hostname="mail.sender.example",
        reverse_path="ann@sender.example",
        recipients=("bob@office.example", "zoé@office.example"),
        queue_id="F7K2Q",
        mta_name="mx.office.example",
        auth_symbols=("R_SPF_ALLOW", "R_DKIM_NA"),
        settings={"groups_disabled": ["rbl"]},
    )
    async with ScriptedPeer(tmp_path, CLEAN) as peer:
        finding = await client(peer.address).scan(request)
    assert finding.score == 1.5
    head, _, body = peer.received.partition(b"\r\n\r\n")
    assert body == MESSAGE
    lines = head.decode().split("\r\n")
    assert lines[0] == "POST /checkv2 HTTP/1.1"
    fields = [line.split(": ", 1) for line in lines[1:]]
    assert [value for name, value in fields if name == "Rcpt"] == ["bob@office.example", "zoé@office.example"]
    known = dict(fields)
    assert known["IP"] == "2001:db8::7"
    assert known["X-Poterne-Auth"] == "R_SPF_ALLOW,R_DKIM_NA"
    assert json.loads(known["Settings"]) == {"groups_disabled": ["rbl"]}
    assert known["Queue-Id"] == "F7K2Q"
    assert known["MTA-Name"] == "mx.office.example"
    assert "User" not in known


async def test_without_a_proven_name_no_hostname_is_sent(tmp_path: Path) -> None:
    async with ScriptedPeer(tmp_path, CLEAN) as peer:
        await client(peer.address).scan(ScanRequest((MESSAGE,), ip=ip_address("192.0.2.7")))
    assert b"Hostname" not in peer.received
    assert b"Settings" not in peer.received


@pytest.mark.parametrize("field", ["helo", "hostname", "reverse_path", "user", "queue_id", "mta_name"])
async def test_foreign_text_adds_no_request_field(tmp_path: Path, field: str) -> None:
    hostile = "x\r\nX-Poterne-Auth: R_DKIM_ALLOW\r\n\r\n\x00y"
    async with ScriptedPeer(tmp_path, CLEAN) as peer:
        await client(peer.address).scan(ScanRequest((MESSAGE,), **{field: hostile}))  # type: ignore[arg-type] # text all
    assert b"\nX-Poterne-Auth" not in peer.received
    assert b"\x00" not in peer.received
    assert peer.received.endswith(b"\r\n\r\n" + MESSAGE)


async def test_a_hostile_recipient_adds_no_request_field(tmp_path: Path) -> None:
    async with ScriptedPeer(tmp_path, CLEAN) as peer:
        await client(peer.address).scan(ScanRequest((MESSAGE,), recipients=("a@b\r\nFile: /etc/shadow",)))
    assert b"\nFile" not in peer.received


async def test_an_empty_message_is_never_sent(tmp_path: Path) -> None:
    async with ScriptedPeer(tmp_path, CLEAN) as peer:
        with pytest.raises(RspamdError) as caught:
            await client(peer.address).scan(ScanRequest((b"", memoryview(b""))))
    assert caught.value.kind == "empty-message"
    assert peer.received == b""


async def test_nobody_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(RspamdError) as caught:
        await client(str(tmp_path / "nobody.sock")).scan(ScanRequest((MESSAGE,)))
    assert caught.value.kind == "connect"


async def test_a_hung_peer_is_a_timeout(tmp_path: Path) -> None:
    assert (await failure_of(ScriptedPeer(tmp_path, CLEAN, hang=True), 0.1)).kind == "timeout"


@pytest.mark.parametrize(
    ("bound", "size", "is_down", "seconds"),
    [
        (20.0, 1, False, ORDINARY_SECONDS),
        (20.0, LARGE_OCTETS, False, ORDINARY_SECONDS),
        (20.0, LARGE_OCTETS + 1, False, 20.0),
        (8.0, 1, False, 8.0),
        (20.0, 1, True, DOWN_SECONDS),
        (20.0, LARGE_OCTETS + 1, True, DOWN_SECONDS),
        (2.0, 1, True, 2.0),
    ],
)
def test_the_size_and_what_is_known_of_rspamd_bound_the_wait(
    bound: float, size: int, is_down: bool, seconds: float
) -> None:
    assert limit_seconds(bound, size, is_down=is_down) == seconds


@pytest.mark.parametrize(
    ("octets", "is_down", "in_time", "too_late"),
    [(0, False, 11.5, 12.5), (0, True, 2.5, 3.5), (LARGE_OCTETS, False, 19.5, 20.5), (LARGE_OCTETS, True, 2.5, 3.5)],
)
async def test_a_hung_rspamd_holds_a_small_message_twelve_seconds_and_any_three_once_it_is_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, octets: int, is_down: bool, in_time: float, too_late: float
) -> None:
    time = LoopTime(monkeypatch)
    async with ScriptedPeer(tmp_path, CLEAN, hang=True) as peer, asyncio.TaskGroup() as group:
        request = ScanRequest((MESSAGE, bytes(octets)))
        scan = group.create_task(_kind(client(peer.address, 20.0), request, is_down=is_down))
        await peer.arrivals(1)
        await time.forward(in_time)
        assert not scan.done()
        await time.forward(too_late - in_time)
        assert scan.done()
        assert scan.result() == "timeout"


async def test_a_slow_half_reply_is_a_timeout(tmp_path: Path) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(CLEAN[:-5])
        await reader.read()
        writer.close()

    path = str(tmp_path / "slow.sock")
    async with await asyncio.start_unix_server(serve, path):
        with pytest.raises(RspamdError) as caught:
            await client(path, 0.1).scan(ScanRequest((MESSAGE,)))
    assert caught.value.kind == "timeout"


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (CLEAN[:-5], "reply"),
        (b"", "reply"),
        (b"<html>", "reply"),
        (json_reply("{"), "garbage"),
        (json_reply("[]"), "garbage"),
        (json_reply('{"action":"no action","score":NaN}'), "garbage"),
        (json_reply('{"action":"no action","score":1e999}'), "garbage"),
        (json_reply("{}"), "no-score"),
        (json_reply('{"action":"no action"}'), "no-score"),
        (json_reply('{"error":"no"}'), "http"),
        (json_reply('{"error":"bad message"}', "400 Bad"), "http"),
        (json_reply('{"action":"no action","score":0}', "500 Sorry"), "http"),
        (json_reply("busy", "503 Busy"), "http"),
    ],
)
async def test_every_broken_answer_is_an_error(tmp_path: Path, answer: bytes, kind: str) -> None:
    assert (await failure_of(ScriptedPeer(tmp_path, answer))).kind == kind


async def test_rspamds_own_words_reach_the_admin(tmp_path: Path) -> None:
    error = await failure_of(ScriptedPeer(tmp_path, json_reply('{"error":"cannot parse mime"}', "400 Bad")))
    assert error.detail == "status 400 cannot parse mime"


async def test_at_most_three_are_scanned_at_once(tmp_path: Path) -> None:
    async with ScriptedPeer(tmp_path, CLEAN, hang=True) as peer:
        scanner = client(peer.address)
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(scanner.scan(ScanRequest((MESSAGE,)))) for _ in range(10)]
            await peer.arrivals(3)
            await settle()
            assert peer.together == 3
            peer.release.set()
        assert all(task.result().score == 1.5 for task in tasks)
        assert peer.together == 3


async def test_large_messages_never_take_all_turns(tmp_path: Path) -> None:
    large = ScanRequest((MESSAGE, bytes(LARGE_OCTETS)))
    async with ScriptedPeer(tmp_path, CLEAN, hang=True) as peer:
        scanner = client(peer.address)
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(scanner.scan(large)) for _ in range(5)]
            await peer.arrivals(1)
            await settle()
            assert peer.together == 1
            tasks.append(group.create_task(scanner.scan(ScanRequest((MESSAGE,)))))
            await peer.arrivals(1)
            assert peer.together == 2
            peer.release.set()
        assert all(task.result().score == 1.5 for task in tasks)


async def test_waiting_for_a_turn_counts_as_waiting(tmp_path: Path) -> None:
    async with ScriptedPeer(tmp_path, CLEAN, hang=True) as peer:
        scanner = RspamdClient(peer.address, peer.address, 0.1, scans_at_once=1)
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(_kind(scanner)) for _ in range(3)]
    assert [task.result() for task in tasks] == ["timeout", "busy", "busy"]


async def test_a_turn_that_comes_too_late_is_not_rspamds_fault(tmp_path: Path) -> None:
    async with ScriptedPeer(tmp_path, CLEAN, hang=True) as peer:
        scanner = RspamdClient(peer.address, peer.address, 0.2, scans_at_once=1)
        async with asyncio.TaskGroup() as group:
            first = group.create_task(_kind(scanner))
            await peer.arrivals(1)
            late = group.create_task(_kind(scanner))
            # The first gives its turn back at its own deadline, a moment before that of the second.
    assert (first.result(), late.result()) == ("timeout", "busy")


async def _kind(scanner: RspamdClient, request: ScanRequest = ONE, *, is_down: bool = False) -> str:
    try:
        await scanner.scan(request, is_down=is_down)
    except RspamdError as error:
        return error.kind
    return "scanned"


async def test_a_cancelled_scan_gives_its_turn_back(tmp_path: Path) -> None:
    async with ScriptedPeer(tmp_path, CLEAN, hang=True) as peer:
        scanner = RspamdClient(peer.address, peer.address, 5.0, scans_at_once=1)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await scanner.scan(ScanRequest((MESSAGE,)))
        peer.release.set()
        assert (await scanner.scan(ScanRequest((MESSAGE,)))).score == 1.5


async def test_a_cut_off_scan_is_held_against_rspamd_only_when_it_had_a_fair_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    time = LoopTime(monkeypatch)
    async with ScriptedPeer(tmp_path, CLEAN, hang=True) as peer, asyncio.TaskGroup() as group:
        scanner = RspamdClient(peer.address, peer.address, 20.0, scans_at_once=2)
        heard: list[str] = []

        async def scan(name: str) -> None:
            await scanner.scan(ONE, cut_off=lambda error: heard.append(f"{name}: {error.kind}"))

        first = group.create_task(scan("had its time"))
        await peer.arrivals(1)
        await time.forward(5.0)
        second = group.create_task(scan("had little"))
        await peer.arrivals(1)
        third = group.create_task(scan("had no turn"))
        await time.forward(3.0)
        for task in (third, second, first):
            task.cancel()
    assert sorted(heard) == ["had its time: timeout", "had little: busy", "had no turn: busy"]


async def test_words_of_rspamd_that_no_utf8_can_hold_are_made_readable(tmp_path: Path) -> None:
    async with ScriptedPeer(tmp_path, json_reply('{"version":"3.\\ud800"}')) as peer:
        assert await client(peer.address).version() == "3.?"
    error = await failure_of(ScriptedPeer(tmp_path, json_reply('{"error":"\\ud800"}', "400 Bad")))
    assert error.detail == "status 400 ?"


async def test_learning_knows_new_known_and_refused(tmp_path: Path) -> None:
    async with ScriptedPeer(tmp_path, json_reply('{"success":true}')) as peer:
        assert await client(peer.address).learn_spam((MESSAGE,)) is True
    assert peer.received.startswith(b"POST /learnspam ")
    async with ScriptedPeer(tmp_path, json_reply('{"error":"already"}', "208 known")) as peer:
        assert await client(peer.address).learn_ham((MESSAGE,)) is False
    assert peer.received.startswith(b"POST /learnham ")
    async with ScriptedPeer(tmp_path, json_reply('{"error":"too few tokens"}', "204 none")) as peer:
        with pytest.raises(RspamdError, match="too few tokens"):
            await client(peer.address).learn_ham((MESSAGE,))
    with pytest.raises(RspamdError):
        await client(peer.address).learn_ham(())


async def test_the_version_is_the_controllers(tmp_path: Path) -> None:
    async with ScriptedPeer(tmp_path, json_reply('{"version":"3.12.1","scanned":7,"scan_times":[null]}')) as peer:
        assert await client(peer.address).version() == "3.12.1"
    async with ScriptedPeer(tmp_path, json_reply('{"version":3}')) as peer:
        assert await client(peer.address).version() == ""


async def test_ping_wants_pong(tmp_path: Path) -> None:
    async with ScriptedPeer(tmp_path, b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npong\r\n") as peer:
        await client(peer.address).ping()
    async with ScriptedPeer(tmp_path, json_reply("{}")) as peer:
        with pytest.raises(RspamdError):
            await client(peer.address).ping()
