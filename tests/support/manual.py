"""The second half of `tui/manual/*.md`, made from the screens' own help and keys, so that it can't grow old.

`make pictures` writes it anew; a test compares.
"""

from __future__ import annotations

import sys
from datetime import UTC
from pathlib import Path
from typing import Final

from tui.keys import GLOBAL, SCREENS, Key
from tui.language import LANGUAGES, Language, Words, words
from tui.screens.help import GLOSSARY, HOW
from tui.state.frame import TABS

FOLDER: Final = Path(__file__).resolve().parents[2] / "tui" / "manual"
BEGIN, END = "<!-- made by make pictures: from here -->", "<!-- to here -->"
# What hangs below a tab, by the names of `keys.SCREENS`.
PAGES: Final[dict[str, tuple[str, str]]] = {
    "message": ("One message", "Un message"),
    "held": ("One held message", "Un message retenu"),
    "recipients": ("The addresses of a domain", "Les adresses d'un domaine"),
    "newdomain": ("A new domain", "Un nouveau domaine"),
    "limits": ("Limits", "Seuils"),
    "replay": ("What would have been", "Ce qui aurait changé"),
    "changes": ("Changes of the lists", "Modifications des listes"),
    "settings": ("Settings", "Réglages"),
    "section": ("The settings of one part", "Les réglages d'une partie"),
    "history": ("History of settings", "Historique des réglages"),
    "journal": ("Journal of changes", "Journal des modifications"),
    "looks": ("Screen", "Écran"),
    "assistant": ("Assistant", "Assistant"),
    "chain": ("Test of the chain", "Essai de la chaîne"),
    "guide": ("What to set on the server", "Que régler sur le serveur"),
    "page": ("Pages that only tell", "Pages d'information"),
}


def made(language: Language) -> str:
    """Every screen with its questions and its keys, then the keys of all, then the words."""
    say = words(language, UTC)
    shown = [_screen(name, f"{number} {say(label)}", say) for number, name, label in TABS if name in SCREENS]
    tabs = {name for _, name, _ in TABS}
    shown += [_screen(name, _title(name, language), say) for name in SCREENS if name not in tabs]
    everywhere, meanings = ("Partout", "Les mots") if language == "fr" else ("Everywhere", "The words")
    glossary = "\n".join(f"- **{say(term)}**: {say(meaning)}" for term, meaning in GLOSSARY)
    return "\n\n".join([*shown, f"### {everywhere}\n\n{_table(GLOBAL, say)}", f"### {meanings}\n\n{glossary}"])


def whole(language: Language) -> str:
    """The file as it should be: what was written by hand, and what is made."""
    text = _file(language).read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    return f"{before}{BEGIN}\n\n{made(language)}\n\n{END}{rest.partition(END)[2]}"


def write() -> list[Path]:
    """Make both anew."""
    for language in LANGUAGES:
        _file(language).write_text(whole(language), encoding="utf-8")
    return [_file(language) for language in LANGUAGES]


def _file(language: Language) -> Path:
    return FOLDER / f"{language}.md"


def _title(name: str, language: Language) -> str:
    return PAGES.get(name, (name, name))[LANGUAGES.index(language)]


def _screen(name: str, title: str, say: Words) -> str:
    answers = "\n".join(f"- **{say(question)}** {say(answer)}" for question, answer in HOW.get(name, ()))
    return f"### {title}\n\n{answers}\n\n{_table(SCREENS[name], say)}"


def _table(keys: tuple[Key, ...], say: Words) -> str:
    rows = [f"| `{say(key.cap)}` | **{say(key.label)}** {say(key.help)} |" for key in keys if say(key.help)]
    return "\n".join(["| | |", "| --- | --- |", *rows])


if __name__ == "__main__":
    for path in write():
        sys.stdout.write(f"{path.relative_to(Path.cwd())}\n")
