"""From the entries of a directory to the mail addresses that stand in them. Pure; knows no domain and no setting.

Active Directory keeps `proxyAddresses` with a prefix that says the kind ("SMTP:" the primary, "smtp:" the others; X400,
X500, SIP are no mail addresses), OpenLDAP plain addresses in `mail` and its like.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from gateway.core.address import Mailbox
from gateway.core.ldap.messages import Entry
from gateway.core.path import PathError, scan_path

# Exchange refuses mail of strangers to such a group after it took it (backends.md §4.3).
RESTRICTED: Final = "msexchrequireauthtosendto"
_PREFIX = re.compile(r"\A([A-Za-z0-9]+):(.*)\Z", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Listed:
    """One address of a directory. `inside_only`: it takes no mail of strangers."""

    mailbox: Mailbox
    inside_only: bool = False


def mailbox_of(text: str) -> Mailbox | None:
    """A mail address as people and directories write it, None for anything else."""
    address = text.strip()
    try:
        mailbox, end = scan_path(f"<{address}>", 0)
    except PathError:
        return None
    return mailbox if mailbox is not None and mailbox.domain and end == len(address) + 2 else None


def without_kind(text: str) -> str | None:
    """The address without "smtp:" or "SMTP:"; None for a value of another kind."""
    found = _PREFIX.match(text.strip())
    if found is None:
        return text.strip()
    return found[2].strip() if found[1].lower() == "smtp" else None


def listed(entries: Iterable[Entry], attributes: Iterable[str]) -> Iterator[Listed]:
    """Every mail address in these attributes."""
    names = [name.lower() for name in attributes]
    for entry in entries:
        restricted = any(value.upper() == "TRUE" for value in entry.attributes.get(RESTRICTED, ()))
        for value in (value for name in names for value in entry.attributes.get(name, ())):
            address = without_kind(value)
            mailbox = mailbox_of(address) if address else None
            if mailbox is not None:
                yield Listed(mailbox, restricted)
