"""`make pictures`: the screens that newcomers see, drawn from `officeday` into `tui/pictures/`, always the same.

A test compares the kept pictures with what the source draws.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from pathlib import Path
from typing import Final

from tests.support.interface import Seat, seated
from tests.support.officeday import officeday
from tests.support.picture import svg
from tui.glyphs import Font

ROOT: Final = Path(__file__).resolve().parents[2]
FOLDER: Final = ROOT / "tui" / "pictures"
# What is pressed to come there, and what the picture is called.
SHOWN: Final[dict[str, tuple[tuple[str, ...], str]]] = {
    "home": ((), "Home: does mail flow, what came today, what is there to do"),
    "messages": (("2", *["down"] * 4), "Messages: what came, what became of it, and why"),
    "quarantine": (("3", "down", "down"), "Quarantine: what is held, and why"),
    "queue": (("4", "down"), "Queue: what waits, and for what"),
    "rules": (("6", "down"), "Rules: who is allowed and blocked"),
    "stats": (("8",), "Stats: the mail of today beside the usual day"),
}


async def drawn() -> dict[str, str]:
    """Each picture by its name; a screen that is not there yet has none."""
    with tempfile.TemporaryDirectory() as folder:
        async with seated(Path(folder), officeday(), font=Font.ANY) as seat:
            return {
                name: await _picture(seat, keys, title)
                for name, (keys, title) in SHOWN.items()
                if not keys or keys[0] in seat.app.active_bindings
            }


async def _picture(seat: Seat, keys: tuple[str, ...], title: str) -> str:
    await seat.press("1", *keys)
    # What a crowded machine has not drawn yet would be missing.
    await seat.pilot.pause(0.2)
    await seat.settle()
    return svg(seat.app.screen._compositor.render_strips(), title)


def write() -> list[Path]:
    """Draw them all anew."""
    FOLDER.mkdir(exist_ok=True)
    paths = []
    for name, picture in asyncio.run(drawn()).items():
        paths.append(FOLDER / f"{name}.svg")
        paths[-1].write_text(picture, encoding="utf-8")
    return paths


if __name__ == "__main__":
    for path in write():
        sys.stdout.write(f"{path.relative_to(Path.cwd())}\n")
