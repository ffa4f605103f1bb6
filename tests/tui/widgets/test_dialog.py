from __future__ import annotations

import pytest
from textual.app import App

from tui.format import line
from tui.widgets.dialog import Answer, Check, Choice, Dialog, Question

QUESTION = Question(
    "Release?",
    lambda cells: [line("[/nope] will get it")],
    (Choice("yes", "Release"), Choice("", "Cancel")),
    (Check("teach", "Teach", is_on=False), Check("anna", "anna@office.example", is_on=True)),
)
CAREFUL = Question("Delete?", lambda cells: [], (Choice("yes", "Delete"), Choice("", "Cancel")), start=1)


async def _ended(question: Question, *keys: str) -> list[Answer | None]:
    app: App[None] = App()
    answers: list[Answer | None] = []
    async with app.run_test(size=(80, 24)) as pilot:
        app.push_screen(Dialog(question), answers.append)
        await pilot.pause()
        await pilot.press(*keys)
        await pilot.pause()
    return answers


@pytest.mark.parametrize(
    ("keys", "answer"),
    [
        (("enter",), Answer("yes", frozenset({"anna"}))),
        (("right", "enter"), None),
        (("tab", "enter"), None),
        (("tab", "tab", "space", "enter"), Answer("yes", frozenset({"anna", "teach"}))),
        (("up", "space", "enter"), Answer("yes")),
        (("shift+tab", "up", "space", "down", "down", "enter"), Answer("yes", frozenset({"anna", "teach"}))),
        (("escape",), None),
        (("n",), None),
        (("y",), Answer("yes", frozenset({"anna"}))),
        (("o",), Answer("yes", frozenset({"anna"}))),
    ],
)
async def test_arrows_tab_space_and_letters_all_work(keys: tuple[str, ...], answer: Answer | None) -> None:
    assert await _ended(QUESTION, *keys) == [answer]


@pytest.mark.parametrize(
    ("keys", "answer"), [(("enter",), None), (("left", "enter"), Answer("yes")), (("y",), Answer("yes"))]
)
async def test_what_destroys_is_not_the_first_choice(keys: tuple[str, ...], answer: Answer | None) -> None:
    assert await _ended(CAREFUL, *keys) == [answer]


async def test_other_keys_do_nothing() -> None:
    assert await _ended(QUESTION, "x", "space", "1", "d") == []
