"""The test of the chain as lines: the drawing with its times, what happened step by step, the diagnosis."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from gateway.control.workvalues import ChainStep, ChainTest
from tui.format import Line, Piece, Tone, fit, fitted, line, paragraph
from tui.language import Words, mark

Variant = Literal["", "eicar", "gtube"]
_ARROW: Final = " ──→ "
_SHORT_MS: Final = 100.0
_ABOUT: Final[dict[str, str]] = {
    "": mark("A message comes from outside: received, checked, handed on; your server is asked. Nobody gets it."),
    "eicar": mark(
        "A message with the harmless test virus (EICAR) comes from outside: is it recognised? Nobody gets it."
    ),
    "gtube": mark(
        "A message with the harmless test spam (GTUBE) comes from outside: is it recognised? Nobody gets it."
    ),
}


@dataclass(frozen=True, slots=True)
class Course:
    """What is tested: from outside, or really to an address (`to`) outside; `variant` as in the protocol."""

    to: str = ""
    variant: Variant = ""


@dataclass(frozen=True, slots=True)
class Node:
    """One link of the drawing: its name, and how it fared; `step` None where nothing was tried."""

    name: str
    step: ChainStep | None = None


def about(course: Course, words: Words) -> str:
    """What a test of this kind does."""
    if course.to:
        return words("A message really leaves, to {address}, by the way that your mail takes.", address=course.to)
    return words(_ABOUT[course.variant])


def nodes(told: ChainTest | None, course: Course, words: Words) -> tuple[Node, ...]:
    """The links that the message passes."""
    steps = {each.name: each for each in told.steps} if told is not None else {}
    if course.to:
        way, arrival = steps.get("route"), steps.get("deliver")
        return (Node(words("Gateway")), Node(words("Way out"), way), Node(words("Their server"), arrival))
    taken, judged, handed = steps.get("send"), steps.get("judge"), steps.get("deliver")
    if course.variant:
        return (Node(words("Internet")), Node(words("Gateway"), taken), Node(words("Analysis"), judged))
    return (
        Node(words("Internet")),
        Node(words("Gateway"), taken),
        Node(words("Analysis"), judged),
        Node(words("Handing on"), handed),
        Node(words("Server"), steps.get("server")),
    )


def drawing(told: ChainTest | None, course: Course, cells: int, words: Words) -> list[Line]:
    """The links with arrows between, each with its sign and time below; the broken one is red."""
    shown = nodes(told, course, words)
    room = max(6, (cells - 2 - len(_ARROW) * (len(shown) - 1)) // len(shown))
    names: list[Piece | str] = [" "]
    signs: list[Piece | str] = [" "]
    for number, each in enumerate(shown):
        tone = _tone(each)
        names += [_ARROW if number else "", Piece(_centred(each.name, room), tone or "strong")]
        signs += [" " * len(_ARROW) if number else "", Piece(_centred(_sign(each, told, number, words), room), tone)]
    return [fit(line(*names), cells), fit(line(*signs), cells)]


def happened(told: ChainTest, cells: int, words: Words) -> list[Line]:
    """Whether it works, each step with its time, the diagnosis with its cure, what was checked."""
    head = (
        Piece(words("✓ The whole chain works."), "ok") if told.works else Piece(words("✗ The chain is broken."), "bad")
    )
    shown: list[Line] = [line(head)]
    for step in told.steps:
        sign = Piece("✓ ", "ok") if step.done else Piece("✗ ", "bad")
        text = f"{step.text} ({_seconds(step, words)})" if step.elapsed_ms else step.text
        shown += paragraph(text, cells, first=line(sign))
    if told.cause:
        shown += [(), *paragraph(told.cause, cells, "strong")]
        shown += paragraph(told.cure, cells, first=line(Piece(words("What to do: "), "key")))
    if told.checks:
        checks = ", ".join(f"{name} {result}" for name, result in told.checks)
        shown += [(), *paragraph(words("Checks: {checks}", checks=checks), cells, "muted")]
    return shown


def report(told: ChainTest, course: Course, words: Words) -> str:
    """The whole test as plain text, for the plain page."""
    lines = [about(course, words), words("✓ The whole chain works.") if told.works else words("✗ The chain is broken.")]
    for step in told.steps:
        sign = "✓" if step.done else "✗"
        lines.append(f"{sign} {step.text}" + (f" ({_seconds(step, words)})" if step.elapsed_ms else ""))
    if told.cause:
        lines += [told.cause, words("What to do: ") + told.cure]
    lines += [f"{name}: {result}" for name, result in told.checks]
    return "\n".join([*lines, *told.fields])


def _centred(text: str, room: int) -> str:
    return fitted(text, room) if len(text) >= room else text.center(room)


def _tone(node: Node) -> Tone:
    if node.step is None:
        return ""
    return "ok" if node.step.done else "bad"


def _sign(node: Node, told: ChainTest | None, number: int, words: Words) -> str:
    if node.step is None:
        return "○" if told is not None and number else ""
    if not node.step.done:
        return "✗"
    return f"✓ {_seconds(node.step, words)}" if node.step.elapsed_ms else "✓"


def _seconds(step: ChainStep, words: Words) -> str:
    if step.elapsed_ms < _SHORT_MS:
        return words("{count} ms", count=max(1, round(step.elapsed_ms)))
    return words("{number} s", number=words.number(step.elapsed_ms / 1_000, 2))
