import io
import logging
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from gateway.core.event import Fault, LaneChanged, QuarantineChanged
from gateway.system.journal import Journal, configure_logging, journald_sink, open_journal, stream_sink
from gateway.system.lines import Line

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@pytest.fixture
def stream() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def root_logger() -> Iterator[logging.Logger]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield root
    root.handlers[:] = handlers
    root.setLevel(level)


def test_an_event_is_a_line_with_time_level_and_fields(stream: io.StringIO) -> None:
    journal = open_journal({}, stream, lambda: NOW)
    journal.publish(LaneChanged("backend:exchange", "away", "timed out"))
    assert stream.getvalue() == (
        '2026-11-24T12:00:00Z warning backend:exchange is away lane=backend:exchange state=away cause="timed out"\n'
    )


def test_foreign_text_cannot_forge_a_line_or_attack_the_terminal(stream: io.StringIO) -> None:
    Journal(stream_sink(stream, lambda: NOW)).publish(LaneChanged("a", "away", 'x" y=1\r\n<0>\x1b[2Jforged\u202e'))
    assert stream.getvalue().count("\n") == 1
    assert "\x1b" not in stream.getvalue()
    assert "\u202e" not in stream.getvalue()
    assert 'cause="x\\" y=1' in stream.getvalue()


def test_a_stream_that_systemd_reads_gets_priorities_instead_of_times(stream: io.StringIO) -> None:
    Journal(stream_sink(stream, lambda: NOW, with_priority=True)).publish(Fault("smtp", "boom"))
    assert stream.getvalue() == "<3>fault in smtp: boom where=smtp\n"


def test_journald_gets_the_fields_one_by_one() -> None:
    seen: list[tuple[str, dict[str, str]]] = []
    Journal(journald_sink(lambda message, **fields: seen.append((message, fields)))).publish(
        QuarantineChanged("F7K2Q", "rel\neased")
    )
    fields = {"PRIORITY": "6", "SYSLOG_IDENTIFIER": "poterne", "POTERNE_CODE": "F7K2Q", "POTERNE_CHANGE": "rel eased"}
    assert seen == [("F7K2Q in quarantine: rel eased", fields)]


def test_what_libraries_log_comes_out_the_same_way(stream: io.StringIO, root_logger: logging.Logger) -> None:
    configure_logging(open_journal({}, stream, lambda: NOW))
    logging.getLogger("some.library").info("peer said %s", "x\ny")
    logging.getLogger("some.library").debug("unseen")
    try:
        raise ValueError("bad\nvalue")
    except ValueError:
        logging.getLogger("asyncio").exception("a task failed")
    first, second = stream.getvalue().splitlines()
    assert first == "2026-11-24T12:00:00Z info peer said x y logger=some.library"
    assert second.startswith("2026-11-24T12:00:00Z error a task failed: ValueError: bad value logger=asyncio trace=")


def test_a_line_that_cannot_be_written_breaks_nothing(
    root_logger: logging.Logger, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(line: Line) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(logging, "raiseExceptions", False)
    configure_logging(Journal(full))
    logging.getLogger("x").error("lost")
