"""The verbs about health, for the table in `verbs`: DNS, certificates, the guide of a server. Words only."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from gateway.cli.verb import Argument, Verb

HEALTH_NOUNS: Final = MappingProxyType(
    {
        "dns": "what the world reads about our domains",
        "cert": "the certificates of our listeners",
    }
)
_LANGUAGE: Final = Argument(("--language",), "English or French (else that of the settings)", choices=("en", "fr"))

HEALTH_VERBS: Final = (
    Verb(
        ("backend", "guide"),
        "print what to set on a server, with your own values, and try it",
        "gateway.cli.guide:guide",
        (
            Argument(("name",), "its name in the settings", metavar="NAME"),
            Argument(("--no-checks",), "only print, try nothing", switch=True),
            _LANGUAGE,
        ),
        example="poterne backend guide exchange",
    ),
    Verb(
        ("dns", "check"),
        "look up what is published about our domains (MX, SPF, DMARC, PTR), and say what to publish",
        "gateway.cli.dnscheck:check",
        (Argument(("domain",), "only this one", metavar="DOMAIN", many="?"), _LANGUAGE),
        example="poterne dns check office.example",
    ),
    Verb(("cert", "list"), "list the certificates: names, and the days they have left", "gateway.cli.cert:list_all"),
)
