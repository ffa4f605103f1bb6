"""The control socket's language: JSON-RPC 2.0, one object a line, methods with typed params and results (D12).

Shared by the daemon, the command line and the interface; knows nothing of sockets. Every text that
goes out passes `core.text.safe` here (D9), so no client needs to think of hostile mail.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, Final, Generic, Literal, TypeVar

import msgspec

from gateway.control.formvalues import Keys
from gateway.control.healthparams import CheckDns, GuideFor
from gateway.control.healthvalues import Certificates, DnsChecked, Guide
from gateway.control.params import (
    Asked,
    HeldQuery,
    LearnHeld,
    MessageQuery,
    OneMessage,
    ReleaseHeld,
    ShowHeld,
    Subscribe,
)
from gateway.control.recipientsparams import AddAddresses, OneAddress, RecipientQuery, SyncDirectory
from gateway.control.recipientsvalues import (
    AddressesAdded,
    DirectoriesRead,
    KnownRecipient,
    RecipientCheck,
    RecipientRemoved,
    RecipientsUndone,
)
from gateway.control.rulesparams import (
    DraftRule,
    OneRule,
    ReplayRules,
    RuleChanges,
    RuleQuery,
    SenderRule,
    UndoRule,
)
from gateway.control.rulesvalues import Cures, ReleasedAndAllowed, Replayed, RuleChanged, RuleChangeView, RuleView
from gateway.control.settingsparams import (
    EditSettings,
    OneSecret,
    OneVersion,
    SetSecret,
    TrySettings,
    UndoSettings,
    VersionQuery,
)
from gateway.control.settingsvalues import (
    SecretDone,
    Secrets,
    SettingsHappened,
    Tried,
    VersionDetail,
    VersionSummary,
)
from gateway.control.statsvalues import Stats, StatsQuery
from gateway.control.values import (
    Deleted,
    Explanation,
    FaultHappened,
    FollowedUp,
    Gap,
    HeldChanged,
    HeldDetail,
    HeldSummary,
    Learned,
    MessageDetail,
    MessageSummary,
    Page,
    PartChanged,
    QueuedChanged,
    Released,
    Status,
    Subscribed,
)
from gateway.control.workparams import BypassFor, ForgetAddress, OneEntry, OneLane, ProbeBackend, QueueQuery, RunTest
from gateway.control.workvalues import (
    BackendProbed,
    BypassStatus,
    ChainTest,
    Changes,
    Damaged,
    Entries,
    EntryView,
    Forgotten,
    Lanes,
    Rebuilt,
    Woken,
)
from gateway.core.access import Right
from gateway.core.text import safe

# D12. Long enough for a page of any list, short enough that a mad client costs nothing.
LINE_MAXIMUM_OCTETS: Final = 1_048_576

PARSE_ERROR: Final = -32700
INVALID_REQUEST: Final = -32600
UNKNOWN_METHOD: Final = -32601
BAD_PARAMS: Final = -32602
INTERNAL_ERROR: Final = -32603
NOT_FOUND: Final = -32001
REFUSED: Final = -32002
ANSWER_TOO_LONG: Final = -32003
FULL_HOUSE: Final = -32004

RequestId = int | str


_Params = TypeVar("_Params")
_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True)
class Method(Generic[_Params, _Result]):
    """A method's name, the classes of its params and result, and the right that it needs."""

    name: str
    params: type[_Params]
    result: type[_Result]
    right: Right = Right.READ


STATUS: Final = Method("status", Asked, Status)
MESSAGES_LIST: Final = Method("messages.list", MessageQuery, Page[MessageSummary])
MESSAGES_SHOW: Final = Method("messages.show", OneMessage, MessageDetail)
MESSAGES_EXPLAIN: Final = Method("messages.explain", OneMessage, Explanation)
QUARANTINE_LIST: Final = Method("quarantine.list", HeldQuery, Page[HeldSummary])
QUARANTINE_SHOW: Final = Method("quarantine.show", ShowHeld, HeldDetail)
QUARANTINE_RELEASE: Final = Method("quarantine.release", ReleaseHeld, Released, Right.QUARANTINE)
QUARANTINE_DELETE: Final = Method("quarantine.delete", OneMessage, Deleted, Right.QUARANTINE)
QUARANTINE_LEARN: Final = Method("quarantine.learn", LearnHeld, Learned, Right.QUARANTINE)
QUEUE_LIST: Final = Method("queue.list", QueueQuery, Page[EntryView])
QUEUE_LANES: Final = Method("queue.lanes", Asked, Lanes)
QUEUE_SHOW: Final = Method("queue.show", OneEntry, Entries)
QUEUE_RETRY: Final = Method("queue.retry", OneEntry, Changes, Right.OPERATE)
QUEUE_RETRY_LANE: Final = Method("queue.retry-lane", OneLane, Woken, Right.OPERATE)
QUEUE_HOLD: Final = Method("queue.hold", OneEntry, Changes, Right.OPERATE)
QUEUE_DROP: Final = Method("queue.drop", OneEntry, Changes, Right.OPERATE)
QUEUE_REBUILD: Final = Method("queue.rebuild", Asked, Rebuilt, Right.OPERATE)
QUEUE_DAMAGED: Final = Method("queue.damaged", Asked, Damaged)
DEAD_LIST: Final = Method("dead.list", QueueQuery, Page[EntryView])
DEAD_DELETE: Final = Method("dead.delete", OneEntry, Changes, Right.OPERATE)
HISTORY_FORGET: Final = Method("history.forget", ForgetAddress, Forgotten, Right.OPERATE)
BYPASS_STATUS: Final = Method("bypass.status", Asked, BypassStatus)
BYPASS_ON: Final = Method("bypass.on", BypassFor, BypassStatus, Right.OPERATE)
BYPASS_OFF: Final = Method("bypass.off", Asked, BypassStatus, Right.OPERATE)
TEST_RUN: Final = Method("test.run", RunTest, ChainTest, Right.OPERATE)
BACKEND_PROBE: Final = Method("backend.probe", ProbeBackend, BackendProbed, Right.OPERATE)
CONFIG_SHOW: Final = Method("config.show", OneVersion, VersionDetail)
CONFIG_SCHEMA: Final = Method("config.schema", Asked, Keys)
CONFIG_HISTORY: Final = Method("config.history", VersionQuery, Page[VersionSummary])
CONFIG_TRY: Final = Method("config.try", TrySettings, Tried, Right.SETTINGS)
CONFIG_EDIT: Final = Method("config.edit", EditSettings, Tried, Right.SETTINGS)
CONFIG_KEEP: Final = Method("config.keep", Asked, Tried, Right.SETTINGS)
CONFIG_UNDO: Final = Method("config.undo", UndoSettings, Tried, Right.SETTINGS)
RULES_LIST: Final = Method("rules.list", RuleQuery, Page[RuleView])
RULES_SHOW: Final = Method("rules.show", OneRule, RuleView)
RULES_ALLOW: Final = Method("rules.allow", DraftRule, RuleChanged, Right.OPERATE)
RULES_BLOCK: Final = Method("rules.block", DraftRule, RuleChanged, Right.OPERATE)
RULES_REMOVE: Final = Method("rules.remove", OneRule, RuleChanged, Right.OPERATE)
RULES_UNDO: Final = Method("rules.undo", UndoRule, RuleChanged, Right.OPERATE)
RULES_CHANGES: Final = Method("rules.changes", RuleChanges, Page[RuleChangeView])
RULES_REPLAY: Final = Method("rules.replay", ReplayRules, Replayed)
RULES_CURES: Final = Method("rules.cures", OneMessage, Cures)
RULES_ALLOW_SENDER: Final = Method("rules.allow-sender", SenderRule, RuleChanged, Right.OPERATE)
RULES_BLOCK_SENDER: Final = Method("rules.block-sender", SenderRule, RuleChanged, Right.OPERATE)
QUARANTINE_RELEASE_AND_ALLOW: Final = Method(
    "quarantine.release-and-allow", SenderRule, ReleasedAndAllowed, Right.OPERATE
)
SECRET_LIST: Final = Method("secret.list", Asked, Secrets)
SECRET_SET: Final = Method("secret.set", SetSecret, SecretDone, Right.SETTINGS)
SECRET_DELETE: Final = Method("secret.delete", OneSecret, SecretDone, Right.SETTINGS)
RECIPIENTS_LIST: Final = Method("recipients.list", RecipientQuery, Page[KnownRecipient])
RECIPIENTS_CHECK: Final = Method("recipients.check", OneAddress, RecipientCheck)
RECIPIENTS_ADD: Final = Method("recipients.add", AddAddresses, AddressesAdded, Right.OPERATE)
RECIPIENTS_REMOVE: Final = Method("recipients.remove", OneAddress, RecipientRemoved, Right.OPERATE)
RECIPIENTS_UNDO: Final = Method("recipients.undo", Asked, RecipientsUndone, Right.OPERATE)
RECIPIENTS_SYNC: Final = Method("recipients.sync", SyncDirectory, DirectoriesRead, Right.OPERATE)
CERTIFICATES: Final = Method("certificates", Asked, Certificates)
DNS_CHECK: Final = Method("dns.check", CheckDns, DnsChecked)
BACKEND_GUIDE: Final = Method("backend.guide", GuideFor, Guide, Right.OPERATE)
STATS: Final = Method("stats", StatsQuery, Stats)
EVENTS_SUBSCRIBE: Final = Method("events.subscribe", Subscribe, Subscribed)

METHODS: Final[dict[str, Method[Any, Any]]] = {
    method.name: method
    for method in (
        STATUS,
        MESSAGES_LIST,
        MESSAGES_SHOW,
        MESSAGES_EXPLAIN,
        QUARANTINE_LIST,
        QUARANTINE_SHOW,
        QUARANTINE_RELEASE,
        QUARANTINE_DELETE,
        QUARANTINE_LEARN,
        QUEUE_LIST,
        QUEUE_LANES,
        QUEUE_SHOW,
        QUEUE_RETRY,
        QUEUE_RETRY_LANE,
        QUEUE_HOLD,
        QUEUE_DROP,
        QUEUE_REBUILD,
        QUEUE_DAMAGED,
        DEAD_LIST,
        DEAD_DELETE,
        HISTORY_FORGET,
        BYPASS_STATUS,
        BYPASS_ON,
        BYPASS_OFF,
        TEST_RUN,
        BACKEND_PROBE,
        CONFIG_SHOW,
        CONFIG_SCHEMA,
        CONFIG_HISTORY,
        CONFIG_TRY,
        CONFIG_EDIT,
        CONFIG_KEEP,
        CONFIG_UNDO,
        RULES_LIST,
        RULES_SHOW,
        RULES_ALLOW,
        RULES_BLOCK,
        RULES_REMOVE,
        RULES_UNDO,
        RULES_CHANGES,
        RULES_REPLAY,
        RULES_CURES,
        RULES_ALLOW_SENDER,
        RULES_BLOCK_SENDER,
        QUARANTINE_RELEASE_AND_ALLOW,
        SECRET_LIST,
        SECRET_SET,
        SECRET_DELETE,
        RECIPIENTS_LIST,
        RECIPIENTS_CHECK,
        RECIPIENTS_ADD,
        RECIPIENTS_REMOVE,
        RECIPIENTS_UNDO,
        RECIPIENTS_SYNC,
        CERTIFICATES,
        DNS_CHECK,
        BACKEND_GUIDE,
        STATS,
        EVENTS_SUBSCRIBE,
    )
}

NOTIFICATIONS: Final[dict[str, type[Any]]] = {
    "message": MessageSummary,
    "follow-up": FollowedUp,
    "lane": PartChanged,
    "dependency": PartChanged,
    "quarantine": HeldChanged,
    "queue": QueuedChanged,
    "bypass": BypassStatus,
    "settings": SettingsHappened,
    "fault": FaultHappened,
    "gap": Gap,
}


class Request(msgspec.Struct, frozen=True):
    """What a client asks. Without an id it is a notification, which none of our methods can be: ignored."""

    jsonrpc: Literal["2.0"]
    method: str
    id: RequestId | None = None
    params: msgspec.Raw = msgspec.Raw(b"{}")


@dataclass(frozen=True, slots=True)
class Failure:
    """An error answer: a code from above and one sentence for people."""

    code: int
    message: str


class Incoming(msgspec.Struct, frozen=True):
    """What a client receives: a result (else empty) or an error for `id`, or a notification (`method` is set)."""

    id: RequestId | None = None
    result: msgspec.Raw = msgspec.Raw()
    error: Failure | None = None
    method: str = ""
    params: msgspec.Raw = msgspec.Raw(b"{}")


class ProtocolError(Exception):
    """A line that is no valid request, or an answer that is none; `failure` says what to answer."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.failure = Failure(code, message)


def decode_request(line: bytes) -> Request:
    """One line as a request. Raises ProtocolError."""
    return _decode(line, Request)


def decode_params(method: Method[_Params, Any], raw: msgspec.Raw) -> _Params:
    """The params as the method wants them: unknown names are errors too. Raises ProtocolError."""
    try:
        members: dict[str, object] = msgspec.json.decode(raw, type=dict[str, object])
        if unknown := members.keys() - {each.name for each in fields(method.params)}:  # type: ignore[arg-type]  # every params class is a dataclass
            raise ProtocolError(BAD_PARAMS, f"{method.name} takes no {', '.join(sorted(unknown))}.")
        return msgspec.convert(members, method.params)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise ProtocolError(BAD_PARAMS, f"{method.name}: {error}.") from error


def decode_incoming(line: bytes) -> Incoming:
    """One line as an answer or notification. Raises ProtocolError."""
    return _decode(line, Incoming)


def decode_result(method: Method[Any, _Result], raw: msgspec.Raw) -> _Result:
    """A result as its value. Raises ProtocolError when the two ends are of different releases."""
    return _decode(raw, method.result)


def decode_notification(incoming: Incoming) -> object:
    """A notification's params as a value of NOTIFICATIONS. Raises ProtocolError for an unknown one."""
    kind = NOTIFICATIONS.get(incoming.method)
    if kind is None:
        raise ProtocolError(UNKNOWN_METHOD, f"unknown notification {incoming.method}")
    value: object = _decode(incoming.params, kind)
    return value


def encode_request(request_id: RequestId, method: Method[_Params, Any], params: _Params) -> bytes:
    """One line that asks."""
    return _line({"jsonrpc": "2.0", "id": request_id, "method": method.name, "params": params})


def encode_result(request_id: RequestId, result: object) -> bytes:
    """One line that answers, its texts made safe; an error instead when it would be longer than a line may be."""
    line = _line({"jsonrpc": "2.0", "id": request_id, "result": _safe(_plain(result))})
    if len(line) <= LINE_MAXIMUM_OCTETS:
        return line
    return encode_failure(request_id, Failure(ANSWER_TOO_LONG, "The answer is too long: ask for fewer at once."))


def encode_failure(request_id: RequestId | None, failure: Failure) -> bytes:
    """One line that says why not, made safe."""
    error = {"code": failure.code, "message": safe(failure.message)}
    return _line({"jsonrpc": "2.0", "id": request_id, "error": error})


def encode_notification(topic: str, value: object) -> bytes:
    """One line about what happened, its texts made safe."""
    return _line({"jsonrpc": "2.0", "method": topic, "params": _safe(msgspec.to_builtins(value))})


_Value = TypeVar("_Value")


def _decode(octets: bytes | msgspec.Raw, kind: type[_Value]) -> _Value:
    try:
        return msgspec.json.decode(octets, type=kind)
    except msgspec.ValidationError as error:
        raise ProtocolError(INVALID_REQUEST, f"Not a request of JSON-RPC 2.0: {error}.") from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        # A text that is no UTF-8 is no error of msgspec's own.
        raise ProtocolError(PARSE_ERROR, f"Not JSON: {error}.") from error


def _line(value: object) -> bytes:
    return msgspec.json.encode(value) + b"\n"


def _plain(result: object) -> object:
    """As built-in values. Octets stay such: they travel as base64, which no terminal minds."""
    plain: object = msgspec.to_builtins(result, builtin_types=(bytes,))
    return plain


def _safe(value: object) -> object:
    """The same with every text made safe; plain text, nearly all, is recognised without looking at each character."""
    if isinstance(value, str):
        return value if value.isascii() and value.isprintable() and len(value) <= 1_000 else safe(value)
    if isinstance(value, dict):
        return {key: _safe(member) for key, member in value.items()}
    if isinstance(value, list | tuple):
        return [_safe(member) for member in value]
    return value
