"""What a verb and its arguments are, as values of the table in `verbs`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument of a verb: an option when its names begin with a dash, else a place.

    `many` is "" (one), "?" (at most one), "*" or "+"; `switch` takes no value; `repeat` may be given
    several times. `completes` says what a shell may offer: "file", "code" or "".
    """

    names: tuple[str, ...]
    help: str
    metavar: str = ""
    choices: tuple[str, ...] = ()
    many: str = ""
    switch: bool = False
    repeat: bool = False
    number: bool = False
    default: str | int | None = None
    completes: str = ""

    @property
    def is_option(self) -> bool:
        """True for `--limit`, False for `CODE`."""
        return self.names[0].startswith("-")


@dataclass(frozen=True, slots=True)
class Verb:
    """`words` are what is typed; `does` is module:function, which takes a `Call` and returns the exit code."""

    words: tuple[str, ...]
    summary: str
    does: str
    arguments: tuple[Argument, ...] = ()
    example: str = ""

    @property
    def name(self) -> str:
        """The words as typed."""
        return " ".join(self.words)
