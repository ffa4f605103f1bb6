"""Lists page by page: as many items as were asked for, or all, for people and as JSON."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from gateway.cli.call import DONE, Call, UsageError
from gateway.cli.connect import checked, connect
from gateway.control.client import Client
from gateway.control.params import PAGE_MAXIMUM
from gateway.control.protocol import Method
from gateway.control.values import Page

_Item = TypeVar("_Item")
_Query = TypeVar("_Query")
Fetch = Callable[[str, int], Page[_Item]]  # cursor and limit

Query = Callable[[int, str], _Query]  # limit and cursor


def print_list(
    call: Call,
    method: Method[_Query, Page[_Item]],
    query: Query[_Query],
    table: Callable[[Call, Sequence[_Item]], None],
    empty: str,
) -> int:
    """A verb that lists: as a table, the sentence for an empty one, or JSON; and how to see more where there are."""
    with connect(call) as client:
        found = pages(call, client, method, query)
    if call.out.as_json:
        call.out.json(found)
    elif not found.items:
        call.out.line(empty)
    else:
        table(call, found.items)
        say_more(call, found.next)
    return DONE


def pages(call: Call, client: Client, method: Method[_Query, Page[_Item]], query: Query[_Query]) -> Page[_Item]:
    """What --limit, --cursor and --all ask for. Raises UsageError."""
    options = call.options
    return collect(
        lambda cursor, limit: client.call(method, checked(lambda: query(limit, cursor))),
        options.limit,
        options.cursor,
        options.all,
    )


def say_more(call: Call, cursor: str | None) -> None:
    """How to see what is not shown, when there is any."""
    if cursor:
        call.out.say(f"There are more: --all, or --cursor {cursor}")


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
