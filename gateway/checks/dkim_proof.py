"""dkimpy asked one thing: whether a signature over header fields holds under a key.

Header canonicalization, selection and the signature check are dkimpy's; the body, the fields of the
signature and the key were judged before. Every exception of dkimpy ends here.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import dkim

from gateway.checks.dkim_keys import PublicKey
from gateway.core.message import Field
from gateway.core.signature import SignatureError

# Headers beyond this are hashed in a thread: a few milliseconds of dkimpy's patterns.
INLINE_MAXIMUM_OCTETS: Final = 65_536


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
    signer = dkim.DKIM()
    wanted = set(proof.names)
    signer.headers = [_pair(field) for field in proof.fields if field.name and field.key in wanted]
    signer.pk, signer.keysize, signer.ktag = proof.key.material, proof.key.bits, proof.key.kind.encode("ascii")
    # Without bh= dkimpy leaves the body alone.
    tags = {
        b"a": proof.algorithm.encode("ascii"),
        b"b": proof.signature.encode("latin-1", "replace"),
        b"c": f"{proof.header_canonicalization}/simple".encode("ascii"),
    }
    names = [name.encode("ascii") for name in proof.names]
    try:
        return bool(signer.verify_sig_process(tags, names, _pair(proof.signature_field), None))
    except Exception as error:  # noqa: BLE001 -- hostile input makes dkimpy raise more than its own exceptions
        return SignatureError(f"the signature cannot be checked ({type(error).__name__})")


def _pair(field: Field) -> list[bytes]:
    """Name (with white space before the colon) and value (with folding and CRLF), as dkimpy keeps them."""
    name, _, value = field.octets.partition(b":")
    return [name, value]
