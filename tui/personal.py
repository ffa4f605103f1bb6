"""The application as whoever sits here likes it: language, colours, signs, remembered from one start to the next."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from textual.filter import LineFilter

from tui import mouse
from tui.asking import Asker
from tui.base import Base, Place
from tui.glyphs import Font
from tui.language import LANGUAGES, Language, Words, words
from tui.messages import Said
from tui.prefs import Preferences
from tui.screens.welcome import WelcomeScreen
from tui.theme import CONSOLE, DEFAULTS, THEMES
from tui.widgets.glyphfilter import GlyphFilter


class Personal(Base):
    """Owns the themes and the filter of signs. On the console there is one theme, of its sixteen colours."""

    def __init__(self, asker: Asker, words: Words, now: Callable[[], datetime], place: Place) -> None:
        super().__init__(asker, words, now)
        self._own = place
        self._preferences = place.preferences
        self._filter = GlyphFilter(place.font)
        self._font = place.font
        self._themes = [CONSOLE] if place.font is Font.CONSOLE else [*THEMES, CONSOLE]
        for each in (*THEMES, CONSOLE):
            self.register_theme(each)
        liked = place.preferences.theme
        self.theme = liked if liked in self.themes else self._themes[0].name
        self.animation_level = "none"

    @property
    def preferences(self) -> Preferences:
        """What this person chose."""
        return self._preferences

    @property
    def themes(self) -> tuple[str, ...]:
        """The names of the colours that can be had here."""
        return tuple(each.name for each in self._themes)

    @property
    def font(self) -> Font:
        """What is drawn here."""
        return self._font

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Our names, before a theme is chosen."""
        return DEFAULTS

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Everything that is drawn passes ours last (D9)."""
        return [*super().get_line_filters(), self._filter]

    def welcome(self, then: Callable[[], None]) -> None:
        """Ask for the language where nobody chose one yet; then go on."""
        if self._own.asks_first:
            self.push_screen(WelcomeScreen(), lambda _: then())
        else:
            then()

    def prefer(self, preferences: Preferences) -> None:
        """All changes at once and is remembered, or it is said that it can't be."""
        if preferences.mouse != self._preferences.mouse:
            mouse.give(self._driver, is_on=preferences.mouse)
        self._preferences = preferences
        if preferences.theme in self.themes:
            self.theme = preferences.theme
        if preferences.glyphs and Font(preferences.glyphs) is not self._font:
            self._font = Font(preferences.glyphs)
            self._filter = GlyphFilter(self._font)
            self.refresh(layout=True)
        if not self._own.remember(preferences):
            self.post_message(Said(self.words("It holds until you leave: it can't be remembered here."), "warn"))
        self.spoken()

    def choose_language(self, language: Language) -> None:
        """The language, everywhere at once."""
        self.words = words(language, self.words.zone)
        self.prefer(replace(self._preferences, language=language))

    def action_language(self) -> None:
        """The other language."""
        self.choose_language(LANGUAGES[(LANGUAGES.index(self.words.language) + 1) % len(LANGUAGES)])

    def action_mouse(self) -> None:
        """To the interface, or back to the terminal."""
        is_on = not mouse.is_given(self._driver)
        mouse.give(self._driver, is_on=is_on)
        on = self.words("The mouse chooses; selecting text to copy needs the Shift key.")
        self.post_message(Said(on if is_on else self.words("The mouse is the terminal's: it selects text."), "ok"))
        self.prefer(replace(self._preferences, mouse=is_on))

    def action_theme(self) -> None:
        """The next colours."""
        self.prefer_theme(self.themes[(self.themes.index(self.theme) + 1) % len(self.themes)])

    def spoken(self) -> None:
        """Another language, or other colours: everything is asked for and drawn anew."""
