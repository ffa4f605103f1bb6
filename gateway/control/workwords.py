"""What waits and why, what was done about it, and each step of the test, in words: English and French.

Words only; which of them is true is decided elsewhere.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

Pair = tuple[str, str]  # English, French

# By state; for one entry, for several.
_WAITING: Final[MappingProxyType[str, tuple[Pair, Pair]]] = MappingProxyType(
    {
        "queued": (
            ("1 waits for {hop}: {cause}", "1 attend {hop} : {cause}"),
            ("{number} wait for {hop}: {cause}", "{number} attendent {hop} : {cause}"),
        ),
        "in-doubt": (
            (
                "1 was handed to {hop}, which has not confirmed it",
                "1 a été remis à {hop}, qui ne l'a pas confirmé",
            ),
            (
                "{number} were handed to {hop}, which has not confirmed them",
                "{number} ont été remis à {hop}, qui ne les a pas confirmés",
            ),
        ),
        "held": (
            ("1 for {hop} is on hold: {cause}", "1 pour {hop} est suspendu : {cause}"),
            ("{number} for {hop} are on hold: {cause}", "{number} pour {hop} sont suspendus : {cause}"),
        ),
    }
)
_UNTRIED: Final[Pair] = ("not tried yet", "pas encore essayé")

_STATES: Final[MappingProxyType[str, Pair]] = MappingProxyType(
    {
        "queued": ("waiting", "en attente"),
        "in-doubt": ("in doubt: the server may have it", "douteux : le serveur l'a peut-être"),
        "held": ("on hold", "suspendu"),
        "dead": ("dead letter", "lettre morte"),
    }
)

_DONE: Final[MappingProxyType[str, Pair]] = MappingProxyType(
    {
        "retry": ("will be tried now", "sera essayé maintenant"),
        "retry-in-doubt": (
            "is in doubt: the server may have it, and only its answer or the time ends that",
            "est douteux : le serveur l'a peut-être ; seule sa réponse ou le délai y mettra fin",
        ),
        "retry-gone": ("cannot be tried: its file is gone", "ne peut être essayé : son fichier a disparu"),
        "hold": ("is on hold until somebody retries it", "est suspendu jusqu'à une relance"),
        "hold-not": ("can't be put on hold: it is {state}", "ne peut être suspendu : il est {state}"),
        "drop": (
            "is a dead letter now; its sender is not told",
            "est maintenant une lettre morte ; l'expéditeur n'en sait rien",
        ),
        "drop-dead": ("is a dead letter already", "est déjà une lettre morte"),
        "drop-busy": (
            "is being tried at this moment, and stays in the queue",
            "est en cours d'essai et reste dans la file",
        ),
        "delete": ("is deleted for good", "est supprimé définitivement"),
        "delete-not": (
            "is no dead letter, and stays: drop it first",
            "n'est pas une lettre morte et reste : abandonnez-le d'abord",
        ),
    }
)

_STEPS: Final[MappingProxyType[str, Pair]] = MappingProxyType(
    {
        "taken": ("our listener {hop} took it: {reply}", "notre listener {hop} l'a pris : {reply}"),
        "not-taken": ("our listener {hop} did not take it: {cause}", "notre listener {hop} ne l'a pas pris : {cause}"),
        "no-address": ("{address} is no address", "{address} n'est pas une adresse"),
        "no-listener": ("nothing listens for mail from the Internet", "rien n'écoute pour le courrier d'Internet"),
        "judged": (
            "all checks ran; {points} points, so its verdict is {action}",
            "tous les contrôles ont eu lieu ; {points} points, d'où le verdict {action}",
        ),
        "judged-partly": (
            "these checks failed: {failed}; {points} points, so its verdict is {action}",
            "ces contrôles ont échoué : {failed} ; {points} points, d'où le verdict {action}",
        ),
        "bypassed": ("the bypass is on: nothing was checked", "le filtre est contourné : rien n'a été contrôlé"),
        "arrived": (
            "it arrived unchanged, with {fields} header fields on top",
            "il est arrivé inchangé, avec {fields} champs d'en-tête en plus",
        ),
        "arrived-changed": ("it arrived, but not as it was sent", "il est arrivé, mais pas tel qu'il fut envoyé"),
        "not-arrived": ("it did not arrive", "il n'est pas arrivé"),
        "delivered": ("{hop} took it: {reply}", "{hop} l'a pris : {reply}"),
        "not-delivered": ("it is {state}: {reply}", "il est {state} : {reply}"),
        "recognised": (
            "it was recognised: its verdict would be {action}",
            "il a été reconnu : son verdict serait {action}",
        ),
        "not-recognised": (
            "it was not recognised: its verdict would be {action}",
            "il n'a pas été reconnu : son verdict serait {action}",
        ),
        "server-takes": (
            "{hop} would take mail for {recipient}: {reply}",
            "{hop} prendrait le courrier de {recipient} : {reply}",
        ),
        "server-not": (
            "the server would not take mail for {recipient}: {reply}",
            "le serveur ne prendrait pas le courrier de {recipient} : {reply}",
        ),
        "no-way": (
            "no way leads to {recipient}: there is no outbound_route for it",
            "aucun chemin ne mène à {recipient} : aucun outbound_route ne convient",
        ),
        "way": ("mail for {recipient} leaves by {lane}", "le courrier de {recipient} part par {lane}"),
        "out-taken": ("{hop} took it: {reply}", "{hop} l'a pris : {reply}"),
        "out-not": ("it was not taken: {reply}", "il n'a pas été pris : {reply}"),
        "recorded": ("it is found by its code {code}", "on le retrouve par son code {code}"),
        "not-recorded": ("it is not in the history", "il n'est pas dans l'historique"),
    }
)


def waiting_words(state: str, number: int, hop: str, cause: str, language: str) -> str:
    """Why so many entries wait, in one line: "12 wait for exchange.local: connection refused"."""
    one, several = _WAITING.get(state, _WAITING["queued"])
    shown = cause or _of(_UNTRIED, language)
    return _of(one if number == 1 else several, language).format(number=number, hop=hop, cause=shown)


def state_words(state: str, language: str) -> str:
    """Where an entry stands."""
    return _of(_STATES.get(state, (state, state)), language)


def done_words(key: str, language: str, state: str = "") -> str:
    """What a verb did to an entry, or why it did nothing; to stand behind the entry's name."""
    return _of(_DONE[key], language).format(state=state_words(state, language))


def step_words(key: str, language: str, **details: str) -> str:
    """What happened at a step of the test."""
    return _of(_STEPS[key], language).format(**details)


def _of(pair: Pair, language: str) -> str:
    return pair[1] if language == "fr" else pair[0]
