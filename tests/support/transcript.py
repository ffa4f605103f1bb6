"""Plays a transcript against a running edge (STYLE 14): conditions on top, conversation below, first line the reason.

Lines of a transcript:

    # Why this must be so. (the first line)
    size-limit: 1000          conditions: size-limit, memory, recipients, connections-per-client, tls, relay-client,
    relay-client: 127.0.0.1               fails-at, refusal, command-seconds
    C: EHLO mail.example      the client sends this line with CRLF
    C: b"a\\x00b\\r\\n"         the client sends exactly these octets
    S: 250 2.1.0 …            the server's next reply; "…" stands for any text, several lines are joined by " | "
    C: <tls>                  the client does its handshake
    S: <closed>               the server ends the connection
    received: 1               what the pipeline got: number of messages,
    content: b"…"             its last message's octets,
    envelope: a@b -> c@d …    its last envelope
    asked: c@d …              the recipients the pipeline was asked for
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, replace
from pathlib import Path

from gateway.config.schema import Limits, ListenerTls, Timeouts
from gateway.core.reply import Reply
from gateway.net.tls import ServerTls
from tests.support.edge import PLAIN, Edge, running_edge
from tests.support.intake import ScriptedIntake
from tests.support.smtpclient import RawClient

_LINE = re.compile(r"([A-Za-z-]+):(?: (.*))?\Z")
_STEPS = frozenset({"C", "S", "received", "content", "envelope", "asked"})


@dataclass(frozen=True, slots=True)
class Transcript:
    """`steps` are (kind, text) in order."""

    name: str
    reason: str
    conditions: dict[str, str]
    steps: tuple[tuple[str, str], ...]


def read(path: Path) -> Transcript:
    """Raises ValueError for a line that is none of the above."""
    lines = path.read_text("utf-8").splitlines()
    if not lines or not lines[0].startswith("# "):
        raise ValueError(f"{path.name}: the first line gives the reason")
    conditions: dict[str, str] = {}
    steps: list[tuple[str, str]] = []
    for line in lines[1:]:
        if not line or line.startswith("#"):
            continue
        match = _LINE.match(line)
        if match is None:
            raise ValueError(f"{path.name}: {line!r}")
        kind, text = match[1], match[2] or ""
        if kind in _STEPS:
            steps.append((kind, text))
        else:
            conditions[kind] = text
    return Transcript(path.stem, lines[0][2:], conditions, tuple(steps))


async def play(transcript: Transcript, tls: ServerTls | None) -> None:
    """Raises AssertionError where the server says something else."""
    conditions = dict(transcript.conditions)
    mode = conditions.pop("tls", "none")
    listener = replace(PLAIN, tls=ListenerTls(mode))  # type: ignore[arg-type] # a wrong word fails in the listener
    limits, timeouts, intake = _limits(conditions), _timeouts(conditions), _intake(conditions)
    assert not conditions, f"unknown conditions {sorted(conditions)}"
    async with running_edge(
        intake, listener=listener, limits=limits, timeouts=timeouts, tls=tls if mode != "none" else None
    ) as edge:
        client = await edge.client()
        for kind, text in transcript.steps:
            await _step(edge, client, kind, text)


async def _step(edge: Edge, client: RawClient, kind: str, text: str) -> None:
    if kind == "C":
        await _client_says(client, text)
    elif kind == "S":
        await _server_says(client, text)
    elif kind == "received":
        assert len(edge.intake.received) == int(text)
    elif kind == "content":
        assert bytes(edge.intake.received[-1].message.octets) == ast.literal_eval(text)
    elif kind == "envelope":
        envelope = edge.intake.received[-1].envelope
        assert f"{envelope.reverse_path} -> {' '.join(str(each) for each in envelope.recipients)}" == text
    elif kind == "asked":
        assert " ".join(edge.intake.asked) == text


async def _client_says(client: RawClient, text: str) -> None:
    if text == "<tls>":
        await client.start_tls()
    elif text.startswith(('b"', "b'")):
        await client.say(ast.literal_eval(text))
    else:
        await client.say(text.encode("utf-8") + b"\r\n")


async def _server_says(client: RawClient, expected: str) -> None:
    if expected == "<closed>":
        assert await client.rest() == b""
        return
    found = await client.reply()
    pattern = re.escape(expected).replace("…", ".*")
    assert re.fullmatch(pattern, found.replace("\n", " | ")), f"expected {expected!r}, the server said {found!r}"


def _limits(conditions: dict[str, str]) -> Limits:
    return Limits(
        message_size_octets=int(conditions.pop("size-limit", "36700160")),
        memory_octets=int(conditions.pop("memory", "134217728")),
        recipients=int(conditions.pop("recipients", "100")),
        connections_per_client=int(conditions.pop("connections-per-client", "20")),
    )


def _timeouts(conditions: dict[str, str]) -> Timeouts:
    return Timeouts(
        command_seconds=float(conditions.pop("command-seconds", "20")),
        data_block_seconds=float(conditions.pop("data-block-seconds", "20")),
        refused_recipient_seconds=0.001,
    )


def _intake(conditions: dict[str, str]) -> ScriptedIntake:
    intake = ScriptedIntake(fails_at=conditions.pop("fails-at", ""))
    if "relay-client" in conditions:
        intake.relay_clients = {conditions.pop("relay-client"): "printer"}
    if "refusal" in conditions:
        code, enhanced, text = conditions.pop("refusal").split(" ", 2)
        intake.refusal = Reply.of(int(code), enhanced, text)
    return intake
