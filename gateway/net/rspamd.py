"""Our client of rspamd: scan a message, teach it, ask how it is; over its Unix sockets.

Says how to ask, not what a score means. Every failure of the other side becomes one RspamdError.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from gateway.core.envelope import IPAddress
from gateway.core.finding import RspamdFinding
from gateway.core.rspamdreply import RspamdError, parse_object, parse_scan, text_of
from gateway.net.http1 import HttpError, HttpReply, exchange, request_head

# On the smallest board a fourth scan only makes the other three slower (D8).
SCANS_AT_ONCE = 3
# rspamd is one process, and a large message can hold it for seconds: of these one at a time, or five senders of
# such mail put off everybody else's.
LARGE_OCTETS = 1_048_576
# A scan that had less than this part of its time for itself failed because of others.
FAIR_SHARE = 0.5
# The sender's 451 must leave within 15 s; the checks before the scan and the answer itself need the rest.
ORDINARY_SECONDS = 12.0
# While rspamd is known to be down: a healthy one answers in 20 ms, to 10 MB in a second; more only holds the sender.
DOWN_SECONDS = 3.0
# For ping and learning: short work.
CONTROLLER_SECONDS = 10.0
# For stat: a person waits for it.
STAT_SECONDS = 3.0
# A symbol of ours is looked up by name in Lua; more than this in one line is a mistake.
_AUTH_MAXIMUM_CHARACTERS = 1_000

# Hears what a scan that was cancelled from outside says of rspamd.
CutOff: TypeAlias = Callable[[RspamdError], None]


@dataclass(frozen=True, slots=True)
class ScanRequest:
    """One message and what we know about how it came; absent text is "".

    `pieces` are sent one after the other, not joined; their octets are not copied. `hostname` is the
    proven reverse name. `auth_symbols` are rspamd's names of our results (D2). `settings` is rspamd's
    per-message Settings object, None for none.
    """

    pieces: Sequence[bytes | memoryview]
    ip: IPAddress | None = None
    helo: str = ""
    hostname: str = ""
    reverse_path: str = ""
    recipients: Sequence[str] = ()
    user: str = ""
    queue_id: str = ""
    mta_name: str = ""
    auth_symbols: Sequence[str] = ()
    settings: dict[str, object] | None = None

    def fields(self) -> list[tuple[str, str]]:
        """The request fields; whoever builds the request line by line cleans their values."""
        known = [
            ("IP", str(self.ip) if self.ip else ""),
            ("Helo", self.helo),
            ("Hostname", self.hostname),
            ("From", self.reverse_path),
            ("User", self.user),
            ("Queue-Id", self.queue_id),
            ("MTA-Name", self.mta_name),
            ("X-Poterne-Auth", ",".join(self.auth_symbols)[:_AUTH_MAXIMUM_CHARACTERS]),
            ("Settings", json.dumps(self.settings, separators=(",", ":")) if self.settings else ""),
        ]
        return known + [("Rcpt", recipient) for recipient in self.recipients]


class RspamdClient:
    """`scan_socket` and `controller_socket` are paths, or "127.0.0.1:PORT".

    `timeout_seconds` is the upper bound for one scan in all, waiting for its turn included: see `limit_seconds`.
    Who gets its turn too late fails as "busy", which says nothing against rspamd.
    """

    def __init__(
        self,
        scan_socket: str,
        controller_socket: str,
        timeout_seconds: float = 20.0,
        scans_at_once: int = SCANS_AT_ONCE,
    ) -> None:
        self._scan_socket = scan_socket
        self._controller_socket = controller_socket
        self._timeout_seconds = timeout_seconds
        self._turn = asyncio.Semaphore(scans_at_once)
        self._large_turn = asyncio.Semaphore(1)

    async def scan(
        self, request: ScanRequest, *, is_down: bool = False, cut_off: CutOff = lambda error: None
    ) -> RspamdFinding:
        """Have one message scored. Raises RspamdError; there is no other way out but a finding.

        `is_down`: rspamd is known to be away, so that the time is short. When the caller is cancelled, `cut_off`
        hears first how the scan stood: "timeout", or "busy" when rspamd had no fair time for it.
        """
        size = sum(len(piece) for piece in request.pieces)
        if not size:
            # An empty message is scored by nothing but its emptiness, differently in each release.
            raise RspamdError("empty-message", "there is nothing to scan")
        head = request_head("POST", "/checkv2", request.fields(), size)
        clock = asyncio.get_running_loop().time
        seconds = limit_seconds(self._timeout_seconds, size, is_down=is_down)
        turn_came = deadline = clock() + seconds
        try:
            async with asyncio.timeout_at(deadline), self._lane(size), self._turn:
                turn_came = clock()
                reply = await _ask(self._scan_socket, head, request.pieces)
        except TimeoutError as error:
            raise _unanswered(deadline - turn_came, seconds) from error
        except asyncio.CancelledError:
            cut_off(_unanswered(clock() - turn_came, seconds))
            raise
        return parse_scan(_body(reply))

    def _lane(self, size_octets: int) -> contextlib.AbstractAsyncContextManager[None]:
        return self._large_turn if size_octets > LARGE_OCTETS else contextlib.nullcontext()

    async def learn_spam(self, pieces: Sequence[bytes | memoryview]) -> bool:
        """Teach that this is spam. False when it was taught so before. Raises RspamdError."""
        return await self._learn("/learnspam", pieces)

    async def learn_ham(self, pieces: Sequence[bytes | memoryview]) -> bool:
        """Teach that this is good mail. False when it was taught so before. Raises RspamdError."""
        return await self._learn("/learnham", pieces)

    async def ping(self) -> None:
        """Return when the scanning process answers. Raises RspamdError."""
        reply = await self._short(self._scan_socket, request_head("GET", "/ping", (), 0))
        if reply.status != 200 or reply.body.strip() != b"pong":
            raise RspamdError("garbage", "the answer to ping is not pong")

    async def version(self) -> str:
        """The running release, "3.12.1", from the controller's /stat; "" for none. Raises RspamdError."""
        reply = await self._short(self._controller_socket, request_head("GET", "/stat", (), 0), seconds=STAT_SECONDS)
        version = parse_object(_body(reply)).get("version")
        return text_of(version)[:50] if isinstance(version, str) else ""

    async def _learn(self, path: str, pieces: Sequence[bytes | memoryview]) -> bool:
        size = sum(len(piece) for piece in pieces)
        if not size:
            raise RspamdError("empty-message", "there is nothing to learn from")
        reply = await self._short(self._controller_socket, request_head("POST", path, (), size), pieces)
        # 208: this very message was learnt in this class before.
        if reply.status == 208:
            return False
        answer = parse_object(_body(reply))
        if answer.get("success") is not True:
            # 204 with a reason: too few words, or a class that may not be taught.
            raise RspamdError("http", text_of(answer.get("error", "nothing was learnt")))
        return True

    async def _short(
        self,
        address: str,
        head: bytes,
        pieces: Iterable[bytes | memoryview] = (),
        seconds: float = CONTROLLER_SECONDS,
    ) -> HttpReply:
        try:
            async with asyncio.timeout(seconds):
                return await _ask(address, head, pieces)
        except TimeoutError as error:
            raise RspamdError("timeout", f"no answer within {seconds:g} s") from error


def limit_seconds(timeout_seconds: float, size_octets: int, *, is_down: bool) -> float:
    """How long one scan may take in all. `timeout_seconds` bounds it, and is what a large message may take."""
    if is_down:
        return min(timeout_seconds, DOWN_SECONDS)
    return timeout_seconds if size_octets > LARGE_OCTETS else min(timeout_seconds, ORDINARY_SECONDS)


def _unanswered(had_seconds: float, seconds: float) -> RspamdError:
    """Whose fault it was that no answer came: rspamd's only when it had a fair part of the time."""
    if had_seconds >= seconds * FAIR_SHARE:
        return RspamdError("timeout", f"no answer within {had_seconds:.3g} s")
    return RspamdError("busy", f"of {seconds:g} s rspamd had {max(had_seconds, 0.0):.3g} s for it")


async def _ask(address: str, head: bytes, pieces: Iterable[bytes | memoryview]) -> HttpReply:
    """One exchange, with the foreign exceptions of this border translated."""
    try:
        return await exchange(address, head, pieces)
    except OSError as error:
        raise RspamdError("connect", f"{address}: {error}") from error
    except HttpError as error:
        raise RspamdError("reply", str(error)) from error


def _body(reply: HttpReply) -> bytes:
    """The body of a good reply. Raises RspamdError with rspamd's own words for another status."""
    if 200 <= reply.status <= 299:
        return reply.body
    try:
        text = text_of(parse_object(reply.body).get("error", ""))
    except RspamdError:
        text = ""
    raise RspamdError("http", f"status {reply.status} {text}".strip())
