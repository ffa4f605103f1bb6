"""Entries, changes, cures and replays in words: English and French.

Words only; which of them is true is decided elsewhere. Whatever fills them is foreign and made safe by the protocol.
"""

from __future__ import annotations

from datetime import UTC, datetime
from types import MappingProxyType
from typing import Final

from gateway.core.cures import Cure
from gateway.core.explain import action_words
from gateway.core.listentry import ListEntry, Subject

Pair = tuple[str, str]  # English, French

_KINDS: Final[MappingProxyType[str, Pair]] = MappingProxyType(
    {
        "allow": (
            "Allows {subject}{proof} for {recipient}{until}.",
            "Autorise {subject}{proof} pour {recipient}{until}.",
        ),
        "block": ("Blocks {subject} for {recipient}{until}.", "Bloque {subject} pour {recipient}{until}."),
    }
)
_BELOW: Final[Pair] = ("{value} and all its sub-domains", "{value} et tous ses sous-domaines")
_NETWORK: Final[Pair] = ("the network {value}", "le réseau {value}")
_PROOF: Final[Pair] = (", when proven to be the sender,", ", s'il est prouvé que c'est l'expéditeur,")
_EVERYBODY: Final[Pair] = ("everybody", "tous")
_UNTIL: Final[Pair] = (", until {day}", ", jusqu'au {day}")
_EXPIRED: Final[Pair] = (", but expired on {day}", ", mais a expiré le {day}")

_CHANGES: Final[MappingProxyType[str, Pair]] = MappingProxyType(
    {
        "added": ("{subject} is on the {list} list now.", "{subject} est maintenant sur la liste des {list}."),
        "renewed": (
            "{subject} was on the {list} list already; the entry is renewed.",
            "{subject} était déjà sur la liste des {list} ; l'entrée est renouvelée.",
        ),
        "removed": (
            "{subject} is no longer on the {list} list.",
            "{subject} n'est plus sur la liste des {list}.",
        ),
    }
)
_LISTS: Final[MappingProxyType[str, Pair]] = MappingProxyType(
    {"allow": ("allow", "autorisés"), "block": ("block", "bloqués")}
)

WARNINGS: Final[MappingProxyType[str, Pair]] = MappingProxyType(
    {
        "network": (
            "Whatever these servers send passes, whoever it claims to come from, but for viruses and forbidden "
            "attachments.",
            "Tout ce que ces serveurs envoient passe, quel que soit l'expéditeur affiché, sauf virus et pièces "
            "interdites.",
        ),
        "own-domain": (
            "This is a domain of yours: whoever sends in its name from outside and is proven passes.",
            "C'est un de vos domaines : quiconque écrit de l'extérieur en son nom et le prouve passe.",
        ),
        "own-domain-block": (
            "This is a domain of yours: mail in its name that comes from outside is refused.",
            "C'est un de vos domaines : le courrier en son nom qui vient de l'extérieur est refusé.",
        ),
    }
)

CANT: Final[MappingProxyType[str, Pair]] = MappingProxyType(
    {
        "other-list": (
            "{subject} is on the {list} list (entry {id}). Take that out first: poterne rules remove {id}",
            "{subject} est sur la liste des {list} (entrée {id}). Retirez-la d'abord : poterne rules remove {id}",
        ),
        "full": ("The lists are full. Remove entries first.", "Les listes sont pleines. Retirez d'abord des entrées."),
        "no-change": ("There is no such change to take back.", "Il n'y a pas de telle modification à annuler."),
        "undone": (
            "That change was taken back already.",
            "Cette modification a déjà été annulée.",
        ),
        "changed-since": (
            "The entry for {subject} was changed since; take the later change back first.",
            "L'entrée pour {subject} a été modifiée depuis ; annulez d'abord la modification plus récente.",
        ),
        "no-address": (
            "{text} is no address, such as ann@sender.example.",
            "{text} n'est pas une adresse, comme ann@sender.example.",
        ),
        "no-subject": (
            "{text} is no address, domain or network, such as ann@sender.example, sender.example or 192.0.2.0/24.",
            "{text} n'est ni adresse, ni domaine, ni réseau, comme ann@sender.example, sender.example ou 192.0.2.0/24.",
        ),
        "address-below": ("An address has no sub-domains.", "Une adresse n'a pas de sous-domaines."),
        "network-below": ("A network has no sub-domains.", "Un réseau n'a pas de sous-domaines."),
        "too-wide": (
            "{text} holds too much of the Internet for an exception.",
            "{text} contient une trop grande part d'Internet pour une exception.",
        ),
        "past": ("It would have expired already.", "Elle aurait déjà expiré."),
        "no-scope": (
            "This message names no {scope} of its sender. See: poterne rules cures {text}",
            "Ce message ne donne pas de {scope} de son expéditeur. Voir : poterne rules cures {text}",
        ),
    }
)

_CURES: Final[MappingProxyType[str, Pair]] = MappingProxyType(
    {
        "proven": (
            "Allow {subject}: this message proves ({proof}) that it comes from there, so its points would not count.",
            "Autoriser {subject} : ce message prouve ({proof}) qu'il en vient, ses points ne compteraient donc plus.",
        ),
        "client": (
            "Allow the server {subject}: whatever it sends would pass, whoever it claims to come from.",
            "Autoriser le serveur {subject} : tout ce qu'il envoie passerait, quel que soit l'expéditeur affiché.",
        ),
        "unproven": (
            "Allowing {subject} would not help: nothing proves that this message comes from there. What helps: its "
            "sender signs with DKIM, or you allow the server it comes from.",
            "Autoriser {subject} n'aiderait pas : rien ne prouve que ce message en vient. Ce qui aide : que "
            "l'expéditeur signe avec DKIM, ou que vous autorisiez le serveur d'où il vient.",
        ),
        "listed": (
            "Allowing {subject} would not help: entry {number} of the block list comes first. What helps: take that "
            "out (poterne rules remove {number}).",
            "Autoriser {subject} n'aiderait pas : l'entrée {number} de la liste des bloqués l'emporte. Ce qui aide : "
            "la retirer (poterne rules remove {number}).",
        ),
        "carried": (
            "Allowing {subject} would not help: the points do not stop this message, but what it is or carries. What "
            "helps: release this one message.",
            "Autoriser {subject} n'aiderait pas : ce ne sont pas les points qui arrêtent ce message, mais ce qu'il est "
            "ou contient. Ce qui aide : remettre ce seul message.",
        ),
        "passed": (
            "Allow {subject}: this message passed anyway; others of this sender would too.",
            "Autoriser {subject} : ce message est passé de toute façon ; d'autres de cet expéditeur passeraient aussi.",
        ),
        "blocked": (
            "Block {subject}: whatever comes from there would be refused, and a copy kept in quarantine.",
            "Bloquer {subject} : tout ce qui en vient serait refusé, et une copie gardée en quarantaine.",
        ),
        "blocked-unproven": (
            "Block {subject}: nothing proves that this message comes from there, so the real owner would be refused "
            "as well.",
            "Bloquer {subject} : rien ne prouve que ce message en vient ; le vrai propriétaire serait refusé aussi.",
        ),
    }
)

_REPLAYED: Final[MappingProxyType[str, Pair]] = MappingProxyType(
    {
        "none": (
            "Of {seen} messages in {days} days none would have fared differently.",
            "Sur {seen} messages en {days} jours, aucun n'aurait eu un autre sort.",
        ),
        "one": (
            "Of {seen} messages in {days} days 1 would have fared differently.",
            "Sur {seen} messages en {days} jours, 1 aurait eu un autre sort.",
        ),
        "some": (
            "Of {seen} messages in {days} days {differ} would have fared differently.",
            "Sur {seen} messages en {days} jours, {differ} auraient eu un autre sort.",
        ),
        "count": ("{number}: {was}, would have been {would_be}", "{number} : {was}, aurait été {would_be}"),
        "item": ("was {was}, would have been {would_be}", "a été {was}, aurait été {would_be}"),
    }
)
_SCOPES: Final[MappingProxyType[str, Pair]] = MappingProxyType(
    {"address": ("address", "adresse"), "domain": ("domain", "domaine"), "network": ("server", "serveur")}
)


def subject_words(subject: Subject, language: str) -> str:
    """Whom an entry is about."""
    if subject.kind == "network":
        one = _without_prefix(subject.value)
        return _of(_NETWORK, language).format(value=one) if "/" in one else one
    return _of(_BELOW, language).format(value=subject.value) if subject.subdomains else subject.value


def entry_words(entry: ListEntry, now: float, language: str) -> str:
    """The whole entry in one sentence."""
    draft = entry.draft
    until = ""
    if draft.expires is not None:
        day = f"{datetime.fromtimestamp(draft.expires, UTC):%Y-%m-%d}"
        until = _of(_UNTIL if entry.holds(now) else _EXPIRED, language).format(day=day)
    return _of(_KINDS[draft.kind], language).format(
        subject=subject_words(draft.subject, language),
        proof="" if draft.subject.kind == "network" else _of(_PROOF, language),
        recipient=draft.recipient or _of(_EVERYBODY, language),
        until=until,
    )


def change_words(what: str, entry: ListEntry, language: str) -> str:
    """What became of an entry."""
    subject = subject_words(entry.draft.subject, language)
    text = _of(_CHANGES[what], language).format(subject=subject, list=_of(_LISTS[entry.draft.kind], language))
    return f"{text[0].upper()}{text[1:]}" if entry.draft.subject.kind == "network" else text


def warning_words(warning: str, language: str) -> str:
    """What to mind with an entry; "" stays so."""
    return _of(WARNINGS[warning], language) if warning else ""


def cant_words(why: str, language: str, entry: ListEntry | None = None, text: str = "", scope: str = "") -> str:
    """Why it can't be done."""
    return _of(CANT[why], language).format(
        subject=subject_words(entry.draft.subject, language) if entry else "",
        list=_of(_LISTS[entry.draft.kind], language) if entry else "",
        id=entry.id if entry else "",
        text=text,
        scope=_of(_SCOPES[scope], language) if scope else "",
    )


def cure_words(cure: Cure, proven_by: str, language: str) -> str:
    """What an entry for this sender would do."""
    value = str(cure.subject)
    subject = _without_prefix(value) if cure.scope == "network" else value
    proof = " + ".join(each.upper() for each in proven_by.split(",")) if proven_by else ""
    return _of(_CURES[cure.why], language).format(subject=subject, proof=proof, number=cure.for_reason)


def replayed_words(seen: int, differ: int, days: int, language: str) -> str:
    """What a replay found."""
    key = "none" if not differ else "one" if differ == 1 else "some"
    return _of(_REPLAYED[key], language).format(seen=seen, differ=differ, days=days)


def count_words(was: str, would_be: str, number: int, language: str) -> str:
    """How many went from one action to another."""
    return _of(_REPLAYED["count"], language).format(
        number=number, was=action_words(was, language), would_be=action_words(would_be, language)
    )


def fate_words(was: str, would_be: str, language: str) -> str:
    """What would have become of one message."""
    return _of(_REPLAYED["item"], language).format(
        was=action_words(was, language), would_be=action_words(would_be, language)
    )


def _without_prefix(network: str) -> str:
    """A single address as people write it."""
    return network.removesuffix("/32").removesuffix("/128")


def _of(pair: Pair, language: str) -> str:
    return pair[1] if language == "fr" else pair[0]
