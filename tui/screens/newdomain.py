"""A new domain before it is set: what it will be, what its server says of it, and then was → is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from textual.app import ComposeResult

from gateway.control import protocol
from gateway.control.settingsparams import EditSettings
from gateway.control.settingsvalues import Tried
from gateway.control.workvalues import BackendProbed
from tui.format import Line, Piece, line, paragraph
from tui.keys import SCREENS
from tui.messages import Answered, Said, Unanswered
from tui.screens.frame import FrameScreen, bound
from tui.screens.value import Option, PickScreen
from tui.state import newdomain, settingsview
from tui.state.newdomain import Draft
from tui.widgets.dialog import Answer, Choice, Dialog, Question
from tui.widgets.lines import Lines


class NewDomainScreen(FrameScreen):
    """Tries the server at once; F10 or Enter sets it. `done` hears the domain's name when it is set."""

    KEYS = "newdomain"
    tab = "domains"
    BINDINGS = bound(SCREENS["newdomain"])

    def __init__(self, draft: Draft, done: Callable[[str], None]) -> None:
        super().__init__()
        self._done = done
        self._draft = draft
        self._found: BackendProbed | None = None
        self._why_not = ""
        self._is_applying = False

    def body(self) -> ComposeResult:
        """One page."""
        yield Lines(id="page", can_focus=True)

    def on_mount(self) -> None:
        """Try it."""
        self.query_one("#page", Lines).show(self._lines)
        self.action_test()

    def redraw(self) -> None:
        """The page too."""
        super().redraw()
        self.query_one("#page", Lines).redraw()

    def on_answered(self, event: Answered) -> None:
        """What the server said; what became of the settings."""
        match event.value:
            case BackendProbed() as found:
                self._found = found
                self._draft = self._draft.learned_from(found)
            case Tried() as tried:
                self._is_applying = False
                self._tried(tried)
        self.redraw()

    def on_unanswered(self, event: Unanswered) -> None:
        """Why it could not be tried or set."""
        self._is_applying = False
        text = self.words("The gateway is away.") if event.is_away else event.text
        if event.topic == "probe":
            self._why_not = text
        else:
            self._tell(self.words("Not applied"), paragraph(text, 66, "bad"))
        self.redraw()

    def action_test(self) -> None:
        """Try the server, again."""
        self._found, self._why_not = None, ""
        self.ask("probe", protocol.BACKEND_PROBE, replace(self._draft.probe, language=self.words.language))
        self.redraw()

    def action_verify(self) -> None:
        """Choose how recipients are known."""
        options = [Option(each, each, self.words(newdomain.METHOD_WORDS[each])) for each in newdomain.OFFERED]
        title = self.words("How are recipients known?")
        more = self.words("“ldap” and “list” need more than their name: m sets them when the domain is there.")
        screen = PickScreen(title, lambda cells: paragraph(more, cells, "muted"), options, self._draft.method)
        self.app.push_screen(screen, self._chosen)

    def action_apply(self) -> None:
        """Was → is, then set it; while the server is away or untried Enter is no."""
        if self._is_applying:
            return
        words, works = self.words, self._found is not None and self._found.works
        question = Question(
            words("Take mail for {domain}?", domain=self._draft.domain),
            self._changes,
            (Choice("yes", words("Apply")), Choice("", words("Cancel"))),
            start=0 if works else 1,
        )
        self.app.push_screen(Dialog(question), self._apply)

    def _changes(self, cells: int) -> list[Line]:
        words, shown = self.words, list[Line]()
        for key, value in self._draft.edits:
            text = f"{key}: {words('(not set)')} → {value}"
            shown += paragraph(text, cells, indent="  ", first=line(Piece("• ", "info")))
        if self._found is None or not self._found.works:
            said = words("The server does not take mail now: it would wait here until it does.")
            shown += [(), *paragraph(said, cells, "warn")]
        return shown

    def _chosen(self, method: str | None) -> None:
        if method:
            self._draft = replace(self._draft, method=method)
            self.redraw()

    def _apply(self, answer: Answer | None) -> None:
        if answer is not None:
            self._is_applying = True
            self.post_message(Said(self.words("Applying: the gateway tries it and looks at itself …"), "info"))
            self.ask("apply", protocol.CONFIG_EDIT, EditSettings(self._draft.edits, language=self.words.language))

    def _tried(self, tried: Tried) -> None:
        words = self.words
        if tried.outcome == "invalid":
            self._tell(words("Not applied"), settingsview.problems(tried.problems, 66))
        elif tried.outcome == "reverted":
            self._tell(words("Taken back at once"), settingsview.reverted(tried, 66, words))
        else:
            on_trial = tried.outcome == "trial"
            text = (
                words("It runs on trial. F8 keeps it or goes back.")
                if on_trial
                else words("Mail for {domain} is taken from now on.", domain=self._draft.domain)
            )
            if on_trial:
                self.base.decide_trial(tried.probes)
                self.base.refresh_status()
            self.base.post_message(Said(text, "ok"))
            self._done(self._draft.domain)
            self.app.pop_screen()

    def _tell(self, title: str, shown: list[Line]) -> None:
        self.app.push_screen(Dialog(Question(title, lambda cells: shown, (Choice("", self.words("Understood")),))))

    def _lines(self, cells: int) -> list[Line]:
        head = line(Piece(f"{self.words('Domains')} > {self.words('New domain')}", "strong"))
        return [head, (), *newdomain.review(self._draft, self._found, self._why_not, cells, self.words)]
