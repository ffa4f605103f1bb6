"""What clients may ask with about who exists. Frozen values that check themselves, as `params`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from gateway.control.params import ADDRESS_MAXIMUM_CHARACTERS, Language, check_address, check_limit

# What fits a line of the socket; the largest office we are made for has a tenth.
IMPORT_MAXIMUM: Final = 20_000


@dataclass(frozen=True, slots=True)
class RecipientQuery:
    """A page of known addresses, alphabetical, of one domain or ("") of all; with `text` those that hold it.

    `cursor` is the `next` of the page before. Raises ValueError for a limit outside 1-200.
    """

    domain: str = ""
    limit: int = 50
    cursor: str = ""
    language: Language = ""
    text: str = ""

    def __post_init__(self) -> None:
        """Refuse a page that is none."""
        check_limit(self.limit)
        if len(self.cursor) > 2 * ADDRESS_MAXIMUM_CHARACTERS:
            raise ValueError("that is no cursor of ours")


@dataclass(frozen=True, slots=True)
class OneAddress:
    """One address. Raises ValueError for what can't be one."""

    address: str
    language: Language = ""

    def __post_init__(self) -> None:
        """Refuse what can't be an address."""
        check_address(self.address)


@dataclass(frozen=True, slots=True)
class AddAddresses:
    """Addresses for the list: all of them or none. `is_import`: they are all there are, so learning ends.

    `is_rehearsal`: only say what would change. Raises ValueError for none or too many.
    """

    addresses: tuple[str, ...]
    is_import: bool = False
    is_rehearsal: bool = False
    language: Language = ""

    def __post_init__(self) -> None:
        """Refuse what can't be a list."""
        if not 1 <= len(self.addresses) <= IMPORT_MAXIMUM:
            raise ValueError(f"from 1 to {IMPORT_MAXIMUM} addresses are taken at once")


@dataclass(frozen=True, slots=True)
class SyncDirectory:
    """Read the directory of this domain, or ("") all, now. `accepts_loss`: also when it lacks too many."""

    domain: str = ""
    accepts_loss: bool = False
    language: Language = ""
