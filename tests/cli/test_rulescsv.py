"""The lists as CSV, out and in again."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from gateway.control.rulesdesk import CantList
from tests.support.command import Printed, poterne
from tests.support.control import FakeGateway
from tests.support.lists import entry


def run(gateway: FakeGateway, *words: str, stdin: str = "") -> Printed:
    return poterne("rules", *words, "--socket", str(gateway.path), stdin=io.StringIO(stdin))


def test_what_is_exported_can_be_imported(gateway: FakeGateway) -> None:
    rules = gateway.desk.rules
    rules.entries = [
        entry("allow", ".sender.example", "bob@office.example", 1_893_456_000.0, id=1),
        entry("block", "192.0.2.0/24", id=2),
    ]
    kept = [each.draft for each in rules.entries]
    text = run(gateway, "export").out
    assert text.splitlines()[:2] == [
        "list,whom,to,expires,reason,by,created,hits",
        "allow,.sender.example,bob@office.example,2030-01-01T00:00:00Z,asked for,anna,2026-11-24T12:00:00Z,0",
    ]
    rules.entries = []
    done = run(gateway, "import", "-", stdin=text)
    assert (done.code, done.lines) == (0, ["2 lines taken, 0 not."])
    assert [each.draft for each in rules.entries] == kept
    assert len(run(gateway, "export", "--json").json["items"]) == 2
    assert len(run(gateway, "export", "--list", "allow").lines) == 2


def test_a_reason_that_a_spreadsheet_would_run_is_quoted_on_its_way_out_and_bare_again_inside(
    gateway: FakeGateway,
) -> None:
    run(gateway, "block", "a.example", "--reason", "=HYPERLINK(1)")
    text = run(gateway, "export").out
    assert "'=HYPERLINK(1)" in text
    gateway.desk.rules.entries = []
    run(gateway, "import", "-", stdin=text)
    assert gateway.desk.rules.entries[0].draft.reason == "=HYPERLINK(1)"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "no list and no whom"),
        ("list,who\nallow,a.example\n", "no whom"),
        ("list,whom\npraise,a.example\n", "line 2: the list is allow or block"),
        ("list,whom\nallow,\n", "line 2: it says nobody"),
        ("list,whom,expires\nallow,a.example,soon\n", "line 2: "),
    ],
)
def test_a_file_with_a_wrong_line_is_not_imported_at_all(gateway: FakeGateway, text: str, says: str) -> None:
    done = run(gateway, "import", "-", stdin=text)
    assert done.code == 2
    assert says in done.err
    assert gateway.desk.rules.entries == []


def test_lines_that_are_refused_are_named_and_the_others_taken(gateway: FakeGateway, tmp_path: Path) -> None:
    file = tmp_path / "rules.csv"
    file.write_text("\ufefflist,whom,expires\nallow,a.example,2030-01-01\nblock,nobody,\n")
    done = run(gateway, "import", str(file))
    assert (done.code, done.lines) == (1, ["1 line taken, 1 not."])
    assert done.err.startswith("line 3: nobody is no address")
    assert run(gateway, "import", str(tmp_path / "none.csv")).code == 2
    gateway.desk.rules.cant = CantList("full")
    refused = run(gateway, "import", str(file), "--json")
    assert (refused.code, refused.json["refused"]) == (1, 2)
