"""DKIM (RFC 6376): each signature of the message and what became of it. Knows nothing of alignment."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from gateway.checks.base import Glancing
from gateway.checks.dkim_body import BodyHashes, BodyHashRequest, hash_body_aside
from gateway.checks.dkim_keys import NoKey, PublicKey, fetch_keys
from gateway.checks.dkim_proof import Proof, prove_all
from gateway.core.envelope import Transaction
from gateway.core.finding import DkimFinding, DkimSignature
from gateway.core.message import Field, Message
from gateway.core.signature import Signature, SignatureError, dkim_fields, parse_dkim_signature, signing_domain, tags_of
from gateway.net.clock import Clock
from gateway.net.dns import Resolver

# Clocks of honest senders are wrong by hours (dkimpy allows ten).
CLOCK_SKEW_SECONDS: Final = 36_000
_BEST_FIRST: Final = ("pass", "temperror", "fail", "policy", "neutral", "permerror")


@dataclass(frozen=True, slots=True)
class DkimCheck(Glancing):
    """Verifies at most SIGNATURES_MAXIMUM signatures from the top. t= and x= are judged only by a set clock (D17)."""

    resolver: Resolver
    clock: Clock
    name: str = "dkim"

    async def check(self, transaction: Transaction) -> DkimFinding:
        """All signatures; raises nothing for what the message or DNS holds."""
        message = transaction.message
        read = [_read(field) for field in dkim_fields(message)]
        signatures = [each for each in read if isinstance(each, Signature)]
        keys = await fetch_keys(self.resolver, (signature.key_name for signature in signatures))
        hashes = await hash_body_aside(message.body, {_body_request(signature) for signature in signatures})
        judged = [
            each if isinstance(each, DkimSignature) else self._judge(each, keys[each.key_name], hashes) for each in read
        ]
        open_cases = [index for index, each in enumerate(judged) if isinstance(each, _Candidate)]
        candidates = [each for each in judged if isinstance(each, _Candidate)]
        answers = await prove_all([_proof(message, each) for each in candidates])
        for index, candidate, answer in zip(open_cases, candidates, answers, strict=True):
            judged[index] = _close(candidate.finding, answer)
        results = tuple(each for each in judged if isinstance(each, DkimSignature))
        return DkimFinding(results, _overall(results))

    def glance(self, transaction: Transaction) -> DkimFinding | None:
        """Nothing is signed, or there is something to prove."""
        return None if dkim_fields(transaction.message) else DkimFinding((), "none")

    def _judge(self, signature: Signature, key: PublicKey | NoKey, hashes: BodyHashes) -> DkimSignature | _Candidate:
        """What is known before the signature itself is checked."""
        hashed = hashes[_body_request(signature)]
        covers = signature.length is None or signature.length >= hashed.body_octets
        finding = replace(_describe(signature, key), covers_body=covers)
        if isinstance(key, NoKey):
            return replace(finding, result=key.result, reason=key.reason)
        if key.exact_identity and signature.identity.rpartition("@")[2] not in ("", signature.domain):
            return replace(finding, result="permerror", reason="the key does not allow i= below d=")
        if signature.length is not None and signature.length > hashed.body_octets:
            return replace(finding, result="permerror", reason="l= is longer than the body")
        if reason := self._untimely(signature):
            return replace(finding, result="fail", reason=reason)
        if hashed.digest != signature.body_hash:
            return replace(finding, result="fail", reason="the body was changed")
        return _Candidate(signature, key, finding)

    def _untimely(self, signature: Signature) -> str:
        if not self.clock.is_synchronised():
            return ""
        now = self.clock.now().timestamp()
        if signature.expires_at is not None and signature.expires_at < now:
            return "the signature has expired"
        if signature.signed_at is not None and signature.signed_at > now + CLOCK_SKEW_SECONDS:
            return "the signature is from the future"
        return ""


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A signature that only its own check can still refute."""

    signature: Signature
    key: PublicKey
    finding: DkimSignature


def _read(field: Field) -> Signature | DkimSignature:
    try:
        return parse_dkim_signature(field)
    except SignatureError as error:
        domain, selector = _names(field)
        return DkimSignature(error.result, domain, selector, reason=str(error))


def _names(field: Field) -> tuple[str, str]:
    """d= and s= of a field that is otherwise no good, where they are valid names."""
    try:
        return signing_domain(tags_of(field))
    except SignatureError:
        return "", ""


def _describe(signature: Signature, key: PublicKey | NoKey) -> DkimSignature:
    return DkimSignature(
        result="permerror",
        domain=signature.domain,
        selector=signature.selector,
        identity=signature.identity,
        algorithm=signature.algorithm,
        key_bits=key.bits,
        testing=isinstance(key, PublicKey) and key.testing,
        signed_fields=signature.signed_fields,
    )


def _body_request(signature: Signature) -> BodyHashRequest:
    return BodyHashRequest(signature.canonicalization[1], signature.length)


def _proof(message: Message, candidate: _Candidate) -> Proof:
    signature = candidate.signature
    return Proof(
        fields=message.fields,
        names=signature.signed_fields,
        signature_field=signature.field,
        signature=signature.tags["b"],
        algorithm=signature.algorithm,
        header_canonicalization=signature.canonicalization[0],
        key=candidate.key,
    )


def _close(finding: DkimSignature, answer: bool | SignatureError) -> DkimSignature:
    if isinstance(answer, SignatureError):
        return replace(finding, result=answer.result, reason=str(answer))
    if answer:
        return replace(finding, result="pass")
    return replace(finding, result="fail", reason="the signed fields were changed")


def _overall(signatures: tuple[DkimSignature, ...]) -> str:
    results = {signature.result for signature in signatures}
    return next((result for result in _BEST_FIRST if result in results), "none")
