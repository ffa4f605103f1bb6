"""Who exists and why, in words: English and French. Words only."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

Pair = tuple[str, str]  # English, French

_SOURCES: Final[MappingProxyType[str, Pair]] = MappingProxyType(
    {
        "delivery": ("the office's server took a message for it", "le serveur du bureau a pris un message pour elle"),
        "sender": ("it wrote mail from inside", "elle a écrit depuis l'intérieur"),
        "person": ("put on the list by {by}", "mise sur la liste par {by}"),
        "directory": ("it stands in the directory", "elle figure dans l'annuaire"),
        "removed": ("taken off by {by}", "retirée par {by}"),
    }
)
_CHECKS: Final[MappingProxyType[str, Pair]] = MappingProxyType(
    {
        "known": ("It exists, and its mail is taken.", "Elle existe, et son courrier est pris."),
        "learning": (
            "Nobody knows it yet; its mail is taken, because the gateway is still learning and the office's server "
            "takes it.",
            "Personne ne la connaît encore ; son courrier est pris, car la passerelle apprend encore et le serveur "
            "du bureau l'accepte.",
        ),
        "everybody": (
            "Every address of its domain is taken: recipients are not verified there.",
            "Toute adresse de son domaine est prise : les destinataires n'y sont pas vérifiés.",
        ),
        "inside-only": (
            "It exists, but takes mail from inside only: strangers are refused.",
            "Elle existe, mais ne reçoit que de l'intérieur : les tiers sont refusés.",
        ),
        "unknown": ("Nobody knows it: its mail is refused.", "Personne ne la connaît : son courrier est refusé."),
        "removed": (
            "Somebody took it off the list: its mail is refused.",
            "Quelqu'un l'a retirée de la liste : son courrier est refusé.",
        ),
        "doubted": (
            "Nobody knows it: its mail is taken, and held in quarantine.",
            "Personne ne la connaît : son courrier est pris, et retenu en quarantaine.",
        ),
        "undecided": (
            "Nobody can say it now ({cause}): senders are asked to come again.",
            "Personne ne peut le dire maintenant ({cause}) : les expéditeurs sont priés de revenir.",
        ),
        "not-ours": ("Its domain is not one of ours.", "Son domaine n'est pas un des nôtres."),
        "postmaster": (
            "Every domain has a postmaster: his mail is taken.",
            "Tout domaine a un postmaster : son courrier est pris.",
        ),
    }
)
_READ: Final[MappingProxyType[str, Pair]] = MappingProxyType(
    {
        "adopted": (
            "{known} addresses: {added} are new, {removed} are gone.",
            "{known} adresses : {added} nouvelles, {removed} disparues.",
        ),
        "held": (
            "Held: {removed} of {known} addresses are missing. The copy of before still counts. "
            "If it is right: poterne recipients sync --accept-loss",
            "Suspendu : il manque {removed} adresses sur {known}. La copie d'avant compte toujours. "
            "Si c'est juste : poterne recipients sync --accept-loss",
        ),
        "failed": (
            "It can't be read ({cause}). {known} addresses of the copy of before still count.",
            "Lecture impossible ({cause}). Les {known} adresses de la copie d'avant comptent toujours.",
        ),
    }
)
_REMOVED: Final[Pair] = (
    "is off the list, and nothing that is learned brings it back. To take that back: poterne recipients undo",
    "n'est plus sur la liste, et rien de ce qui s'apprend ne l'y remettra. Pour revenir : poterne recipients undo",
)


def source_words(source: str, by: str, language: str) -> str:
    """Who says so."""
    return _of(_SOURCES[source], language).format(by=by or "?")


def check_words(key: str, cause: str, language: str) -> str:
    """What becomes of mail for an address."""
    return _of(_CHECKS[key], language).format(cause=cause)


def read_words(outcome: str, language: str, **details: str) -> str:
    """What reading a directory came to."""
    return _of(_READ[outcome], language).format(**details)


def removed_words(language: str) -> str:
    """To stand behind the address."""
    return _of(_REMOVED, language)


def _of(pair: Pair, language: str) -> str:
    return pair[1] if language == "fr" else pair[0]
