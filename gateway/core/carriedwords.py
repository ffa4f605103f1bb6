"""What a message carries, in words: sentences about attachments and viruses, and what gave them away in French.

Words only; `sentences` has all others. The English of what was found stands where it is found.
"""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import Final

CARRIED: Final[MappingProxyType[str, tuple[str, str]]] = MappingProxyType(
    {
        "attachment-executable": (
            "The attachment {path} is a program ({found}).",
            "La pièce jointe {path} est un programme ({found}).",
        ),
        "attachment-script": (
            "The attachment {path} is a script that runs when opened ({found}).",
            "La pièce jointe {path} est un script qui s'exécute à l'ouverture ({found}).",
        ),
        "attachment-shortcut": (
            "The attachment {path} is a shortcut that can start a program ({found}).",
            "La pièce jointe {path} est un raccourci qui peut lancer un programme ({found}).",
        ),
        "attachment-disk-image": (
            "The attachment {path} is a disk image, which hides what is in it ({found}).",
            "La pièce jointe {path} est une image disque, qui cache son contenu ({found}).",
        ),
        "attachment-macro": (
            "The document {path} contains macros ({found}).",
            "Le document {path} contient des macros ({found}).",
        ),
        "attachment-active-document": (
            "The document {path} can run embedded objects ({found}).",
            "Le document {path} peut exécuter des objets incorporés ({found}).",
        ),
        "attachment-forbidden-name": (
            "Files such as the attachment {path} are not wanted here ({found}).",
            "Les fichiers comme la pièce jointe {path} ne sont pas admis ici ({found}).",
        ),
        "attachment-encrypted-archive": (
            "The archive {path} is encrypted, so nobody could look inside ({found}).",
            "L'archive {path} est chiffrée : personne n'a pu regarder dedans ({found}).",
        ),
        "attachment-double-extension": (
            "The attachment {path} hides its type behind a second ending ({found}).",
            "La pièce jointe {path} cache son type derrière une seconde extension ({found}).",
        ),
        "attachment-deceptive-name": (
            "The name of the attachment {path} is made to deceive the eye ({found}).",
            "Le nom de la pièce jointe {path} est fait pour tromper l'œil ({found}).",
        ),
        "attachment-nested-too-deep": (
            "Its attachments are nested too deep to look at ({found}).",
            "Ses pièces jointes sont imbriquées trop profondément pour être examinées ({found}).",
        ),
        "attachment-too-large": (
            "The attachment {path} unpacks to more than we look at ({found}).",
            "La pièce jointe {path} se décompresse au-delà de ce que nous examinons ({found}).",
        ),
        "attachment-ambiguous": (
            "Mail programs read its structure in different ways ({found}), a trick to hide an attachment.",
            "Les logiciels de messagerie lisent sa structure différemment ({found}), pour cacher une pièce jointe.",
        ),
        "attachments-unscannable": (
            "Its attachments could not be examined, so nobody knows what they are.",
            "Ses pièces jointes n'ont pas pu être examinées : personne ne sait ce qu'elles sont.",
        ),
        "virus": (
            "It carries a virus: {virus}.",
            "Il porte un virus : {virus}.",
        ),
        "virus-suspect": (
            "The virus scanner suspects it, by a rule that is no proof ({virus}).",
            "L'antivirus le soupçonne, selon une règle qui n'est pas une preuve ({virus}).",
        ),
        "virus-encrypted": (
            "The virus scanner could not look inside something encrypted ({virus}).",
            "L'antivirus n'a pas pu regarder dans un contenu chiffré ({virus}).",
        ),
        "virus-macro": (
            "The virus scanner found a document with macros in it ({virus}).",
            "L'antivirus y a trouvé un document avec des macros ({virus}).",
        ),
        "virus-unfinished": (
            "It is larger or more deeply packed than the virus scanner looks at ({virus}).",
            "Il est plus gros ou plus profondément imbriqué que ce que l'antivirus examine ({virus}).",
        ),
        "virus-unscannable": (
            "The virus scanner failed on it three times while other mail passed.",
            "L'antivirus a échoué trois fois sur lui alors que d'autres passaient.",
        ),
        "virus-unchecked": (
            "No virus scanner looked at it: it is away.",
            "Aucun antivirus ne l'a examiné : il est absent.",
        ),
        "antivirus-away": (
            "The virus scanner is away; the sender was asked to try again in a few minutes.",
            "L'antivirus est absent ; l'expéditeur a été prié de réessayer dans quelques minutes.",
        ),
    }
)

# What a hit says it found (`AttachmentHit.found`), as patterns of the whole text.
_FOUND: Final = tuple(
    (re.compile(english), french)
    for english, french in (
        (r"ends in (\.\S+)", r"se termine par \1"),
        (
            r"ends in a class identifier, which Windows runs",
            "se termine par un identifiant de classe, que Windows exécute",
        ),
        (r"turns its letters around", "inverse ses lettres"),
        (r"holds invisible characters", "contient des caractères invisibles"),
        (r"pushes its ending out of sight", "repousse son extension hors de vue"),
        (r"ends in dots or spaces", "se termine par des points ou des espaces"),
        (r"leaves its folder", "sort de son dossier"),
        (r"names a hidden stream of a file", "désigne un flux caché d'un fichier"),
        (r"is longer than any program shows", "est plus long que ce qu'un logiciel affiche"),
        (r"is written in letters that look like others", "est écrit en lettres qui ressemblent à d'autres"),
        (r"is forbidden by name here", "est interdit ici par son nom"),
        (r"needs a password", "exige un mot de passe"),
        (r"an encrypted document", "un document chiffré"),
        (r"Visual Basic macros", "des macros Visual Basic"),
        (r"an Excel 4 macro sheet", "une feuille de macros Excel 4"),
        (r"LibreOffice macros", "des macros LibreOffice"),
        (r"LibreOffice scripts", "des scripts LibreOffice"),
        (r"an ActiveX control", "un contrôle ActiveX"),
        (r"an embedded file", "un fichier incorporé"),
        (r"loads a template or an object from elsewhere", "charge un modèle ou un objet venu d'ailleurs"),
        (r"a text document with an embedded object", "un document texte avec un objet incorporé"),
        (r"a PDF that starts a program", "un PDF qui lance un programme"),
        (r"a picture with a script", "une image avec un script"),
        (r"a page that builds a file", "une page qui fabrique un fichier"),
        (r"a OneNote section", "une section OneNote"),
        (r"a Windows program", "un programme Windows"),
        (r"a Windows installer", "un installeur Windows"),
        (r"a Linux program", "un programme Linux"),
        (r"a macOS program", "un programme macOS"),
        (r"an Android program", "un programme Android"),
        (r"a WebAssembly program", "un programme WebAssembly"),
        (r"a Java class or macOS program", "une classe Java ou un programme macOS"),
        (r"an HTML application", "une application HTML"),
        (r"a script file", "un fichier de script"),
        (r"a batch file", "un fichier de commandes"),
        (r"a Unix script", "un script Unix"),
        (r"an encoded Windows script", "un script Windows codé"),
        (r"compiled help, which runs scripts", "une aide compilée, qui exécute des scripts"),
        (r"Windows help", "une aide Windows"),
        (r"a Windows shortcut", "un raccourci Windows"),
        (r"an Internet shortcut", "un raccourci Internet"),
        (r"a settings shortcut", "un raccourci de réglages"),
        (r"a library shortcut", "un raccourci de bibliothèque"),
        (r"a link out of its archive", "un lien qui sort de son archive"),
        (r"a table that starts programs", "un tableau qui lance des programmes"),
        (r"a virtual disk", "un disque virtuel"),
        (r"a disk with its file system", "un disque avec son système de fichiers"),
        (r"a Windows image", "une image Windows"),
        (r"a CD image", "une image de CD"),
        (r"a DVD image", "une image de DVD"),
        (r"unpacks to more than (\d+) MiB", r"plus de \1 Mio une fois décompressé"),
        (r"holds more than (\d+) files", r"contient plus de \1 fichiers"),
        (r"more than (\d+) archives in archives", r"plus de \1 archives l'une dans l'autre"),
        (r"more than (\d+) levels", r"plus de \1 niveaux"),
    )
)


def found_in_french(text: str) -> str:
    """What a hit found, in French; any other text as it is."""
    for english, french in _FOUND:
        if match := english.fullmatch(text):
            return match.expand(french)
    return text
