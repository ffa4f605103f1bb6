"""`poterne config keys`: what there is to set."""

from __future__ import annotations

from gateway.cli.call import DONE, NOT_DONE, Call
from gateway.cli.connect import connect
from gateway.cli.output import Column
from gateway.control.formvalues import Keys, KeyView
from gateway.control.params import Asked
from gateway.control.protocol import CONFIG_SCHEMA
from gateway.core.fold import fold

COLUMNS = (
    Column("KEY", shrinks=True, least=30),
    Column("DEFAULT", shrinks=True),
    Column("MAY BE", shrinks=True),
    Column("WHAT FOR", shrinks=True, least=20),
)


def keys(call: Call) -> int:
    """All of them, or those that a search finds; exit code 1 when it finds none."""
    with connect(call) as client:
        found = client.call(CONFIG_SCHEMA, Asked()).items
    wanted = fold(call.options.search or "")
    shown = tuple(each for each in found if wanted in fold(f"{each.key} {each.text}"))
    if call.out.as_json:
        call.out.json(Keys(shown))
    elif shown:
        rows = [
            (each.key, "required" if each.is_required else each.default, _may_be(each), each.text) for each in shown
        ]
        call.out.table(COLUMNS, rows)
    else:
        call.out.line("No key matches.")
    return DONE if shown else NOT_DONE


def _may_be(key: KeyView) -> str:
    if key.choices:
        return " | ".join(key.choices)
    words = {"texts": "list", "switch": "true | false"}.get(key.kind, key.kind)
    if key.least is not None:
        words += f" {'above' if key.is_above else 'from'} {key.least:g}"
    if key.most is not None:
        words += f" to {key.most:g}"
    return words + (", or { normal, overload }" if key.has_pair else "")
