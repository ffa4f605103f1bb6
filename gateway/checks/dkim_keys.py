"""Public keys of DKIM and ARC: fetched ahead for all signatures at once, their records read by our rules.

RFC 6376 §3.6.1, RFC 8301, RFC 8463. Keys are made by dkimpy and PyNaCl; whether a key may be used is decided here.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import dkim
import nacl.exceptions

from gateway.core.tags import TagError, parse_tags, without_white_space
from gateway.net.dns import Resolver, TemporaryFailure

# RFC 8301 §3.2: shorter keys MUST NOT be considered valid.
RSA_MINIMUM_BITS: Final = 1_024
# RFC 8301 §3.2 asks for 4096; what is longer, or has a long exponent, only costs time.
RSA_MAXIMUM_BITS: Final = 8_192
EXPONENT_MAXIMUM_BITS: Final = 32
RECORD_MAXIMUM_CHARACTERS: Final = 8_192
# Big senders sign most mail with few keys, and reading one costs as much as checking a signature.
KEYS_KEPT: Final = 512


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A usable key. `kind` is "rsa" or "ed25519"; `material` is dkimpy's own object for it.

    `testing` is t=y. `exact_identity` is t=s: i= must be in d= itself, not below it.
    """

    kind: str
    bits: int
    material: Any
    testing: bool = False
    exact_identity: bool = False


@dataclass(frozen=True, slots=True)
class NoKey:
    """Why there is none, and the word of RFC 8601 §2.7.1 for it: temperror, permerror or policy."""

    result: str
    reason: str
    bits: int = 0


async def fetch_keys(resolver: Resolver, names: Iterable[str]) -> dict[str, PublicKey | NoKey]:
    """Look up each name once, side by side. Never raises for what DNS does."""
    distinct = tuple(dict.fromkeys(names))
    if len(distinct) <= 1:
        # Most mail has one signature or none, and needs no task for it.
        return {name: await _fetch(resolver, name) for name in distinct}
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(_fetch(resolver, name)) for name in distinct]
    return {name: task.result() for name, task in zip(distinct, tasks, strict=True)}


async def _fetch(resolver: Resolver, name: str) -> PublicKey | NoKey:
    try:
        answer = await resolver.lookup(name, "TXT")
    except TemporaryFailure as failure:
        return NoKey("temperror", f"the key cannot be looked up now ({failure})")
    if not answer.values:
        return NoKey("permerror", "no key in DNS")
    # RFC 6376 §3.6.2.2 leaves several records open; a broken one must not hide the key beside it.
    keys = [read_key(text) for text in answer.values]
    return next((key for key in keys if isinstance(key, PublicKey)), keys[0])


@lru_cache(maxsize=KEYS_KEPT)
def read_key(record: str) -> PublicKey | NoKey:
    """One key record (RFC 6376 §3.6.1)."""
    try:
        tags = parse_tags(record[: RECORD_MAXIMUM_CHARACTERS + 1])
    except TagError as error:
        return NoKey("permerror", f"an unreadable key record: {error}")
    kind = tags.get("k", "rsa").lower()
    if objection := _objection(record, tags, kind):
        return NoKey("permerror", objection)
    flags = _words(tags.get("t", ""))
    made = _make(kind, without_white_space(tags["p"]))
    if isinstance(made, NoKey):
        return made
    return PublicKey(kind, made[1], made[0], testing="y" in flags, exact_identity="s" in flags)


def _objection(record: str, tags: dict[str, str], kind: str) -> str:
    """What in the record forbids the use of the key, "" if nothing."""
    version_first = next(iter(tags), "") == "v"
    rules = (
        (len(record) > RECORD_MAXIMUM_CHARACTERS, "the key record is too long"),
        ("v" in tags and (tags["v"] != "DKIM1" or not version_first), "the key record's version is not DKIM1"),
        ("p" not in tags, "the key record holds no key"),
        ("p" in tags and not tags["p"], "the key is revoked"),
        (kind not in ("rsa", "ed25519"), "an unknown kind of key"),
        ("h" in tags and "sha256" not in _words(tags["h"]), "the key is not for sha256"),
        (not {"*", "email"} & _words(tags.get("s", "*")), "the key is not for mail"),
    )
    return next((text for broken, text in rules if broken), "")


def _words(text: str) -> set[str]:
    return {word.strip().lower() for word in text.split(":")}


def _make(kind: str, text: str) -> tuple[Any, int] | NoKey:
    """The key object and its size in bits."""
    try:
        material, bits, _, _ = dkim.evaluate_pk("key", f"k={kind}; p={text}".encode("ascii"))
    except (dkim.DKIMException, nacl.exceptions.CryptoError, ValueError, TypeError, LookupError, AssertionError):
        # dkimpy's ASN.1 reader raises IndexError and AssertionError, and PyNaCl its own errors, for hostile octets.
        return NoKey("permerror", "an unreadable key")
    if kind == "ed25519":
        return material, bits
    if bits < RSA_MINIMUM_BITS:
        return NoKey("policy", f"an RSA key of {bits} bits is too short", bits)
    exponent: int = material["publicExponent"]
    if bits > RSA_MAXIMUM_BITS or exponent.bit_length() > EXPONENT_MAXIMUM_BITS or exponent < 3:
        return NoKey("policy", "an RSA key of unreasonable size", bits)
    return material, bits
