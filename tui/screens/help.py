"""Help for one screen: its keys, three how-do-I, and the words an admin meets. A window over the screen."""

from __future__ import annotations

from typing import Final

from textual import events
from textual.app import ComposeResult
from textual.screen import ModalScreen

from tui.base import Base
from tui.format import Line, Piece, line, paragraph
from tui.keys import GLOBAL, SCREENS
from tui.language import Words, mark
from tui.state import domainshelp, systemhelp
from tui.widgets.lines import Lines

_CAP_CELLS: Final = 8
HOW: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    "home": (
        (mark("Does mail flow?"), mark("The first line says so in words. Each link of the chain has its own line.")),
        (mark("What must I do?"), mark("“To do” lists it, the most urgent first. Enter on a line goes there.")),
        (mark("Does the whole chain work?"), mark("t and Enter send a message through every part and show each step.")),
    ),
    "messages": (
        (
            mark("Where is a message?"),
            mark("/ and a part of an address, of the subject, or the code from the bounce; accents don't matter."),
        ),
        (mark("Why was it stopped?"), mark("Choose it with ↓: the panel says why, the weightiest reason first.")),
        (mark("Why does the list stand still?"), mark("While a row is chosen nothing moves. Esc makes it live again.")),
    ),
    "quarantine": (
        (mark("Is one of them wanted?"), mark("Choose it with ↓, then r and Enter. For ten seconds u takes it back.")),
        (mark("How do I release several?"), mark("Space ticks, * ticks all; then r, d or i take all that are ticked.")),
        (mark("May I read it?"), mark("v shows the text. The journal notes who read it; private mail stays private.")),
    ),
    "queue": (
        (
            mark("Why does mail wait?"),
            mark("Each cause has its line above, with its age and the time of the next try."),
        ),
        (mark("The server is back?"), mark("r tries all that waits at once. t shows first whether the chain works.")),
        (mark("It must never arrive?"), mark("Choose it, then d. f shows what was given up; r there brings it back.")),
    ),
    "health": (
        (
            mark("Is everything well?"),
            mark("The first line says so. What is broken stands first; choose it with ↓: the panel says what to do."),
        ),
        (
            mark("What do I publish in DNS?"),
            mark("Choose the ✗ or ⚠ of your domain; c copies the value, p shows it plainly, r looks again."),
        ),
        (
            mark("How do I set up Exchange?"),
            mark("Choose its line and press Enter: every step with your own values, and what the server answers now."),
        ),
    ),
    "chain": (
        (
            mark("Where does it break?"),
            mark("Enter sends a message; the first red link is where, and below stands what to do about it."),
        ),
        (
            mark("Does mail leave?"),
            mark("s asks for an address outside; then Enter really sends there, by the way that your mail takes."),
        ),
        (
            mark("Would a virus be found?"),
            mark("v and Enter try it with a harmless one that every scanner knows; g the same with spam."),
        ),
    ),
    "guide": (
        (
            mark("How do I take the lines along?"),
            mark("c copies them to your PC if its terminal allows; p shows them without a frame for the mouse."),
        ),
        (mark("Does it work now?"), mark("The first lines say what the server answers; r tries it again.")),
        (mark("Where else is this?"), mark("On the command line: poterne backend guide NAME.")),
    ),
    "rules": (
        (
            mark("May this sender always come?"),
            mark("n, its address, F10. An allow counts only when the sender is proven, so nobody can borrow its name."),
        ),
        (mark("Would that have helped?"), mark("F7 in the form, or y here, tries it on the mail of the last 14 days.")),
        (mark("Is too much held, or too little?"), mark("s shows the limits; move one and see what would change.")),
    ),
    "limits": (
        (mark("How do I move a limit?"), mark("↑ ↓ choose it, ← → move it. Nothing changes before F10.")),
        (
            mark("What would change?"),
            mark("The sentence below is reckoned on the mail of the last 14 days; y lists it."),
        ),
        (
            mark("And if it was wrong?"),
            mark("It runs on trial first, F8 decides; System, then history, takes it back."),
        ),
    ),
    "replay": (
        (mark("What is this list?"), mark("Messages of the last 14 days that would have had another fate.")),
        (mark("Is something changed by it?"), mark("No: it is reckoned, nothing is scanned or delivered again.")),
        (
            mark("Why is a message not here?"),
            mark("Viruses and forbidden files stay what they are, whoever sends them."),
        ),
    ),
    "changes": (
        (mark("Who changed this?"), mark("Each line has its time, its person, and what was done.")),
        (mark("How do I take it back?"), mark("Choose the line with ↓, then u. Taking back is a change too.")),
        (mark("It can't be taken back?"), mark("The entry was changed since: take the later change back first.")),
    ),
    "reports": (
        (
            mark("Is today like other days?"),
            mark("Dots behind the columns are the usual day: the mean of this weekday."),
        ),
        (
            mark("Did somebody send spam from here?"),
            mark("s, then look for “ours” at the top with a long bar; b stops the sender."),
        ),
        (mark("What would another limit do?"), mark("Columns right of ▲ are what is marked, held, refused now.")),
    ),
    "message": (
        (mark("What did the checks see?"), mark("e shows the names of rules, and what each check saw.")),
        (mark("Did it arrive?"), mark("Each recipient has its own line, with the last words of your server.")),
        (mark("Why so slow?"), mark("At the end stands how long each step took.")),
    ),
    "held": (
        (mark("What does it say?"), mark("v shows its text, without links or pictures that could act.")),
        (mark("Only for one of them?"), mark("r asks to whom: Space unticks those who shall not get it.")),
        (mark("How long is it kept?"), mark("“Deleted” says when it goes by itself.")),
    ),
    **domainshelp.HOW,
    **systemhelp.HOW,
}
GLOSSARY: Final = (
    ("SPF", mark("The domain's owner says which servers may send for it. Fails often after forwarding.")),
    ("DKIM", mark("A signature of the sending domain. It proves the domain, and that nothing was changed.")),
    ("DMARC", mark("Asks that SPF or DKIM prove the address you see, and says what to do if not.")),
    (
        mark("Virus"),
        mark(
            "Mail with a virus is never handed on from here: ask its sender for a clean copy. If the scanner is wrong, "
            "an administrator can: poterne quarantine release CODE"
        ),
    ),
    (mark("Quarantine"), mark("Mail that was taken but not handed on. You decide; after some days it is deleted.")),
    (
        mark("Score"),
        mark("Points from all checks. From 6 it is marked, from 9 held, from 15 refused, if not set otherwise."),
    ),
)


class HelpScreen(ModalScreen[None]):
    """Scrolls; any of Escape, q, F1 and ? closes it."""

    def __init__(self, of: str) -> None:
        super().__init__()
        self._of = of

    def compose(self) -> ComposeResult:
        """One box."""
        yield Lines(id="help", can_focus=True)

    def on_mount(self) -> None:
        """Fill it."""
        words = Base.of(self.app).words
        box = self.query_one(Lines)
        box.border_title = words("Help")
        box.show(lambda cells: text(self._of, cells, words))

    def on_key(self, event: events.Key) -> None:
        """Close it."""
        if event.key in ("escape", "q", "f1", "question_mark", "enter"):
            event.stop()
            self.dismiss(None)


def text(of: str, cells: int, words: Words) -> list[Line]:
    """The help of one screen."""
    rows: list[Line] = []
    for question, answer in HOW[of]:
        rows += [*paragraph(words(question), cells, "strong"), *paragraph(words(answer), cells), ()]
    rows.append(line(Piece(words("Keys"), "title")))
    moves = words("move; Page Up, Page Down, Home and End too")
    rows += paragraph(moves, cells, first=line(Piece("↑ ↓ j k".ljust(_CAP_CELLS), "key")))
    for key in (*SCREENS[of], *GLOBAL):
        rows += paragraph(words(key.help), cells, first=line(Piece(words(key.cap).ljust(_CAP_CELLS), "key")))
    rows += [(), line(Piece(words("Words"), "title"))]
    for term, meaning in GLOSSARY:
        rows += paragraph(words(meaning), cells, first=line(Piece(words(term).ljust(_CAP_CELLS + 4), "strong")))
    return [*rows, (), line(Piece(words("Esc closes this help."), "muted"))]
