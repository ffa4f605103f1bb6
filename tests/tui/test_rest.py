from __future__ import annotations

import base64
import hashlib
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.control import FakeDesk, gateway_in_thread
from tests.support.terminal import terminal
from tui.format import Piece
from tui.glyphs import SET, Font
from tui.rest import addresses, box, fingerprint, painted, qr


def test_the_fingerprint_is_that_of_ssh(tmp_path: Path) -> None:
    blob = b"\0\0\0\x0bssh-ed25519\0\0\0 " + bytes(32)
    key = tmp_path / "key.pub"
    key.write_text(f"ssh-ed25519 {base64.b64encode(blob).decode()} root@box\n")
    assert fingerprint(key) == "SHA256:" + base64.b64encode(hashlib.sha256(blob).digest()).decode().rstrip("=")
    assert fingerprint(tmp_path / "none.pub") == ""
    key.write_text("rubbish")
    assert fingerprint(key) == ""


def test_the_code_is_made_of_half_blocks_and_light_around() -> None:
    code = qr("admin@192.168.1.20")
    assert {len(each) for each in code} == {29}
    assert set("".join(code)) <= {"█", "▀", "▄", " "} <= SET
    assert code[0] == "█" * 29
    assert all(each.startswith("██") and each.endswith("██") for each in code)


def test_loopback_is_no_address_to_reach_it_at() -> None:
    assert not any(each.startswith("127.") for each in addresses())
    for each in addresses():
        socket.inet_aton(each)


def test_a_box_without_address_has_no_code(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("tui.rest.addresses", lambda: ())
    assert box("admin", tmp_path / "none").code == ()
    monkeypatch.setattr("tui.rest.addresses", lambda: ("192.0.2.2",))
    assert len(box("admin", tmp_path / "none").code) == 15


def test_foreign_text_does_not_steer_the_terminal() -> None:
    out = painted([(Piece("\x1b]52;c;x\x07pay\u202e", "bad"),)], Font.CONSOLE)
    assert "\x1b]" not in out
    assert "\u202e" not in out
    assert out.startswith("\x1b[?25l\x1b[H\x1b[0;91m")


def test_on_a_console_it_shows_the_state_changes_its_language_and_ends_for_a_login(tmp_path: Path) -> None:
    with gateway_in_thread(tmp_path, FakeDesk()) as gateway:
        command = [sys.executable, "-m", "gateway", "console", "--socket", str(gateway.path), "--language", "fr"]
        with terminal(command, {"TERM": "linux"}) as at:
            at.shows("LE COURRIER CIRCULE", "F2 Ouvrir une session")
            at.press("\x1b[[C")
            at.shows("MAIL FLOWS", "F2 Log in")
            at.press("\x1a\x03x")
            assert set("".join(at.lines)) <= SET
            at.press("\x1b[[B")
            assert at.ended() == 0


def test_when_the_terminal_ends_it_ends(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "gateway", "console", "--socket", str(tmp_path / "none.sock")]
    with terminal(command, {"TERM": "linux"}) as at:
        at.shows("DOES NOT ANSWER")
        at.hang_up()
        assert at.ended() != 0


def test_without_a_terminal_it_says_so() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "gateway", "console"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )
    assert done.returncode == 1
    assert b"poterne status" in done.stderr
