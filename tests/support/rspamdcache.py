"""Patterns that rspamd has compiled, kept between its starts: borrowed before, given back after.

Two rspamd must never write in one folder: they use the same temporary names, and a worker that finds half a
file aborts in the middle of a scan. So each has its own folder, and only finished files are shared.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from uuid import uuid4

# rspamd writes NAME.tmp, then renames; ".unser" files are mapped copies that it makes again.
_FINISHED = (".hs", ".hsmp", ".hsmc")


def borrow(shared: Path, own: Path) -> None:
    """Fill `own` (made if missing) with what `shared` holds."""
    own.mkdir(parents=True, exist_ok=True)
    if shared.is_dir():
        _hand_over(shared, own)


def give_back(own: Path, shared: Path) -> None:
    """Add what is new in `own` to `shared` (made if missing). Only after the rspamd of `own` has ended."""
    shared.mkdir(parents=True, exist_ok=True)
    _hand_over(own, shared)


def _hand_over(source: Path, target: Path) -> None:
    for file in source.iterdir():
        place = target / file.name
        if file.suffix not in _FINISHED or place.exists():
            continue
        part = target / f"{uuid4().hex}.part"
        try:
            _link_or_copy(file, part)
            part.replace(place)
        except OSError:
            # Another user's file, or one that just went: it is only a cache.
            part.unlink(missing_ok=True)


def _link_or_copy(file: Path, place: Path) -> None:
    """A link is safe, since finished files are replaced, never changed."""
    try:
        os.link(file, place)
    except OSError:
        shutil.copyfile(file, place)
