from __future__ import annotations

import email
import email.policy
from datetime import UTC, datetime, timedelta, timezone
from email.message import EmailMessage

from hypothesis import given
from hypothesis import strategies as st

from gateway.core.adminletter import HELD_SHOWN, Letter, Morning, alarm_letter, compose, likely_first, morning_letter
from gateway.core.alarms import Alarm, Condition, Known
from gateway.core.bounce import Reporter
from gateway.core.held import HeldMessage

PLACE = timezone(timedelta(hours=1))
NOW = datetime(2026, 11, 24, 13, 30, tzinfo=PLACE)
EN = Reporter("mx.office.example", "it@office.example", "en")
FR = Reporter("mx.office.example", "it@office.example", "fr")
AWAY = Known(Condition("backend:exchange", "server", "Exchange does not answer.", "See that it runs."), NOW.timestamp())


def held(code: str = "F7K2Q", score: float | None = 7.1, **changes: object) -> HeldMessage:
    values: dict[str, object] = {
        "code": code,
        "held_at": NOW.timestamp() - 3_600,
        "kind": "held",
        "reverse_path": "news@shop.example",
        "recipients": ("anna@office.example",),
        "subject": "Summer catalogue",
        "from_field": "Shop <news@shop.example>",
        "reasons": ("score-quarantine",),
        "score": score,
        "size_octets": 1_000,
    }
    return HeldMessage(**{**values, **changes})  # type: ignore[arg-type]  # the fields of a held message


def morning(*rows: HeldMessage, subjects: str = "masked") -> Morning:
    return Morning(rows, NOW, NOW.timestamp() - 86_400, 30, subjects)


def read(octets: bytes) -> tuple[EmailMessage, str]:
    message = email.message_from_bytes(octets, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message, str(message.get_content())


def test_an_alarm_says_since_when_what_and_what_to_do() -> None:
    letter = alarm_letter(Alarm("server", (AWAY,), (), ()), EN, NOW)
    assert letter.subject == "A mail server does not take mail"
    text = "\n".join(letter.paragraphs)
    assert "Since 13:30:\n  Exchange does not answer.\n  What to do: See that it runs." in text


def test_the_end_is_told_with_its_times_and_in_french() -> None:
    over = Known(AWAY.condition, NOW.timestamp() - 86_400, 0, NOW.timestamp() - 60)
    letter = alarm_letter(Alarm("server", (), (over,), ()), FR, NOW)
    assert letter.subject == "Le serveur de courrier reprend le courrier"
    assert "Terminé : il en fut ainsi de 2026-11-23 13:30 à 13:29." in letter.paragraphs


def test_while_something_lasts_the_subject_does_not_say_that_all_is_well() -> None:
    letter = alarm_letter(Alarm("server", (), (AWAY,), (AWAY,)), EN, NOW)
    assert letter.subject == "A mail server does not take mail"
    assert "As told before, and still so:" in letter.paragraphs


def test_the_morning_says_what_is_held_with_code_sender_masked_subject_and_the_command() -> None:
    letter = morning_letter(morning(held()), EN)
    assert letter is not None
    assert letter.subject == "Held messages: 1, new: 1"
    text = "\n".join(letter.paragraphs)
    assert "  F7K2Q  12:30  7.1 points  new\n      From: Shop <news@shop.example>\n" in text
    assert "      Subject: S····· c········" in text
    assert "Summer" not in text
    assert "\n  poterne quarantine release F7K2Q" in text
    assert "deleted after 30 days" in text


def test_subjects_are_told_as_the_settings_say() -> None:
    full, none = (morning_letter(morning(held(), subjects=how), FR) for how in ("full", "none"))
    assert full is not None
    assert none is not None
    assert "Objet: Summer catalogue" in "\n".join(full.paragraphs)
    assert "Objet" not in "\n".join(none.paragraphs)


def test_nothing_is_written_when_nothing_waits_for_a_person() -> None:
    copy = held(kind="rejected-copy")
    released = held(released_to=("anna@office.example",))
    assert morning_letter(morning(copy, released), EN) is None


def test_the_likely_wanted_come_first_and_those_without_points_last() -> None:
    rows = [held("A", 9.0), held("B", None), held("C", 2.0)]
    assert [each.code for each in likely_first(rows)] == ["C", "A", "B"]


def test_a_long_list_is_cut_and_says_so() -> None:
    letter = morning_letter(morning(*(held(f"C{number}", float(number)) for number in range(HELD_SHOWN + 7))), EN)
    assert letter is not None
    assert "There are 7 more: poterne quarantine list" in letter.paragraphs


def test_a_letter_is_seven_bit_mail_that_nobody_answers() -> None:
    octets = compose(Letter("Le courrier est arrêté", ("É" * 200, "b")), FR, "it@office.example", "t0k3n", NOW)
    assert octets.isascii()
    message, text = read(octets)
    assert message["auto-submitted"] == "auto-generated"
    assert message["subject"] == "[Poterne] Le courrier est arrêté"
    assert message["message-id"] == "<t0k3n@mx.office.example>"
    assert message["to"] == "it@office.example"
    assert "É" * 200 in text


@given(st.text(max_size=300), st.text(max_size=300), st.lists(st.text(max_size=80), min_size=1, max_size=5))
def test_no_foreign_text_makes_a_line_a_field_or_a_control_character(
    subject: str, author: str, recipients: list[str]
) -> None:
    row = held(subject=subject, from_field=author, recipients=tuple(recipients), reverse_path=author)
    letter = morning_letter(morning(row, subjects="full"), EN)
    assert letter is not None
    octets = compose(letter, EN, "it@office.example", "t0k3n", NOW.astimezone(UTC))
    header, _, body = octets.partition(b"\r\n\r\n")
    assert [line.split(b":")[0] for line in header.split(b"\r\n")] == [
        *(b"From", b"To", b"Subject", b"Date", b"Message-ID", b"Auto-Submitted", b"MIME-Version"),
        *(b"Content-Type", b"Content-Transfer-Encoding"),
    ]
    assert octets.isascii()
    assert all(octet >= 0x20 or octet in b"\r\n" for octet in body)
    _, text = read(octets)
    assert sum(line.startswith("      Subject:") for line in text.splitlines()) <= 1
