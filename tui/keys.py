"""The one table of keys: footer, help and command palette come from it, and nothing is a key that isn't here.

Words only; what an action does is the screens' business. Knows no Textual.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from tui.language import mark

LABEL_MAXIMUM: Final = 11  # ux.md §4.10


@dataclass(frozen=True, slots=True)
class Key:
    """`names` are what the terminal sends, with their ways on a French keyboard; `cap` is what the footer shows.

    `label` has at most 11 letters in each language. `in_footer`: where room is, at most seven a screen.
    """

    action: str
    names: tuple[str, ...]
    cap: str
    label: str
    help: str
    in_footer: bool = False


ENTER, ESCAPE, SPACE = mark("Enter"), mark("Esc"), mark("Space")

_HELP = Key("app.help", ("f1", "question_mark"), "F1", mark("Help"), mark("Show the help of this screen."), True)
_BACK = Key("back", ("escape", "q"), ESCAPE, mark("Back"), mark("Close this and go back."), True)
_SEARCH = Key("search", ("slash",), "/", mark("Search"), mark("Search messages by address, subject or code."), True)
_RELEASE = Key("release", ("r",), "r", mark("Release"), mark("Hand a held message on to its recipients."), True)
_DELETE = Key("delete", ("d", "delete"), "d", mark("Delete"), mark("Delete a held message for good."), True)
_SPAM = Key("spam", ("i",), "i", mark("Is spam"), mark("Teach the filter that this is spam."), True)
_WANTED = Key("wanted", ("l",), "l", mark("Legitimate"), mark("Teach the filter that this is wanted."))
_VIEW = Key("view", ("v",), "v", mark("View text"), mark("Read what a held message says; the journal notes it."), True)
_TECHNICAL = Key("technical", ("e",), "e", mark("Explain"), mark("Show or hide the technical details."), True)
_OPEN = Key("open", ("enter",), ENTER, mark("Details"), mark("Show everything about this message."), True)

GLOBAL: Final = (
    Key("app.go('home')", ("1", "ampersand"), "1", mark("Home"), mark("Go to Home.")),
    Key("app.go('messages')", ("2", "é"), "2", mark("Messages"), mark("Go to the messages.")),
    Key("app.go('quarantine')", ("3", "quotation_mark"), "3", mark("Quarantine"), mark("Go to the quarantine.")),
    Key("app.go('queue')", ("4", "apostrophe"), "4", mark("Queue"), mark("Go to what waits, and why.")),
    Key("app.go('reports')", ("8", "underscore"), "8", mark("Stats"), mark("Go to the figures of the last days.")),
    Key("app.palette", ("colon", "ctrl+p"), ":", mark("Command"), mark("Find any action or screen by its name.")),
    Key("app.undo", ("u",), "u", mark("Undo"), mark("Take the last action back while its ten seconds last.")),
    Key("app.language", ("f3",), "F3", mark("Language"), mark("Change the language: English, French.")),
    Key("app.theme", ("f4",), "F4", mark("Colours"), mark("Change the colours.")),
    Key("app.leave", ("ctrl+q", "ctrl+c"), "Ctrl+Q", mark("Leave"), mark("Leave the interface; mail goes on.")),
)

SCREENS: Final[dict[str, tuple[Key, ...]]] = {
    "home": (
        Key("open", ("enter",), ENTER, mark("Act"), mark("Do what the chosen line asks for."), True),
        Key("test", ("t",), "t", mark("Test"), mark("Send a message through the whole chain."), True),
        replace(_SEARCH, action="app.search"),
        _HELP,
        Key("app.leave", ("q",), "q", mark("Leave"), mark("Leave the interface; mail goes on."), True),
    ),
    "messages": (
        _OPEN,
        _RELEASE,
        replace(_SPAM, in_footer=False),
        _SEARCH,
        Key("filter", ("f",), "f", mark("Filter"), mark("Show only messages with one verdict."), True),
        Key("pause", ("p",), "p", mark("Pause"), mark("Stop new messages from coming in, or let them."), True),
        replace(_VIEW, in_footer=False),
        replace(_DELETE, in_footer=False),
        _WANTED,
        _HELP,
        _BACK,
    ),
    "quarantine": (
        replace(_OPEN, in_footer=False),
        _RELEASE,
        _SPAM,
        _DELETE,
        replace(_VIEW, in_footer=False),
        Key("tick", ("space",), SPACE, mark("Tick"), mark("Tick this message; actions then take all ticked."), True),
        Key("tick_all", ("asterisk",), "*", mark("Tick all"), mark("Tick all messages of the list, or none.")),
        replace(_SEARCH, in_footer=False),
        _WANTED,
        _HELP,
        _BACK,
    ),
    "queue": (
        Key(
            "retry",
            ("r",),
            "r",
            mark("Retry"),
            mark("Try the ticked or chosen messages now, else all that waits."),
            True,
        ),
        Key("test", ("t",), "t", mark("Test"), mark("Send a message through the whole chain."), True),
        Key("hold", ("h",), "h", mark("Hold"), mark("Keep a message here and do not try it; r lets it go on."), True),
        Key("drop", ("d", "delete"), "d", mark("Give up"), mark("Give a message up, or remove it for good."), True),
        Key("filter", ("f",), "f", mark("Given up"), mark("Show what waits, or what was given up."), True),
        Key("tick", ("space",), SPACE, mark("Tick"), mark("Tick this message; actions then take all ticked.")),
        Key("tick_all", ("asterisk",), "*", mark("Tick all"), mark("Tick all messages of the list, or none.")),
        _HELP,
        _BACK,
    ),
    "reports": (
        Key("senders", ("s",), "s", mark("Senders"), mark("Show who wrote, the most unusual first."), True),
        Key(
            "next_table",
            ("tab",),
            "Tab",
            mark("Numbers"),
            mark("Recipients, figures by the hour, points: the next table."),
            True,
        ),
        Key("span", ("f",), "f", mark("Period"), mark("A day, a week, a month."), True),
        Key("block", ("b",), "b", mark("Block"), mark("Stop mail from the chosen sender."), True),
        Key("export", ("x",), "x", mark("Export"), mark("Write the figures into a file, as CSV or JSON."), True),
        _HELP,
        _BACK,
    ),
    "message": (_RELEASE, _SPAM, _DELETE, _VIEW, _TECHNICAL, _WANTED, _HELP, _BACK),
    "held": (_RELEASE, _SPAM, _DELETE, _VIEW, _WANTED, _HELP, _BACK),
}
FOOTER_MAXIMUM: Final = 7
