"""The one catalogue of reasons: each name with its sentence in English and in French.

Words only. `{...}` are filled from a reason's details, made safe first. Names are also what
`X-Poterne-Reasons` carries, so they are short, lower case and stable.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from gateway.core.carriedwords import CARRIED

Sentence = tuple[str, str]  # English, French

REASONS: Final[MappingProxyType[str, Sentence]] = MappingProxyType(
    {
        "scanner-reject": (
            "The spam scanner refuses this message outright ({text}).",
            "Le filtre antispam refuse ce message d'emblée ({text}).",
        ),
        "score-reject": (
            "Its {score} points reach the limit for refusal ({limit}).",
            "Ses {score} points atteignent le seuil de refus ({limit}).",
        ),
        "score-quarantine": (
            "Its {score} points reach the limit for quarantine ({limit}).",
            "Ses {score} points atteignent le seuil de quarantaine ({limit}).",
        ),
        "score-mark": (
            "Its {score} points reach the limit for marking as spam ({limit}).",
            "Ses {score} points atteignent le seuil de marquage comme indésirable ({limit}).",
        ),
        "dmarc-reject": (
            "It claims to come from {domain}, but neither SPF nor DKIM proves it, and {domain} asks to refuse such mail.",
            "Il prétend venir de {domain}, mais ni SPF ni DKIM ne le prouvent, et {domain} demande de refuser un tel courrier.",
        ),
        "dmarc-quarantine": (
            "It claims to come from {domain}, but neither SPF nor DKIM proves it, and {domain} asks to set such mail aside.",
            "Il prétend venir de {domain}, mais ni SPF ni DKIM ne le prouvent, et {domain} demande de le mettre de côté.",
        ),
        "dmarc-none": (
            "Neither SPF nor DKIM proves that it comes from {domain}; {domain} asks for no action.",
            "Ni SPF ni DKIM ne prouvent qu'il vient de {domain} ; {domain} ne demande rien.",
        ),
        "dmarc-pass": (
            "It is proven to come from {domain}.",
            "Il est prouvé qu'il vient de {domain}.",
        ),
        "dmarc-excused-arc": (
            "DMARC fails for {domain}, but the trusted forwarder {sealer} had checked it before.",
            "DMARC échoue pour {domain}, mais le relais de confiance {sealer} l'avait vérifié auparavant.",
        ),
        "dmarc-excused-list": (
            "DMARC fails for {domain}, but the known mailing list {list} signed it.",
            "DMARC échoue pour {domain}, mais la liste de diffusion connue {list} l'a signé.",
        ),
        "own-domain-forged": (
            "It claims to come from your own domain {domain}, but nothing proves it.",
            "Il prétend venir de votre propre domaine {domain}, mais rien ne le prouve.",
        ),
        "author-missing": (
            "It has no From field, so nobody signs for it.",
            "Il n'a pas de champ From : personne n'en répond.",
        ),
        "author-unclear": (
            "Its From field names no single author ({defect}), as forged mail does.",
            "Son champ From ne désigne pas un auteur unique ({defect}), comme dans un courrier falsifié.",
        ),
        **CARRIED,
        "unscannable": (
            "The spam scanner failed on it three times while other mail passed, or it is made to choke scanners.",
            "Le filtre antispam a échoué trois fois sur lui alors que d'autres passaient, ou il est fait pour l'étouffer.",
        ),
        "bypassed": (
            "Nothing checked it: an administrator had switched the filter off (bypass).",
            "Rien ne l'a contrôlé : un administrateur avait contourné le filtre (bypass).",
        ),
        "test": (
            "It is a test of an administrator, so it passes; its verdict would have been: {action}.",
            "C'est un essai d'un administrateur, il passe donc ; son verdict aurait été : {action}.",
        ),
        "unscanned": (
            "No spam scanner looked at it.",
            "Aucun filtre antispam ne l'a analysé.",
        ),
        "scanner-away": (
            "The spam scanner is away; the sender was asked to try again in a few minutes.",
            "Le filtre antispam est absent ; l'expéditeur a été prié de réessayer dans quelques minutes.",
        ),
        "origin-hidden": (
            "A router hides where it really comes from, so its origin could not be checked.",
            "Un routeur cache sa véritable provenance : son origine n'a pas pu être vérifiée.",
        ),
        "role-address": (
            "Mail to {address} is never refused for its content, so it was held instead.",
            "Le courrier pour {address} n'est jamais refusé pour son contenu : il a été retenu.",
        ),
        "others-accepted": (
            "It was refused only for some of its recipients, so it was held for them instead.",
            "Il n'était refusé que pour certains destinataires : il a été retenu pour eux.",
        ),
        "dnsbl": (
            "The sending server {ip} is on the block list {zone}.",
            "Le serveur expéditeur {ip} figure sur la liste de blocage {zone}.",
        ),
        "notice": (
            "It tells the sender of {code} what became of that message.",
            "Il informe l'expéditeur de {code} du sort de ce message.",
        ),
        "admin-letter": (
            "The gateway wrote it to its administrator.",
            "La passerelle l'a écrit à son administrateur.",
        ),
        "recipient-unknown": (
            "Nobody knows its recipient, and the settings want such mail held, not refused.",
            "Personne ne connaît son destinataire, et les réglages veulent que ce courrier soit retenu, non refusé.",
        ),
        "refused-by-server": (
            "Your mail server refused it after other recipients had got it; look at it and release or delete it.",
            "Votre serveur l'a refusé alors que d'autres destinataires l'avaient reçu ; examinez-le, puis libérez-le ou supprimez-le.",
        ),
        "header-broken": (
            "The first line of its header is indented, a trick to hide a line from some readers.",
            "La première ligne de son en-tête est en retrait, une ruse pour cacher une ligne à certains lecteurs.",
        ),
        "loop": (
            "It has been through {hops} servers, so it runs in a circle.",
            "Il est passé par {hops} serveurs : il tourne en rond.",
        ),
        "released": (
            "A person released it from quarantine.",
            "Une personne l'a libéré de la quarantaine.",
        ),
        "spf-fail": (
            "The domain {domain} does not let this server send for it.",
            "Le domaine {domain} n'autorise pas ce serveur à envoyer pour lui.",
        ),
        "allowed": (
            "{name} is on the allow list ({entry}) and is proven to be the sender, so its points do not count.",
            "{name} figure sur la liste des autorisés ({entry}) et est bien l'expéditeur : ses points ne comptent pas.",
        ),
        "allowed-client": (
            "The sending server {name} is on the allow list ({entry}), so its points do not count.",
            "Le serveur expéditeur {name} figure sur la liste des autorisés ({entry}) : ses points ne comptent pas.",
        ),
        "allow-unproven": (
            "{name} is on the allow list ({entry}), but was not proven to be the sender.",
            "{name} figure sur la liste des autorisés ({entry}), mais rien ne prouve que c'est l'expéditeur.",
        ),
        "blocked-from": (
            "Its author {name} is on the block list ({entry}).",
            "Son auteur {name} figure sur la liste des bloqués ({entry}).",
        ),
        "blocked-reverse-path": (
            "The address it was sent from, {name}, is on the block list ({entry}); From may name another.",
            "L'adresse d'envoi {name} figure sur la liste des bloqués ({entry}) ; From peut en nommer une autre.",
        ),
        "blocked-client": (
            "The sending server {name} is on the block list ({entry}).",
            "Le serveur expéditeur {name} figure sur la liste des bloqués ({entry}).",
        ),
        "known-correspondent": (
            "Your office has written to {address} before, and this is proven to come from there.",
            "Votre bureau a déjà écrit à {address}, et il est prouvé que ceci en vient.",
        ),
        "dns-away": (
            "DNS does not answer, so its sender could not be checked; it was asked to try again.",
            "Le DNS ne répond pas : l'expéditeur n'a pas pu être vérifié ; il a été prié de réessayer.",
        ),
    }
)

# Our own results under rspamd's names (D2); the words of its other symbols are in `symbolwords`.
SYMBOLS: Final[MappingProxyType[str, Sentence]] = MappingProxyType(
    {
        "R_SPF_ALLOW": (
            "Its server may send for its domain (SPF).",
            "Son serveur peut envoyer pour son domaine (SPF).",
        ),
        "R_SPF_FAIL": (
            "Its server may not send for its domain (SPF).",
            "Son serveur ne peut pas envoyer pour son domaine (SPF).",
        ),
        "R_SPF_SOFTFAIL": (
            "Its server probably may not send for its domain (SPF).",
            "Son serveur ne peut sans doute pas envoyer pour son domaine (SPF).",
        ),
        "R_SPF_NEUTRAL": (
            "Its domain does not say whether its server may send for it (SPF).",
            "Son domaine ne dit pas si son serveur peut envoyer pour lui (SPF).",
        ),
        "R_SPF_NA": ("Its domain names no servers (SPF).", "Son domaine ne nomme aucun serveur (SPF)."),
        "R_SPF_DNSFAIL": (
            "DNS failed when its server was looked up (SPF).",
            "Le DNS a échoué en cherchant son serveur (SPF).",
        ),
        "R_SPF_PERMFAIL": (
            "Its domain's list of servers is broken (SPF).",
            "La liste de serveurs de son domaine est erronée (SPF).",
        ),
        "R_DKIM_ALLOW": ("It carries a valid signature (DKIM).", "Il porte une signature valable (DKIM)."),
        "R_DKIM_REJECT": (
            "It carries a signature that does not fit it (DKIM).",
            "Il porte une signature qui ne lui correspond pas (DKIM).",
        ),
        "R_DKIM_TEMPFAIL": (
            "DNS failed when its signature was checked (DKIM).",
            "Le DNS a échoué en vérifiant sa signature (DKIM).",
        ),
        "R_DKIM_PERMFAIL": ("Its signature is broken (DKIM).", "Sa signature est erronée (DKIM)."),
        "R_DKIM_NA": ("It is not signed (DKIM).", "Il n'est pas signé (DKIM)."),
        "DMARC_POLICY_ALLOW": (
            "It is proven to come from the domain it names (DMARC).",
            "Il est prouvé qu'il vient du domaine qu'il nomme (DMARC).",
        ),
        "DMARC_POLICY_REJECT": (
            "It is not proven to come from the domain it names, which asks to refuse such mail (DMARC).",
            "Rien ne prouve qu'il vient du domaine qu'il nomme, qui demande de refuser un tel courrier (DMARC).",
        ),
        "DMARC_POLICY_QUARANTINE": (
            "It is not proven to come from the domain it names, which asks to set such mail aside (DMARC).",
            "Rien ne prouve qu'il vient du domaine qu'il nomme, qui demande de le mettre de côté (DMARC).",
        ),
        "DMARC_POLICY_SOFTFAIL": (
            "It is not proven to come from the domain it names (DMARC).",
            "Rien ne prouve qu'il vient du domaine qu'il nomme (DMARC).",
        ),
        "DMARC_NA": ("The domain it names has no DMARC policy.", "Le domaine qu'il nomme n'a pas de politique DMARC."),
        "ARC_ALLOW": (
            "Those who forwarded it vouch for it (ARC).",
            "Ceux qui l'ont relayé s'en portent garants (ARC).",
        ),
        "ARC_REJECT": (
            "The chain of those who forwarded it is broken (ARC).",
            "La chaîne de ceux qui l'ont relayé est rompue (ARC).",
        ),
        "GTUBE": (
            "It carries the text by which spam filters are tested.",
            "Il porte le texte qui sert à tester les filtres antispam.",
        ),
    }
)

WOULD_CHANGE: Final[MappingProxyType[str, Sentence]] = MappingProxyType(
    {
        "more-points": (
            "With {points} points more it would have been {action}.",
            "Avec {points} points de plus, il aurait été {action}.",
        ),
        "fewer-points": (
            "With {points} points fewer it would have been {action}.",
            "Avec {points} points de moins, il aurait été {action}.",
        ),
        "prove-author": (
            "With a DKIM signature of {domain}, or sent from a server that {domain} names in SPF, it would have been {action}.",
            "Avec une signature DKIM de {domain}, ou envoyé par un serveur que {domain} nomme dans SPF, il aurait été {action}.",
        ),
        "one-author": (
            "With one From field that names one author, it would have been {action}.",
            "Avec un seul champ From désignant un seul auteur, il aurait été {action}.",
        ),
        "without-attachment": (
            "Without the attachment {path} it would have been {action}.",
            "Sans la pièce jointe {path}, il aurait été {action}.",
        ),
        "readable-attachments": (
            "With attachments that can be examined it would have been {action}.",
            "Avec des pièces jointes qu'on peut examiner, il aurait été {action}.",
        ),
        "scanner-back": (
            "Once the spam scanner answers again it will be judged anew.",
            "Dès que le filtre antispam répond de nouveau, il sera jugé à nouveau.",
        ),
        "antivirus-back": (
            "Once the virus scanner answers again it will be judged anew.",
            "Dès que l'antivirus répond de nouveau, il sera jugé à nouveau.",
        ),
        "dns-back": (
            "Once DNS answers again it will be judged anew.",
            "Dès que le DNS répond de nouveau, il sera jugé à nouveau.",
        ),
        "without-block": (
            "Without the entry {entry} on the block list it would have been {action}.",
            "Sans l'entrée {entry} sur la liste des bloqués, il aurait été {action}.",
        ),
        "several": (
            "Several things decided it; each of them would have to change.",
            "Plusieurs choses en ont décidé ; chacune devrait changer.",
        ),
        "another-content": (
            "Nothing but another content would have changed it.",
            "Seul un autre contenu aurait changé son sort.",
        ),
    }
)

ACTIONS: Final[MappingProxyType[str, Sentence]] = MappingProxyType(
    {
        "accept": ("delivered", "remis"),
        "mark": ("delivered, marked as spam", "remis, marqué comme indésirable"),
        "quarantine": ("held in quarantine", "retenu en quarantaine"),
        "reject": ("refused", "refusé"),
        "defer": ("put off until its sender tries again", "différé jusqu'au prochain essai de l'expéditeur"),
    }
)

UNKNOWN_SYMBOL: Final[Sentence] = (
    "The spam scanner's rule {name} matched.",
    "La règle {name} du filtre antispam s'applique.",
)
