"""A real terminal: a pseudo-terminal with a program in it, its screen emulated, and every octet it wrote kept."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import select
import signal
import struct
import termios
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import pyte

from tests.support.waiting import until

ROOT = Path(__file__).resolve().parents[2]
END_SECONDS = 10


class Terminal:
    """`screen` is what is shown now; `written` is all that came."""

    def __init__(self, pid: int, descriptor: int, columns: int, lines: int) -> None:
        self.pid = pid
        self.descriptor = descriptor
        self.written = b""
        self.screen = pyte.Screen(columns, lines)
        self._stream = pyte.ByteStream(self.screen)
        self._ended: int | None = None
        self._used = 0.0

    @property
    def lines(self) -> list[str]:
        """The screen as text."""
        self._read()
        return list(self.screen.display)

    @property
    def text(self) -> str:
        """The screen as one text."""
        return "\n".join(self.lines)

    def press(self, keys: str) -> None:
        """Send these characters as a keyboard would."""
        os.write(self.descriptor, keys.encode())

    def shows(self, *texts: str, seconds: float = 20) -> str:
        """Wait until all of these are on the screen, and none that begins with "!". Raises TimeoutError."""
        try:
            until(lambda: self._has(texts), f"{texts} shown", seconds)
        except TimeoutError as error:
            raise TimeoutError(f"{error}; the screen:\n{self.text}") from error
        return self.text

    def _has(self, texts: Sequence[str]) -> bool:
        shown = self.text
        return all(each[1:] not in shown if each.startswith("!") else each in shown for each in texts)

    def resize(self, columns: int, lines: int) -> None:
        """Another size of the window."""
        fcntl.ioctl(self.descriptor, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        self.screen.resize(lines, columns)

    def hang_up(self) -> None:
        """Close the terminal, as a client that is gone."""
        os.close(self.descriptor)
        self.descriptor = -1

    def ended(self, seconds: float = END_SECONDS) -> int:
        """The exit code, negative for a signal. Raises TimeoutError."""
        return until(self._has_ended, "the program ended", seconds) - 1_000

    def cpu_seconds(self) -> float:
        """How much of a processor it has used; all that it ever did, when it has ended."""
        if self._ended is not None:
            return self._used
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def _has_ended(self) -> int:
        """The exit code and 1000, 0 while it runs."""
        if self._ended is None:
            if self.descriptor >= 0:
                self._read()
            pid, status, used = os.wait4(self.pid, os.WNOHANG)
            if pid:
                self._used = used.ru_utime + used.ru_stime
                self._ended = os.waitstatus_to_exitcode(status)
        return 0 if self._ended is None else self._ended + 1_000

    def _read(self) -> None:
        while self.descriptor >= 0 and select.select([self.descriptor], [], [], 0)[0]:
            try:
                octets = os.read(self.descriptor, 65_536)
            except OSError:  # the other end is closed
                return
            if not octets:
                return
            self.written += octets
            self._stream.feed(octets)


@contextmanager
def terminal(
    command: Sequence[str], environment: Mapping[str, str], *, size: tuple[int, int] = (80, 24)
) -> Iterator[Terminal]:
    """Run the command in a terminal of this size; it is ended at the end."""
    columns, lines = size
    pid, descriptor = pty.fork()
    if pid == 0:
        os.chdir(ROOT)
        os.execve(command[0], list(command), dict(environment))
    shown = Terminal(pid, descriptor, columns, lines)
    shown.resize(columns, lines)
    try:
        yield shown
    finally:
        _end(shown)


def _end(shown: Terminal) -> None:
    steps: tuple[Callable[[], None], ...] = (
        lambda: None,
        lambda: os.kill(shown.pid, signal.SIGKILL),
    )
    for step in steps:
        with contextlib.suppress(ProcessLookupError, ChildProcessError, TimeoutError):
            step()
            if step is steps[0]:
                os.kill(shown.pid, signal.SIGTERM)
            shown.ended(5)
            break
    if shown.descriptor >= 0:
        shown.hang_up()
