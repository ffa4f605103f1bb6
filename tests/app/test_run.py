"""The process around the gateway: what it says when it can't start, and how it ends."""

from __future__ import annotations

import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.daemon import COMMAND, ROOT, Daemon, settings
from tests.support.dnsthread import DnsThread
from tests.support.ports import free_port
from tests.support.process import NotStarted, start_process, stop_process, wait_until_ready


@pytest.fixture
def dns() -> Iterator[str]:
    thread = DnsThread("1.0.0.127.in-addr.arpa PTR mail.shop.example.\nmail.shop.example A 127.0.0.1\n")
    yield thread.address
    thread.stop()


async def test_a_port_that_is_taken_is_one_sentence_and_exit_code_1(tmp_path: Path, dns: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        daemon = Daemon(tmp_path, settings(tmp_path, taken.getsockname()[1], "127.0.0.1:1", dns))
        with pytest.raises(NotStarted, match="is taken: another program listens there"):
            await daemon.start(free_port())
        assert daemon.exit_code == 1
        assert "Traceback" not in daemon.log.read_text()


async def test_a_second_one_on_the_same_folder_does_not_start_and_sigterm_ends_the_first(
    tmp_path: Path, dns: str
) -> None:
    port, log = free_port(), tmp_path / "second.log"
    daemon = Daemon(tmp_path, settings(tmp_path, port, "127.0.0.1:1", dns))
    await daemon.start(port)
    try:
        other = tmp_path / "other.toml"
        other.write_text(daemon.config.read_text().replace(str(port), str(free_port())))
        second = start_process([*COMMAND, "serve", "--config", str(other)], log, folder=ROOT)
        assert second.wait(30) == 1
        assert "poterne can't run: " in log.read_text()
    finally:
        await daemon.stop()
    assert daemon.exit_code == 0
    assert "stopped" in daemon.log.read_text()


def test_a_terminal_that_goes_away_stops_it_in_order(tmp_path: Path, dns: str) -> None:
    config, log = tmp_path / "poterne.toml", tmp_path / "gateway.log"
    config.write_text(settings(tmp_path, free_port(), "127.0.0.1:1", dns))
    process = start_process([*COMMAND, "serve", "--config", str(config)], log, folder=ROOT)
    try:
        wait_until_ready(process, lambda: "serving as" in log.read_text(), log, seconds=60)
        process.send_signal(signal.SIGHUP)
        assert process.wait(30) == 0
        assert "stopped" in log.read_text()
    finally:
        stop_process(process)
