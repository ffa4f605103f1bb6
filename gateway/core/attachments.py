"""What a file's name alone says about it: what it would do when opened, and whether the name deceives the eye.

Pure; knows no content and no policy. The kinds are those of `core.finding.AttachmentHit`.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final, TypeAlias


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Between a container and what it holds: no path inside an archive looks so.
INSIDE: Final = " > "

# A kind of AttachmentHit and a few words that say what gave it away.
NameHit: TypeAlias = tuple[str, str]

# What Windows runs or installs. With the next three this is the set that Outlook blocks, less certificates (cer, crt,
# der) and mail stores (pst), which run nothing; more are newer ways to start a program.
_EXECUTABLE: Final = _words(
    "ade adp app appinstaller appx appxbundle application bpl cnt com cpl diagcab dll drv exe fxp gadget grp hlp hpj "
    "ins isp jar jnlp mad maf mag mam maq mar mas mat mau mav maw mcf mda msi msix msixbundle msp mst ocx ops osd pcd "
    "pif plg prf prg printerexport scr sys theme themepack vbp vsmacros vsw webpnp wll xbap xll xpi apk deb rpm "
    "run appimage pkg mpkg command"
)
_SCRIPT: Final = _words(
    "asp aspx bas bat chm cmd csh hta htc inf its js jse ksh msc msh msh1 msh1xml msh2 msh2xml mshxml mjs pl ps1 "
    "ps1xml ps2 ps2xml psc1 psc2 psd1 psdm1 psm1 py pyc pyo pyw pyz pyzw rb reg sct sh bash shb shs vb vbe vbs ws wsc "
    "wsf wsh au3 ahk a3x"
)
_SHORTCUT: Final = _words(
    "lnk url scf xnk website library-ms search-ms searchconnector-ms settingcontent-ms appref-ms desktop rdp "
    "webloc inetloc"
)
_DISK_IMAGE: Final = _words("iso img vhd vhdx vmdk vdi dmg udf nrg mds mdf cue daa isz avhd avhdx toast")
_MACRO: Final = _words("docm dotm xlsm xltm xlam xla pptm potm ppam ppsm ppa sldm mdb mde mdt mdw mdz accde")
_ACTIVE_DOCUMENT: Final = _words("one onepkg iqy oqy rqy dqy slk")

_KINDS: Final = (
    ("executable", _EXECUTABLE),
    ("script", _SCRIPT),
    ("shortcut", _SHORTCUT),
    ("disk-image", _DISK_IMAGE),
    ("macro", _MACRO),
    ("active-document", _ACTIVE_DOCUMENT),
)
_KIND_OF: Final = {ending: kind for kind, endings in reversed(_KINDS) for ending in endings}
_DANGEROUS: Final = frozenset({"executable", "script", "shortcut", "disk-image"})

# What people open without a thought; in front of a dangerous ending it is bait.
_BAIT: Final = _words(
    "pdf doc docx docm rtf odt xls xlsx xlsm csv ods ppt pptx odp txt log htm html xml eml msg jpg jpeg png gif bmp "
    "tif tiff svg webp heic mp3 mp4 mov avi wav zip rar 7z dwg dxf ics vcf"
)

# Unicode's embeddings, overrides and isolates (UAX #9): they turn `exe.fdp` around. LRM and RLM do not and are common.
_BIDI: Final = re.compile("[\u202a-\u202e\u2066-\u2069]")
_INVISIBLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b\u2060\ufeff\u3164\u00ad]")
# Never seen, and used honestly too: joiners, direction marks, variation selectors. They hide an ending all the same.
_UNSEEN: Final = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200c-\u200f\u2061-\u2064\ufe00-\ufe0f\U000e0000-\U000e01ef]"
)
# Letters of other scripts that look like those of endings, beside those that NFKC makes the same (UTS #39).
_LOOKALIKES: Final = str.maketrans(
    "\u0430\u0432\u0441\u0501\u0435\u04bb\u0456\u0458\u043a\u217c\u043c\u043e\u0440\u051b\u0433\u0455\u0442\u03c5\u0475\u051d\u0445\u0443"
    "\u03b1\u03bf\u03c1\u03bd\u03c7\u03b9\u0131\u0261\u3002\uff61\u2024\ua4f8",
    "abcdehijklmopqrstuvwxyaopvxiig....",
)
# Windows and Linux store names of at most 255 characters or octets.
_NAME_MAXIMUM: Final = 255
_PADDING: Final = re.compile(r"[ \t\u00a0\u2000-\u200a\u3000]{8,}|_{30,}")
_CLASS_ID: Final = re.compile(r"\.\{[0-9a-f-]{36}\}$", re.IGNORECASE)
_ESCAPE: Final = re.compile(r"(?:^|[/\\])\.\.(?:[/\\]|$)|^[/\\]{1,2}[^/\\]|^[a-zA-Z]:[/\\]")


def name_hits(name: str) -> tuple[NameHit, ...]:
    """What the name of an attachment or of a file in an archive gives away; empty for a harmless name."""
    # Some programs end a name at its first NUL.
    hits: list[NameHit] = list(name_hits(name[: name.index("\0")])) if "\0" in name else []
    # Windows does at a colon, behind which it names a stream of the file.
    before, colon, _ = _last(name).partition(":")
    if colon and (shorter := name_hits(before)):
        hits += [*shorter, ("deceptive-name", "names a hidden stream of a file")]
    endings = _endings(name)
    kind = _kind_of(endings[-1]) if endings else ""
    if kind:
        hits.append((kind, f"ends in .{endings[-1]}"))
    elif _CLASS_ID.search(_bare(name)):
        hits.append(("executable", "ends in a class identifier, which Windows runs"))
    if kind in _DANGEROUS and len(endings) > 1 and endings[-2] in _BAIT:
        hits.append(("double-extension", f".{endings[-2]}.{endings[-1]}"))
    hits += [("deceptive-name", found) for found in _deceptions(name, kind)]
    return tuple(dict.fromkeys(hits))


def joined(where: str, name: str) -> str:
    """The path of a file inside of what lies at `where`: "invoice.zip > invoice.pdf.exe"."""
    return f"{where}{INSIDE}{name}" if where else name


def leaves_folder(target: str) -> bool:
    """True for a path that leads out of the folder an archive is unpacked to."""
    return _ESCAPE.search(target) is not None


def member_name_hits(name: str) -> tuple[NameHit, ...]:
    """The same for a path inside an archive, which may also try to leave the folder it is unpacked to."""
    hits = name_hits(name)
    return (*hits, ("deceptive-name", "leaves its folder")) if leaves_folder(name) else hits


def extension_of(name: str) -> str:
    """The ending that decides what opens it, in lower case without its dot; "" if there is none. Paths as `joined`."""
    endings = _endings(name.rpartition(INSIDE)[2])
    return endings[-1] if endings else ""


def _deceptions(name: str, kind: str) -> list[str]:
    found = []
    if _BIDI.search(name):
        found.append("turns its letters around")
    if _INVISIBLE.search(name):
        found.append("holds invisible characters")
    if kind in _DANGEROUS:
        if _PADDING.search(name):
            found.append("pushes its ending out of sight")
        # Windows drops them, and a filter that does not would see another ending.
        if name != name.rstrip(" .\t"):
            found.append("ends in dots or spaces")
        if len(_last(name)) > _NAME_MAXIMUM:
            found.append("is longer than any program shows")
    if not name.isascii():
        found += _lookalikes(name, kind)
    return found


def _lookalikes(name: str, kind: str) -> list[str]:
    """An ending that is dangerous to the eye, or for a program that makes other letters of it."""
    if kind in _DANGEROUS:
        return ["holds invisible characters"] if _UNSEEN.search(name) else []
    endings = _endings(unicodedata.normalize("NFKC", name).lower().translate(_LOOKALIKES))
    looks = _kind_of(endings[-1]) if endings else ""
    return ["is written in letters that look like others"] if looks in _DANGEROUS else []


def _last(path: str) -> str:
    return re.split(r"[/\\]", path)[-1]


def _bare(name: str) -> str:
    """The last part of a path as Windows would store it: no invisible characters, no dots or spaces at the end."""
    last = _last(name)
    if not last.isprintable() or not last.isascii():
        last = _UNSEEN.sub("", _BIDI.sub("", _INVISIBLE.sub("", last)))
    return last.rstrip(" .\t")


def _endings(name: str) -> list[str]:
    """The endings behind the first dot, at most the last three, in lower case."""
    return [part.strip().lower() for part in _bare(name).split(".")[1:][-3:]]


def _kind_of(ending: str) -> str:
    return _KIND_OF.get(ending, "")
