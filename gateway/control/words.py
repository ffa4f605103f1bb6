"""What happened, in a few words or one sentence, English and French: states, releases, whole stories.

Why it happened is `core.explain`'s business.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from gateway.core.explain import action_words
from gateway.core.outcome import Result
from gateway.core.record import Disposition, MessageRecord

Pair = tuple[str, str]  # English, French

# States whose words say more than the action's do.
_STATES: Final[MappingProxyType[str, Pair]] = MappingProxyType(
    {
        "quarantined": ("held in quarantine", "retenu en quarantaine"),
        "rejected": ("refused", "refusé"),
        "deferred": ("put off until its sender tries again", "différé jusqu'au prochain essai de l'expéditeur"),
        "refused": ("refused by the office's server", "refusé par le serveur du bureau"),
        "spooled": ("waiting for the office's server", "en attente du serveur du bureau"),
        "on-hold": ("kept in the queue until an administrator decides", "gardé dans la file jusqu'à décision"),
        "repeated": (
            "taken already: the sender repeated it, for our reply had not reached it",
            "déjà reçu : l'expéditeur l'a répété, n'ayant pas eu notre réponse",
        ),
        "dead": ("given up: it is a dead letter", "abandonné : c'est une lettre morte"),
        "in-doubt": (
            "handed to the office's server, which has not confirmed it",
            "remis au serveur du bureau, qui ne l'a pas confirmé",
        ),
    }
)

_DELIVERED: Final[Pair] = ("delivered", "remis")
_RELEASED: Final[Pair] = ("delivered after its release from quarantine", "remis après sa sortie de quarantaine")

_RELEASES: Final[MappingProxyType[Result, Pair]] = MappingProxyType(
    {
        Result.DELIVERED: ("delivered", "remis"),
        Result.REFUSED_RECIPIENT: (
            "the office's server does not take mail for this address",
            "le serveur du bureau ne reçoit pas de courrier pour cette adresse",
        ),
        Result.REFUSED_CONTENT: (
            "the office's server refuses this message",
            "le serveur du bureau refuse ce message",
        ),
        Result.DEFERRED: (
            "the office's server can't take it now; it stays in quarantine",
            "le serveur du bureau ne peut pas le prendre maintenant ; il reste en quarantaine",
        ),
        Result.HOP_AWAY: (
            "the office's server does not answer; it stays in quarantine",
            "le serveur du bureau ne répond pas ; il reste en quarantaine",
        ),
        Result.HOP_SICK: (
            "the office's server answers what it should not; it stays in quarantine",
            "le serveur du bureau répond ce qu'il ne devrait pas ; il reste en quarantaine",
        ),
        Result.IN_DOUBT: (
            "the office's server may have it, but has not confirmed it; it stays in quarantine",
            "le serveur du bureau l'a peut-être, sans l'avoir confirmé ; il reste en quarantaine",
        ),
    }
)

_HAPPENED: Final[MappingProxyType[str, Pair]] = MappingProxyType(
    {
        "message": (
            "The message from {sender} was {outcome}.",
            "Le message de {sender} a été {outcome}.",
        ),
        "client-refused": (
            "The computer {client} was turned away before it could send anything.",
            "L'ordinateur {client} a été écarté avant de pouvoir envoyer quoi que ce soit.",
        ),
        "recipient-refused": (
            "{sender} wanted to write to {recipient}, and this recipient was refused before any message was sent.",
            "{sender} voulait écrire à {recipient}, et ce destinataire a été refusé avant tout envoi.",
        ),
        "recipient-deferred": (
            "{sender} wanted to write to {recipient} and was asked to try again later, because nobody could say "
            "whether that mailbox exists.",
            "{sender} voulait écrire à {recipient} et a été prié de réessayer plus tard : personne ne pouvait dire si "
            "cette boîte existe.",
        ),
    }
)

_NO_SENDER: Final[Pair] = ("a mail server (no sender, as in notices)", "un serveur (sans expéditeur, comme les avis)")


def outcome_words(state: str, action: str, language: str) -> str:
    """What became of a message, to stand after "was": "held in quarantine"."""
    if state == "delivered" and action not in ("accept", "mark"):
        return _of(_RELEASED if action else _DELIVERED, language)
    known = _STATES.get(state)
    return _of(known, language) if known else action_words(action, language)


def release_words(result: Result, language: str) -> str:
    """What a release did for one recipient."""
    return _of(_RELEASES[result], language)


def happened(record: MessageRecord, disposition: Disposition, language: str) -> str:
    """What happened, in one sentence."""
    deferred = record.kind == "recipient-refused" and disposition.state == "deferred"
    kind = "recipient-deferred" if deferred else record.kind
    return _of(_HAPPENED.get(kind, _HAPPENED["message"]), language).format(
        sender=record.reverse_path or _of(_NO_SENDER, language),
        recipient=disposition.recipient,
        client=record.client_name or record.client_ip,
        outcome=outcome_words(disposition.state, disposition.action, language),
    )


def _of(pair: Pair, language: str) -> str:
    return pair[1] if language == "fr" else pair[0]
