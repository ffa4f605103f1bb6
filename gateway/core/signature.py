"""One DKIM-Signature or ARC-Message-Signature field, read and checked as far as it goes without DNS.

Grammar and rules of RFC 6376 §3.5 and §6.1.1, RFC 8301 and RFC 8463; nothing is verified here.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from gateway.core.domain import to_ascii
from gateway.core.message import Field, Message
from gateway.core.tags import TagError, parse_tags, without_white_space

# rspamd's figure; honest mail has one to three, and each costs look-ups and hashing.
SIGNATURES_MAXIMUM: Final = 5
# An RSA-4096 signature with a long h= stays below 3,000; dkimpy's patterns are quadratic in white space.
FIELD_MAXIMUM_OCTETS: Final = 8_192
WHITE_SPACE_RUN_MAXIMUM: Final = 100
SIGNED_FIELDS_MAXIMUM: Final = 300

_FIELD_NAME: Final = re.compile(r"[\x21-\x39\x3b-\x7e]+")
_DIGITS: Final = re.compile(r"[0-9]{1,76}")
_LONG_RUN: Final = re.compile(rb"[ \t\r\n]{%d}" % (WHITE_SPACE_RUN_MAXIMUM + 1))
_ALGORITHMS: Final = frozenset({"rsa-sha256", "ed25519-sha256"})
_CANONICALIZATIONS: Final = frozenset({"simple", "relaxed"})


class SignatureError(ValueError):
    """The field can't be verified. `result` is the word of RFC 8601 §2.7.1 for it; the text says why."""

    def __init__(self, reason: str, result: str = "permerror") -> None:
        super().__init__(reason)
        self.result = result


@dataclass(frozen=True, slots=True)
class Signature:
    """A well-formed signature field; strings are as RFC 6376 §3.5 names them.

    `domain` and `selector` are valid names in the form to look up. `canonicalization` is (header,
    body). `length` is l= in octets, None when absent; `signed_at` and `expires_at` are seconds since
    1970. `signed_fields` in lower case, in the order of h=. `field` holds the octets.
    """

    field: Field
    tags: dict[str, str]
    algorithm: str
    domain: str
    selector: str
    canonicalization: tuple[str, str]
    signed_fields: tuple[str, ...]
    body_hash: bytes
    identity: str = ""
    length: int | None = None
    signed_at: int | None = None
    expires_at: int | None = None

    @property
    def key_name(self) -> str:
        """Where the public key stands (RFC 6376 §3.6.2.1)."""
        return f"{self.selector}._domainkey.{self.domain}"


def dkim_fields(message: Message) -> tuple[Field, ...]:
    """The signatures that are looked at: the first from the top, at most SIGNATURES_MAXIMUM."""
    return message.named("dkim-signature")[:SIGNATURES_MAXIMUM]


def claimed_domains(message: Message) -> Iterator[str]:
    """The valid d= of each signature that is looked at, whatever else is wrong with it."""
    for field in dkim_fields(message):
        try:
            domain = to_ascii(tags_of(field).get("d", ""))
        except SignatureError:
            continue
        if domain:
            yield domain


def tags_of(field: Field) -> dict[str, str]:
    """The tag list of a signature field, within the limits above. Raises SignatureError."""
    if len(field.octets) > FIELD_MAXIMUM_OCTETS or _LONG_RUN.search(field.octets):
        raise SignatureError("the signature field is too long")
    try:
        # RFC 6376 §3.2 with RFC 8616 §4: UTF-8 where internationalized, ASCII else.
        return parse_tags(field.value.decode("utf-8"))
    except UnicodeDecodeError:
        raise SignatureError("the signature field is not UTF-8") from None
    except TagError as error:
        raise SignatureError(str(error)) from None


def parse_dkim_signature(field: Field) -> Signature:
    """A DKIM-Signature. Raises SignatureError."""
    tags = tags_of(field)
    if tags.get("v") != "1":
        raise SignatureError("v= is not 1")
    signature = _parse(field, tags, "simple/simple")
    if "from" not in signature.signed_fields:
        raise SignatureError("h= does not name From")
    return signature


def parse_arc_message_signature(field: Field) -> Signature:
    """An ARC-Message-Signature (RFC 8617 §4.1.2): no v=, and i= is the instance. Raises SignatureError."""
    tags = tags_of(field)
    without_identity = {name: value for name, value in tags.items() if name != "i"}
    signature = _parse(field, without_identity, "relaxed/relaxed")
    if "arc-seal" in signature.signed_fields:
        raise SignatureError("ARC-Message-Signature signs an ARC-Seal")
    return signature


def signing_domain(tags: dict[str, str]) -> tuple[str, str]:
    """d= and s= as valid names. Raises SignatureError."""
    domain, selector = to_ascii(tags.get("d", "")), to_ascii(tags.get("s", ""))
    if domain is None:
        raise SignatureError("d= is no domain name")
    if selector is None:
        raise SignatureError("s= is no selector")
    return domain, selector


def algorithm_of(tags: dict[str, str]) -> str:
    """a=, when it is one we accept. Raises SignatureError."""
    algorithm = tags.get("a", "").lower()
    if algorithm == "rsa-sha1":
        # RFC 8301 §3.1: rsa-sha1 MUST NOT be used for verifying.
        raise SignatureError("rsa-sha1 is not accepted", "policy")
    if algorithm not in _ALGORITHMS:
        raise SignatureError("an unknown algorithm")
    return algorithm


def decode_base64(tags: dict[str, str], name: str) -> bytes:
    """A base64 tag, white space ignored, not empty. Raises SignatureError."""
    try:
        octets = base64.b64decode(without_white_space(tags.get(name, "")), validate=True)
    except (binascii.Error, ValueError):
        octets = b""
    if not octets:
        raise SignatureError(f"{name}= is no base64")
    return octets


def _parse(field: Field, tags: dict[str, str], default_canonicalization: str) -> Signature:
    domain, selector = signing_domain(tags)
    decode_base64(tags, "b")
    if "dns/txt" not in without_white_space(tags.get("q", "dns/txt")).lower().split(":"):
        raise SignatureError("q= knows no method of ours")
    signed_at, expires_at = _number(tags, "t"), _number(tags, "x")
    if signed_at is not None and expires_at is not None and expires_at <= signed_at:
        raise SignatureError("x= is not after t=")
    return Signature(
        field=field,
        tags=tags,
        algorithm=algorithm_of(tags),
        domain=domain,
        selector=selector,
        canonicalization=_canonicalization(tags.get("c", default_canonicalization)),
        signed_fields=_signed_fields(tags.get("h", "")),
        body_hash=decode_base64(tags, "bh"),
        identity=_identity(tags, domain),
        length=_number(tags, "l"),
        signed_at=signed_at,
        expires_at=expires_at,
    )


def _canonicalization(text: str) -> tuple[str, str]:
    header, _, body = without_white_space(text).lower().partition("/")
    body = body or "simple"
    if header not in _CANONICALIZATIONS or body not in _CANONICALIZATIONS:
        raise SignatureError("an unknown canonicalization")
    return header, body


def _signed_fields(text: str) -> tuple[str, ...]:
    names = tuple(name.strip(" \t").lower() for name in text.split(":"))
    if len(names) > SIGNED_FIELDS_MAXIMUM:
        raise SignatureError("h= names too many fields")
    # An empty name selects no field; the ARC suite holds signatures that have one.
    if not all(_FIELD_NAME.fullmatch(name) for name in names if name):
        raise SignatureError("h= names something that is no field")
    return names


def _identity(tags: dict[str, str], domain: str) -> str:
    """i= must be in d= or below it (RFC 6376 §3.5). Returned as `local@domain`, "" when absent."""
    if "i" not in tags:
        return ""
    local, at, name = tags["i"].rpartition("@")
    identity = to_ascii(name)
    if not at or identity is None or not (identity == domain or identity.endswith("." + domain)):
        raise SignatureError("i= is not in d=")
    return f"{local}@{identity}"


def _number(tags: dict[str, str], name: str) -> int | None:
    if name not in tags:
        return None
    if not _DIGITS.fullmatch(tags[name]):
        raise SignatureError(f"{name}= is no number")
    return int(tags[name])
