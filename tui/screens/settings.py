"""Settings: the sections, then the fields of one, each changed by Enter; F10 applies all that was typed."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from gateway.control import protocol
from gateway.control.settingsparams import SetSecret
from tui.format import Line, Piece, line, paragraph
from tui.keys import SCREENS
from tui.language import Words
from tui.messages import Said
from tui.screens.frame import bound
from tui.screens.sheet import Sheet, SheetScreen
from tui.screens.value import Option, PickScreen, TypeScreen, Wanted
from tui.state import settings, settingsview
from tui.state.settings import Field, Form, Section, TypedError
from tui.widgets.dialog import Answer, Choice, Dialog, Question
from tui.widgets.table import Table


class SettingsScreen(SheetScreen):
    """The sections."""

    KEYS = "settings"
    COLUMNS = settingsview.SECTION_COLUMNS
    BINDINGS = bound(SCREENS["settings"])

    def rows(self) -> Sequence[object]:
        """The tables of the settings."""
        return self.sheet.form.sections if self.sheet.form is not None else ()

    def draw(self, row: object) -> Line:
        """One section."""
        if not isinstance(row, Section) or self.sheet.form is None:
            return (Piece(""), Piece(""))
        return settingsview.section_row(row, self.sheet.form, self.words)

    def explain(self, row: object, form: Form, cells: int) -> list[Line]:
        """Its first values."""
        return settingsview.section_panel(row, form, cells, self.words) if isinstance(row, Section) else []

    def heading(self) -> str:
        """Where one is."""
        return self.words("Settings")

    def action_open(self) -> None:
        """Its fields."""
        chosen = self.query_one("#list", Table).chosen
        if isinstance(chosen, Section):
            self.app.push_screen(SectionScreen(self.sheet, chosen.key))

    def action_back(self) -> None:
        """What was typed and not applied is asked for."""
        leave_sheet(self, self.sheet)


class SectionScreen(SheetScreen):
    """The fields of one section; or of `keys`, chosen from several, under a name of their own."""

    KEYS = "section"
    COLUMNS = settingsview.FIELD_COLUMNS
    BINDINGS = bound(SCREENS["section"])

    def __init__(self, sheet: Sheet, section: str, keys: Sequence[str] = ()) -> None:
        super().__init__(sheet)
        self._section, self._keys = section, tuple(keys)

    @property
    def section(self) -> Section | None:
        """What it shows, None while it is on its way, or gone."""
        form = self.sheet.form
        if form is None:
            return None
        if self._keys:
            return form.chosen(self._keys, self._section)
        return next((each for each in form.sections if each.key == self._section), None)

    @property
    def chosen(self) -> Field | None:
        """The field under the cursor."""
        found = self.query_one("#list", Table).chosen
        return found if isinstance(found, Field) else None

    def rows(self) -> Sequence[object]:
        """The fields."""
        return self.section.fields if self.section is not None else ()

    def draw(self, row: object) -> Line:
        """One field."""
        if not isinstance(row, Field) or self.sheet.form is None:
            return (Piece(""), Piece(""), Piece(""))
        return settingsview.field_row(row, self._label(row), self.sheet.form, self.sheet.wrong, self.words)

    def explain(self, row: object, form: Form, cells: int) -> list[Line]:
        """All about one field."""
        if not isinstance(row, Field):
            return []
        return settingsview.field_panel(row, form, self.sheet.wrong, cells, self.words)

    def heading(self) -> str:
        """Where one is."""
        name = settingsview.title(self.section, self.words) if self.section is not None else "…"
        return name if self._keys else f"{self.words('Settings')} > {name}"

    def action_open(self) -> None:
        """Change the value: at once, by choosing, or by typing."""
        field, form = self.chosen, self.sheet.form
        if field is None or form is None:
            return
        kind, value = field.view.kind, form.value(field)
        if kind == "switch":
            self._typed(field, "false" if value == "true" else "true")
        elif kind == "choice":
            options = [Option(each, settingsview.choice(each, self.words)) for each in field.view.choices]
            start = settings.typeable(field.view, value)
            screen = PickScreen(settingsview.label(field), lambda cells: (), options, start)
            self.app.push_screen(
                screen, lambda name: self._typed(field, settings.toml(name)) if name is not None else None
            )
        else:
            self.app.push_screen(
                TypeScreen(wanted(field, value, self.words)),
                lambda text: self._typed(field, text) if text is not None else None,
            )

    def action_default(self) -> None:
        """The default again."""
        field = self.chosen
        if field is None:
            return
        if field.view.is_required:
            self.post_message(Said(self.words("This has no default: it must be given."), "warn"))
        else:
            self._typed(field, "")

    def action_secret(self) -> None:
        """Set the secret that this field names."""
        field, form = self.chosen, self.sheet.form
        if field is None or form is None or not field.view.is_secret:
            self.post_message(Said(self.words("Only a field that names a secret has one."), "muted"))
            return
        name = settings.typeable(field.view, form.value(field))
        if not name:
            self.post_message(Said(self.words("Give the secret a name first, with Enter."), "warn"))
            return
        about = self.words("What is typed is kept on the gateway; nobody is shown it again.")
        asked = Wanted(
            self.words("Secret {name}", name=name),
            lambda cells: paragraph(about, cells),
            _not_empty(self.words),
            "",
            True,
        )
        self.app.push_screen(TypeScreen(asked), lambda text: self._keep_secret(name, text))

    def take_back(self) -> bool:
        """The chosen field as it was before anything was typed."""
        field, form = self.chosen, self.sheet.form
        if field is None or form is None or field.key not in form.draft:
            return False
        self.sheet.type(field, field.value or field.view.default)
        self.redraw()
        return True

    def action_back(self) -> None:
        """To the sections; a sheet of its own asks for what was not applied."""
        if self._keys:
            leave_sheet(self, self.sheet)
        else:
            super().action_back()

    def _label(self, field: Field) -> str:
        return settingsview.whole_label(field, self.words) if self._keys else settingsview.label(field)

    def _typed(self, field: Field, value: str) -> None:
        self.sheet.type(field, value)
        self.redraw()

    def _keep_secret(self, name: str, text: str | None) -> None:
        if text is not None:
            try:
                params = SetSecret(name, text.encode())
            except ValueError as error:
                self.post_message(Said(f"{error}", "bad"))
            else:
                self.ask("secret", protocol.SECRET_SET, params)


def wanted(field: Field, value: str, words: Words) -> Wanted:
    """How a text or a number is asked for."""

    def about(cells: int) -> list[Line]:
        default = settingsview.human(field, field.view.default, words)
        rows = [line(Piece(words("Default: {value}", value=default), "muted"))] if field.view.default else []
        if field.view.kind == "texts":
            rows += paragraph(words("Several are written with commas between them."), cells, "muted")
        if field.view.has_pair:
            rows += paragraph(words("One number, or two: 20 / 10 is 20, and 10 under load."), cells, "muted")
        if field.view.unit:
            rows += paragraph(words("In {unit}.", unit=_unit(field.view.unit, words)), cells, "muted")
        return rows

    return Wanted(
        settingsview.label(field),
        about,
        lambda text: settings.parsed(field.view, text, words),
        settings.typeable(field.view, value),
    )


def leave_sheet(screen: SheetScreen, sheet: Sheet) -> None:
    """Go back; what was typed and not applied would be lost, so that is asked first."""
    words, count = screen.words, len(sheet.changes())
    if not count:
        screen.app.pop_screen()
        return
    lost = words("What you typed is forgotten; nothing changes.")
    question = Question(
        words.n("Leave {count} change unapplied?", "Leave {count} changes unapplied?", count),
        lambda cells: paragraph(lost, cells, "warn"),
        (Choice("yes", words("Leave")), Choice("", words("Stay"))),
        start=1,
    )

    def left(answer: Answer | None) -> None:
        if answer is not None:
            screen.app.pop_screen()

    screen.app.push_screen(Dialog(question), left)


def _unit(unit: str, words: Words) -> str:
    named = {"seconds": words("seconds"), "octets": words("octets (a megabyte is 1000000)"), "days": words("days")}
    return named.get(unit, unit)


def _not_empty(words: Words) -> Callable[[str], str]:
    def judge(text: str) -> str:
        if not text:
            raise TypedError(words("This can't be empty."))
        return text

    return judge
