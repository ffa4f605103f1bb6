"""What is published about a domain, in a sentence, and what to do about it: English and French. Words only."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from gateway.core.dnscheck import DnsFinding
from gateway.core.text import safe

Pair = tuple[str, str]  # English, French
_SILENT: Final[tuple[Pair, Pair]] = (
    ("DNS does not say ({name}).", "Le DNS ne dit rien ({name})."),
    ("Try again in some minutes; see that the DNS server in the settings answers.",
     "Réessayez dans quelques minutes ; vérifiez que le serveur DNS des réglages répond."),
)  # fmt: skip

# By check and what was seen: what it is, what to do.
_WORDS: Final[MappingProxyType[str, tuple[Pair, Pair]]] = MappingProxyType(
    {
        "address.known": (("{name} is {addresses}.", "{name} est {addresses}."), ("", "")),
        "address.none": (
            ("Nobody knows the address of {name}.", "Personne ne connaît l'adresse de {name}."),
            ("Publish the address of your Internet line, or set the hostname that it has.",
             "Publiez l'adresse de votre ligne Internet, ou réglez le hostname qu'elle a."),
        ),
        "address.private": (
            ("{name} is {addresses}, which only your own network reaches.",
             "{name} est {addresses}, que seul votre réseau atteint."),
            ("If the DNS asked is your own, that may be right: then look from outside.",
             "Si le DNS interrogé est le vôtre, c'est peut-être juste : regardez alors du dehors."),
        ),
        "mx.ours": (("Mail for {domain} goes to {name}: this gateway.",
                     "Le courrier de {domain} va à {name} : cette passerelle."), ("", "")),
        "mx.none": (
            ("{domain} names no mail server.", "{domain} ne nomme aucun serveur de courrier."),
            ("Publish this record; then its mail comes here.", "Publiez cet enregistrement : son courrier viendra."),
        ),
        "mx.null": (
            ("{domain} says that it takes no mail at all.", "{domain} dit qu'il n'accepte aucun courrier."),
            ("Publish this record in the place of the other.", "Publiez cet enregistrement à la place de l'autre."),
        ),
        "mx.others": (
            ("Mail for {domain} goes elsewhere: {names}.", "Le courrier de {domain} va ailleurs : {names}."),
            ("When the test of the chain is green: publish this record in the place of the others.",
             "Quand l'essai de la chaîne est vert : publiez cet enregistrement à la place des autres."),
        ),
        "mx.also": (
            ("Mail for {domain} comes here, but may go past the filter: {names}.",
             "Le courrier de {domain} vient ici, mais peut contourner le filtre : {names}."),
            ("Take the others away, unless they are gateways too.",
             "Retirez les autres, sauf si ce sont aussi des passerelles."),
        ),
        "spf.sane": (("{record}", "{record}"), ("", "")),
        "spf.none": (
            ("{domain} does not say who may send its mail (SPF).",
             "{domain} ne dit pas qui peut envoyer son courrier (SPF)."),
            ("Publish this record, with include:… of whoever else sends for you (provider, newsletter).",
             "Publiez cet enregistrement, avec include:… de qui d'autre envoie pour vous (opérateur, lettres)."),
        ),
        "spf.several": (
            ("{domain} has {count} SPF records, so none counts.", "{domain} a {count} SPF : aucun ne compte."),
            ("Join them in one: v=spf1, all their parts, -all.", "Réunissez-les : v=spf1, toutes leurs parties, -all."),
        ),
        "spf.open": (
            ("{record} says nothing of all others.", "{record} ne dit rien des autres."),
            ("Publish it with an end.", "Publiez-le avec une fin."),
        ),
        "spf.anybody": (
            ("{record} lets anybody send as you.", "{record} laisse n'importe qui envoyer en votre nom."),
            ("Publish it with another end.", "Publiez-le avec une autre fin."),
        ),
        "dmarc.firm": (("Receivers are asked to stop forgeries (p={policy}).",
                        "Les destinataires sont priés d'arrêter les faux (p={policy})."), ("", "")),
        "dmarc.none": (
            ("{domain} does not say what to do with forgeries (DMARC).",
             "{domain} ne dit pas que faire des faux (DMARC)."),
            ("Publish this record to begin: it asks for reports only.",
             "Publiez cet enregistrement pour commencer : il ne demande que des rapports."),
        ),
        "dmarc.unusable": (
            ("What stands at {name} is no usable DMARC record, or there are several.",
             "Ce qui se trouve à {name} n'est pas un DMARC valable, ou il y en a plusieurs."),
            ("Publish this one in its place.", "Publiez celui-ci à la place."),
        ),
        "dmarc.lenient": (
            ("Receivers are not told to stop forgeries (p={policy}).",
             "Les destinataires ne sont pas priés d'arrêter les faux (p={policy})."),
            ("When the reports show that all your own mail passes: publish this.",
             "Quand les rapports montrent que tout votre courrier passe : publiez ceci."),
        ),
        "ptr.ours": (("{address} is named {name}.", "{address} s'appelle {name}."), ("", "")),
        "ptr.none": (
            ("{address} has no name; many servers refuse mail from there.",
             "{address} n'a pas de nom ; bien des serveurs refusent son courrier."),
            ("Ask your Internet provider for it (reverse DNS); only he can publish it.",
             "Demandez-le à votre opérateur Internet (DNS inverse) ; lui seul peut le publier."),
        ),
        "ptr.others": (
            ("{address} has another name: {names}.", "{address} a un autre nom : {names}."),
            ("Ask your Internet provider for this name (reverse DNS), if mail leaves from there.",
             "Demandez ce nom à votre opérateur (DNS inverse), si du courrier part de là."),
        ),
    }
)  # fmt: skip


def seen_words(finding: DnsFinding, language: str) -> tuple[str, str]:
    """What was seen, and what to do ("" for nothing). Foreign text in it is made safe."""
    what, cure = _SILENT if finding.seen == "silent" else _WORDS[f"{finding.check}.{finding.seen}"]
    details = {name: safe(value, 500) for name, value in finding.details}
    return _of(what, language).format(**details), _of(cure, language).format(**details)


def _of(pair: Pair, language: str) -> str:
    return pair[1] if language == "fr" else pair[0]
