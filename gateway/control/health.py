"""Does mail flow, and if not, what is wrong and what to do: a pure judgement of a Status.

The sentences are for an admin who is no mail expert; every one is true, or is not said.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
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
        "rspamd-puts-off": (
            (
                "The spam scanner does not answer ({cause}), so all mail is put off (failure.rspamd).",
                "Restart rspamd; nothing is lost: senders try again.",
            ),
            (
                "Le filtre antispam ne répond pas ({cause}) : tout le courrier est différé (failure.rspamd).",
                "Redémarrez rspamd ; rien n'est perdu, les expéditeurs réessaieront.",
            ),
        ),
        "rspamd-slow": (
            (
                "The spam scanner is slow ({cause}), so senders wait, and some are asked to try again.",
                "If it stays so: restart rspamd, or give the machine more to work with.",
            ),
            (
                "Le filtre antispam est lent ({cause}) : les expéditeurs attendent, certains devront réessayer.",
                "Si cela dure : redémarrez rspamd, ou donnez plus de moyens à la machine.",
            ),
        ),
        "redis": (
            (
                "The scanner's memory does not answer (Redis): mail is scanned without what the scanner was taught.",
                "Restart Redis; nothing that was taught is lost. Don't teach the scanner meanwhile.",
            ),
            (
                "La mémoire du filtre (Redis) ne répond pas : le courrier est analysé sans ce qu'il a appris.",
                "Redémarrez Redis ; rien d'appris n'est perdu. N'apprenez rien au filtre d'ici là.",
            ),
        ),
        "clamd": (
            (
                "The virus scanner does not answer ({cause}); mail is put off or passed on unscanned (failure.clamd).",
                "Restart clamd (clamav-daemon); attachments are still judged by what they are.",
            ),
            (
                "L'antivirus ne répond pas ({cause}) ; le courrier est différé ou passe sans examen (failure.clamd).",
                "Redémarrez clamd (clamav-daemon) ; les pièces jointes restent jugées selon leur genre.",
            ),
        ),
        "clamd-puts-off": (
            (
                "The virus scanner does not answer ({cause}), so all mail is put off (failure.clamd).",
                "Restart clamd (clamav-daemon); nothing is lost: senders try again.",
            ),
            (
                "L'antivirus ne répond pas ({cause}) : tout le courrier est différé (failure.clamd).",
                "Redémarrez clamd (clamav-daemon) ; rien n'est perdu, les expéditeurs réessaieront.",
            ),
        ),
        "signatures": (
            (
                "The virus scanner's signatures are {days} days old, so it does not know what goes around now.",
                "See that freshclam (clamav-freshclam) runs and reaches the Internet.",
            ),
            (
                "Les signatures de l'antivirus ont {days} jours : il ignore ce qui circule en ce moment.",
                "Vérifiez que freshclam (clamav-freshclam) tourne et atteint l'Internet.",
            ),
        ),
        "disk": (
            (
                "The disk is full ({cause}), so new mail is put off.",
                "Free some room: see poterne quarantine list and poterne dead list. Senders try again.",
            ),
            (
                "Le disque est plein ({cause}) : le nouveau courrier est différé.",
                "Faites de la place : voyez poterne quarantine list et poterne dead list. Rien n'est perdu.",
            ),
        ),
        "clock": (
            (
                "The time of day is in doubt ({cause}). Mail flows; nothing expires and no notices leave.",
                "If the machine's time is right now, restart the gateway; else set it right (time server, uplink).",
            ),
            (
                "L'heure est douteuse ({cause}). Le courrier passe ; rien n'expire et aucun avis ne part.",
                "Si l'heure de la machine est juste, redémarrez la passerelle ; sinon corrigez-la (serveur de temps).",
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
        "bypass": (
            (
                "The filter is OFF until {until}: all mail is relayed unchecked, as {by} ordered (bypass).",
                "To filter again now: poterne bypass off",
            ),
            (
                "Le filtre est COUPÉ jusqu'à {until} : tout le courrier passe sans contrôle, par {by} (bypass).",
                "Pour filtrer de nouveau : poterne bypass off",
            ),
        ),
        "unverifying": (
            (
                "The server behind {domain} says yes to every recipient, so mail for people who don't exist is taken, "
                "and while the server is away all its mail is put off.",
                "Let the server refuse unknown recipients (Exchange: its recipient filter, on the hub port 2525), or "
                "have the gateway learn who exists: recipient_verification.method = learned.",
            ),
            (
                "Le serveur de {domain} accepte tout destinataire : le courrier pour des inconnus est pris, "
                "et tout est différé quand le serveur ne répond pas.",
                "Que le serveur refuse les destinataires inconnus (Exchange : filtrage des destinataires, port 2525), "
                "ou que la passerelle apprenne qui existe : recipient_verification.method = learned.",
            ),
        ),
        "unverified": (
            (
                "Recipients of {domain} are not verified (recipient_verification.method = none): mail for people who "
                "don't exist is taken, and its bounces reach strangers.",
                "Set the method to callout, lmtp or list.",
            ),
            (
                "Les destinataires de {domain} ne sont pas vérifiés (recipient_verification.method = none) : "
                "le courrier pour des inconnus est pris, et ses rejets touchent des tiers.",
                "Choisissez la méthode callout, lmtp ou list.",
            ),
        ),
        "unavailable": (
            (
                "Nobody can be asked who exists at {domain}, so its mail is put off.",
                "See poterne recipients sync if it has a directory; else choose another recipient_verification.method.",
            ),
            (
                "Personne ne peut dire qui existe dans {domain} : son courrier est différé.",
                "Voyez poterne recipients sync s'il a un annuaire ; sinon changez recipient_verification.method.",
            ),
        ),
        "learning": (
            (
                "The gateway is still learning who exists at {domain}: {known} addresses are known, and an unknown one "
                "is taken if the server takes it. {until}.",
                "Give it the office's list, and it is over: poterne recipients import FILE",
            ),
            (
                "La passerelle apprend encore qui existe dans {domain} : {known} adresses connues ; une inconnue est "
                "prise si le serveur la prend. {until}.",
                "Donnez-lui la liste du bureau, et c'est fini : poterne recipients import FICHIER",
            ),
        ),
        "directory-away": (
            (
                "The directory of {domain} can't be read ({cause}). The {known} addresses of before still count; "
                "mail for others is put off.",
                "See that it answers, then: poterne recipients sync",
            ),
            (
                "L'annuaire de {domain} est illisible ({cause}). Les {known} adresses d'avant comptent toujours ; "
                "le courrier pour d'autres est différé.",
                "Vérifiez qu'il répond, puis : poterne recipients sync",
            ),
        ),
        "directory-held": (
            (
                "The directory of {domain} has far fewer addresses than before ({cause}).",
                "If that is right: poterne recipients sync --accept-loss",
            ),
            (
                "L'annuaire de {domain} a bien moins d'adresses qu'avant ({cause}).",
                "Si c'est juste : poterne recipients sync --accept-loss",
            ),
        ),
        "zone": (
            (
                "The block list {zone} is not used for IPv{family} ({cause}).",
                "Most lists answer only a resolver of one's own, not a public one; else remove it from [[dnsbl]].",
            ),
            (
                "La liste noire {zone} n'est pas utilisée en IPv{family} ({cause}).",
                "La plupart ne répondent qu'à un résolveur à soi, non public ; sinon retirez-la de [[dnsbl]].",
            ),
        ),
        "dead": (
            ("Dead letters: {number}. Nobody has got them and nobody was told.", "Look at them: poterne dead list"),
            ("Lettres mortes : {number}. Personne ne les a reçues ni n'en sait rien.", "Voyez : poterne dead list"),
        ),
        "damaged": (
            (
                "Damaged message files were set aside: {number}.",
                "The card or disk may be failing. See them: poterne dead list",
            ),
            (
                "Fichiers de message endommagés, mis de côté : {number}.",
                "La carte ou le disque est peut-être en panne. Voyez : poterne dead list",
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

    Mail flows while something listens, there is room on the disk, not every next hop is away or sick, and a scanner
    that is down does not put everything off.
    """
    looks = (_bypass, _doors, _lanes, _parts, _recipients, _zones, _queue)
    troubles = (*status.troubles, *(trouble for look in looks for trouble in look(status, language)))
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
    backends = [each for each in status.lanes if each.name.startswith("backend:")]
    stops = bool(backends) and all(each in down for each in backends)
    return [
        replace(
            _trouble(
                "lane-sick" if each.state == "sick" else "lane-away",
                language,
                name=each.name.partition(":")[2] or each.name,
                cause=each.cause or each.last_reply or each.state,
            ),
            stops_mail=stops and each in backends,
        )
        for each in down
    ]


def _parts(status: Status, language: str) -> list[Trouble]:
    puts_off = status.rspamd.puts_off
    scanner = "rspamd-puts-off" if puts_off else "rspamd"
    antivirus = "clamd-puts-off" if status.antivirus.puts_off else "clamd"
    parts = (
        (scanner, status.rspamd, puts_off),
        (antivirus, status.antivirus, status.antivirus.puts_off),
        ("redis", status.redis, False),
        ("dns", status.dns, False),
        ("disk", status.disk, True),
        ("clock", status.clock, False),
        ("worker", status.worker, False),
    )
    found = [
        replace(_trouble(name, language, cause=part.cause or part.state), stops_mail=stops)
        for name, part, stops in parts
        if part.state in _DOWN
    ]
    if status.rspamd.state == "slow":
        found.append(_trouble("rspamd-slow", language, cause=status.rspamd.cause))
    if days := status.antivirus.stale_days:
        found.append(_trouble("signatures", language, days=str(days)))
    held = status.quarantine
    if held.limit_octets and held.size_octets * 10 >= held.limit_octets * 9:
        found.append(_trouble("quarantine", language, percent=str(held.size_octets * 100 // held.limit_octets)))
    return found


def _bypass(status: Status, language: str) -> list[Trouble]:
    bypass = status.bypass
    if not bypass.is_on or bypass.until is None:
        return []
    return [_trouble("bypass", language, by=bypass.by, until=f"{bypass.until:%Y-%m-%d %H:%M} UTC")]


def _recipients(status: Status, language: str) -> list[Trouble]:
    bad = ("unverifying", "unverified", "unavailable", "learning", "directory-away", "directory-held")
    return [
        _trouble(
            each.state,
            language,
            domain=each.domain,
            known=str(each.known),
            cause=each.cause or each.state,
            until=_until(each.until, language),
        )
        for each in status.recipients
        if each.state in bad
    ]


def _until(moment: datetime | None, language: str) -> str:
    french = language == "fr"
    if moment is None:
        return "La fin n'est pas fixée" if french else "No end is set yet"
    return f"Jusqu'au {moment:%Y-%m-%d}" if french else f"Until {moment:%Y-%m-%d}"


def _zones(status: Status, language: str) -> list[Trouble]:
    return [
        _trouble("zone", language, zone=each.zone, family=str(each.family), cause=each.cause or each.state)
        for each in status.zones
        if each.state in ("broken", "silent")
    ]


def _queue(status: Status, language: str) -> list[Trouble]:
    counts = (("dead", status.queue.dead), ("damaged", status.queue.damaged))
    return [_trouble(key, language, number=str(number)) for key, number in counts if number]


def _trouble(key: str, language: str, **details: str) -> Trouble:
    what, cure = _TROUBLES[key][1 if language == "fr" else 0]
    about = next((details[name] for name in ("name", "domain", "zone") if name in details), "")
    return Trouble(what.format(**details), cure.format(**details), key=key, about=about)
