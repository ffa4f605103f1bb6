"""ARC (RFC 8617): whether the chain of seals holds, and what its sealers said. Trusts nobody; policy does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from gateway.checks.base import Glancing
from gateway.checks.dkim_body import BodyHashRequest, hash_body_aside
from gateway.checks.dkim_keys import NoKey, PublicKey, fetch_keys
from gateway.checks.dkim_proof import Proof, prove_all
from gateway.core.arcset import ChainError, RawSet, Seal, check_statuses, message_signature, read_sets
from gateway.core.envelope import Transaction
from gateway.core.finding import ArcFinding, ArcSet
from gateway.core.message import Field, Message
from gateway.core.signature import Signature, SignatureError
from gateway.net.dns import Resolver

_SET_NAMES: Final = ("arc-authentication-results", "arc-message-signature", "arc-seal")
_SET_NAMES_IN_OCTETS: Final = frozenset(name.encode() for name in _SET_NAMES)


@dataclass(frozen=True, slots=True)
class ArcCheck(Glancing):
    """Validates the newest ARC-Message-Signature and every ARC-Seal, which is what RFC 8617 §5.2 asks for."""

    resolver: Resolver
    name: str = "arc"

    async def check(self, transaction: Transaction) -> ArcFinding:
        """The chain's state; raises nothing for what the message or DNS holds."""
        message = transaction.message
        try:
            raw = read_sets(message)
        except ChainError as error:
            return ArcFinding("fail", reason=str(error))
        if not raw:
            return ArcFinding("none")
        sets = tuple(ArcSet(each.instance, each.seal.domain, each.results) for each in raw)
        try:
            check_statuses(raw)
            signature = message_signature(raw[-1])
            await self._verify(message, raw, signature)
        except _TemporarilyUnknown as error:
            return ArcFinding("temperror", sets, str(error))
        except (ChainError, SignatureError) as error:
            return ArcFinding("fail", sets, str(error))
        return ArcFinding("pass", sets)

    def glance(self, transaction: Transaction) -> ArcFinding | None:
        """Most mail has no chain."""
        has_any = any(field.name.lower() in _SET_NAMES_IN_OCTETS for field in transaction.message.fields)
        return None if has_any else ArcFinding("none")

    async def _verify(self, message: Message, raw: tuple[RawSet, ...], signature: Signature) -> None:
        """Raises ChainError or SignatureError when something does not hold, _TemporarilyUnknown for DNS."""
        await _verify_body(message, signature)
        names = [signature.key_name, *(each.seal.key_name for each in raw)]
        keys = await fetch_keys(self.resolver, names)
        proofs = [_message_proof(message, signature, _usable(keys[signature.key_name]))]
        proofs += [_seal_proof(raw[: each.instance], _usable(keys[each.seal.key_name])) for each in raw]
        subjects = ["the newest ARC-Message-Signature", *(f"ARC-Seal {each.instance}" for each in raw)]
        for subject, answer in zip(subjects, await prove_all(proofs), strict=True):
            if answer is not True:
                raise ChainError(f"{subject} does not hold")


class _TemporarilyUnknown(Exception):
    """A key could not be looked up."""


async def _verify_body(message: Message, signature: Signature) -> None:
    request = BodyHashRequest(signature.canonicalization[1], signature.length)
    hashed = (await hash_body_aside(message.body, (request,)))[request]
    if hashed.digest != signature.body_hash:
        raise ChainError("the body was changed after the newest seal")
    if signature.length is not None and signature.length != hashed.body_octets:
        # A chain vouches for the message; one that leaves body unsigned vouches for nothing.
        raise ChainError("the newest ARC-Message-Signature does not cover the body")


def _usable(key: PublicKey | NoKey) -> PublicKey:
    if isinstance(key, PublicKey):
        return key
    if key.result == "temperror":
        raise _TemporarilyUnknown(key.reason)
    raise ChainError(key.reason)


def _message_proof(message: Message, signature: Signature, key: PublicKey) -> Proof:
    return Proof(
        fields=message.fields,
        names=signature.signed_fields,
        signature_field=signature.field,
        signature=signature.tags["b"],
        algorithm=signature.algorithm,
        header_canonicalization=signature.canonicalization[0],
        key=key,
    )


def _seal_proof(sets: tuple[RawSet, ...], key: PublicKey) -> Proof:
    """RFC 8617 §5.1.1: all sets from 1 up, each as results, signature, seal; the last seal signs itself."""
    seal: Seal = sets[-1].seal
    # Selection goes from the bottom up, so the oldest set stands last.
    fields: list[Field] = []
    for each in reversed(sets):
        fields += [each.results_field, each.signature_field]
        fields += [each.seal.field] if each.seal is not seal else []
    return Proof(
        fields=tuple(fields),
        names=(_SET_NAMES * len(sets))[:-1],
        signature_field=seal.field,
        signature=seal.tags["b"],
        algorithm=seal.algorithm,
        header_canonicalization="relaxed",
        key=key,
    )
