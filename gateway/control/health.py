"""Does mail flow, and if not, what is wrong and what to do: a pure judgement of a Status.

The sentences are for an admin who is no mail expert; every one is true, or is not said.
"""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import Final

from gateway.control.values import Status, Trouble

_Words = tuple[str, str]  # what is wrong, what to do
_DOWN = frozenset({"down", "away", "sick", "failed"})

# English, French.
_TROUBLES: Final[MappingProxyType[str, tuple[_Words, _Words]]] = MappingProxyType(
    {
        "listener": (
            ("Nothing listens on {address} ({cause}).", "Stop the program that holds it, or change listener.{name}."),
            (
                "Rien n'écoute sur {address} ({cause}).",
                "Arrêtez le programme qui l'occupe, ou changez listener.{name}.",
            ),
        ),
        "listeners": (
            ("The gateway listens nowhere, so no mail comes in.", "Give it a listener in the settings and restart."),
            ("La passerelle n'écoute nulle part : rien n'arrive.", "Donnez-lui un listener et redémarrez-la."),
        ),
        "lane-away": (
            (
                "The server behind {name} does not answer ({cause}); its mail has to wait.",
                "See that it runs and is reached from here; nothing is lost: senders or the gateway try again.",
            ),
            (
                "Le serveur derrière {name} ne répond pas ({cause}) ; son courrier attend.",
                "Vérifiez qu'il tourne et qu'on le joint d'ici ; rien n'est perdu, de nouveaux essais suivront.",
            ),
        ),
        "lane-sick": (
            (
                "The server behind {name} refuses the gateway itself ({cause}); its mail has to wait.",
                "Allow this gateway to relay to it: see its last reply.",
            ),
            (
                "Le serveur derrière {name} refuse la passerelle elle-même ({cause}) ; son courrier attend.",
                "Autorisez la passerelle auprès de lui : voyez sa dernière réponse.",
            ),
        ),
        "rspamd": (
            (
                "The spam scanner does not answer ({cause}); mail is put off or passed on unscanned (failure.rspamd).",
                "Restart rspamd; authentication and attachments are still checked.",
            ),
            (
                "Le filtre antispam ne répond pas ({cause}) ; "
                "le courrier est différé ou passe sans analyse (failure.rspamd).",
                "Redémarrez rspamd ; l'authentification et les pièces jointes restent vérifiées.",
            ),
        ),
        "dns": (
            (
                "Names can't be looked up ({cause}); senders can't be checked.",
                "See that the DNS server in the settings answers.",
            ),
            (
                "Le DNS ne répond pas ({cause}) ; les expéditeurs ne peuvent être vérifiés.",
                "Vérifiez que le serveur DNS des réglages répond.",
            ),
        ),
        "worker": (
            ("Attachments can't be opened for checking ({cause}).", "Restart the gateway; see its log for the cause."),
            (
                "Les pièces jointes ne peuvent être ouvertes pour contrôle ({cause}).",
                "Redémarrez la passerelle ; la cause est dans son journal.",
            ),
        ),
        "quarantine": (
            (
                "The quarantine is nearly full ({percent} %).",
                "Release or delete held messages, or raise quarantine.size_octets.",
            ),
            (
                "La quarantaine est presque pleine ({percent} %).",
                "Libérez ou supprimez des messages, ou augmentez quarantine.size_octets.",
            ),
        ),
    }
)


def assess(status: Status, language: str) -> Status:
    """The status with `mail_flows` and all `troubles`, those that stop mail first.

    Mail flows while something listens and not every next hop is away or sick.
    """
    troubles = (*status.troubles, *_doors(status, language), *_lanes(status, language), *_parts(status, language))
    ordered = tuple(sorted(troubles, key=lambda each: not each.stops_mail))
    return replace(status, mail_flows=not any(each.stops_mail for each in ordered), troubles=ordered)


def _doors(status: Status, language: str) -> list[Trouble]:
    found = [
        _trouble("listener", language, name=each.name, address=each.address, cause=each.cause or each.state)
        for each in status.listeners
        if each.state in _DOWN
    ]
    if not any(each.state == "listening" for each in status.listeners):
        found.append(replace(_trouble("listeners", language), stops_mail=True))
    return found


def _lanes(status: Status, language: str) -> list[Trouble]:
    down = [each for each in status.lanes if each.state in _DOWN]
    stops = bool(down) and len(down) == len(status.lanes)
    return [
        replace(
            _trouble(
                "lane-sick" if each.state == "sick" else "lane-away",
                language,
                name=each.name.removeprefix("backend:"),
                cause=each.cause or each.last_reply or each.state,
            ),
            stops_mail=stops,
        )
        for each in down
    ]


def _parts(status: Status, language: str) -> list[Trouble]:
    parts = (("rspamd", status.rspamd), ("dns", status.dns), ("worker", status.worker))
    found = [_trouble(name, language, cause=part.cause or part.state) for name, part in parts if part.state in _DOWN]
    held = status.quarantine
    if held.limit_octets and held.size_octets * 10 >= held.limit_octets * 9:
        found.append(_trouble("quarantine", language, percent=str(held.size_octets * 100 // held.limit_octets)))
    return found


def _trouble(key: str, language: str, **details: str) -> Trouble:
    what, cure = _TROUBLES[key][1 if language == "fr" else 0]
    return Trouble(what.format(**details), cure.format(**details))
