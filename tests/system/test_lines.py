import logging
from dataclasses import fields

import pytest

from gateway.core.event import (
    BypassChanged,
    DependencyChanged,
    Fault,
    LaneChanged,
    MessageFollowed,
    MessageHandled,
    QuarantineChanged,
    QueueChanged,
    SettingsChanged,
)
from gateway.core.followup import follow_up
from gateway.core.record import Disposition, MessageRecord, WeighedReason
from gateway.system.lines import Line, lines_of

RECORD = MessageRecord(
    "F7K2Q",
    1_795_521_600.0,
    "message",
    "192.0.2.1",
    "mx.example.org",
    "helo.example.org",
    "internet",
    "a@example.org",
    (
        Disposition("b@office.example", "mark", "delivered", "10.0.0.9:25", "250 ok", (WeighedReason("R_SPF", 1.0),)),
        Disposition("c@office.example", "quarantine", "in-doubt"),
    ),
    "250 2.0.0 F7K2Q",
    subject="confidential",
    from_field="Boss <boss@example.org>",
    size_octets=1234,
    score=7.06,
)


def test_a_message_is_one_line_for_each_recipient() -> None:
    first, second = lines_of(MessageHandled(RECORD))
    assert first.message == "F7K2Q delivered: b@office.example"
    assert dict(first.fields) == {
        "code": "F7K2Q",
        "client": "192.0.2.1",
        "client_name": "mx.example.org",
        "helo": "helo.example.org",
        "listener": "internet",
        "from": "<a@example.org>",
        "reply": "250 2.0.0 F7K2Q",
        "message_id": "",
        "size": "1234",
        "score": "7.1",
        "to": "b@office.example",
        "action": "mark",
        "state": "delivered",
        "flags": "",
        "reasons": "R_SPF",
        "hop": "10.0.0.9:25",
        "hop_reply": "250 ok",
    }
    assert (first.level, second.level) == (logging.INFO, logging.WARNING)


def test_what_is_in_a_message_never_stands_in_a_line() -> None:
    text = repr(lines_of(MessageHandled(RECORD)))
    assert "confidential" not in text
    assert "Boss" not in text
    assert "subject" in {field.name for field in fields(RECORD)}


def test_a_refusal_is_one_line() -> None:
    record = MessageRecord("K", 0.0, "client-refused", "192.0.2.1", "", "", "internet", "", (), "554 5.7.1 K")
    (line,) = lines_of(MessageHandled(record))
    assert line.message == "K client-refused"


def test_what_went_wrong_is_a_warning_and_its_end_is_not() -> None:
    assert lines_of(LaneChanged("backend:exchange", "away", "timed out")) == [
        Line(
            logging.WARNING,
            "backend:exchange is away",
            (("lane", "backend:exchange"), ("state", "away"), ("cause", "timed out")),
        )
    ]
    assert lines_of(LaneChanged("backend:exchange", "up", ""))[0].level == logging.INFO
    assert lines_of(DependencyChanged("rspamd", "down", "x"))[0].level == logging.WARNING
    assert lines_of(DependencyChanged("rspamd", "up", "x"))[0].level == logging.INFO


def test_a_fault_is_an_error_and_quarantine_is_news() -> None:
    assert lines_of(Fault("smtp", "boom"))[0] == Line(logging.ERROR, "fault in smtp: boom", (("where", "smtp"),))
    assert lines_of(QuarantineChanged("K", "released"))[0].message == "K in quarantine: released"


def test_what_became_of_a_message_later_is_a_line_with_the_hops_words() -> None:
    later = Disposition("b@office.example", "", "delivered", "10.0.0.9:25", "250 2.6.0 InternalId=7")
    (line,) = lines_of(MessageFollowed(follow_up("F7K2Q", 1_795_521_700.0, (later,))))
    assert line.message == "F7K2Q delivered: b@office.example"
    assert dict(line.fields)["hop_reply"] == "250 2.6.0 InternalId=7"


def test_a_bypass_is_a_warning_at_both_ends() -> None:
    (on,), (off,) = lines_of(BypassChanged(True, "anna", 1.0)), lines_of(BypassChanged(False, "the clock"))
    assert (on.level, off.level) == (logging.WARNING, logging.WARNING)
    assert "unfiltered" in on.message
    assert dict(off.fields) == {"by": "the clock"}


@pytest.mark.parametrize(
    ("change", "level"), [("kept", logging.INFO), ("trial", logging.WARNING), ("fallback", logging.WARNING)]
)
def test_a_change_of_settings_says_which_version_who_and_why(change: str, level: int) -> None:
    (line,) = lines_of(SettingsChanged(7, change, "anna", "line 3"))
    assert (line.level, line.message) == (level, f"settings, version 7: {change}")
    assert dict(line.fields) == {"version": "7", "by": "anna", "cause": "line 3"}


def test_what_the_gateway_puts_on_hold_is_for_the_admin_and_a_strangers_dead_server_is_not() -> None:
    (held,) = lines_of(QueueChanged("F7K2Q", "mx:a.example", "on-hold", "more than 20 notices an hour"))
    assert (held.level, held.message) == (logging.WARNING, "F7K2Q is on hold: more than 20 notices an hour")
    assert lines_of(QueueChanged("F7K2Q", "mx:a.example", "delivered", "")) == []
    assert lines_of(LaneChanged("mx:a.example", "away", "gone"))[0].level == logging.INFO
    assert lines_of(LaneChanged("smart_host:a", "sick", "535"))[0].level == logging.WARNING
