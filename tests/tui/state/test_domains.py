from __future__ import annotations

from dataclasses import replace
from datetime import UTC, timedelta
from typing import get_args, get_type_hints

import pytest

from gateway.config.schema import RecipientVerification
from gateway.control.values import LaneStatus, Status
from gateway.control.workvalues import BackendProbed, DomainStatus, ProbeStep, QueueStatus, Waiting
from tests.support.control import NOON
from tests.support.domains import STATE, TEXT
from tui.format import Line, width
from tui.language import LANGUAGES, Language, words
from tui.state import domains
from tui.state.newdomain import METHOD_WORDS
from tui.state.servers import Row, rows

EN = words("en", UTC)
NOW = NOON + timedelta(hours=2)
ROWS = rows(TEXT.encode())
BRANCH, CLUB, OFFICE, OLD, ISP, DIRECT = ROWS
STATES = (
    *("verifying", "unverifying", "unverified", "untested", "unavailable", "learning"),
    *("directory-away", "directory-held"),
)


def text(shown: list[Line]) -> str:
    return "\n".join("".join(piece.text for piece in row).rstrip() for row in shown)


def panel(row: Row, status: Status | None = STATE) -> str:
    return text(domains.panel(row, status, NOW, 76, EN))


def cells(row: Row, status: Status | None = STATE) -> list[str]:
    return [piece.text for piece in domains.row_line(row, status, NOW, EN)]


def test_a_row_says_how_the_server_is_first_and_when_it_last_took_mail() -> None:
    assert cells(OFFICE) == [
        "✓ answers",
        "office.example",
        "exchange exchange.office.lan +1",
        " ●",
        "⚠ takes anybody",
        "13:57",
    ]
    assert cells(OLD) == ["✗ away 1 h", "(no domain)", "old 10.0.0.8", " ○", "-", "-"]
    assert cells(ISP)[:2] == ["○ not tried", "→ partner.example"]
    assert cells(DIRECT)[:3] == ["○ way out", "→ outside", "direct, to each domain's server"]
    assert cells(BRANCH)[4] == "○ 214 known"


def test_without_the_state_a_row_still_says_where_mail_goes() -> None:
    assert cells(OFFICE, None)[:2] == ["○ not known", "office.example"]
    assert "t tries it" in panel(OFFICE, None)


def test_a_server_that_answers_has_its_times_size_and_encryption() -> None:
    shown = panel(OFFICE)
    assert "office.example → exchange  (Exchange, SMTP, exchange.office.lan:25, 10.0" in shown
    assert "✓ It answers since Sun 22 Nov 12:00. It last took mail 3 min ago." in shown
    assert "Messages up to 37 MB." in " ".join(shown.split())
    assert "✓ The last session was encrypted (TLS)." in shown


def test_a_server_that_is_away_has_its_cause_and_what_to_do() -> None:
    shown = panel(OLD)
    assert "✗ It has been away since 13:00: 10.0.0.8:25, at connect: connection refused." in shown
    assert "t tries it now" in shown
    assert "No domain of ours sends its mail there." in shown
    sick = replace(STATE, lanes=(LaneStatus("backend:old", "sick", "530 5.7.1 no", NOON),))
    assert "It has refused us since 12:00: 530 5.7.1 no." in panel(OLD, sick)
    assert "e shows what to set on the server" in panel(OLD, sick)


def test_clear_text_is_a_warning_unless_it_stays_on_the_machine() -> None:
    assert "It is on this machine" in panel(CLUB)
    clear = replace(STATE, lanes=(LaneStatus("backend:exchange", "up", since=NOON, is_encrypted=False),))
    assert "⚠ The last session was not encrypted" in panel(OFFICE, clear)
    assert cells(OFFICE, clear)[3] == " ✗"


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_each_way_of_knowing_recipients_has_a_word_a_sentence_and_what_to_do(state: str, language: Language) -> None:
    status = replace(STATE, recipients=(DomainStatus("office.example", state, cause="no answer"),))
    say = words(language, UTC)
    word = domains.row_line(OFFICE, status, NOW, say)[4].text
    assert 3 < len(word) <= 15
    sentences = text(domains.panel(OFFICE, status, NOW, 76, say))
    assert "(no answer)" in " ".join(sentences.split())
    assert state == "verifying" or domains._VERIFIED[state][4]


def test_every_method_of_the_settings_is_one_the_office_can_read() -> None:
    assert set(get_args(get_type_hints(RecipientVerification)["method"])) == set(METHOD_WORDS)


def test_a_policy_and_how_mail_is_taken_are_said() -> None:
    assert "Policy strict. Mail is taken first and handed on from the queue." in panel(CLUB)
    assert "Policy standard. Senders hear the server's own answer." in panel(OFFICE)


def test_the_direct_way_out_tells_what_waits_there() -> None:
    assert "Nothing waits on the way out." in panel(DIRECT)
    waits = Waiting("domain:client.example", "queued", 2, NOON, "away", "2 wait for mx.client.example: away")
    shown = panel(DIRECT, replace(STATE, queue=QueueStatus(2, waiting=(waits,))))
    assert "2 wait for mx.client.example: away" in shown
    assert "4 shows each of them." in shown


def test_what_was_tried_is_told_step_by_step_with_times() -> None:
    steps = (ProbeStep("session", "bad", "10.0.0.8:25 gives no session: connection refused", 1_500.0),)
    shown = text(domains.probed(BackendProbed(False, steps), 66, EN))
    assert shown.splitlines()[0] == "✗ Mail can't be handed to it now."
    assert "✗ 10.0.0.8:25 gives no session: connection refused (1.50 s)" in shown


def test_the_line_above_counts_domains_and_servers_that_are_away() -> None:
    assert text([domains.summary(ROWS, STATE, EN)]) == " 3 domains   ✗ 1 server away"
    assert text([domains.summary((BRANCH,), STATE, EN)]) == " 1 domain"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.key)
def test_no_panel_is_wider_than_its_window(row: Row, language: Language) -> None:
    assert all(width(each) <= 76 for each in domains.panel(row, STATE, NOW, 76, words(language, UTC)))
    assert text(domains.empty(78, words(language, UTC)))
