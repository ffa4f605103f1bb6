"""From what the gateway knows of itself to what its admin is told by mail: which troubles, and after how long. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from gateway.control.healthvalues import CertificateView
from gateway.control.values import Status, Trouble
from gateway.core.adminwords import condition_words
from gateway.core.alarms import Condition

CERTIFICATE_STEPS: Final = (30, 14, 7, 3, 1)
# Below this share of the disk it is told, long before mail is put off.
DISK_FREE_PERCENT: Final = 10
SPOOL_FULL_PERCENT: Final = 90
_MINUTE: Final = 60.0

# By the trouble's key: its family and after how many minutes; None: as the settings say. What is not here is told by
# status and interface only: somebody chose it (bypass, verification by no method), or it heals by itself (slow).
_TOLD: Final = {
    "listener": ("parts", 2.0),
    "listeners": ("flow", 2.0),
    "lane-away": ("server", None),
    "lane-sick": ("server", None),
    "rspamd": ("parts", 10.0),
    "rspamd-puts-off": ("flow", 10.0),
    "redis": ("parts", 10.0),
    "clamd": ("parts", 10.0),
    "clamd-puts-off": ("flow", 10.0),
    "signatures": ("virus", 60.0),
    "disk": ("disk", 2.0),
    "dns": ("parts", 10.0),
    "worker": ("parts", 10.0),
    "unverifying": ("recipients", 60.0),
    "unavailable": ("recipients", 60.0),
    "directory-away": ("recipients", 120.0),
    "directory-held": ("recipients", 10.0),
    "quarantine": ("disk", 10.0),
    "damaged": ("disk", 10.0),
}


def conditions(
    status: Status, papers: Sequence[CertificateView], after_minutes: int, language: str
) -> tuple[Condition, ...]:
    """All that is wrong now and is told by mail. `status` is assessed, in this language."""
    found = (_of_trouble(each, after_minutes) for each in status.troubles)
    troubles = [each for each in found if each is not None]
    return (*troubles, *_room(status, language), *(each for paper in papers for each in _paper(paper, language)))


def _of_trouble(trouble: Trouble, after_minutes: int) -> Condition | None:
    if trouble.key not in _TOLD:
        return None
    family, minutes = _TOLD[trouble.key]
    # A server that is now away, now refuses us, is in one trouble.
    key = "lane" if trouble.key.startswith("lane-") else trouble.key.removesuffix("-puts-off")
    return Condition(
        key=f"{key}:{trouble.about}" if trouble.about else key,
        family="flow" if trouble.stops_mail else family,
        what=trouble.what,
        cure=trouble.cure,
        is_urgent=trouble.stops_mail,
        patience_seconds=_MINUTE * (after_minutes if minutes is None else minutes),
    )


def _room(status: Status, language: str) -> Iterator[Condition]:
    storage, queue = status.storage, status.queue
    if storage.total_octets and storage.free_octets * 100 < storage.total_octets * DISK_FREE_PERCENT:
        percent = str(storage.free_octets * 100 // storage.total_octets)
        yield _condition("disk-low", "disk", condition_words("disk-low", language, percent=percent))
    if queue.limit_octets and queue.size_octets * 100 >= queue.limit_octets * SPOOL_FULL_PERCENT:
        percent = str(queue.size_octets * 100 // queue.limit_octets)
        yield _condition("spool-full", "disk", condition_words("spool-full", language, percent=percent))


def _condition(key: str, family: str, words: tuple[str, str]) -> Condition:
    return Condition(key, family, *words, patience_seconds=10 * _MINUTE)


def _paper(paper: CertificateView, language: str) -> Iterator[Condition]:
    details = {
        "name": paper.name,
        "file": paper.file,
        "names": ", ".join(paper.names[:3]),
        "days": str(paper.days_left),
        "cause": paper.cause,
    }
    if paper.not_after is None:
        words = condition_words("certificate-unread", language, **details)
        yield Condition(f"certificate-unread:{paper.name}", "certificate", *words, patience_seconds=10 * _MINUTE)
    elif (stage := _stage(paper.days_left)) is not None:
        words = condition_words("certificate" if paper.days_left >= 0 else "expired", language, **details)
        yield Condition(f"certificate:{paper.name}", "certificate", *words, stage=stage)


def _stage(days_left: int) -> int | None:
    """The step that is reached: 30, 14, 7, 3, 1 days, 0 when it is over; None while there is time."""
    if days_left < 0:
        return 0
    return min((step for step in CERTIFICATE_STEPS if days_left <= step), default=None)
