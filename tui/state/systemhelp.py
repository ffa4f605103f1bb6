"""The how-do-I of System and of what hangs below it, three a screen. Words only."""

from __future__ import annotations

from typing import Final

from tui.language import mark

HOW: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    "system": (
        (mark("What does not work?"), mark("“Services” says it at the right; Enter shows every part with its cause.")),
        (mark("Who changed something?"), mark("“Journal of changes” has it, and u there takes it back.")),
        (
            mark("Can I break something here?"),
            mark("What can cut mail off runs on trial and comes back by itself unless you keep it."),
        ),
    ),
    "settings": (
        (mark("Where is a setting?"), mark("Each part has its line; the box below shows its first values.")),
        (mark("When does it hold?"), mark("Nothing holds before F10: it shows what was and what will be.")),
        (
            mark("And a new domain or server?"),
            mark("Domains has forms for them; for the first ones see System, Assistant."),
        ),
    ),
    "section": (
        (mark("What does ⚠ mean?"), mark("A change of it runs on trial first; the box says what may go wrong.")),
        (mark("How do I get the default back?"), mark("d takes it; u forgets what you typed in the chosen line.")),
        (
            mark("What is wrong with ✗?"),
            mark("The box says it in words. Nothing was applied, and what you typed is kept."),
        ),
    ),
    "history": (
        (mark("What was changed?"), mark("Choose a version with ↓; Enter shows the lines of the file.")),
        (mark("How do I take a change back?"), mark("u; it asks first and shows what will be. Later changes stay.")),
        (mark("And everything since?"), mark("r runs the chosen version again, as it was.")),
    ),
    "journal": (
        (
            mark("Whose deeds are here?"),
            mark("Those of people and of commands: settings and rules. Mail is in Messages."),
        ),
        (mark("How do I take one back?"), mark("u; settings ask first. What was taken back is grey.")),
        (mark("Where is what is older?"), mark("In the history of settings, and in Rules.")),
    ),
    "looks": (
        (mark("Are boxes broken?"), mark("Take “plain letters only”; it holds at once.")),
        (mark("May I use the mouse?"), mark("Yes, but then selecting text to copy needs the Shift key.")),
        (mark("For whom does it hold?"), mark("Only for you: it lies in a small file of your home.")),
    ),
    "assistant": (
        (
            mark("The server does not answer?"),
            mark("The step says what it said and what to try. Nothing is kept before it greets."),
        ),
        (mark("May I stop in the middle?"), mark("Yes: every step that worked holds. System, Assistant goes on.")),
        (mark("When is it done?"), mark("When the test mail is green through every link.")),
    ),
    "page": (
        (mark("Is there more?"), mark("Marks at the right edge say so; the arrow keys scroll.")),
        (mark("How fresh is it?"), mark("It is drawn anew when something changes.")),
        (mark("How do I get out?"), mark("Esc, as everywhere.")),
    ),
}
