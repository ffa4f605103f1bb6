"""Every sentence about what a message carries is there in French, and so is what was found."""

from __future__ import annotations

import dataclasses
import inspect
import re

import pytest

from gateway.config.schema import AttachmentPolicy
from gateway.core import attachments
from gateway.core.carriedwords import CARRIED, found_in_french
from gateway.worker import inspect as worker_inspect
from gateway.worker import kinds, ole, report

_SOURCES = (attachments, kinds, ole, worker_inspect, report)


def test_every_kind_of_the_policy_has_its_sentence() -> None:
    for each in dataclasses.fields(AttachmentPolicy):
        if each.name not in ("forbidden_endings", "unscannable"):
            assert f"attachment-{each.name.replace('_', '-')}" in CARRIED


def _phrases() -> set[str]:
    """What the source of the worker says it found: strings that stand behind a kind."""
    kind = r"\"(?:executable|script|shortcut|disk-image|macro|active-document|encrypted-archive|deceptive-name)\""
    found = set()
    for module in _SOURCES:
        found |= set(re.findall(kind + r",\s+\"([^\"]+)\"", inspect.getsource(module)))
    # Kinds stand beside one another in lists too.
    return {each for each in found if " " in each}


def test_what_was_found_has_french_words() -> None:
    phrases = _phrases()
    assert len(phrases) > 30
    assert sorted(each for each in phrases if found_in_french(each) == each) == []


@pytest.mark.parametrize(
    ("english", "french"),
    [
        ("ends in .exe", "se termine par .exe"),
        ("unpacks to more than 100 MiB", "plus de 100 Mio une fois décompressé"),
        (".pdf.exe", ".pdf.exe"),
        ("ends in .exe and more", "ends in .exe and more"),
    ],
)
def test_numbers_and_endings_are_carried_over_and_other_text_stays(english: str, french: str) -> None:
    assert found_in_french(english) == french
