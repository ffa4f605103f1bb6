"""Header values that attack a terminal, Textual's markup or a layout; none may reach a terminal as they are."""

from __future__ import annotations

from typing import Final

from tests.support.control import HOSTILE

CORPUS: Final = (
    HOSTILE,
    "\x1b]52;c;ZXZpbA==\x07",
    "\x1b[2J\x1b[H",
    "\x9b31mred",
    "\x1bPq#0\x1b\\",
    "\x1b]8;;http://evil.example\x1b\\click\x1b]8;;\x1b\\",
    "\x00\x01\x02\x7f",
    "line\r\nbreak\n\ttab\x0b\x0c",
    "\N{RIGHT-TO-LEFT OVERRIDE}gnp.exe",
    "\N{LEFT-TO-RIGHT ISOLATE}a\N{POP DIRECTIONAL ISOLATE}",
    "zero\N{ZERO WIDTH SPACE}\N{ZERO WIDTH JOINER}\N{SOFT HYPHEN}width\ufeff",
    "[/nope] promo",
    "[bold]not bold[/bold]",
    "[@click=app.exit]free[/]",
    "[link=file:///etc/passwd]x[/link]",
    "\\[escaped\\] \\",
    "$primary $success {braces} {0} %s %(x)s",
    "{count}{name}{{}}",
    "日本語のメール" * 20,
    "👨\N{ZERO WIDTH JOINER}👩\N{ZERO WIDTH JOINER}👧 🇫🇷 ✂\ufe0f",
    "e\N{COMBINING ACUTE ACCENT}\N{COMBINING ENCLOSING CIRCLE}" * 30,
    "\N{COMBINING ACUTE ACCENT}" * 50,
    "\N{TAG LATIN SMALL LETTER A}\N{VARIATION SELECTOR-16}",
    "\ud800 lone",
    "\ue000 private \U0010ffff",
    "\N{LINE SEPARATOR}\N{PARAGRAPH SEPARATOR}",
    "x" * 10_000,
    " " * 500,
    "﷽" * 30,
    "",
)
