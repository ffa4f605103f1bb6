"""The words of letters to the admin: subjects by family of alarms, and the frame around what is told. Words only."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

Pair = tuple[str, str]  # English, French

# By family: when something is wrong, and when all of it is over.
_SUBJECTS: Final[MappingProxyType[str, tuple[Pair, Pair]]] = MappingProxyType(
    {
        "flow": (
            ("Mail does not flow", "Le courrier ne circule pas"),
            ("Mail flows again", "Le courrier circule de nouveau"),
        ),
        "server": (
            ("A mail server does not take mail", "Un serveur de courrier ne prend pas le courrier"),
            ("The mail server takes mail again", "Le serveur de courrier reprend le courrier"),
        ),
        "parts": (
            ("A part of the gateway is away", "Une partie de la passerelle est absente"),
            ("The gateway is whole again", "La passerelle est de nouveau complète"),
        ),
        "virus": (
            ("The virus signatures are old", "Les signatures de virus sont anciennes"),
            ("The virus signatures are up to date", "Les signatures de virus sont à jour"),
        ),
        "disk": (
            ("Room is getting scarce", "La place devient rare"),
            ("There is room again", "Il y a de nouveau de la place"),
        ),
        "certificate": (
            ("A certificate expires soon", "Un certificat expire bientôt"),
            ("The certificate is renewed", "Le certificat est renouvelé"),
        ),
        "recipients": (
            ("Recipients can't be verified", "Les destinataires ne peuvent être vérifiés"),
            ("Recipients are verified again", "Les destinataires sont de nouveau vérifiés"),
        ),
    }
)

_FRAME: Final[MappingProxyType[str, Pair]] = MappingProxyType(
    {
        "greeting": ("This is the mail gateway {hostname}.", "Ceci est la passerelle de courrier {hostname}."),
        "since": ("Since {time}:", "Depuis {time} :"),
        "cure": ("What to do: {cure}", "À faire : {cure}"),
        "over": (
            "Over: it was so from {begin} to {end}.",
            "Terminé : il en fut ainsi de {begin} à {end}.",
        ),
        "still": ("As told before, and still so:", "Comme déjà dit, et toujours vrai :"),
        "more": (
            "All about it, on the gateway: poterne status",
            "Tout sur l'état, sur la passerelle : poterne status",
        ),
        "settings": (
            "When such letters come: poterne config keys --search notify",
            "Quand de telles lettres arrivent : poterne config keys --search notify",
        ),
        "held-subject": ("Held messages: {count}", "Messages retenus : {count}"),
        "held-new": ("Held messages: {count}, new: {new}", "Messages retenus : {count}, nouveaux : {new}"),
        "held": (
            "These messages are held back and wait for you, those that are most likely wanted first.",
            "Ces messages sont retenus et vous attendent, les plus probablement désirés d'abord.",
        ),
        "new": ("new", "nouveau"),
        "points": ("{points} points", "{points} points"),
        "from": ("From", "De"),
        "to": ("To", "À"),
        "subject": ("Subject", "Objet"),
        "others": ("and {count} more", "et {count} de plus"),
        "rest": (
            "There are {count} more: poterne quarantine list",
            "Il y en a {count} de plus : poterne quarantine list",
        ),
        "release": (
            "To hand one on to its recipients, say its code on the gateway:",
            "Pour en remettre un à ses destinataires, dites son code sur la passerelle :",
        ),
        "expire": (
            "What nobody releases is deleted after {days} days.",
            "Ce que personne ne libère est supprimé après {days} jours.",
        ),
    }
)

# What is wrong and what to do, where no state of a part says it.
_CONDITIONS: Final[MappingProxyType[str, tuple[Pair, Pair]]] = MappingProxyType(
    {
        "certificate": (
            (
                "The certificate {name} expires in {days} days ({names}).",
                "Le certificat {name} expire dans {days} jours ({names}).",
            ),
            (
                "Put a new one in its place: {file} and its key; it is loaded by itself.",
                "Mettez-en un nouveau à sa place : {file} et sa clé ; il est chargé tout seul.",
            ),
        ),
        "expired": (
            ("The certificate {name} has expired ({names}).", "Le certificat {name} a expiré ({names})."),
            (
                "Put a new one in its place: {file} and its key; it is loaded by itself.",
                "Mettez-en un nouveau à sa place : {file} et sa clé ; il est chargé tout seul.",
            ),
        ),
        "certificate-unread": (
            (
                "The certificate {name} can't be read ({cause}).",
                "Le certificat {name} est illisible ({cause}).",
            ),
            ("See {file} and its key.", "Voyez {file} et sa clé."),
        ),
        "disk-low": (
            ("Only {percent} % of the disk are free.", "Il ne reste que {percent} % du disque."),
            (
                "Free some room, or keep less: quarantine.keep_days, history.keep_days.",
                "Faites de la place, ou gardez moins : quarantine.keep_days, history.keep_days.",
            ),
        ),
        "spool-full": (
            (
                "The queue takes {percent} % of its room (limits.spool_octets).",
                "La file prend {percent} % de sa place (limits.spool_octets).",
            ),
            (
                "See why mail waits: poterne queue list. When it is full, new mail for absent servers is put off.",
                "Voyez pourquoi le courrier attend : poterne queue list. Pleine, elle fait différer le nouveau.",
            ),
        ),
    }
)

FAMILIES: Final = tuple(_SUBJECTS)


def subject_words(family: str, language: str, *, is_over: bool) -> str:
    """What a letter about this family is headed with; `is_over`: nothing of it is wrong any more."""
    return _of(_SUBJECTS[family][1 if is_over else 0], language)


def condition_words(key: str, language: str, **details: str) -> Pair:
    """What is wrong, and what to do."""
    what, cure = _CONDITIONS[key]
    return _of(what, language).format(**details), _of(cure, language).format(**details)


def frame_words(key: str, language: str, **details: str) -> str:
    """One of the sentences around what is told."""
    return _of(_FRAME[key], language).format(**details)


def _of(pair: Pair, language: str) -> str:
    return pair[1] if language == "fr" else pair[0]
