"""What a server says when it is tried, in words: English and French. Words only."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

Pair = tuple[str, str]  # English, French

_STEPS: Final[MappingProxyType[str, Pair]] = MappingProxyType(
    {
        "mx-ours": (
            "mail for {domain} is sent here: its MX names {names}",
            "le courrier de {domain} arrive ici : son MX nomme {names}",
        ),
        "mx-others": (
            "mail for {domain} goes to {names}; it comes here once its MX names {hostname}",
            "le courrier de {domain} va à {names} ; il viendra ici quand son MX nommera {hostname}",
        ),
        "mx-none": (
            "no MX record for {domain} yet; mail comes here once it names {hostname}",
            "pas encore de MX pour {domain} ; le courrier viendra ici quand il nommera {hostname}",
        ),
        "mx-silent": ("no DNS answer about {domain}: {cause}", "pas de réponse DNS pour {domain} : {cause}"),
        "session": ("{hop} takes mail{size}", "{hop} prend le courrier{size}"),
        "size": (", messages up to {megabytes} MB", ", messages jusqu'à {megabytes} Mo"),
        "no-session": ("{hop} gives no session: {cause}", "{hop} n'ouvre pas de session : {cause}"),
        "encrypted": ("{hop}: the session is encrypted (TLS)", "{hop} : la session est chiffrée (TLS)"),
        "local": ("{hop} is on this machine: no TLS is needed", "{hop} est sur cette machine : TLS est inutile"),
        "clear": (
            "{hop} does not encrypt the session: mail crosses the network in clear",
            "{hop} ne chiffre pas la session : le courrier traverse le réseau en clair",
        ),
        "clear-as-set": (
            "{hop}: not encrypted, as the settings say (tls = none)",
            "{hop} : non chiffré, comme le disent les réglages (tls = none)",
        ),
        "verifies": (
            "it refuses an address that does not exist, so it can be asked who exists",
            "il refuse une adresse qui n'existe pas : on peut lui demander qui existe",
        ),
        "accepts-all": (
            "it takes any address, also one that does not exist: it can't say who exists. "
            "Let the gateway learn (learned), read the directory (ldap), or give it a list",
            "il prend toute adresse, même inexistante : il ne peut dire qui existe. "
            "Laissez la passerelle apprendre (learned), lire l'annuaire (ldap), ou donnez-lui une liste",
        ),
        "unclear": (
            "it did not say whether an address exists: {cause}",
            "il n'a pas dit si une adresse existe : {cause}",
        ),
        "not-tried": (
            "it is delivered to by IMAP, which can't be tried without a login",
            "on y dépose par IMAP, ce qui ne s'essaie pas sans identifiant",
        ),
        "no-domain": ("{domain} is no domain", "{domain} n'est pas un domaine"),
        "no-host": (
            "{host} is no next hop; write 10.0.0.9:25, exchange.office.lan:25 or /path/to/socket",
            "{host} n'est pas un serveur ; écrivez 10.0.0.9:25, exchange.office.lan:25 ou /chemin/du/socket",
        ),
    }
)


def probe_words(key: str, language: str, **details: str) -> str:
    """What was found, to stand behind a sign."""
    english, french = _STEPS[key]
    return (french if language == "fr" else english).format(**details)
