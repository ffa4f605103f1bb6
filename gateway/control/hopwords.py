"""What a server's refusal means and what to do about it, in words: English and French. Words only."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from gateway.core.hopcures import cause_of

Pair = tuple[str, str]  # English, French

_CURES: Final[MappingProxyType[str, tuple[Pair, Pair]]] = MappingProxyType(
    {
        "relay": (
            ("The server knows the gateway's address but does not let it hand in mail for this domain.",
             "Le serveur connaît l'adresse de la passerelle mais ne l'autorise pas à déposer pour ce domaine."),
            ("On Exchange: in the receive connector, name {address} and allow anonymous users; the domain must be an "
             "accepted domain. Step by step: poterne backend guide {name}",
             "Sur Exchange : dans le connecteur de réception, ajoutez {address} et les utilisateurs anonymes ; le "
             "domaine doit être accepté. Pas à pas : poterne backend guide {name}"),
        ),
        "tenant": (
            ("Microsoft 365 does not recognise the gateway: its address or certificate fits no connector.",
             "Microsoft 365 ne reconnaît pas la passerelle : ni son adresse ni son certificat n'a de connecteur."),
            ("Compare the inbound connector with the gateway's public address: poterne backend guide {name}",
             "Comparez le connecteur entrant à l'adresse publique de la passerelle : poterne backend guide {name}"),
        ),
        "send-as": (
            ("The server takes mail with one of its own senders only from who logs in.",
             "Le serveur n'accepte un de ses propres expéditeurs que de qui s'identifie."),
            ("Give the connector of the gateway the right ms-Exch-SMTP-Accept-Authoritative-Domain-Sender.",
             "Donnez au connecteur de la passerelle le droit ms-Exch-SMTP-Accept-Authoritative-Domain-Sender."),
        ),
        "starttls": (
            ("The server takes mail only within TLS.", "Le serveur n'accepte de courrier que sous TLS."),
            ('Set backend.{name}.tls.mode = "require".', 'Réglez backend.{name}.tls.mode = "require".'),
        ),
        "login": (
            ("The server wants a login, so it takes the gateway for a user's mail program.",
             "Le serveur veut une identification : il prend la passerelle pour un logiciel d'utilisateur."),
            ("Use its port for servers (25, not 587), and allow {address} without a login: "
             "poterne backend guide {name}",
             "Prenez son port pour serveurs (25, non 587), et autorisez {address} sans identification : "
             "poterne backend guide {name}"),
        ),
        "bad-login": (
            ("The server refuses the gateway's name or password.",
             "Le serveur refuse le nom ou le mot de passe de la passerelle."),
            ("Set the password again: poterne secret set NAME", "Redonnez le mot de passe : poterne secret set NOM"),
        ),
        "unknown": (
            ("The server does not know this recipient.", "Le serveur ne connaît pas ce destinataire."),
            ("Make the mailbox there, or write to another one.", "Créez la boîte là-bas, ou écrivez à une autre."),
        ),
        "pressure": (
            ("The server is short of disk or memory (back pressure) and takes no mail.",
             "Le serveur manque de disque ou de mémoire et ne prend pas de courrier."),
            ("Free some room on the server's disk; mail goes on by itself.",
             "Libérez de la place sur son disque ; le courrier repartira seul."),
        ),
        "busy": (
            ("The server has too much to do at this moment.", "Le serveur a trop à faire en ce moment."),
            ("Nothing: it is tried again. If it stays so, lower backend.{name}.max_connections.",
             "Rien : de nouveaux essais suivront. Si cela dure, baissez backend.{name}.max_connections."),
        ),
        "size": (
            ("The message is larger than the server takes.", "Le message dépasse la taille admise par le serveur."),
            ("Raise the server's limit, or lower limits.message_size_octets here.",
             "Augmentez sa limite, ou baissez ici limits.message_size_octets."),
        ),
        "refused": (
            ("The machine answers, but nothing takes mail on that port.",
             "La machine répond, mais rien ne prend de courrier sur ce port."),
            ("Start its mail service (Exchange: MSExchangeFrontEndTransport), or correct the port in "
             "backend.{name}.hosts.",
             "Démarrez son service de courrier (Exchange : MSExchangeFrontEndTransport), ou corrigez le port dans "
             "backend.{name}.hosts."),
        ),
        "silent": (
            ("Nothing answers there in time: it is off, or a firewall is in between.",
             "Rien n'y répond à temps : il est éteint, ou un pare-feu est entre les deux."),
            ("See that the server runs, and that its firewall lets {address} in.",
             "Vérifiez qu'il tourne, et que son pare-feu laisse entrer {address}."),
        ),
        "unreachable": (
            ("No way leads to the server's address.", "Aucun chemin ne mène à l'adresse du serveur."),
            ("Check the address in backend.{name}.hosts, the cable and the route.",
             "Vérifiez l'adresse dans backend.{name}.hosts, le câble et la route."),
        ),
        "tls": (
            ("The encrypted session fails; the server's certificate is not the one that is expected.",
             "La session chiffrée échoue ; le certificat du serveur n'est pas celui attendu."),
            ('Renew it, or pin its key (backend.{name}.tls.pin_sha256), or use tls.mode = "opportunistic".',
             'Renouvelez-le, ou épinglez sa clé (backend.{name}.tls.pin_sha256), ou tls.mode = "opportunistic".'),
        ),
        "name": (
            ("The server's name is not in DNS.", "Le nom du serveur n'est pas dans le DNS."),
            ("Correct backend.{name}.hosts, or write its address.",
             "Corrigez backend.{name}.hosts, ou écrivez son adresse."),
        ),
        "later": (
            ("The server asks to try again later.", "Le serveur demande de réessayer plus tard."),
            ("Nothing: it is tried again. If it is your own server, exempt {address} from greylisting.",
             "Rien : de nouveaux essais suivront. Si c'est le vôtre, exemptez {address} du greylisting."),
        ),
        "policy": (
            ("The server has a filter of its own, and it refuses what the gateway lets pass.",
             "Le serveur a son propre filtre, qui refuse ce que la passerelle laisse passer."),
            ("Exempt {address} from its filter, SPF and block lists: it sees the gateway, not the sender.",
             "Exemptez {address} de son filtre, de SPF et des listes : il voit la passerelle, non l'expéditeur."),
        ),
    }
)  # fmt: skip
_UNRECOGNISED: Final[MappingProxyType[str, tuple[Pair, Pair]]] = MappingProxyType(
    {
        "eicar": (
            ("No virus scanner knew the test virus.", "Aucun antivirus n'a reconnu le virus d'essai."),
            ("Set one: clamd.socket. Attachments are judged by their kind in any case.",
             "Réglez-en un : clamd.socket. Les pièces jointes restent jugées selon leur genre."),
        ),
        "gtube": (
            ("The spam filter did not know the test spam.", "Le filtre antispam n'a pas reconnu le spam d'essai."),
            ("See that rspamd runs and answers: poterne status",
             "Vérifiez que rspamd tourne et répond : poterne status"),
        ),
    }
)  # fmt: skip
_HERE: Final[Pair] = ("the gateway's address", "l'adresse de la passerelle")


def cure_words(said: str, language: str, *, name: str = "NAME", address: str = "") -> tuple[str, str]:
    """What these words of a server mean, and what to do; empty for what nobody has described."""
    cause = cause_of(said)
    if not cause:
        return "", ""
    details = {"name": name, "address": address or _of(_HERE, language)}
    what, cure = _CURES[cause]
    return _of(what, language).format(**details), _of(cure, language).format(**details)


def unrecognised_words(variant: str, language: str) -> tuple[str, str]:
    """Why a test virus or test spam passed, and what to do."""
    what, cure = _UNRECOGNISED[variant]
    return _of(what, language), _of(cure, language)


def described() -> frozenset[str]:
    """The causes that have words."""
    return frozenset(_CURES)


def _of(pair: Pair, language: str) -> str:
    return pair[1] if language == "fr" else pair[0]
