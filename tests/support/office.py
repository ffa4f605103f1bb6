"""A desk whose settings are those of an office, for the screens that show and change them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from gateway.control.settingsvalues import ChangeView, ProbeView, TrialStatus, Tried, VersionSummary
from gateway.control.workvalues import DomainStatus, QueueStatus, StorageStatus
from tests.support.control import NOON, STATUS, FakeDesk
from tests.support.settingsdesk import FakeSettings, version

TEXT = """\
hostname = "mx.office.example"
postmaster = "it@office.example"
language = "en"

[backend.exchange]
hosts = ["10.0.0.9:25"]
kind = "exchange"

[domain."office.example"]
backend = "exchange"

[limits]
recipients = 50

[[dnsbl]]
zone = "bl.example"

[[dnsbl]]
zone = "other.example"
action = "note"
"""
HOSTNAME = ChangeView(
    "hostname",
    '"mx.office.example"',
    '"mail.office.example"',
    "other servers may refuse a gateway of this name",
    "The gateway's own name, as DNS knows it",
)
DAYS = ChangeView("quarantine.keep_days", "30", "60", text="Kept for so many days")
RECIPIENTS = ChangeView("limits.recipients", "100", "50")
VERSIONS = (
    version(4, time=NOON + timedelta(minutes=50), state="reverted", ended="nobody kept it in time", changes=(HOSTNAME,),
            is_running=False),
    version(3, time=NOON - timedelta(days=1), by="bob", via="edit", changes=(DAYS,), is_running=True),
    version(2, time=NOON - timedelta(days=3), changes=(RECIPIENTS,), is_running=False),
    version(1, time=NOON - timedelta(days=30), by="", via="first start", changes=(), change_count=0, is_running=False),
)  # fmt: skip
# The interface's clock stands two hours after noon.
TRIAL = TrialStatus(
    5,
    "anna",
    NOON + timedelta(hours=2, minutes=4, seconds=30),
    270,
    ("other servers may refuse a gateway of this name",),
    NOON + timedelta(hours=1, minutes=59, seconds=30),
)
PROBES = (
    ProbeView("listener 0.0.0.0:25", True, "", True),
    ProbeView("backend:exchange", True, "220 exchange", True),
    ProbeView("dns", True, "", True),
    ProbeView("clamd", False, "no such file", False),
)
ON_TRIAL = Tried("trial", 5, (HOSTNAME,), probes=PROBES, trial=TRIAL)
OFFICE = replace(
    STATUS,
    queue=QueueStatus(3, size_octets=412_000_000, limit_octets=2_147_483_648),
    storage=StorageStatus(48_000_000, 30, 30, 6_400_000_000, 16_000_000_000),
    recipients=(DomainStatus("office.example", "verifying"),),
)


def office(*answers: Tried, **changes: object) -> FakeDesk:
    """The desk; `answers` are what changes of the settings get, in turn."""
    versions: tuple[VersionSummary, ...] = VERSIONS
    settings = FakeSettings(answers=list(answers or (Tried("kept", 4),)), versions=versions, texts={0: TEXT})
    return FakeDesk(state=OFFICE, settings=settings, **changes)  # type: ignore[arg-type]  # fields of the desk
