"""Writes what happens as lines with fields: to journald under systemd, else to a stream. Never message content.

`lines` words the events; this file only carries lines. Foreign text goes through `core.text.safe` here.
"""

from __future__ import annotations

import json
import logging
import re
import traceback
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, TextIO, TypeAlias

from gateway.core.event import Event
from gateway.core.text import safe
from gateway.system.lines import Line, lines_of

Sink: TypeAlias = Callable[[Line], None]

# syslog(3): LOG_ERR, LOG_WARNING, LOG_INFO, LOG_DEBUG.
_PRIORITIES = {logging.ERROR: 3, logging.WARNING: 4, logging.INFO: 6, logging.DEBUG: 7}
_BARE = re.compile(r"[A-Za-z0-9\-_.:/@+,<>\[\]*]*")


class Journal:
    """Puts events and log records into one sink."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink

    def publish(self, event: Event) -> None:
        """One or more lines for the event."""
        for line in lines_of(event):
            self._sink(line)

    def handler(self) -> logging.Handler:
        """For the root logger: what libraries and the event loop log comes out the same way."""
        return _Bridge(self._sink)


def open_journal(environment: Mapping[str, str], stream: TextIO, now: Callable[[], datetime]) -> Journal:
    """journald when systemd started us and its Python package is there; lines on `stream` otherwise."""
    under_systemd = "JOURNAL_STREAM" in environment
    send = _journald_send() if under_systemd else None
    if send is not None:
        return Journal(journald_sink(send))
    return Journal(stream_sink(stream, now, with_priority=under_systemd))


def journald_sink(send: Callable[..., object]) -> Sink:
    """Lines as journal entries; `send` is systemd.journal.send or one like it."""

    def sink(line: Line) -> None:
        fields = {f"POTERNE_{name.upper()}": safe(value) for name, value in line.fields}
        send(safe(line.message), PRIORITY=str(_priority(line.level)), SYSLOG_IDENTIFIER="poterne", **fields)

    return sink


def stream_sink(stream: TextIO, now: Callable[[], datetime], *, with_priority: bool = False) -> Sink:
    """Lines of text: time, level, message, name=value. With priorities as sd-daemon(3) instead of time and level."""

    def sink(line: Line) -> None:
        start = f"<{_priority(line.level)}>" if with_priority else f"{now():%Y-%m-%dT%H:%M:%SZ} {_word(line.level)} "
        fields = "".join(f" {name}={_quoted(safe(value))}" for name, value in line.fields if value)
        stream.write(f"{start}{safe(line.message)}{fields}\n")
        stream.flush()

    return sink


def configure_logging(journal: Journal, level: int = logging.INFO) -> None:
    """Send the process's log records to the journal, instead of wherever they went."""
    logging.basicConfig(handlers=[journal.handler()], level=level, force=True)


class _Bridge(logging.Handler):
    """A log record as a line; the arguments of libraries may be foreign text, so it is cut and made safe."""

    def __init__(self, sink: Sink) -> None:
        super().__init__()
        self._sink = sink

    def emit(self, record: logging.LogRecord) -> None:
        """Never raises: a log line must not break what it tells about."""
        try:
            self._sink(_line_of(record))
        except Exception:  # noqa: BLE001  # logging's own contract for handlers
            self.handleError(record)


def _line_of(record: logging.LogRecord) -> Line:
    fields = [("logger", record.name)]
    message = record.getMessage()
    if record.exc_info and record.exc_info[1] is not None:
        error = record.exc_info[1]
        message = f"{message}: {type(error).__name__}: {error}"
        frames = traceback.extract_tb(error.__traceback__)[-8:]
        fields.append(("trace", " > ".join(f"{frame.name}:{frame.lineno}" for frame in frames)))
    return Line(record.levelno, message, tuple(fields))


def _journald_send() -> Callable[..., Any] | None:
    try:
        from systemd import journal  # D23: Debian's package, absent elsewhere
    except ImportError:
        return None
    send: Callable[..., Any] = journal.send
    return send


def _priority(level: int) -> int:
    return next((priority for least, priority in _PRIORITIES.items() if level >= least), 7)


def _word(level: int) -> str:
    return logging.getLevelName(level).lower() if level in _PRIORITIES else "info"


def _quoted(value: str) -> str:
    return value if _BARE.fullmatch(value) else json.dumps(value, ensure_ascii=False)
