"""What a file's name alone says about it: what it would do when opened, and whether the name deceives the eye.

Pure; knows no content and no policy. The kinds are those of `core.finding.AttachmentHit`.
"""

from __future__ import annotations

import re
from typing import Final, TypeAlias


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


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
_DANGEROUS: Final = frozenset({"executable", "script", "shortcut", "disk-image"})

# What people open without a thought; in front of a dangerous ending it is bait.
_BAIT: Final = _words(
    "pdf doc docx docm rtf odt xls xlsx xlsm csv ods ppt pptx odp txt log htm html xml eml msg jpg jpeg png gif bmp "
    "tif tiff svg webp heic mp3 mp4 mov avi wav zip rar 7z dwg dxf ics vcf"
)

# Unicode's embeddings, overrides and isolates (UAX #9): they turn `exe.fdp` around. LRM and RLM do not and are common.
_BIDI: Final = re.compile("[\u202a-\u202e\u2066-\u2069]")
_INVISIBLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b\u2060\ufeff\u3164\u00ad]")
_PADDING: Final = re.compile(r"[ \t\u00a0\u2000-\u200a\u3000]{8,}|_{30,}")
_CLASS_ID: Final = re.compile(r"\.\{[0-9a-f-]{36}\}$", re.IGNORECASE)
_ESCAPE: Final = re.compile(r"(?:^|[/\\])\.\.(?:[/\\]|$)|^[/\\]{1,2}[^/\\]|^[a-zA-Z]:[/\\]")


def name_hits(name: str) -> tuple[NameHit, ...]:
    """What the name of an attachment or of a file in an archive gives away; empty for a harmless name."""
    # Some programs end a name at its first NUL.
    hits = list(name_hits(name[: name.index("\0")])) if "\0" in name else []
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


def member_name_hits(name: str) -> tuple[NameHit, ...]:
    """The same for a path inside an archive, which may also try to leave the folder it is unpacked to."""
    hits = name_hits(name)
    return (*hits, ("deceptive-name", "leaves its folder")) if _ESCAPE.search(name) else hits


def extension_of(name: str) -> str:
    """The ending that decides what opens it, in lower case without its dot; "" if there is none."""
    endings = _endings(name)
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
    return found


def _bare(name: str) -> str:
    """The last part of a path as Windows would store it: no invisible characters, no dots or spaces at the end."""
    last = re.split(r"[/\\]", name)[-1]
    return _BIDI.sub("", _INVISIBLE.sub("", last)).rstrip(" .\t")


def _endings(name: str) -> list[str]:
    """The endings behind the first dot, at most the last three, in lower case."""
    return [part.strip().lower() for part in _bare(name).split(".")[1:][-3:]]


def _kind_of(ending: str) -> str:
    return next((kind for kind, endings in _KINDS if ending in endings), "")
