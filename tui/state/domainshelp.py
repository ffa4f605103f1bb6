"""The how-do-I of Domains and of what hangs below it, three a screen. Words only."""

from __future__ import annotations

from typing import Final

from tui.language import mark

HOW: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    "domains": (
        (
            mark("How do I add a domain?"),
            mark("n asks for it and its server, tries both, and shows what will be before it is set."),
        ),
        (mark("Does my server answer?"), mark("The first column says so. t tries it now, without a message.")),
        (
            mark("Is mail for unknown people taken?"),
            mark("The column “Recipients” says how they are known; Enter lists them, and v there checks any address."),
        ),
    ),
    "recipients": (
        (mark("Why is mail for somebody refused?"), mark("v and the address: what the gateway answers, and why.")),
        (mark("How do I give it a whole list?"), mark("From a file, with the command: poterne recipients import FILE")),
        (mark("I removed the wrong one?"), mark("u takes the last change of a person back, and the one before it.")),
    ),
    "newdomain": (
        (mark("Is mail taken already?"), mark("No: nothing changes before F10, and then only after a question.")),
        (
            mark("The MX is another server?"),
            mark("Set the domain first, then change its MX at your DNS host: mail comes here when it is seen."),
        ),
        (
            mark("The server takes any address?"),
            mark("Exchange often does. Then the gateway learns who exists, or reads your directory."),
        ),
    ),
}
