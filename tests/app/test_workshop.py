"""Parts that are shared by what they are made of."""

from __future__ import annotations

import asyncio

from gateway.app.workshop import Workshop
from tests.support.clock import settle


class Part:
    def __init__(self) -> None:
        self.is_working = False

    async def run(self) -> None:
        self.is_working = True
        try:
            await asyncio.Event().wait()
        finally:
            self.is_working = False


async def test_the_same_settings_give_the_same_part_and_others_another() -> None:
    async with asyncio.TaskGroup() as tasks:
        workshop = Workshop(tasks)
        first, second = workshop.bench(), workshop.bench()
        part = first.take("lanes", ({"a": 1}, 5.0), Part)
        assert second.take("lanes", ({"a": 1}, 5.0), Part) is part
        assert second.take("lanes", ({"a": 2}, 5.0), Part) is not part
        assert second.take("directory", ({"a": 1}, 5.0), Part) is not part


async def test_a_part_works_until_its_last_user_gives_it_back() -> None:
    async with asyncio.TaskGroup() as tasks:
        workshop = Workshop(tasks)
        first, second = workshop.bench(), workshop.bench()
        part = first.take("lanes", (1,), Part, Part.run)
        second.take("lanes", (1,), Part, Part.run)
        await settle()
        first.give_back()
        first.give_back()
        await settle()
        assert part.is_working
        second.give_back()
        await settle()
        assert not part.is_working
        assert len(workshop) == 0
        assert first.take("lanes", (1,), Part) is not part


async def test_what_is_made_of_another_part_is_made_anew_with_it() -> None:
    async with asyncio.TaskGroup() as tasks:
        workshop = Workshop(tasks)
        first, second = workshop.bench(), workshop.bench()
        old, new = first.take("resolver", (1,), Part), second.take("resolver", (2,), Part)
        assert first.take("lanes", (old,), Part) is not second.take("lanes", (new,), Part)
