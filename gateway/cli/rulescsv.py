"""`poterne rules export` and `import`: the lists as CSV, for a spreadsheet or another box.

A file is looked at whole before the first entry is made. What a spreadsheet would take for a formula goes out quoted.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

from gateway.cli.call import DONE, NOT_DONE, Call, UsageError
from gateway.cli.connect import checked, connect
from gateway.cli.listing import collect
from gateway.cli.output import counted
from gateway.control import protocol
from gateway.control.client import DeniedError
from gateway.control.params import PAGE_MAXIMUM
from gateway.control.rulesparams import DraftRule, RuleQuery
from gateway.control.rulesvalues import RuleView

COLUMNS = ("list", "whom", "to", "expires", "reason", "by", "created", "hits")
LINES_MAXIMUM = 20_000
# What begins a formula in a spreadsheet (a reason may begin so).
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class _Line:
    """One line of a file."""

    number: int
    kind: str
    draft: DraftRule


def export(call: Call) -> int:
    """All entries; with --json the same as `rules list --all`."""
    with connect(call) as client:
        found = collect(
            lambda cursor, limit: client.call(
                protocol.RULES_LIST, checked(lambda: RuleQuery(limit, cursor, "", call.options.list or ""))
            ),
            PAGE_MAXIMUM,
            "",
            True,
        )
    if call.out.as_json:
        call.out.json(found)
        return DONE
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(_row(each) for each in reversed(found.items))
    call.out.line(written.getvalue().rstrip("\n"))
    return DONE


def import_file(call: Call) -> int:
    """Each line in turn; exit code 1 when any was not taken."""
    lines = _lines(call)
    taken = 0
    with connect(call) as client:
        for line in lines:
            method = protocol.RULES_ALLOW if line.kind == "allow" else protocol.RULES_BLOCK
            try:
                client.call(method, line.draft)
            except DeniedError as error:
                call.out.say(f"line {line.number}: {error}")
            else:
                taken += 1
    if call.out.as_json:
        call.out.json({"taken": taken, "refused": len(lines) - taken})
    else:
        call.out.line(f"{counted(taken, 'line')} taken, {len(lines) - taken} not.")
    return DONE if taken == len(lines) else NOT_DONE


def _row(rule: RuleView) -> tuple[str, ...]:
    return (
        rule.kind,
        rule.subject,
        rule.recipient,
        f"{rule.expires:%Y-%m-%dT%H:%M:%SZ}" if rule.expires else "",
        f"'{rule.reason}" if rule.reason.startswith(_FORMULA) else rule.reason,
        rule.by,
        f"{rule.created:%Y-%m-%dT%H:%M:%SZ}",
        str(rule.hits),
    )


def _lines(call: Call) -> list[_Line]:
    """Raises UsageError with every line that is none."""
    name = call.options.file
    try:
        lines = list(_read(call.stdin if name == "-" else io.StringIO(Path(name).read_text("utf-8-sig"))))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise UsageError(f"{name} can't be read: {error}") from error
    wrong = [each for each in lines if isinstance(each, str)]
    if wrong:
        raise UsageError("Nothing was imported.\n" + "\n".join(wrong))
    return [each for each in lines if isinstance(each, _Line)]


def _read(file: TextIO) -> Iterator[_Line | str]:
    reader = csv.DictReader(file)
    missing = {"list", "whom"} - set(reader.fieldnames or ())
    if missing:
        yield f"The first line must name the columns; there is no {' and no '.join(sorted(missing))}."
        return
    for number, row in enumerate(reader, 2):
        if number > LINES_MAXIMUM:
            yield f"There are more than {LINES_MAXIMUM} lines."
            return
        yield _line(number, {key: value.strip() for key, value in row.items() if key and isinstance(value, str)})


def _line(number: int, row: dict[str, str]) -> _Line | str:
    kind = row.get("list", "")
    if kind not in ("allow", "block"):
        return f"line {number}: the list is allow or block, not {kind!r}"
    if not row.get("whom"):
        return f"line {number}: it says nobody in the column whom"
    try:
        expires = _moment(row.get("expires", ""))
        reason = row.get("reason", "")
        plain = reason[1:] if reason[:1] == "'" and reason[1:].startswith(_FORMULA) else reason
        draft = DraftRule(row["whom"], recipient=row.get("to", ""), expires=expires, reason=plain)
    except ValueError as error:
        return f"line {number}: {error}"
    return _Line(number, kind, draft)


def _moment(text: str) -> datetime | None:
    if not text:
        return None
    found = datetime.fromisoformat(text.replace("Z", "+00:00"))
    return found if found.tzinfo else found.replace(tzinfo=UTC)
