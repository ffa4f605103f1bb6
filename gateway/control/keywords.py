"""What each key of the settings is for, in a line: English and French. Words only; a test finds what is missing."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import Final

Pair = tuple[str, str]  # English, French
_STEP: Final = re.compile(r'"(?:[^"\\]|\\.)*"|[^."]+')
# Tables of names, and lists of tables.
_NAMED: Final = frozenset({"listener", "backend", "domain", "policy"})
_LISTS: Final = frozenset({"dnsbl", "relay_client", "outbound_route"})

# Where several tables have the same key, its words stand once, under its last names.
_SHARED: Final[MappingProxyType[str, Pair]] = MappingProxyType(
    {
        "tls.pin_sha256": (
            "The only server keys trusted (SHA-256)",
            "Les seules clés de serveur admises (SHA-256)",
        ),
        "timeout_seconds": ("How long an answer is waited for", "Délai d'attente d'une réponse"),
        "unscanned_grace_seconds": (
            "Mail is put off so long while it is away",
            "Report du courrier si ce filtre est absent",
        ),
        "max_connections": ("Connections at once", "Connexions simultanées"),
        "sender_domains": ("Only mail from these domains", "Seulement le courrier de ces domaines"),
        "keep_days": ("Kept for so many days", "Conservation en jours"),
    }
)

_WORDS: Final[MappingProxyType[str, Pair]] = MappingProxyType(
    {
        "hostname": ("The gateway's own name, as DNS knows it", "Le nom de la passerelle, connu du DNS"),
        "postmaster": ("Who gets mail for postmaster@", "Qui reçoit le courrier de postmaster@"),
        "schema": ("The version of this file's shape", "La version du format de ce fichier"),
        "state_directory": (
            "Where queue, quarantine and history lie",
            "Où sont file, quarantaine et historique",
        ),
        "runtime_directory": ("Where the control socket lies", "Où se trouve la prise de contrôle"),
        "language": ("The language of reasons and notices", "La langue des raisons et des avis"),
        "listener.NAME.address": ("Address and port to listen on", "Adresse et port d'écoute"),
        "listener.NAME.role": ("Who may connect here", "Qui peut se connecter ici"),
        "listener.NAME.greet_delay_seconds": ("Wait before greeting a stranger", "Attente avant de saluer un inconnu"),
        "listener.NAME.proxy_protocol_from": (
            "Load balancers that are believed",
            "Répartiteurs de charge que l'on croit",
        ),
        "listener.NAME.tls.mode": ("Encryption with whoever connects", "Chiffrement avec qui se connecte"),
        "listener.NAME.tls.certificate": ("The name of the certificate shown", "Le nom du certificat présenté"),
        "limits.message_size_octets": ("The largest message", "La taille maximale d'un message"),
        "limits.memory_octets": ("Memory for all messages in hand", "Mémoire pour les messages en cours"),
        "limits.spool_octets": ("Room for all mail that waits", "Place pour le courrier en attente"),
        "limits.connections": ("Connections from everybody", "Connexions de tous ensemble"),
        "limits.connections_per_client": ("Connections from one client", "Connexions d'un même client"),
        "limits.connections_per_minute": (
            "New connections a minute from one client",
            "Nouvelles connexions par minute d'un client",
        ),
        "limits.messages_per_minute": ("Messages a minute from one client", "Messages par minute d'un client"),
        "limits.recipients_per_minute": ("Recipients a minute from one client", "Destinataires par minute d'un client"),
        "limits.recipients": ("Recipients of one message", "Destinataires d'un message"),
        "limits.errors": ("Errors before a client is sent away", "Erreurs avant de renvoyer un client"),
        "limits.refused_recipients": (
            "Wrong recipients before a client must leave",
            "Faux destinataires avant de renvoyer",
        ),
        "limits.idle_commands": (
            "Idle commands before a client is sent away",
            "Commandes vaines avant de renvoyer un client",
        ),
        "timeouts.command_seconds": ("Wait for a command", "Attente d'une commande"),
        "timeouts.data_block_seconds": ("Wait for a piece of the message", "Attente d'un morceau du message"),
        "timeouts.transaction_seconds": ("The longest time for one message", "Durée maximale d'un message"),
        "timeouts.refused_recipient_seconds": (
            "The longest pause after a wrong recipient",
            "Pause maximale après un faux destinataire",
        ),
        "timeouts.tls_handshake_seconds": ("Wait for encryption to begin", "Attente du début du chiffrement"),
        "timeouts.next_hop_connect_seconds": (
            "Wait for the next server to be reached",
            "Attente de connexion au serveur suivant",
        ),
        "timeouts.next_hop_command_seconds": (
            "Wait for the next server's answer",
            "Attente de la réponse du serveur suivant",
        ),
        "timeouts.next_hop_dot_seconds": (
            "Wait for it to take a message",
            "Attente de sa prise en charge d'un message",
        ),
        "timeouts.answer_budget_seconds": (
            "All the time before the sender is answered",
            "Temps total avant de répondre à l'expéditeur",
        ),
        "timeouts.checks_seconds": ("Of this, for the checks", "Dont, pour les contrôles"),
        "dns.servers": ("Whom we ask for names", "À qui demander les noms"),
        "dnsbl[].zone": ("The block list's zone", "La zone de la liste de blocage"),
        "dnsbl[].codes": ("Its answers that count (all when empty)", "Ses réponses qui comptent (toutes si vide)"),
        "dnsbl[].action": ("What a listed server gets", "Le sort d'un serveur listé"),
        "rspamd.scan_socket": ("Where the spam scanner takes mail", "Où le filtre antispam reçoit le courrier"),
        "rspamd.controller_socket": ("Where the spam scanner is taught", "Où le filtre antispam apprend"),
        "clamd.socket": ("Where the virus scanner is; empty: none", "Où est l'antivirus ; vide : aucun"),
        "failure.rspamd": ("While the spam scanner is away", "Si le filtre antispam est absent"),
        "failure.clamd": ("While the virus scanner is away", "Si l'antivirus est absent"),
        "failure.backend": ("While the office's server is away", "Si le serveur du bureau est absent"),
        "failure.dns": ("While DNS is away", "Si le DNS est absent"),
        "failure.disk": ("While the disk is full", "Si le disque est plein"),
        "backend.NAME.hosts": ("The server's addresses, in order", "Les adresses du serveur, dans l'ordre"),
        "backend.NAME.transport": ("How mail is handed to it", "Comment le courrier lui est remis"),
        "backend.NAME.kind": ("What kind of server it is", "Quel genre de serveur c'est"),
        "backend.NAME.tls.mode": ("Encryption towards it", "Chiffrement vers lui"),
        "backend.NAME.subaddress_delimiter": (
            "What parts anna+news@ (such as +)",
            "Ce qui sépare anna+news@ (comme +)",
        ),
        "domain.NAME.backend": ("The server of this domain", "Le serveur de ce domaine"),
        "domain.NAME.policy": ("The policy of this domain", "La politique de ce domaine"),
        "domain.NAME.acceptance": ("Hand on at once, or queue first", "Remettre aussitôt, ou par la file"),
        "domain.NAME.recipient_verification.method": ("How we know who exists", "Comment nous savons qui existe"),
        "domain.NAME.recipient_verification.addresses": (
            "Who exists, for the method list",
            "Qui existe, pour la méthode list",
        ),
        "domain.NAME.recipient_verification.learn_days": (
            "How long unknown recipients are learned",
            "Durée d'apprentissage des inconnus",
        ),
        "domain.NAME.recipient_verification.unknown": (
            "What an unknown recipient gets",
            "Le sort d'un destinataire inconnu",
        ),
        "domain.NAME.recipient_verification.ldap.urls": (
            "The directory's servers, in order",
            "Les serveurs d'annuaire, dans l'ordre",
        ),
        "domain.NAME.recipient_verification.ldap.base": (
            "Where in the directory people are",
            "Où sont les gens dans l'annuaire",
        ),
        "domain.NAME.recipient_verification.ldap.bind_dn": ("As whom we read it", "En tant que qui nous le lisons"),
        "domain.NAME.recipient_verification.ldap.secret": (
            "The secret with its password",
            "Le secret de son mot de passe",
        ),
        "domain.NAME.recipient_verification.ldap.filter": ("Which entries count", "Quelles entrées comptent"),
        "domain.NAME.recipient_verification.ldap.attributes": (
            "Where addresses stand in them",
            "Où y sont les adresses",
        ),
        "domain.NAME.recipient_verification.ldap.authority": (
            "The file of its root certificate",
            "Le fichier de son certificat racine",
        ),
        "domain.NAME.recipient_verification.ldap.pin_sha256": (
            "Its keys that alone are trusted",
            "Ses seules clés admises",
        ),
        "domain.NAME.recipient_verification.ldap.interval_seconds": ("How often it is read", "Fréquence de lecture"),
        "policy.NAME.mark_at": ("Points from which mail is marked", "Points à partir desquels marquer"),
        "policy.NAME.quarantine_at": ("Points from which mail is held", "Points à partir desquels retenir"),
        "policy.NAME.reject_at": ("Points from which mail is refused", "Points à partir desquels refuser"),
        "policy.NAME.dmarc_reject": (
            "A domain asks to refuse what is not proven",
            "Si un domaine veut refuser le non prouvé",
        ),
        "policy.NAME.virus": ("A virus", "Un virus"),
        "policy.NAME.attachments.executable": ("Programs", "Programmes"),
        "policy.NAME.attachments.script": ("Scripts", "Scripts"),
        "policy.NAME.attachments.shortcut": ("Shortcuts", "Raccourcis"),
        "policy.NAME.attachments.disk_image": ("Disk images", "Images disque"),
        "policy.NAME.attachments.macro": ("Documents with macros", "Documents à macros"),
        "policy.NAME.attachments.active_document": (
            "Documents that run something",
            "Documents qui exécutent quelque chose",
        ),
        "policy.NAME.attachments.encrypted_archive": ("Encrypted archives", "Archives chiffrées"),
        "policy.NAME.attachments.double_extension": ("Names with two endings", "Noms à deux extensions"),
        "policy.NAME.attachments.deceptive_name": ("Names made to deceive", "Noms trompeurs"),
        "policy.NAME.attachments.nested_too_deep": ("Archives in archives without end", "Archives imbriquées sans fin"),
        "policy.NAME.attachments.too_large": ("What unpacks too large", "Ce qui se décompresse trop grand"),
        "policy.NAME.attachments.ambiguous": (
            "What programs read in different ways",
            "Ce que les programmes lisent différemment",
        ),
        "policy.NAME.attachments.unscannable": ("What can't be examined", "Ce qu'on ne peut examiner"),
        "policy.NAME.attachments.forbidden_name": ("Files with a forbidden ending", "Fichiers à extension interdite"),
        "policy.NAME.attachments.forbidden_endings": (
            "Further endings that are forbidden",
            "Autres extensions interdites",
        ),
        "arc.trusted_sealers": ("Forwarders whose word counts (ARC)", "Relais dont la parole compte (ARC)"),
        "lists.known": ("Mailing lists of the office (List-Id)", "Listes de diffusion du bureau (List-Id)"),
        "known_correspondents.learn": (
            "Know those to whom the office wrote",
            "Reconnaître ceux à qui le bureau a écrit",
        ),
        "known_correspondents.keep_days": (
            "Known for so many days after the last letter",
            "Reconnus tant de jours après le dernier mot",
        ),
        "quarantine.size_octets": ("Room for all held mail", "Place pour le courrier retenu"),
        "history.subjects": ("What of a subject is kept", "Ce qui est gardé d'un objet"),
        "notify.enabled": ("Letters to the admin when something is wrong", "Lettres à l'administrateur en cas d'ennui"),
        "notify.to": ("To whom (empty: the postmaster)", "À qui (vide : le postmaster)"),
        "notify.language": ("Their language (empty: as above)", "Leur langue (vide : comme plus haut)"),
        "notify.quiet_hours": (
            "When only mail that does not flow is told",
            "Quand seul un courrier bloqué est signalé",
        ),
        "notify.morning_at": (
            "When to write what is held (empty: never)",
            "Quand écrire le retenu (vide : jamais)",
        ),
        "notify.after_minutes": (
            "Minutes without a server before it is told",
            "Minutes sans serveur avant de le signaler",
        ),
        "relay_client[].name": ("Its name, for you", "Son nom, pour vous"),
        "relay_client[].addresses": ("The addresses that may send out", "Les adresses qui peuvent envoyer"),
        "relay_client[].sender_addresses": ("Also from these addresses", "Aussi de ces adresses"),
        "relay_client[].allow_null_reverse_path": ("It may send notices", "Il peut envoyer des avis"),
        "relay_client[].max_messages_per_hour": ("Messages an hour (0: any)", "Messages par heure (0 : illimité)"),
        "outbound_route[].next_hop": ("By MX, or by a smart host", "Par MX, ou par un relais"),
        "outbound_route[].recipient_domains": ("Only mail to these domains", "Seulement le courrier pour ces domaines"),
        "outbound_route[].tls.mode": ("Encryption towards their servers", "Chiffrement vers leurs serveurs"),
        "outbound_route[].smart_host.host": ("The provider's server", "Le serveur du fournisseur"),
        "outbound_route[].smart_host.port": ("Its port", "Son port"),
        "outbound_route[].smart_host.name": ("Its name, for you", "Son nom, pour vous"),
        "outbound_route[].smart_host.tls.mode": ("Encryption towards it", "Chiffrement vers lui"),
        "outbound_route[].smart_host.tls.implicit": ("Encrypted from the first octet", "Chiffré dès le premier octet"),
        "outbound_route[].smart_host.auth.user": ("The user's name there", "Le nom d'utilisateur"),
        "outbound_route[].smart_host.auth.secret": ("The secret with its password", "Le secret de son mot de passe"),
        "outbound_route[].smart_host.auth.mechanism": ("How to log in", "Comment s'identifier"),
    }
)


def key_words(key: str, language: str) -> str:
    """What it is for; "" for a key that nobody has described."""
    pair = _WORDS.get(key) or _shared(key)
    return pair[1] if language == "fr" else pair[0]


def change_words(key: str, language: str) -> str:
    """The same for a key as changes name it, with names of the admin's choice: `domain."office.example".backend`."""
    head, *steps = _STEP.findall(key) or [""]
    if head in _LISTS:
        return key_words(".".join((f"{head}[]", *steps[1:])), language)
    return key_words(".".join((head, *(("NAME", *steps[1:]) if head in _NAMED else steps))), language)


def described() -> frozenset[str]:
    """The keys with words of their own."""
    return frozenset(_WORDS)


def _shared(key: str) -> Pair:
    names = key.split(".")
    ends = (".".join(names[-count:]) for count in (2, 1))
    return next((_SHARED[end] for end in ends if end in _SHARED), ("", ""))
