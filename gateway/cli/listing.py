"""Lists page by page: as many items as were asked for, or all, for people and as JSON."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from gateway.cli.call import UsageError
from gateway.control.params import PAGE_MAXIMUM
from gateway.control.values import Page

_Item = TypeVar("_Item")
Fetch = Callable[[str, int], Page[_Item]]  # cursor and limit


def collect(fetch: Fetch[_Item], limit: int, cursor: str, everything: bool) -> Page[_Item]:
    """Pages put together until `limit` items, or the end. Raises UsageError for a limit that is none."""
    if limit < 1:
        raise UsageError("--limit is 1 or more.")
    items: list[_Item] = []
    while True:
        wanted = PAGE_MAXIMUM if everything else min(PAGE_MAXIMUM, limit - len(items))
        page = fetch(cursor, wanted)
        items += page.items
        if page.next is None or (not everything and len(items) >= limit):
            return Page(tuple(items), page.next)
        cursor = page.next
