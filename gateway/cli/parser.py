"""The table of verbs as an argparse parser, with errors that name the nearest thing that exists."""

from __future__ import annotations

import argparse
import difflib
import re
from collections.abc import Sequence
from typing import Any, NoReturn

from gateway.cli.call import UsageError
from gateway.cli.verbs import COMMON, NOUNS, VERBS, VERSION, Argument, Verb

_UNKNOWN = re.compile(r"invalid choice: '([^']*)' \(choose from (.*)\)")


class Parser(argparse.ArgumentParser):
    """Raises UsageError instead of printing and exiting."""

    def __init__(self, **settings: Any) -> None:  # noqa: ANN401 - handed on as they are
        super().__init__(allow_abbrev=False, formatter_class=argparse.RawDescriptionHelpFormatter, **settings)

    def error(self, message: str) -> NoReturn:
        """Say what is wrong, what was probably meant, and where help is."""
        unknown = _UNKNOWN.search(message)
        if unknown:
            known = re.findall(r"[\w-]+", unknown[2])
            near = difflib.get_close_matches(unknown[1], known, 1)
            meant = f" Did you mean {near[0]}?" if near else f" There are: {', '.join(known)}."
            message = f"There is no {unknown[1]!r} here.{meant}"
        raise UsageError(f"{message}\nHelp: {self.prog} --help")


def build() -> Parser:
    """The whole command. The verb's `does` ends up in the namespace, None when no verb was given."""
    parser = Parser(prog="poterne", description="The mail gateway, by its control socket.", epilog=_overview())
    _add(parser, COMMON)
    parser.add_argument("--version", dest="does", action="store_const", const=VERSION, help="print the version")
    parser.set_defaults(does=None, parser=parser)
    nouns = parser.add_subparsers(metavar="VERB", title="verbs")
    groups: dict[str, Any] = {}
    for verb in VERBS:
        home = nouns
        if len(verb.words) == 2:
            noun = verb.words[0]
            if noun not in groups:
                group = nouns.add_parser(noun, help=NOUNS[noun], description=f"{_sentence(NOUNS[noun])}")
                group.set_defaults(parser=group)
                groups[noun] = group.add_subparsers(metavar="VERB", title="verbs")
            home = groups[noun]
        _add_verb(home, verb)
    return parser


def _add_verb(home: Any, verb: Verb) -> None:  # noqa: ANN401 - argparse does not publish the class
    example = f"Example:\n  {verb.example}" if verb.example else None
    parser = home.add_parser(verb.words[-1], help=verb.summary, description=_sentence(verb.summary), epilog=example)
    _add(parser, verb.arguments)
    # SUPPRESS: what was given before the verb is not reset by what was not given behind it.
    _add(parser, COMMON, argparse.SUPPRESS)
    parser.set_defaults(does=verb.does, parser=parser)


def _add(
    parser: argparse.ArgumentParser,
    arguments: Sequence[Argument],
    default: Any = None,  # noqa: ANN401 - whatever argparse takes for one
) -> None:
    for argument in arguments:
        settings: dict[str, Any] = {"help": argument.help}
        if argument.switch:
            settings |= {"action": "store_true", "default": default or False}
        else:
            settings |= {"default": default or argument.default, **_value_of(argument)}
        parser.add_argument(*argument.names, **settings)


def _value_of(argument: Argument) -> dict[str, Any]:
    settings: dict[str, Any] = {}
    if argument.metavar:
        settings["metavar"] = argument.metavar
    if argument.choices:
        settings["choices"] = argument.choices
    if argument.many:
        settings["nargs"] = argument.many
    if argument.number:
        settings["type"] = int
    if argument.repeat:
        settings |= {"action": "append", "default": []}
    return settings


def _overview() -> str:
    return "Exit codes: 0 done, 1 not found or refused, 2 usage or settings,\n3 the gateway is not running."


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}."
