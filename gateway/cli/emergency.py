"""The menu for the day on which nothing else starts: numbers, plain letters, the standard library only.

Each number runs one verb of the command as a process of its own, so that what is broken there can't end the menu.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Final, TextIO

# Somebody who leans on the keyboard, or a line that sends rubbish, ends the menu.
CHOICES_MAXIMUM: Final = 500


class Left(Enum):
    """How the menu was left."""

    INTERFACE = "interface"
    END = "end"


@dataclass(frozen=True, slots=True)
class Item:
    """`words` are the verb's; `asks` must be answered with yes first."""

    english: str
    french: str
    words: tuple[str, ...]
    asks: str = ""


# Plain ASCII: the console may have lost its font as well.
ITEMS: Final = (
    Item("What state is the gateway in?", "Dans quel etat est la passerelle ?", ("status",)),
    Item("What waits, and why?", "Qu'est-ce qui attend, et pourquoi ?", ("queue", "list")),
    Item("The last messages", "Les derniers messages", ("messages", "list", "--limit", "15")),
    Item("Which settings ran when?", "Quels reglages, et quand ?", ("config", "history")),
    Item(
        "Back to the settings before the last change",
        "Revenir aux reglages d'avant le dernier changement",
        ("config", "undo"),
        "The gateway goes back to the settings before. / La passerelle revient aux reglages precedents.",
    ),
    Item("Test the whole chain", "Essayer toute la chaine", ("test",)),
)
INTERFACE: Final = len(ITEMS) + 1


def menu(stdin: TextIO, stdout: TextIO, why: str = "", run: Callable[[tuple[str, ...]], None] | None = None) -> Left:
    """Show it until somebody leaves it or the terminal ends. `why` is said first."""
    run = run or _run
    print(f"\n{why}" if why else "", file=stdout)
    for _ in range(CHOICES_MAXIMUM):
        _show(stdout)
        chosen = stdin.readline()
        if not chosen or chosen.strip() == "0":
            return Left.END
        if chosen.strip() == str(INTERFACE):
            return Left.INTERFACE
        if chosen.strip() in map(str, range(1, INTERFACE)):
            _do(ITEMS[int(chosen) - 1], stdin, stdout, run)
    return Left.END


def _show(stdout: TextIO) -> None:
    print("\nPOTERNE - emergency menu / menu de secours\n", file=stdout)
    for number, item in enumerate(ITEMS, 1):
        print(f"  {number}  {item.english} / {item.french}", file=stdout)
    print(f"  {INTERFACE}  Try the interface again / Essayer a nouveau l'interface", file=stdout)
    print("  0  Leave / Quitter\n", file=stdout)
    print("Number / Numero: ", end="", file=stdout, flush=True)


def _do(item: Item, stdin: TextIO, stdout: TextIO, run: Callable[[tuple[str, ...]], None]) -> None:
    if item.asks:
        print(f"{item.asks}\nyes / oui ? ", end="", file=stdout, flush=True)
        if stdin.readline().strip().lower() not in ("yes", "oui"):
            print("Nothing was done. / Rien n'a ete fait.", file=stdout)
            return
    stdout.flush()
    run(item.words)


def _run(words: tuple[str, ...]) -> None:
    # -I: nothing of the folder one stands in, and nothing of the environment, is imported.
    command = [sys.executable, "-I", "-m", "gateway", *words]
    subprocess.run(command, check=False, stdin=subprocess.DEVNULL)  # noqa: S603 - words of our own table
