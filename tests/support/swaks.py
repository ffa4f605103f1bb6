"""swaks, the tester's SMTP client of Debian: one call, its whole conversation as text. Knows nothing of pytest."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass

from tests.support.process import find_program


@dataclass(frozen=True, slots=True)
class Conversation:
    """What swaks did: its exit code (0 when the message was taken) and every line that went over the wire."""

    exit_code: int
    lines: tuple[str, ...]

    def replies(self) -> list[str]:
        """What the server said, line by line, without swaks' marks."""
        return [line[4:] for line in self.lines if line.startswith(("<-  ", "<~  ", "<** ", "<~* "))]


def swaks(port: int, *arguments: str, standard_input: bytes = b"", seconds: float = 60) -> Conversation:
    """Run it against 127.0.0.1:`port`; `arguments` as in its manual. Raises NotStarted, subprocess.TimeoutExpired."""
    command = [find_program("swaks"), "--server", f"127.0.0.1:{port}", *arguments]
    done = subprocess.run(command, input=standard_input, capture_output=True, timeout=seconds, check=False)
    return Conversation(done.returncode, tuple(done.stdout.decode("latin-1").splitlines()))
