"""What the control socket tells people, as frozen values: the state, messages, held messages.

Words and numbers ready to be shown; knows neither how they are asked for nor how they travel.
Times are UTC. Absent text is "".
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, TypeVar

from gateway.control.partvalues import AntivirusStatus as AntivirusStatus
from gateway.control.partvalues import LaneStatus as LaneStatus
from gateway.control.partvalues import ListenerStatus as ListenerStatus
from gateway.control.partvalues import PartStatus as PartStatus
from gateway.control.partvalues import RspamdStatus as RspamdStatus
from gateway.control.partvalues import WorkerStatus as WorkerStatus
from gateway.control.settingsvalues import TrialStatus
from gateway.control.workvalues import BypassStatus, DomainStatus, QueueStatus, SessionView, StorageStatus, ZoneStatus

_Item = TypeVar("_Item")


@dataclass(frozen=True, slots=True)
class Page(Generic[_Item]):
    """A piece of a list, newest first. `next` is the cursor of the following piece, None at the end."""

    items: tuple[_Item, ...]
    next: str | None = None


@dataclass(frozen=True, slots=True)
class Trouble:
    """One thing that is wrong: what, and what to do about it. `stops_mail` when mail can't pass because of it.

    `key` is a word for programs; `about` names the server, domain or list that it is about.
    """

    what: str
    cure: str
    stops_mail: bool = False
    key: str = ""
    about: str = ""


@dataclass(frozen=True, slots=True)
class Counts:
    """Messages since midnight, by action; `refused` are clients and recipients refused before any content."""

    accept: int = 0
    mark: int = 0
    quarantine: int = 0
    reject: int = 0
    defer: int = 0
    refused: int = 0


@dataclass(frozen=True, slots=True)
class QuarantineStatus:
    """How many are held for somebody who has not got them, and the octets that all kept ones take, of those allowed."""

    items: int = 0
    size_octets: int = 0
    limit_octets: int = 0


@dataclass(frozen=True, slots=True)
class Load:
    """What is in hand now, of what is allowed. `tasks` are the event loop's: they show what never ends."""

    memory_octets: int = 0
    memory_limit_octets: int = 0
    connections: int = 0
    connections_limit: int = 0
    tasks: int = 0


@dataclass(frozen=True, slots=True)
class Status:
    """The state of the gateway. `mail_flows` and `troubles` say it in words; the rest is why."""

    version: str
    hostname: str
    since: datetime
    listeners: tuple[ListenerStatus, ...]
    lanes: tuple[LaneStatus, ...]
    rspamd: RspamdStatus
    dns: PartStatus
    worker: WorkerStatus
    today: Counts
    quarantine: QuarantineStatus
    load: Load
    queue: QueueStatus = field(default_factory=QueueStatus)
    recipients: tuple[DomainStatus, ...] = ()
    zones: tuple[ZoneStatus, ...] = ()
    bypass: BypassStatus = field(default_factory=BypassStatus)
    redis: PartStatus = field(default_factory=lambda: PartStatus("redis", "up"))
    disk: PartStatus = field(default_factory=lambda: PartStatus("disk", "up"))
    clock: PartStatus = field(default_factory=lambda: PartStatus("clock", "up"))
    antivirus: AntivirusStatus = field(default_factory=AntivirusStatus)
    trial: TrialStatus | None = None
    storage: StorageStatus = field(default_factory=StorageStatus)
    sessions: tuple[SessionView, ...] = ()
    mail_flows: bool = True
    troubles: tuple[Trouble, ...] = ()


@dataclass(frozen=True, slots=True)
class Limits:
    """From how many points a message is marked, held, refused; those of its first recipient's policy."""

    mark_at: float
    quarantine_at: float
    reject_at: float


@dataclass(frozen=True, slots=True)
class ReasonView:
    """A reason: its name, what it added to the score, and its sentence."""

    name: str
    score: float
    text: str


@dataclass(frozen=True, slots=True)
class RecipientView:
    """What became of a message for one recipient; words as in `core.record.Disposition`.

    `outcome` says it in a few words. `would_change` is a sentence. At most 20 reasons, by weight.
    """

    recipient: str
    action: str
    state: str
    outcome: str
    hop: str = ""
    hop_reply: str = ""
    flags: tuple[str, ...] = ()
    reasons: tuple[ReasonView, ...] = ()
    would_change: str = ""


@dataclass(frozen=True, slots=True)
class EvidenceView:
    """One finding: which check, its result word, what it saw as (name, value), and how long it took."""

    check: str
    result: str
    details: tuple[tuple[str, str], ...]
    elapsed_ms: float


@dataclass(frozen=True, slots=True)
class MessageSummary:
    """One row of the list. `recipients` are the first three of `recipient_count`.

    `action`, `state` and `reason` are those of the recipient with the gravest action. `is_infected`: it has a virus.
    """

    code: str
    time: datetime
    kind: str
    action: str
    state: str
    outcome: str
    reverse_path: str
    from_field: str
    recipients: tuple[str, ...]
    recipient_count: int
    subject: str
    score: float | None
    reason: str
    client_ip: str
    size_octets: int
    is_infected: bool = False


@dataclass(frozen=True, slots=True)
class MessageDetail:
    """All that history knows of one message, or of one refused client or recipient."""

    summary: MessageSummary
    client_name: str
    helo: str
    listener: str
    message_id: str
    reply: str
    recipients: tuple[RecipientView, ...]
    evidence: tuple[EvidenceView, ...]
    timings: tuple[tuple[str, float], ...]
    limits: Limits | None = None


@dataclass(frozen=True, slots=True)
class Story:
    """Why, for recipients who share a fate: what happened, the reasons, what would have changed it.

    The three weightiest reasons, and besides them that the points were too many.
    """

    recipients: tuple[str, ...]
    happened: str
    reasons: tuple[ReasonView, ...]
    would_change: str
    hop_reply: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a message fared as it did: a story for each group of recipients, then the evidence."""

    summary: MessageSummary
    stories: tuple[Story, ...]
    evidence: tuple[EvidenceView, ...]
    timings: tuple[tuple[str, float], ...]
    limits: Limits | None = None


@dataclass(frozen=True, slots=True)
class HeldSummary:
    """One held message. `is_copy`: the sender was refused and knows it, this copy was kept all the same.

    `released_to` are those who have it already. `expires` is when it goes. `likely` is a guess, a word of
    `core.likely`; `proven_by` names what proves its sender, "" for nothing.
    """

    code: str
    time: datetime
    reverse_path: str
    from_field: str
    recipients: tuple[str, ...]
    recipient_count: int
    subject: str
    score: float | None
    reason: str
    size_octets: int
    is_copy: bool
    expires: datetime
    released_to: tuple[str, ...] = ()
    likely: str = "unsure"
    proven_by: str = ""


@dataclass(frozen=True, slots=True)
class HeldDetail:
    """A held message with its reasons and header fields (decoded); `text` (lines) only when asked for.

    `would_change` and `evidence` as in `Story` and `Explanation`; empty where history has forgotten it.
    """

    summary: HeldSummary
    reasons: tuple[ReasonView, ...]
    headers: tuple[tuple[str, str], ...]
    text: tuple[str, ...] | None = None
    would_change: str = ""
    evidence: tuple[EvidenceView, ...] = ()
    client_ip: str = ""
    limits: Limits | None = None


@dataclass(frozen=True, slots=True)
class ReleaseView:
    """What a release did for one recipient. `result` is a word of `core.outcome.Result`."""

    recipient: str
    result: str
    text: str
    hop: str = ""
    hop_reply: str = ""


@dataclass(frozen=True, slots=True)
class Released:
    """The end of a release; `complete` when every recipient has the message now."""

    code: str
    complete: bool
    recipients: tuple[ReleaseView, ...]


@dataclass(frozen=True, slots=True)
class Deleted:
    """The held message is gone."""

    code: str


@dataclass(frozen=True, slots=True)
class Learned:
    """The scanner was taught. `changed` is False when it knew this message already."""

    code: str
    learned_as: str
    changed: bool


@dataclass(frozen=True, slots=True)
class Subscribed:
    """Notifications follow on this connection; the topics that will come."""

    topics: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PartChanged:
    """A next hop's or a dependency's state changed."""

    name: str
    state: str
    cause: str


@dataclass(frozen=True, slots=True)
class HeldChanged:
    """A held message was held, released, deleted or expired (`change`)."""

    code: str
    change: str


@dataclass(frozen=True, slots=True)
class QueuedChanged:
    """A spooled message moved: `state` as in `core.event.QueueChanged`; `cause` in words."""

    code: str
    lane: str
    state: str
    cause: str


@dataclass(frozen=True, slots=True)
class FollowedUp:
    """What became of a message later, for some of its recipients: words as in `RecipientView`."""

    code: str
    time: datetime
    recipients: tuple[RecipientView, ...]


@dataclass(frozen=True, slots=True)
class FaultHappened:
    """An unexpected exception was caught; its text is in the journal only."""

    where: str


@dataclass(frozen=True, slots=True)
class Gap:
    """The subscriber was too slow: at least `missed` notifications are lost and the connection ends now."""

    missed: int
