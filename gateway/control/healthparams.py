"""What clients may ask with about health: DNS of a domain, the guide of a server. Frozen, and check themselves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from gateway.control.params import Language

NAME_MAXIMUM_CHARACTERS: Final = 253


@dataclass(frozen=True, slots=True)
class CheckDns:
    """Look what is published about one of our domains, or about all of them ("")."""

    domain: str = ""
    language: Language = ""

    def __post_init__(self) -> None:
        """Refuse what can be no domain."""
        if len(self.domain) > NAME_MAXIMUM_CHARACTERS or not self.domain.isprintable():
            raise ValueError("a domain is needed, such as office.example")


@dataclass(frozen=True, slots=True)
class GuideFor:
    """What to set on the server of this name in the settings, `[backend.NAME]`. `checks`: also try it."""

    name: str
    checks: bool = True
    language: Language = ""

    def __post_init__(self) -> None:
        """Refuse what can be no name."""
        if not self.name or len(self.name) > NAME_MAXIMUM_CHARACTERS or not self.name.isprintable():
            raise ValueError("the name of a server in the settings is needed, such as exchange")
