"""What to set on a mail server, step by step, with the office's own values: English and French (backends.md §4.10).

Words only. The lines to paste are from the makers' documentation.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from gateway.control.healthvalues import GuideSection

Pair = tuple[str, str]  # English, French


@dataclass(frozen=True, slots=True)
class GuideValues:
    """The office's own: our name, our address as the server sees it, the word of X-Poterne-Verdict, its port."""

    hostname: str
    address: str
    word: str
    port: str
    domains: tuple[str, ...]
    name: str


@dataclass(frozen=True, slots=True)
class _Section:
    title: Pair
    text: Pair
    lines: tuple[str, ...] = ()


_EXISTS: Final = _Section(
    ("Who exists", "Qui existe"),
    ("The server must refuse unknown recipients when it is asked, or the gateway must know them: set "
     "recipient_verification.method to learned, or to ldap for Active Directory. Exchange answers truly on port 2525 "
     "(hub transport) with its recipient filter.",
     "Le serveur doit refuser les destinataires inconnus quand on le lui demande, ou la passerelle doit les connaître "
     ": recipient_verification.method = learned, ou ldap pour Active Directory. Exchange répond juste sur le port "
     "2525 (hub) avec son filtrage des destinataires."),
)  # fmt: skip
_OUT: Final = _Section(
    ("Mail that leaves through the gateway (if it shall)", "Courrier sortant par la passerelle (si voulu)"),
    ("First allow the server here: a [[relay_client]] with its address and your domains, and an [[outbound_route]].",
     "Autorisez d'abord le serveur ici : un [[relay_client]] avec son adresse et vos domaines, et un "
     "[[outbound_route]]."),
    ('New-SendConnector -Name "Poterne" -AddressSpaces "*" -SmartHosts {address} -DNSRoutingEnabled $false',),
)  # fmt: skip
_JUNK: Final = _Section(
    ("Marked mail goes to Junk", "Le courrier marqué va aux indésirables"),
    ("6, not more: from 7 on Exchange may refuse it. Never make a rule that trusts mail for a header.",
     "6, pas plus : dès 7 Exchange peut le refuser. Ne faites jamais confiance à un courrier pour un en-tête."),
    (
        'New-TransportRule "Poterne: spam to Junk" -HeaderMatchesMessageHeader "X-Poterne-Verdict" '
        '-HeaderMatchesPatterns "^{word} spam" -SetSCL 6',
    ),
)  # fmt: skip
_TRY: Final = _Section(
    ("Try it", "L'essayer"),
    ("Then look here again, and send a message through the whole chain:",
     "Revenez ensuite ici, et envoyez un message par toute la chaîne :"),
    ("poterne backend guide {name}", "poterne test --to postmaster@{domain}"),
)  # fmt: skip

_GUIDES: Final[MappingProxyType[str, tuple[_Section, ...]]] = MappingProxyType(
    {
        "exchange": (
            _Section(
                ("A connector that takes the gateway's mail", "Un connecteur qui prend le courrier de la passerelle"),
                ("In the Exchange Management Shell. It is for {address} only; the others stay as they are.",
                 "Dans l'Exchange Management Shell. Il ne vaut que pour {address} ; les autres restent."),
                (
                    'New-ReceiveConnector -Name "Poterne" -TransportRole FrontendTransport -Usage Custom '
                    "-Bindings 0.0.0.0:{port} -RemoteIPRanges {address} -PermissionGroups AnonymousUsers "
                    "-AuthMechanism Tls",
                    'Set-ReceiveConnector "Poterne" -TarpitInterval 00:00:00 '
                    "-MaxInboundConnectionPercentagePerSource 100",
                ),
            ),
            _JUNK,
            _EXISTS,
            _OUT,
            _TRY,
        ),
        "exchange-online": (
            _Section(
                ("A connector that takes mail from the gateway only",
                 "Un connecteur qui ne prend que le courrier de la passerelle"),
                ("In Exchange Online PowerShell, with your public address in the place of PUBLIC-ADDRESS. Without the "
                 "last line anybody can go past the gateway.",
                 "Dans Exchange Online PowerShell, avec votre adresse publique à la place de PUBLIC-ADDRESS. Sans la "
                 "dernière ligne, n'importe qui contourne la passerelle."),
                (
                    'New-InboundConnector -Name "Poterne" -ConnectorType Partner -SenderDomains * -RequireTls $true '
                    "-SenderIPAddresses PUBLIC-ADDRESS -RestrictDomainsToIPAddresses $true",
                    'Set-InboundConnector "Poterne" -EFSkipLastIP $true',
                    "Set-OrganizationConfig -RejectDirectSend $true",
                ),
            ),
            _JUNK,
            _EXISTS,
            _TRY,
        ),
        "dovecot": (
            _Section(
                ("An LMTP door for the gateway", "Une porte LMTP pour la passerelle"),
                ("In dovecot.conf; let only {address} reach that port.",
                 "Dans dovecot.conf ; que seule {address} atteigne ce port."),
                (
                    "protocols = $protocols lmtp",
                    "service lmtp {{ inet_listener lmtp {{ port = {port} }} }}",
                ),
            ),
            _Section(
                ("Marked mail goes to Junk (Sieve)", "Le courrier marqué va dans Junk (Sieve)"),
                ("In a global script, sieve_before.", "Dans un script global, sieve_before."),
                (
                    'require ["fileinto", "mailbox"];',
                    'if header :matches "X-Poterne-Verdict" "{word} spam*" {{ fileinto :create "Junk"; stop; }}',
                ),
            ),
            _Section(
                ("Who exists", "Qui existe"),
                ("Dovecot refuses unknown users by itself; set recipient_verification.method = lmtp.",
                 "Dovecot refuse seul les inconnus ; réglez recipient_verification.method = lmtp."),
            ),
            _TRY,
        ),
        "generic": (
            _Section(
                ("Take mail from the gateway", "Prendre le courrier de la passerelle"),
                ("Let {address} hand in mail for {domains} on port {port}, without a login. Exempt that address from "
                 "SPF, block lists, greylisting and limits: the server sees the gateway, not the sender.",
                 "Laissez {address} déposer pour {domains} sur le port {port}, sans identification. Exemptez cette "
                 "adresse de SPF, des listes, du greylisting et des limites : le serveur voit la passerelle, non "
                 "l'expéditeur."),
            ),
            _Section(
                ("Marked mail goes to Junk", "Le courrier marqué va aux indésirables"),
                ("Make a rule for this header field; the word keeps foreign ones from matching.",
                 "Faites une règle pour ce champ d'en-tête ; le mot empêche d'autres de correspondre."),
                ("X-Poterne-Verdict: {word} spam",),
            ),
            _EXISTS,
            _TRY,
        ),
    }
)  # fmt: skip

KINDS: Final = tuple(_GUIDES)


def sections(kind: str, values: GuideValues, language: str) -> tuple[GuideSection, ...]:
    """The steps for a server of this kind."""
    details = {
        "address": values.address,
        "word": values.word,
        "port": values.port,
        "name": values.name,
        "domains": ", ".join(values.domains),
        "domain": values.domains[0] if values.domains else "example.org",
    }

    def fill(text: str) -> str:
        return text.format(**details)

    return tuple(
        GuideSection(_of(each.title, language), fill(_of(each.text, language)), tuple(map(fill, each.lines)))
        for each in _GUIDES.get(kind, _GUIDES["generic"])
    )


def _of(pair: Pair, language: str) -> str:
    return pair[1] if language == "fr" else pair[0]
