"""The client of clamd: what it sends, that every failure is one error and never a pass, and the real clamd."""

from __future__ import annotations

import asyncio
import base64
import errno
import os
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from gateway.core.clamdreply import ClamdError
from gateway.core.finding import VirusFinding
from gateway.net.clamd import PIECE_OCTETS, PREAMBLE, ClamdClient
from tests.support.clamd import VIRUS_NAME, VIRUS_TEXT, Clamd
from tests.support.clock import settle
from tests.support.files import encrypted_zip, tarred, tnef, zipped
from tests.support.looptime import LoopTime

MESSAGE = b"Subject: Hello\r\n\r\nHello\r\n"
CLEAN = b"fd[10]: OK\0"


class Peer:
    """Takes a command with its descriptor, reads what it leads to, and answers; `hang` keeps silent."""

    def __init__(self, path: Path, answer: bytes = CLEAN, *, hang: bool = False) -> None:
        self.path, self.answer, self.hang = path, answer, hang
        self.commands: list[bytes] = []
        self.seen: list[bytes] = []
        self.arrived = asyncio.Event()

    async def serve(self) -> None:
        loop = asyncio.get_running_loop()
        with socket.socket(socket.AF_UNIX) as door:
            door.setblocking(False)
            door.bind(str(self.path))
            door.listen()
            kept = []
            while True:
                connection, _ = await loop.sock_accept(door)
                kept.append(connection)
                connection.settimeout(5)
                await asyncio.to_thread(self._take, connection)
                self.arrived.set()
                if not self.hang:
                    connection.sendall(self.answer)
                    connection.close()

    def _take(self, connection: socket.socket) -> None:
        command = b""
        while not command.endswith(b"\0"):
            command += connection.recv(1)
        self.commands.append(command)
        if command == b"zFILDES\0":
            _, descriptors, _, _ = socket.recv_fds(connection, 16, 4)
            (descriptor,) = descriptors
            with open(descriptor, "rb") as file:
                file.seek(0)
                self.seen.append(file.read())


@asynccontextmanager
async def peer(folder: Path, answer: bytes = CLEAN, *, hang: bool = False) -> AsyncIterator[Peer]:
    at = Peer(folder / "peer.sock", answer, hang=hang)
    async with asyncio.TaskGroup() as group:
        serving = group.create_task(at.serve())
        await settle()
        yield at
        serving.cancel()


async def failure_of(folder: Path, answer: bytes) -> ClamdError:
    async with peer(folder, answer) as at:
        with pytest.raises(ClamdError) as caught:
            await ClamdClient(str(at.path), 5).scan(MESSAGE)
    return caught.value


async def test_the_whole_message_is_handed_over_as_one_descriptor(tmp_path: Path) -> None:
    large = MESSAGE + bytes(PIECE_OCTETS + 7)
    async with peer(tmp_path) as at:
        assert await ClamdClient(str(at.path), 5).scan(memoryview(large)) == VirusFinding("clean")
    assert at.commands == [b"zFILDES\0"]
    assert at.seen == [PREAMBLE + large]


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (b"", "garbage"),
        (b"fd[10]: OK", "garbage"),
        (b"fd[10]: OK\0fd[10]: OK\0", "garbage"),
        (b"nonsense\0", "garbage"),
        (b"x" * 5_000, "garbage"),
        (b"fd[10]: No file descriptor received. ERROR\0", "reply"),
    ],
)
async def test_every_strange_answer_is_an_error(tmp_path: Path, answer: bytes, kind: str) -> None:
    assert (await failure_of(tmp_path, answer)).kind == kind


async def test_nobody_at_the_socket_is_an_error_at_once(tmp_path: Path) -> None:
    with pytest.raises(ClamdError, match="connect"):
        await ClamdClient(str(tmp_path / "none.sock"), 5).scan(MESSAGE)
    with pytest.raises(ClamdError, match="connect"):
        await ClamdClient(str(tmp_path / "none.sock"), 5).version()


async def test_silence_ends_after_the_time_and_sooner_while_clamd_is_known_to_be_down(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    time = LoopTime(monkeypatch)
    for is_down, seconds in ((False, 10.0), (True, 2.0)):
        folder = tmp_path / str(is_down)
        folder.mkdir()
        async with peer(folder, hang=True) as at, asyncio.TaskGroup() as group:
            scan = group.create_task(outcome(ClamdClient(str(at.path), 10.0), is_down))
            await at.arrived.wait()
            await time.forward(seconds - 0.5)
            assert not scan.done()
            await time.forward(1.0)
            assert scan.done()
            assert (await scan).kind == "timeout"


async def outcome(client: ClamdClient, is_down: bool = False) -> ClamdError:
    with pytest.raises(ClamdError) as caught:
        await client.scan(MESSAGE, is_down=is_down)
    return caught.value


async def test_who_had_no_turn_in_time_says_nothing_against_clamd(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    time = LoopTime(monkeypatch)
    async with peer(tmp_path, hang=True) as at, asyncio.TaskGroup() as group:
        client = ClamdClient(str(at.path), 10.0, scans_at_once=1)
        first = group.create_task(outcome(client))
        await at.arrived.wait()
        await time.forward(2.0)
        second = group.create_task(outcome(client))
        await settle()
        await time.forward(8.5)
        assert (await first).kind == "timeout"
        await time.forward(2.0)
        assert (await second).kind == "busy"


async def test_no_memory_for_the_copy_is_an_error_and_no_pass(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    for name in ("write", "memfd_create"):
        with monkeypatch.context() as patch:
            patch.setattr(f"gateway.net.clamd.os.{name}", refuse)
            with pytest.raises(ClamdError, match="no memory"):
                await ClamdClient(str(tmp_path / "none.sock"), 5).scan(MESSAGE)


async def test_no_descriptor_is_left_open(tmp_path: Path) -> None:
    before = len(os.listdir("/proc/self/fd"))
    for number in range(3):
        folder = tmp_path / str(number)
        folder.mkdir()
        await failure_of(folder, b"nonsense\0")
    assert len(os.listdir("/proc/self/fd")) == before


# --- the real one ---


@pytest.fixture(scope="module")
def clamd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clamd]:
    running = Clamd.start(tmp_path_factory.mktemp("clamd") / "c")
    yield running
    running.stop()


def attached(data: bytes, top: bytes = b"From: a@sender.example\r\n") -> bytes:
    head = top + b"Content-Type: application/octet-stream; name=a.bin\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    return head + base64.encodebytes(data).replace(b"\n", b"\r\n")


async def found(clamd: Clamd, octets: bytes) -> VirusFinding:
    return await ClamdClient(str(clamd.socket), 20).scan(octets)


async def test_the_real_clamd_finds_nothing_in_a_letter_and_tells_its_version(clamd: Clamd) -> None:
    assert await found(clamd, MESSAGE) == VirusFinding("clean")
    assert (await ClamdClient(str(clamd.socket), 20).version()).release[0].isdigit()


@pytest.mark.parametrize(
    "data",
    [
        VIRUS_TEXT,
        zipped({"a.txt": VIRUS_TEXT}),
        zipped({"b.zip": zipped({"c.tar": tarred({"x": VIRUS_TEXT}, "gz")})}),
        tnef(("a.txt", VIRUS_TEXT)),
    ],
    ids=["plain", "zip", "nested", "winmail.dat"],
)
async def test_the_real_clamd_finds_the_virus_wherever_it_is_packed(clamd: Clamd, data: bytes) -> None:
    assert await found(clamd, attached(data)) == VirusFinding("virus", VIRUS_NAME)


async def test_no_field_on_top_hides_from_the_real_clamd_that_it_is_mail(clamd: Clamd) -> None:
    assert (await found(clamd, attached(zipped({"a": VIRUS_TEXT}), b"X-Anything: 1\r\n"))).result == "virus"


async def test_the_limits_and_alerts_of_the_real_clamd_are_no_virus(clamd: Clamd) -> None:
    assert (await found(clamd, attached(bytes(3_000_000)))).result == "unfinished"
    assert (await found(clamd, attached(encrypted_zip("a.txt", b"x" * 100)))).result == "encrypted"
