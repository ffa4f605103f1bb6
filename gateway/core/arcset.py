"""The ARC fields of a message sorted into their sets (RFC 8617 §5.1.1.1, §5.2 steps 1 to 3). Verifies nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from gateway.core.message import Field, Message
from gateway.core.signature import (
    Signature,
    SignatureError,
    algorithm_of,
    decode_base64,
    parse_arc_message_signature,
    signing_domain,
    tags_of,
)

# RFC 8617 §4.2.1: instances go from 1 to 50.
SETS_MAXIMUM: Final = 50
# All ARC fields together; fifty honest sets take less, and each seal hashes all of them before it.
FIELDS_MAXIMUM_OCTETS: Final = 262_144

_SEAL: Final = "arc-seal"
_SIGNATURE: Final = "arc-message-signature"
_RESULTS: Final = "arc-authentication-results"
_KINDS: Final = (_RESULTS, _SIGNATURE, _SEAL)
_RESULTS_INSTANCE: Final = re.compile(r"[ \t]*i[ \t]*=[ \t]*([0-9]{1,3})[ \t]*;(.*)", re.DOTALL)


class ChainError(ValueError):
    """The sets form no chain; says why."""


@dataclass(frozen=True, slots=True)
class Seal:
    """An ARC-Seal: `status` is cv= (none, pass or fail)."""

    field: Field
    tags: dict[str, str]
    algorithm: str
    domain: str
    selector: str
    status: str

    @property
    def key_name(self) -> str:
        """Where the public key stands."""
        return f"{self.selector}._domainkey.{self.domain}"


@dataclass(frozen=True, slots=True)
class RawSet:
    """One complete set. `results` is the payload of ARC-Authentication-Results behind `i=N;`, unfolded."""

    instance: int
    results_field: Field
    results: str
    signature_field: Field
    seal: Seal


def read_sets(message: Message) -> tuple[RawSet, ...]:
    """The sets from 1 to N, none without ARC fields. Raises ChainError when they are no chain."""
    fields = [field for field in message.fields if field.key in _KINDS]
    if not fields:
        return ()
    if len(fields) > 3 * SETS_MAXIMUM or sum(len(field.octets) for field in fields) > FIELDS_MAXIMUM_OCTETS:
        raise ChainError("too many ARC fields")
    found: dict[tuple[int, str], Field] = {}
    for field in fields:
        place = (_instance(field), field.key)
        if place in found:
            raise ChainError(f"{field.key} {place[0]} stands there twice")
        found[place] = field
    count = max(instance for instance, _ in found)
    wanted = {(instance, kind) for instance in range(1, count + 1) for kind in _KINDS}
    if missing := wanted - set(found):
        raise ChainError("{1} {0} is missing".format(*min(missing)))
    return tuple(_set(found, instance) for instance in range(1, count + 1))


def check_statuses(sets: Iterable[RawSet]) -> None:
    """Each cv= must fit its place (RFC 8617 §5.2 steps 2 and 3D). Raises ChainError."""
    for each in sets:
        expected = "none" if each.instance == 1 else "pass"
        if each.seal.status != expected:
            raise ChainError(f"ARC-Seal {each.instance} says cv={each.seal.status}")


def message_signature(raw: RawSet) -> Signature:
    """The set's ARC-Message-Signature, read. Raises SignatureError."""
    return parse_arc_message_signature(raw.signature_field)


def _instance(field: Field) -> int:
    if field.key == _RESULTS:
        match = _RESULTS_INSTANCE.match(_text(field))
        text = match[1] if match else ""
    else:
        text = _tags(field).get("i", "")
    if not re.fullmatch(r"[0-9]{1,3}", text) or not 1 <= int(text) <= SETS_MAXIMUM:
        raise ChainError(f"{field.key} without a valid instance")
    return int(text)


def _set(found: dict[tuple[int, str], Field], instance: int) -> RawSet:
    results = found[instance, _RESULTS]
    match = _RESULTS_INSTANCE.match(_text(results))
    payload = match[2].strip() if match else ""
    return RawSet(instance, results, payload, found[instance, _SIGNATURE], _seal(found[instance, _SEAL]))


def _seal(field: Field) -> Seal:
    tags = _tags(field)
    if "h" in tags:
        # RFC 8617 §4.1.3: h= MUST NOT appear; the fields of a seal are fixed.
        raise ChainError("an ARC-Seal with h=")
    status = tags.get("cv", "").lower()
    if status not in ("none", "pass", "fail"):
        raise ChainError("an ARC-Seal without a valid cv=")
    try:
        decode_base64(tags, "b")
        domain, selector = signing_domain(tags)
        return Seal(field, tags, algorithm_of(tags), domain, selector, status)
    except SignatureError as error:
        raise ChainError(f"an ARC-Seal: {error}") from None


def _tags(field: Field) -> dict[str, str]:
    try:
        return tags_of(field)
    except SignatureError as error:
        raise ChainError(f"{field.key}: {error}") from None


def _text(field: Field) -> str:
    return field.value.decode("utf-8", "replace")
