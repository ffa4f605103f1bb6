"""Whether a signature over header fields holds under a key.

Header canonicalization and selection are dkimpy's; the body, the fields of the signature and the key were judged
before. Every exception of dkimpy ends here.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import dkim
import nacl.exceptions

from gateway.checks.dkim_keys import PublicKey
from gateway.core.message import Field
from gateway.core.signature import SignatureError

# Headers beyond this are hashed in a thread: a few milliseconds of dkimpy's patterns.
INLINE_MAXIMUM_OCTETS: Final = 65_536
# RFC 8017 §9.2: DigestInfo of SHA-256 up to the digest itself.
_SHA256_INFO: Final = bytes.fromhex("3031300d060960864801650304020105000420")
_WHITE_SPACE: Final = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Proof:
    """One question: `fields` from the top, the `names` to select (lower case, bottom up), the signature's own field."""

    fields: tuple[Field, ...]
    names: tuple[str, ...]
    signature_field: Field
    signature: str
    algorithm: str
    header_canonicalization: str
    key: PublicKey


async def prove_all(proofs: Sequence[Proof]) -> list[bool | SignatureError]:
    """The answers in order; in a thread when the headers are large."""
    size = sum(len(field.octets) for proof in proofs for field in proof.fields)
    if size <= INLINE_MAXIMUM_OCTETS:
        return [prove(proof) for proof in proofs]
    return await asyncio.to_thread(lambda: [prove(proof) for proof in proofs])


def prove(proof: Proof) -> bool | SignatureError:
    """True when the signature holds, False when it does not, an error when it cannot be tried."""
    if proof.algorithm.partition("-")[0] != proof.key.kind:
        return SignatureError("the key is of another kind than a=")
    try:
        digest = _header_digest(proof)
        signature = base64.b64decode(_WHITE_SPACE.sub("", proof.signature).encode("latin-1", "replace"))
        holds = _rsa_holds if proof.key.kind == "rsa" else _ed25519_holds
        return holds(proof.key.material, digest, signature)
    except Exception as error:  # noqa: BLE001 -- hostile input makes dkimpy raise more than its own exceptions
        return SignatureError(f"the signature cannot be checked ({type(error).__name__})")


def _header_digest(proof: Proof) -> bytes:
    """SHA-256 of the selected fields and the signature's own, canonical (RFC 6376 §3.7)."""
    wanted = set(proof.names)
    fields = [_pair(field) for field in proof.fields if field.name and field.key in wanted]
    names = [name.encode("ascii") for name in proof.names]
    if "from" in wanted:
        # RFC 6376 §8.15: a From that was added above the signed one must not go unseen.
        names.append(b"from")
    policy = dkim.CanonicalizationPolicy.from_c_value(f"{proof.header_canonicalization}/simple".encode("ascii"))
    hasher = hashlib.sha256()
    dkim.hash_headers(hasher, policy, policy.canonicalize_headers(fields), names, _pair(proof.signature_field), {})
    return hasher.digest()


def _rsa_holds(material: Any, digest: bytes, signature: bytes) -> bool:  # noqa: ANN401 -- dkimpy's own object
    """RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8017 §8.2.2). dkimpy's own turns numbers into octets one by one."""
    modulus: int = material["modulus"]
    octets = (modulus.bit_length() + 7) // 8
    value = int.from_bytes(signature, "big")
    if len(signature) != octets or value >= modulus:
        return False
    encoded = b"\x00\x01" + b"\xff" * (octets - 3 - len(_SHA256_INFO) - len(digest)) + b"\x00" + _SHA256_INFO + digest
    return pow(value, material["publicExponent"], modulus) == int.from_bytes(encoded, "big")


def _ed25519_holds(material: Any, digest: bytes, signature: bytes) -> bool:  # noqa: ANN401 -- PyNaCl's own object
    """PureEdDSA over the hash (RFC 8463 §3)."""
    try:
        material.verify(digest, signature)
    except nacl.exceptions.BadSignatureError:
        return False
    return True


def _pair(field: Field) -> list[bytes]:
    """Name (with white space before the colon) and value (with folding and CRLF), as dkimpy keeps them."""
    name, _, value = field.octets.partition(b":")
    return [name, value]
