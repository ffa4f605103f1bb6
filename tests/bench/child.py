"""A child of the bench that is asked in JSON, one object a line: the sending side and the receiving side.

`Child` is the asking end; `serve_requests` is what the children run. Knows nothing of mail.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from tests.support.process import stop_process

_ROOT = Path(__file__).resolve().parents[2]


class Child:
    """`python -m MODULE ARGUMENTS…`, started; `stop` ends it."""

    def __init__(self, module: str, *arguments: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            cwd=_ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            process_group=0,
            text=True,
        )

    def ask(self, **request: object) -> Any:
        """The answer to one request; waits as long as the child takes. Raises RuntimeError when it has ended."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self.process.args} has ended")
        return json.loads(line)

    def stop(self) -> None:
        """End it, by its process id."""
        stop_process(self.process)


async def serve_requests(answer: Callable[[dict[str, Any]], Awaitable[object]]) -> None:
    """Answer until standard input ends."""
    while line := await asyncio.to_thread(sys.stdin.readline):
        sys.stdout.write(json.dumps(await answer(json.loads(line))) + "\n")
        sys.stdout.flush()
