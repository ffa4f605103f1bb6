"""A virtual machine as somebody at its screen has it: read and typed at through the serial console, cut off its power.

It knows boards and QEMU, and nothing of what the image does. Every wait has an end and says what was awaited.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from tests.image.vm.tree import cache, program

_TAIL_OCTETS = 3000
# Colours and cursor movements: firmware and systemd print them, nobody awaits them.
_ESCAPES = re.compile(rb"\x1b(?:\[[0-9;?]*[A-Za-z]|[=>78cDEHM]|\([A-Z0-9]|\][^\x07\x1b]*(?:\x07|\x1b\\))")


class NotSeen(AssertionError):
    """The console did not say in time what was awaited; the text ends with what it said instead."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What a machine is made of."""

    board: str
    disk: Path
    folder: Path  # logs, sockets, UEFI variables: one folder a machine
    forwards: dict[int, int] = field(default_factory=dict)  # port on the host's loopback -> port in the machine
    credentials: dict[str, Path] = field(default_factory=dict)  # systemd credentials by name
    memory_mib: int = 1024
    cpus: int = 2


class Machine:
    """One machine; it may be switched on again after a power cut."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self.started = 0.0
        self._said = bytearray()
        self._read = 0
        self._more = threading.Condition()
        self._process: subprocess.Popen[bytes] | None = None
        self._log = parts.folder / "console.log"

    def __enter__(self) -> Machine:
        self.switch_on()
        return self

    def __exit__(self, *_: object) -> None:
        self.cut_power()

    def switch_on(self) -> None:
        """Start QEMU. The console's earlier text stays in the log and is awaited no more."""
        self.parts.folder.mkdir(parents=True, exist_ok=True)
        (self.parts.folder / "monitor").unlink(missing_ok=True)
        command = _command(self.parts)
        environment = {**os.environ, "QEMU_MODULE_DIR": str(cache() / "tools/usr/lib/x86_64-linux-gnu/qemu")}
        self._read = len(self._said)
        self.started = time.monotonic()
        self._process = subprocess.Popen(
            command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        threading.Thread(target=self._listen, args=(self._process,), daemon=True).start()

    def cut_power(self) -> None:
        """As when the plug is pulled: nothing in the machine hears of it."""
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.wait()

    def wait_off(self, seconds: float = 120) -> None:
        """Wait until the machine has switched itself off."""
        assert self._process is not None
        self._process.wait(seconds)

    def runs(self) -> bool:
        """Whether the machine is switched on."""
        return self._process is not None and self._process.poll() is None

    def reset(self) -> None:
        """Press the reset button."""
        with socket.socket(socket.AF_UNIX) as monitor:
            monitor.settimeout(20)
            monitor.connect(str(self.parts.folder / "monitor"))
            with monitor.makefile("rwb") as stream:
                stream.readline()
                for order in ("qmp_capabilities", "system_reset"):
                    stream.write(json.dumps({"execute": order}).encode() + b"\n")
                    stream.flush()
                    while b'"return"' not in stream.readline():
                        pass

    def type(self, text: str) -> None:
        """Keys on the serial console."""
        assert self._process is not None
        assert self._process.stdin is not None
        self._process.stdin.write(text.encode())
        self._process.stdin.flush()

    def expect(self, pattern: str, seconds: float = 60) -> re.Match[str]:
        """The next text on the console that matches; what stands before it is passed over. NotSeen: it did not come."""
        wanted = re.compile(pattern)
        end = time.monotonic() + seconds
        with self._more:
            while True:
                text, ends = _plain(bytes(self._said[self._read :]))
                if found := wanted.search(text):
                    self._read += ends[found.end() - 1] if found.end() else 0
                    return found
                left = end - time.monotonic()
                if left <= 0 or not self.runs():
                    raise NotSeen(self._in_vain(pattern, seconds))
                self._more.wait(min(left, 1))

    def said(self) -> str:
        """Everything the console said since the machine was made."""
        with self._more:
            return _plain(bytes(self._said))[0]

    def _in_vain(self, pattern: str, seconds: float) -> str:
        why = f"waited {seconds:g} s" if self.runs() else "the machine is off"
        tail = _plain(bytes(self._said[-_TAIL_OCTETS:]))[0]
        return f"{why}, and the console did not say {pattern!r}; it ended with:\n{tail}"

    def _listen(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdout is not None
        console = process.stdout.fileno()
        with self._log.open("ab") as log:
            for piece in iter(lambda: os.read(console, 65536), b""):
                log.write(piece)
                log.flush()
                with self._more:
                    self._said += piece
                    self._more.notify_all()
        process.wait()
        with self._more:
            self._more.notify_all()


def _plain(raw: bytes) -> tuple[str, list[int]]:
    """Text without control sequences, and for each character where its octets end in the raw one."""
    characters: list[str] = []
    ends: list[int] = []
    at = 0
    for escape in [*_ESCAPES.finditer(raw), None]:
        stop = escape.start() if escape else len(raw)
        for position in range(at, stop):
            characters.append(chr(raw[position]))
            ends.append(position + 1)
        at = escape.end() if escape else stop
    return "".join(characters), ends


def _command(parts: Parts) -> list[str]:
    tools = cache() / "tools"
    name, board = _BOARDS[parts.board]
    forwards = "".join(f",hostfwd=tcp:127.0.0.1:{outside}-:{inside}" for outside, inside in parts.forwards.items())
    command = [
        *program(name),
        "-L",
        str(tools / "usr/share/qemu"),
        "-L",
        str(tools / "usr/share/seabios"),
        *board(parts, tools),
    ]
    command += ["-m", str(parts.memory_mib), "-smp", str(parts.cpus), "-display", "none", "-serial", "stdio"]
    command += ["-monitor", "none", "-qmp", f"unix:{parts.folder}/monitor,server=on,wait=off"]
    for credential, file in parts.credentials.items():
        command += ["-fw_cfg", f"name=opt/io.systemd.credentials/{credential},file={file}"]
    if parts.board != "rpi-arm64":
        # The page cache of this host outlives QEMU: a power cut loses what QEMU had not written, not what it had.
        command += [
            "-drive",
            f"if=none,id=disk,file={parts.disk},format=raw,cache=unsafe",
            "-device",
            "virtio-blk-pci,drive=disk",
        ]
        command += ["-netdev", f"user,id=net{forwards}", "-device", "virtio-net-pci,netdev=net,romfile="]
        command += ["-device", "virtio-rng-pci", "-device", "i6300esb"]
    return command


def _amd64(parts: Parts, tools: Path) -> list[str]:
    variables = parts.folder / "uefi-variables.fd"
    if not variables.exists():
        shutil.copyfile(tools / "usr/share/OVMF/OVMF_VARS_4M.fd", variables)
    code = tools / "usr/share/OVMF/OVMF_CODE_4M.fd"
    # Not by itself where /dev/kvm exists: inside some virtual machines it starts and fails later.
    accel = ["-accel", "kvm"] if os.environ.get("POTERNE_KVM") else []
    return [
        *("-M", "q35", "-cpu", "Nehalem", *accel, "-accel", "tcg,thread=multi", "-vga", "std", "-nodefaults"),
        *("-drive", f"if=pflash,format=raw,unit=0,readonly=on,file={code}"),
        *("-drive", f"if=pflash,format=raw,unit=1,file={variables}"),
    ]


def _virt_arm64(parts: Parts, tools: Path) -> list[str]:
    return [
        *("-M", "virt", "-cpu", "cortex-a72", "-accel", "tcg,thread=multi", "-nodefaults"),
        *("-bios", str(tools / "usr/lib/u-boot/qemu_arm64/u-boot.bin")),
    ]


def _raspberry(parts: Parts, tools: Path) -> list[str]:
    firmware = parts.folder / "firmware"  # u-boot.bin and the device tree, as the card has them
    return [
        *("-M", "raspi3b", "-kernel", f"{firmware}/u-boot.bin", "-dtb", f"{firmware}/bcm2837-rpi-3-b.dtb"),
        *("-drive", f"if=sd,file={parts.disk},format=raw,cache=unsafe", "-serial", "null"),
    ]


_BOARDS = {
    "amd64": ("qemu-system-x86_64", _amd64),
    "virt-arm64": ("qemu-system-aarch64", _virt_arm64),
    "rpi-arm64": ("qemu-system-aarch64", _raspberry),
}
