"""Parts of the gateway by what they are made of: built once, shared, ended with the last user.

So a change of settings makes anew what it is about and nothing else: a lane keeps its connections, a directory
what it knows. Knows no particular part.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any, TypeVar

_Value = TypeVar("_Value")
Work = Callable[[_Value], Coroutine[object, object, None]]


@dataclass(eq=False, slots=True)
class _Part:
    """A part, the tasks that go on as long as it is used, and how many use it."""

    name: str
    made_of: tuple[object, ...]
    value: Any
    tasks: list[asyncio.Task[None]] = field(default_factory=list)
    users: int = 0


class Workshop:
    """`tasks` owns the work of all parts."""

    def __init__(self, tasks: asyncio.TaskGroup) -> None:
        self._tasks = tasks
        self._parts: list[_Part] = []

    def bench(self) -> Bench:
        """For one user of parts."""
        return Bench(self)

    def __len__(self) -> int:
        """How many parts there are now."""
        return len(self._parts)

    def _find(self, name: str, made_of: tuple[object, ...]) -> _Part | None:
        return next((each for each in self._parts if each.name == name and each.made_of == made_of), None)

    def _add(self, part: _Part) -> None:
        self._parts.append(part)

    def _end(self, part: _Part) -> None:
        self._parts.remove(part)
        for task in part.tasks:
            task.cancel()


class Bench:
    """What one user took. Everything is given back at once."""

    def __init__(self, workshop: Workshop) -> None:
        self._workshop = workshop
        self._taken: list[_Part] = []

    def take(self, name: str, made_of: tuple[object, ...], build: Callable[[], _Value], *works: Work[_Value]) -> _Value:
        """The part `name` made of exactly this, built and set to work unless there is one.

        `made_of` holds all that `build` uses: settings, compared by value, and other parts.
        """
        part = self._workshop._find(name, made_of)
        if part is None:
            part = _Part(name, made_of, build())
            part.tasks += [self._workshop._tasks.create_task(work(part.value), name=name) for work in works]
            self._workshop._add(part)
        part.users += 1
        self._taken.append(part)
        value: _Value = part.value
        return value

    def give_back(self) -> None:
        """End what nobody else uses. A second call does nothing."""
        taken, self._taken = self._taken, []
        for part in reversed(taken):
            part.users -= 1
            if not part.users:
                self._workshop._end(part)
