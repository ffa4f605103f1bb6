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
_ALLOW = Key(
    "allow", ("a",), "a", mark("Allow"), mark("Allow this sender in future; says whether that would help."), True
)
_BLOCK = Key("block", ("b",), "b", mark("Block"), mark("Block this sender from now on."), True)
_OPEN = Key("open", ("enter",), ENTER, mark("Details"), mark("Show everything about this message."), True)
_APPLY = Key("apply", ("f10",), "F10", mark("Apply"), mark("Apply what was changed, after a question."), True)
_UNDO = Key("app.undo", (), "u", mark("Undo"), "", True)

_COPY = Key("copy", ("c",), "c", mark("Copy"), mark("Copy what is to be pasted to the clipboard of your PC."), True)
_PLAIN = Key(
    "plain", ("p",), "p", mark("Plain page"), mark("Show it without a frame, to select it with the mouse."), True
)
_RECHECK = Key("recheck", ("r",), "r", mark("Recheck"), mark("Look again, now."), True)

GLOBAL: Final = (
    Key("app.go('home')", ("1", "ampersand"), "1", mark("Home"), mark("Go to Home.")),
    Key("app.go('messages')", ("2", "é"), "2", mark("Messages"), mark("Go to the messages.")),
    Key("app.go('quarantine')", ("3", "quotation_mark"), "3", mark("Quarantine"), mark("Go to the quarantine.")),
    Key("app.go('queue')", ("4", "apostrophe"), "4", mark("Queue"), mark("Go to what waits, and why.")),
    Key("app.go('domains')", ("5", "left_parenthesis"), "5", mark("Domains"), mark("Go to your domains and servers.")),
    Key("app.go('rules')", ("6", "minus"), "6", mark("Rules"), mark("Go to the allow and block lists.")),
    Key("app.go('health')", ("7", "è"), "7", mark("Health"), mark("Go to what the gateway knows of its own state.")),
    Key("app.go('reports')", ("8", "underscore"), "8", mark("Stats"), mark("Go to the figures of the last days.")),
    Key("app.go('system')", ("9", "ç"), "9", mark("System"), mark("Go to settings and the gateway itself.")),
    Key("app.palette", ("colon", "ctrl+p"), ":", mark("Command"), mark("Find any action or screen by its name.")),
    Key("app.undo", ("u",), "u", mark("Undo"), mark("Take the last action back while its ten seconds last.")),
    Key("app.language", ("f3",), "F3", mark("Language"), mark("Change the language: English, French.")),
    Key("app.theme", ("f4",), "F4", mark("Colours"), mark("Change the colours.")),
    Key("app.mouse", (), ":", mark("Mouse"), mark("Give the mouse to the interface, or back to the terminal.")),
    Key("app.trial", ("f8",), "F8", mark("Trial"), mark("Keep the settings that are on trial, or go back.")),
    Key("app.system('settings')", (), ":", mark("Settings"), mark("Change how the gateway works.")),
    Key("app.system('journal')", (), ":", mark("Journal"), mark("Who changed what; take it back.")),
    Key(
        "app.system('bypass')",
        (),
        ":",
        mark("Pause"),
        mark("Let mail pass unfiltered for some hours, or filter again."),
    ),
    Key("app.system('assistant')", (), ":", mark("Assistant"), mark("The first steps, one by one.")),
    Key("app.present", (), ":", mark("Who is on"), mark("Say who else has the interface open.")),
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
        replace(_OPEN, in_footer=False),
        _RELEASE,
        _ALLOW,
        _BLOCK,
        replace(_SPAM, in_footer=False),
        _SEARCH,
        Key("filter", ("f",), "f", mark("Filter"), mark("Show only one verdict, or one span of time."), True),
        Key("pause", ("p",), "p", mark("Pause"), mark("Stop new messages from coming in, or let them.")),
        replace(_VIEW, in_footer=False),
        replace(_DELETE, in_footer=False),
        _WANTED,
        _HELP,
        _BACK,
    ),
    "quarantine": (
        replace(_OPEN, in_footer=False),
        _RELEASE,
        _ALLOW,
        _BLOCK,
        replace(_SPAM, in_footer=False),
        _DELETE,
        replace(_VIEW, in_footer=False),
        Key("tick", ("space",), SPACE, mark("Tick"), mark("Tick this message; actions then take all ticked."), True),
        Key("tick_all", ("asterisk",), "*", mark("Tick all"), mark("Tick all messages of the list, or none.")),
        Key("sort", ("s",), "s", mark("Sort"), mark("The likely wanted ones first, or the newest."), True),
        replace(_SEARCH, in_footer=False),
        _WANTED,
        _HELP,
        replace(_BACK, in_footer=False),
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
        Key("test", ("t",), "t", mark("Test"), mark("Try the server that mail waits for, else the whole chain."), True),
        Key("hold", ("h",), "h", mark("Hold"), mark("Keep a message here and do not try it; r lets it go on."), True),
        Key("drop", ("d", "delete"), "d", mark("Give up"), mark("Give a message up, or remove it for good."), True),
        Key("filter", ("f",), "f", mark("Given up"), mark("Show what waits, or what was given up."), True),
        Key("tick", ("space",), SPACE, mark("Tick"), mark("Tick this message; actions then take all ticked.")),
        Key("tick_all", ("asterisk",), "*", mark("Tick all"), mark("Tick all messages of the list, or none.")),
        _HELP,
        _BACK,
    ),
    "domains": (
        replace(_OPEN, help=mark("Who is known of the chosen domain; on a server alone, what to set there.")),
        Key("new", ("n",), "n", mark("New"), mark("A new domain: ask, try its server, then set it."), True),
        Key("modify", ("m",), "m", mark("Modify"), mark("Change the settings of the chosen line."), True),
        Key("test", ("t",), "t", mark("Test"), mark("Try the server of the chosen line, without a message."), True),
        Key("retry", ("r",), "r", mark("Retry"), mark("Try now what waits for the server of the chosen line."), True),
        Key("guide", ("e",), "e", mark("Guide"), mark("What to set on the server of the chosen line.")),
        _HELP,
        _BACK,
    ),
    "recipients": (
        Key("new", ("n",), "n", mark("New"), mark("Put an address on the list."), True),
        Key("drop", ("d", "delete"), "d", mark("Delete"), mark("Take the chosen address off; u takes it back."), True),
        Key("verify", ("v",), "v", mark("Verify"), mark("Say what mail for any address gets now, and why."), True),
        Key("sync", ("s",), "s", mark("Directory"), mark("Read the directory of this domain now.")),
        replace(_SEARCH, help=mark("Search the known addresses.")),
        replace(_UNDO, help=mark("Take the last change of the list back.")),
        _HELP,
        _BACK,
    ),
    "newdomain": (
        Key("apply", ("f10", "enter"), "F10", mark("Apply"), mark("Set it, after a question."), True),
        Key("test", ("t",), "t", mark("Test"), mark("Try the server again."), True),
        Key("verify", ("v",), "v", mark("Verify"), mark("Choose how recipients are known."), True),
        _HELP,
        _BACK,
    ),
    "rules": (
        Key("new", ("n",), "n", mark("New"), mark("Allow or block somebody: a new entry."), True),
        Key("modify", ("m", "enter"), "m", mark("Modify"), mark("Change the chosen entry."), True),
        Key("remove", ("d", "delete"), "d", mark("Remove"), mark("Take the chosen entry out; u brings it back."), True),
        Key("replay", ("y",), "y", mark("Replay"), mark("What the last 14 days were without the chosen entry."), True),
        Key("scores", ("s",), "s", mark("Scores"), mark("From how many points mail is marked, held, refused."), True),
        Key("changes", ("c",), "c", mark("Changes"), mark("Who changed what in the lists; take it back."), True),
        Key("filter", ("f",), "f", mark("Filter"), mark("Show all entries, those that allow, those that block.")),
        replace(_SEARCH, help=mark("Search entries by name, person, reason."), in_footer=False),
        _HELP,
        replace(_BACK, in_footer=False),
    ),
    "limits": (
        Key("less", ("left", "h"), "←", mark("Less"), mark("Move the chosen limit half a point down."), True),
        Key("more", ("right", "l"), "→", mark("More"), mark("Move the chosen limit half a point up."), True),
        Key(
            "replay",
            ("y", "enter"),
            "y",
            mark("Messages"),
            mark("Show the messages that would fare differently."),
            True,
        ),
        Key("default", ("d",), "d", mark("Reset"), mark("Take the present limits again."), True),
        _APPLY,
        _HELP,
        _BACK,
    ),
    "replay": (
        replace(_OPEN, help=mark("Show everything about the chosen message.")),
        _HELP,
        _BACK,
    ),
    "changes": (
        replace(_UNDO, help=mark("Take the chosen change back.")),
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
    "system": (replace(_OPEN, label=mark("Open"), help=mark("Open the chosen line.")), _HELP, _BACK),
    "settings": (
        replace(_OPEN, label=mark("Open"), help=mark("Show the settings of this part.")),
        _APPLY,
        _HELP,
        _BACK,
    ),
    "section": (
        Key("open", ("enter",), ENTER, mark("Change"), mark("Change the chosen value."), True),
        Key("default", ("d", "delete"), "d", mark("Default"), mark("Take the default again."), True),
        Key("secret", ("s",), "s", mark("Secret"), mark("Set the secret that this field names.")),
        _APPLY,
        _HELP,
        _BACK,
    ),
    "history": (
        replace(_OPEN, label=mark("Lines"), help=mark("Show the lines of the file that differ.")),
        replace(_UNDO, help=mark("Take the chosen change back; later ones stay.")),
        Key("return", ("r",), "r", mark("Restore"), mark("Run the chosen version again, as it was."), True),
        _HELP,
        _BACK,
    ),
    "journal": (
        replace(_OPEN, label=mark("Lines"), help=mark("Show the lines of the file that differ.")),
        replace(_UNDO, help=mark("Take the chosen change back; later ones stay.")),
        _HELP,
        _BACK,
    ),
    "looks": (
        Key("open", ("enter",), ENTER, mark("Take"), mark("Take this, now and the next time."), True),
        _HELP,
        _BACK,
    ),
    "assistant": (
        Key("open", ("enter",), ENTER, mark("Change"), mark("Give the chosen value, or go on."), True),
        Key("next", ("f10",), "F10", mark("Continue"), mark("Apply this step and go on when it works."), True),
        Key("previous", ("f9",), "F9", mark("Previous"), mark("Go back one step."), True),
        _HELP,
        replace(_BACK, label=mark("Later")),
    ),
    "page": (_HELP, _BACK),
    "health": (
        Key("open", ("enter",), ENTER, mark("Guide"), mark("On a server: what to set there, and does it work."), True),
        Key("test", ("t",), "t", mark("Test"), mark("Send a message through the whole chain."), True),
        _COPY,
        _PLAIN,
        _RECHECK,
        _HELP,
        _BACK,
    ),
    "chain": (
        Key("send", ("enter", "t"), ENTER, mark("Send"), mark("Send the message, or another one."), True),
        Key("direction", ("s",), "s", mark("Outward"), mark("To an address outside, or from outside again."), True),
        Key("virus", ("v",), "v", mark("Virus"), mark("With the harmless test virus EICAR."), True),
        Key("spam", ("g",), "g", mark("Spam"), mark("With the harmless test spam GTUBE."), True),
        replace(_COPY, in_footer=False),
        Key("plain", ("p", "x"), "p", mark("Plain page"), mark("The report without a frame, to take along."), True),
        _HELP,
        _BACK,
    ),
    "guide": (_COPY, _PLAIN, _RECHECK, _HELP, _BACK),
    "message": (
        _RELEASE,
        _ALLOW,
        _BLOCK,
        replace(_SPAM, in_footer=False),
        replace(_DELETE, in_footer=False),
        _VIEW,
        _TECHNICAL,
        _WANTED,
        _HELP,
        _BACK,
    ),
    "held": (_RELEASE, _ALLOW, _BLOCK, replace(_SPAM, in_footer=False), _DELETE, _VIEW, _WANTED, _HELP, _BACK),
}
FOOTER_MAXIMUM: Final = 7
