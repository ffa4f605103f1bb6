"""The words of notices to senders, who are no mail experts, in English and in French. Words only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Language = Literal["en", "fr"]


@dataclass(frozen=True, slots=True)
class Words:
    """The sentences of one kind of notice. `{...}` are filled by `core.bounce`."""

    subject: str
    greeting: str
    what: str
    until: str
    said: str
    code: str


_SAID = ("The server {remote} said: {said}", "Le serveur {remote} a répondu : {said}")
_CODE = (
    "If you ask {postmaster} for help, please name the code {code}.",
    "Si vous demandez de l'aide à {postmaster}, indiquez le code {code}.",
)
_GREETING = ("This is the mail gateway {hostname}.", "Ceci est la passerelle de courrier {hostname}.")

_WORDS: Final = {
    ("failed", "en"): Words(
        "Your message was not delivered",
        _GREETING[0],
        "Your message could not be delivered to these recipients, and will not be tried again:",
        "",
        _SAID[0],
        _CODE[0],
    ),
    ("failed", "fr"): Words(
        "Votre message n'a pas pu être remis",
        _GREETING[1],
        "Votre message n'a pas pu être remis aux destinataires suivants, et aucun nouvel essai ne sera fait :",
        "",
        _SAID[1],
        _CODE[1],
    ),
    ("delayed", "en"): Words(
        "Your message is delayed",
        _GREETING[0],
        "Your message has not been delivered to these recipients yet. You need not send it again:",
        "It will be tried until {until}.",
        _SAID[0],
        _CODE[0],
    ),
    ("delayed", "fr"): Words(
        "Votre message est retardé",
        _GREETING[1],
        "Votre message n'a pas encore été remis aux destinataires suivants. Il est inutile de le renvoyer :",
        "De nouveaux essais seront faits jusqu'au {until}.",
        _SAID[1],
        _CODE[1],
    ),
}

# By status (RFC 3463), the whole or its subject; the first that fits.
_FAILURES: Final = (
    ("4.4.7", "The server could not be reached for days.", "Le serveur n'a pas pu être joint pendant des jours."),
    ("5.1.10", "The recipient's domain takes no mail at all.", "Le domaine du destinataire n'accepte aucun courrier."),
    ("5.1.2", "The recipient's domain does not exist.", "Le domaine du destinataire n'existe pas."),
    ("5.3.4", "The message is too large for the server.", "Le message est trop volumineux pour le serveur."),
    ("5.4.6", "The message would run in a circle.", "Le message tournerait en rond."),
    ("5.6.7", "The server takes no international addresses.", "Le serveur n'accepte pas d'adresse internationale."),
    (".1.", "The server does not know this address.", "Le serveur ne connaît pas cette adresse."),
    (".2.", "The mailbox is full or closed.", "La boîte aux lettres est pleine ou fermée."),
    (".4.", "The server can't be reached.", "Le serveur ne peut pas être joint."),
    (".6.", "The server does not take such a message.", "Le serveur n'accepte pas un tel message."),
    (".7.", "The server refuses the message by its policy.", "Le serveur refuse le message d'après ses règles."),
    ("4.", "The server asks to try again later.", "Le serveur demande de réessayer plus tard."),
    ("", "The server refuses the message.", "Le serveur refuse le message."),
)


def words_for(kind: Literal["failed", "delayed"], language: Language) -> Words:
    """The sentences of this kind of notice."""
    return _WORDS[kind, language]


def failure_words(status: str, language: Language) -> str:
    """What went wrong, in a sentence."""
    _, english, french = next(each for each in _FAILURES if _fits(each[0], status))
    return french if language == "fr" else english


def _fits(key: str, status: str) -> bool:
    if key.startswith("."):
        return status[1:].startswith(key)
    return status == key or (key.endswith(".") and status.startswith(key)) or not key
