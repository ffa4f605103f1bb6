"""dkimpy at the border: a bool or an error value, never an exception."""

from __future__ import annotations

import base64
from dataclasses import replace

import pytest

from gateway.checks.dkim_keys import PublicKey, read_key
from gateway.checks.dkim_proof import Proof, prove, prove_all
from gateway.core.message import Message
from gateway.core.signature import SignatureError, dkim_fields, parse_dkim_signature
from tests.support import keys


def proof(octets: bytes | None = None) -> Proof:
    message = Message.of(octets or keys.sign())
    signature = parse_dkim_signature(dkim_fields(message)[0])
    key = read_key(f"p={keys.RSA_2048_PUBLIC}")
    assert isinstance(key, PublicKey)
    return Proof(
        message.fields,
        signature.signed_fields,
        signature.field,
        signature.tags["b"],
        signature.algorithm,
        signature.canonicalization[0],
        key,
    )


def test_a_good_signature_holds_and_another_does_not() -> None:
    assert prove(proof()) is True
    assert prove(replace(proof(), names=("from",))) is False


def test_a_key_of_another_kind_is_an_error() -> None:
    assert isinstance(prove(replace(proof(), algorithm="ed25519-sha256")), SignatureError)


@pytest.mark.parametrize("signature", ["AAAA", "A" * 4_000, "é"])
def test_nonsense_in_place_of_the_signature_does_not_hold(signature: str) -> None:
    assert prove(replace(proof(), signature=signature)) is not True


def test_nonsense_in_place_of_an_ed25519_signature_does_not_hold() -> None:
    key = read_key(f"k=ed25519; p={keys.ED25519_PUBLIC}")
    assert isinstance(key, PublicKey)
    assert prove(replace(proof(), algorithm="ed25519-sha256", key=key, signature="AAAA")) is not True


def test_lines_that_are_no_fields_are_passed_over() -> None:
    signed = keys.sign()
    assert prove(proof(signed.replace(b"From: Ada", b"no colon here\r\nFrom: Ada"))) is True


def test_white_space_before_a_colon_is_relaxed_away_and_breaks_simple() -> None:
    for header, holds in (("relaxed", True), ("simple", False)):
        signed = keys.sign(canonicalize=(header, "simple"))
        assert prove(proof(signed.replace(b"Subject:", b"Subject :"))) is holds


async def test_many_large_headers_are_proven_in_a_thread_with_the_same_answers() -> None:
    signed = keys.sign()
    large = proof(signed.replace(b"Subject: Hello", b"Subject: Hello\r\nX-Large: " + b"x" * 100_000))
    assert await prove_all([large, replace(large, names=("to",))]) == [True, False]


def _octets(given: Proof) -> int:
    return int.from_bytes(base64.b64decode(given.signature.replace(" ", "")), "big")


def test_an_rsa_signature_is_a_number_below_the_modulus_and_as_long_as_it() -> None:
    good = proof()
    modulus = good.key.material["modulus"]
    for number, octets in ((_octets(good) + modulus, 257), (_octets(good), 257), (_octets(good) ^ 1, 256)):
        changed = base64.b64encode(number.to_bytes(octets, "big")).decode()
        assert prove(replace(good, signature=changed)) is False
    same = base64.b64encode(_octets(good).to_bytes(256, "big")).decode()
    assert prove(replace(good, signature=same)) is True


def test_a_from_that_was_put_above_the_signed_one_breaks_the_signature() -> None:
    signed = keys.sign(include_headers=[b"from", b"to"])
    assert prove(proof(signed)) is True
    assert prove(proof(b"From: boss@office.example\r\n" + signed)) is False
