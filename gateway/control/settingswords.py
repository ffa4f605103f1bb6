"""Why a change of settings is tried first, in one sentence, English and French. Pure."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from gateway.control.words import Pair

_RISKS: Final[MappingProxyType[str, Pair]] = MappingProxyType(
    {
        "listener": (
            "senders may not reach the gateway any more",
            "les expéditeurs pourraient ne plus joindre la passerelle",
        ),
        "hostname": (
            "other servers may refuse a gateway of this name",
            "d'autres serveurs pourraient refuser une passerelle de ce nom",
        ),
        "backend": (
            "mail may not reach the office's server any more",
            "le courrier pourrait ne plus atteindre le serveur du bureau",
        ),
        "dns": (
            "names may not be looked up any more, so senders can't be checked",
            "les noms pourraient ne plus être résolus, donc les expéditeurs ne plus être vérifiés",
        ),
        "rspamd": (
            "mail may not be scanned any more",
            "le courrier pourrait ne plus être analysé",
        ),
        "relay-client": (
            "the office's own computers may not send any more, or others may",
            "les ordinateurs du bureau pourraient ne plus pouvoir envoyer, ou d'autres le pourraient",
        ),
        "outbound-route": (
            "mail may not leave any more",
            "le courrier pourrait ne plus sortir",
        ),
        "recipient-verification": (
            "mail for people who exist may be refused",
            "le courrier de personnes qui existent pourrait être refusé",
        ),
        "domain": (
            "mail for this domain may be refused or go elsewhere",
            "le courrier de ce domaine pourrait être refusé ou aller ailleurs",
        ),
        "limit": (
            "mail that passed until now may be refused",
            "du courrier qui passait jusqu'ici pourrait être refusé",
        ),
        "timeout": (
            "slow servers that were waited for may be cut off",
            "des serveurs lents qu'on attendait pourraient être coupés",
        ),
        "reject": (
            "mail that was held until now may be refused for good",
            "du courrier qui était retenu jusqu'ici pourrait être refusé pour de bon",
        ),
        "clamd": (
            "mail may be put off when the virus scanner can't be reached",
            "le courrier pourrait être différé si l'antivirus est injoignable",
        ),
        "dnsbl": (
            "senders on this list are turned away",
            "les expéditeurs de cette liste sont écartés",
        ),
        "failure": (
            "mail may be put off while a part is away",
            "le courrier pourrait être différé pendant qu'un service manque",
        ),
        "postmaster": (
            "notices may reach nobody",
            "les avis pourraient n'atteindre personne",
        ),
    }
)

_FILE: Final[MappingProxyType[str, tuple[Pair, Pair]]] = MappingProxyType(
    {
        "invalid": (
            (
                "The settings file can't be used; version {version} runs instead, the last that did: {cause}",
                "Le fichier de réglages est inutilisable ; la version {version}, la dernière, tourne : {cause}",
            ),
            (
                "See all errors with: poterne check FILE. Then: poterne config try FILE",
                "Toutes les erreurs : poterne check FICHIER. Puis : poterne config try FICHIER",
            ),
        ),
        "not-applied": (
            (
                "The edited settings file can't run here; version {version} runs instead, the last that did: {cause}",
                "Le fichier modifié ne peut tourner ici ; la version {version}, la dernière, tourne : {cause}",
            ),
            (
                "Mend the file, then: poterne config try FILE",
                "Corrigez le fichier, puis : poterne config try FICHIER",
            ),
        ),
    }
)


def risk_words(reason: str, language: str) -> str:
    """What may go wrong."""
    return _of(_RISKS[reason], language)


def alarm_words(alarm: str, language: str, version: int, cause: str) -> tuple[str, str]:
    """That the file could not be used, and what to do."""
    what, cure = _FILE[alarm]
    return _of(what, language).format(version=version, cause=cause), _of(cure, language)


def _of(pair: Pair, language: str) -> str:
    return pair[1] if language == "fr" else pair[0]
