"""The settings as frozen values: one class per section, every field with meaning, unit, default.

Knows nothing of files; `load` builds these. A part is given its section, never the whole.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

TlsServerMode = Literal["none", "opportunistic", "require", "implicit"]
TlsClientMode = Literal["none", "opportunistic", "require", "verify"]


@dataclass(frozen=True, slots=True)
class ListenerTls:
    """TLS of a listener. `certificate` names files in `certificates/` (NAME.pem, NAME.key); made by us if missing."""

    mode: TlsServerMode = "opportunistic"
    certificate: str = "mx"


@dataclass(frozen=True, slots=True)
class Listener:
    """One listening address.

    `address`: "0.0.0.0:25", "[::]:25" or "systemd:NAME". `greet_delay_seconds`: wait before the
    greeting for clients not seen before. `proxy_protocol_from`: networks whose PROXY header is believed.
    """

    address: str
    role: Literal["inbound", "outbound", "submission"] = "inbound"
    greet_delay_seconds: float = 0.5
    proxy_protocol_from: tuple[str, ...] = ()
    tls: ListenerTls = ListenerTls()


@dataclass(frozen=True, slots=True)
class Pair:
    """A limit in normal times and under overload (as Postfix's pairs)."""

    normal: int
    overload: int


@dataclass(frozen=True, slots=True)
class SecondsPair:
    """A time to wait in normal times and under overload."""

    normal: float
    overload: float


@dataclass(frozen=True, slots=True)
class Limits:
    """What one client and all together may take. Octets and counts; a number means both of a pair.

    The overload value holds while more than 70 % of `connections` are open. `…_per_minute` are of one client and not
    for relay clients; the last four are of one connection (reasons: `gateway/smtp/README.md`).
    """

    message_size_octets: int | Pair = 36_700_160
    memory_octets: int | Pair = 134_217_728
    spool_octets: int | Pair = 2_147_483_648
    connections: int | Pair = 200
    connections_per_client: int | Pair = Pair(20, 10)
    connections_per_minute: int | Pair = Pair(300, 60)
    messages_per_minute: int | Pair = Pair(500, 100)
    recipients_per_minute: int | Pair = Pair(1_000, 200)
    recipients: int | Pair = 100
    errors: int | Pair = Pair(10, 2)
    refused_recipients: int | Pair = Pair(20, 5)
    idle_commands: int | Pair = Pair(100, 10)


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds. Reasons: RFC 5321 §4.5.3.2 for the lower bounds, DESIGN D1 for the budgets.

    A number means both of a pair. Under overload the RFC's lower bounds are left, as by Postfix.
    """

    command_seconds: float | SecondsPair = SecondsPair(300.0, 60.0)
    data_block_seconds: float | SecondsPair = SecondsPair(180.0, 60.0)
    transaction_seconds: float | SecondsPair = SecondsPair(900.0, 300.0)
    refused_recipient_seconds: float = 5.0
    tls_handshake_seconds: float = 30.0
    next_hop_connect_seconds: float = 10.0
    next_hop_command_seconds: float = 60.0
    next_hop_dot_seconds: float = 600.0
    answer_budget_seconds: float = 45.0
    checks_seconds: float = 25.0


@dataclass(frozen=True, slots=True)
class Dns:
    """`servers` are "host:port"; every look-up of ours goes there. `timeout_seconds` is for one look-up in all."""

    servers: tuple[str, ...] = ("127.0.0.1:53",)
    timeout_seconds: float = 5.0


@dataclass(frozen=True, slots=True)
class Dnsbl:
    """One list asked at connect. `codes`: the return addresses that count, all of 127.0.0.0/8 but errors if empty."""

    zone: str
    codes: tuple[str, ...] = ()
    action: Literal["reject", "note"] = "reject"


@dataclass(frozen=True, slots=True)
class Rspamd:
    """rspamd's sockets: a path, or "127.0.0.1:PORT" in tests."""

    scan_socket: str = "/run/rspamd/normal.sock"
    controller_socket: str = "/run/rspamd/controller.sock"
    timeout_seconds: float = 20.0
    unscanned_grace_seconds: float = 600.0


@dataclass(frozen=True, slots=True)
class Clamd:
    """The virus scanner clamd. `socket`: the path of its Unix socket, "" when there is none.

    `timeout_seconds` is for one message; the grace is as for rspamd.
    """

    socket: str = ""
    timeout_seconds: float = 10.0
    unscanned_grace_seconds: float = 600.0


@dataclass(frozen=True, slots=True)
class Failure:
    """What to do while a dependency is away (D4). "mark" passes mail on with a note that it was not looked at."""

    rspamd: Literal["defer", "defer-then-mark", "mark"] = "defer-then-mark"
    clamd: Literal["defer", "defer-then-mark", "mark"] = "defer-then-mark"
    backend: Literal["spool", "defer"] = "spool"
    dns: Literal["go-on", "defer"] = "go-on"
    disk: Literal["defer"] = "defer"


@dataclass(frozen=True, slots=True)
class BackendTls:
    """TLS towards a next hop. `pin_sha256`: base64 SHA-256 of the certificate's public key (SPKI)."""

    mode: TlsClientMode = "opportunistic"
    pin_sha256: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Backend:
    """The office's own server. `hosts` in order, literal next hops ("10.0.0.9:25", "/path.sock" for LMTP)."""

    hosts: tuple[str, ...]
    transport: Literal["smtp", "lmtp", "imap-append"] = "smtp"
    kind: Literal["exchange", "exchange-online", "dovecot", "generic"] = "generic"
    tls: BackendTls = BackendTls()
    max_connections: int = 10
    subaddress_delimiter: str = ""


@dataclass(frozen=True, slots=True)
class LdapSettings:
    """A directory that knows who exists (RFC 4511), read whole every `interval_seconds`, always within TLS.

    `urls` in order: "ldaps://dc1.office.lan", or "ldap://…" for STARTTLS. `secret` names the password of `bind_dn`
    among the secrets; both empty: anonymous. `filter` (RFC 4515) chooses entries, `attributes` hold their addresses.
    `authority` names a file in `certificates/` (NAME.pem) with the office's own root, "" for the system's;
    `pin_sha256` (as for a backend) takes the place of both.
    """

    urls: tuple[str, ...]
    base: str
    bind_dn: str = ""
    secret: str = ""
    filter: str = "(|(proxyAddresses=*)(mail=*))"
    attributes: tuple[str, ...] = ("proxyAddresses", "mail")
    authority: str = ""
    pin_sha256: tuple[str, ...] = ()
    interval_seconds: float = 3_600.0
    timeout_seconds: float = 120.0


@dataclass(frozen=True, slots=True)
class RecipientVerification:
    """How to know who exists. `addresses` for `list`: whole addresses, or local parts of this domain.

    For `learned`: unknown recipients are taken for `learn_days`, or until an import. For `learned` and `ldap`:
    `unknown` is what a recipient that nobody knows gets.
    """

    method: Literal["callout", "list", "lmtp", "learned", "ldap", "none"] = "callout"
    addresses: tuple[str, ...] = ()
    learn_days: int = 14
    unknown: Literal["refuse", "quarantine"] = "refuse"
    ldap: LdapSettings | None = None


@dataclass(frozen=True, slots=True)
class DomainSettings:
    """One of our domains: where its mail goes and by which policy."""

    backend: str
    policy: str = "standard"
    acceptance: Literal["cut-through", "queue"] = "cut-through"
    recipient_verification: RecipientVerification = RecipientVerification()


@dataclass(frozen=True, slots=True)
class AttachmentPolicy:
    """What a kind of attachment gets (kinds: `core.finding.AttachmentHit`).

    `forbidden_endings` are further endings of file names, in archives too, which get `forbidden_name`: ["html", "one"].
    """

    executable: Literal["accept", "mark", "quarantine"] = "quarantine"
    script: Literal["accept", "mark", "quarantine"] = "quarantine"
    shortcut: Literal["accept", "mark", "quarantine"] = "quarantine"
    disk_image: Literal["accept", "mark", "quarantine"] = "quarantine"
    macro: Literal["accept", "mark", "quarantine"] = "mark"
    active_document: Literal["accept", "mark", "quarantine"] = "mark"
    encrypted_archive: Literal["accept", "mark", "quarantine"] = "mark"
    double_extension: Literal["accept", "mark", "quarantine"] = "quarantine"
    deceptive_name: Literal["accept", "mark", "quarantine"] = "quarantine"
    nested_too_deep: Literal["accept", "mark", "quarantine"] = "quarantine"
    too_large: Literal["accept", "mark", "quarantine"] = "mark"
    ambiguous: Literal["accept", "mark", "quarantine"] = "mark"
    unscannable: Literal["accept", "mark", "quarantine"] = "quarantine"
    forbidden_name: Literal["accept", "mark", "quarantine"] = "quarantine"
    forbidden_endings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PolicySettings:
    """Thresholds in rspamd's points, what a DMARC p=reject failure gets (D13), and what a virus that clamd names."""

    mark_at: float = 6.0
    quarantine_at: float = 9.0
    reject_at: float = 15.0
    dmarc_reject: Literal["reject", "quarantine", "mark"] = "quarantine"
    virus: Literal["reject", "quarantine"] = "reject"
    attachments: AttachmentPolicy = AttachmentPolicy()


@dataclass(frozen=True, slots=True)
class Arc:
    """Domains whose ARC seal we believe (RFC 8617): forwarders and lists the office knows."""

    trusted_sealers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Lists:
    """Mailing lists the office knows, by List-Id (RFC 2919): they may break DMARC when they sign themselves."""

    known: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class KnownCorrespondents:
    """Those to whom the office wrote: proven mail of theirs gets a bonus. How long without a letter they stay known."""

    learn: bool = True
    keep_days: int = 180


@dataclass(frozen=True, slots=True)
class QuarantineSettings:
    """How long held messages stay, and how much they may take in all."""

    keep_days: int = 30
    size_octets: int = 1_073_741_824


@dataclass(frozen=True, slots=True)
class HistorySettings:
    """How long rows stay, and what of a Subject is kept."""

    keep_days: int = 30
    subjects: Literal["full", "masked", "none"] = "masked"


@dataclass(frozen=True, slots=True)
class NotifySettings:
    """Letters to the admin: what is wrong, what is over, and each morning what is held.

    `to` "": the postmaster; `language` "": that of the settings. Times are the machine's: `quiet_hours`, when only mail
    that does not flow is told, "" for none; `morning_at`, "" for never. A server away for `after_minutes` is told.
    """

    enabled: bool = True
    to: str = ""
    language: Literal["", "en", "fr"] = ""
    quiet_hours: str = "22:00-07:00"
    morning_at: str = "07:30"
    after_minutes: int = 15


@dataclass(frozen=True, slots=True)
class RelayClient:
    """Who may send out (D18): addresses or networks not wider than /24, and only as these sender domains or addresses.

    `max_messages_per_hour`: beyond it the client is asked to come back; 0 is no limit.
    """

    name: str
    addresses: tuple[str, ...]
    sender_domains: tuple[str, ...] = ()
    sender_addresses: tuple[str, ...] = ()
    allow_null_reverse_path: bool = True
    max_messages_per_hour: int = 0


@dataclass(frozen=True, slots=True)
class SmartHostTls:
    """TLS towards a smart host, verified by default. `implicit`: from the first octet (RFC 8314)."""

    mode: TlsClientMode = "verify"
    pin_sha256: tuple[str, ...] = ()
    implicit: bool | None = None


@dataclass(frozen=True, slots=True)
class SmartHostAuth:
    """How to log in (RFC 4954), only within TLS. `secret` is the name of the password among the secrets."""

    user: str
    secret: str
    mechanism: Literal["plain", "login"] = "plain"


@dataclass(frozen=True, slots=True)
class SmartHost:
    """The provider's server that takes our mail for everybody. `name` names its lane; the host when empty."""

    host: str
    port: int = 587
    name: str = ""
    tls: SmartHostTls = SmartHostTls()
    auth: SmartHostAuth | None = None
    max_connections: int = 4

    @property
    def lane_name(self) -> str:
        """NAME in the lane `smart_host:NAME`."""
        return self.name or self.host


@dataclass(frozen=True, slots=True)
class OutboundRoute:
    """Where mail that leaves goes; the first route that matches wins. Empty lists match every domain.

    `tls` is for direct delivery: the first direct route that matches a recipient's domain sets it for that domain.
    """

    next_hop: Literal["direct", "smart_host"] = "direct"
    recipient_domains: tuple[str, ...] = ()
    sender_domains: tuple[str, ...] = ()
    tls: BackendTls = BackendTls()
    smart_host: SmartHost | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """The whole file. `backend` and `domain` by name; `listener` by name, port 25 on both families by default."""

    hostname: str
    postmaster: str
    schema: int = 1
    state_directory: str = "/var/lib/poterne"
    runtime_directory: str = "/run/poterne"
    language: Literal["en", "fr"] = "en"
    listener: dict[str, Listener] = field(
        default_factory=lambda: {
            "internet": Listener("0.0.0.0:25"),
            "internet6": Listener("[::]:25"),
        }
    )
    limits: Limits = Limits()
    timeouts: Timeouts = Timeouts()
    dns: Dns = Dns()
    dnsbl: tuple[Dnsbl, ...] = ()
    rspamd: Rspamd = Rspamd()
    clamd: Clamd = Clamd()
    failure: Failure = Failure()
    backend: dict[str, Backend] = field(default_factory=dict)
    domain: dict[str, DomainSettings] = field(default_factory=dict)
    policy: dict[str, PolicySettings] = field(default_factory=lambda: {"standard": PolicySettings()})
    arc: Arc = Arc()
    lists: Lists = Lists()
    known_correspondents: KnownCorrespondents = KnownCorrespondents()
    quarantine: QuarantineSettings = QuarantineSettings()
    history: HistorySettings = HistorySettings()
    notify: NotifySettings = NotifySettings()
    relay_client: tuple[RelayClient, ...] = ()
    outbound_route: tuple[OutboundRoute, ...] = ()
