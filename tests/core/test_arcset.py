"""ARC fields into sets: what is a chain by its form."""

from __future__ import annotations

import pytest

from gateway.core.arcset import SETS_MAXIMUM, ChainError, check_statuses, message_signature, read_sets
from gateway.core.message import Message


def seal(instance: int, status: str = "pass", extra: str = "") -> str:
    return f"ARC-Seal: i={instance}; a=rsa-sha256; cv={status}; d=Sealer{instance}.example; s=s; {extra}b=AAAA\r\n"


def signature(instance: int) -> str:
    return f"ARC-Message-Signature: i={instance}; a=rsa-sha256; d=s.example; s=s; h=from; bh=AAAA; b=AAAA\r\n"


def results(instance: int, payload: str = "mx.example; dmarc=pass") -> str:
    return f"ARC-Authentication-Results: i={instance}; {payload}\r\n"


def whole(instance: int) -> str:
    return seal(instance, "none" if instance == 1 else "pass") + signature(instance) + results(instance)


def message(*parts: str) -> Message:
    return Message.of(("".join(parts) + "From: a@b.example\r\n\r\n").encode())


def test_sets_come_from_the_oldest_to_the_newest() -> None:
    sets = read_sets(message(whole(2), whole(1)))
    check_statuses(sets)
    assert [(each.instance, each.seal.domain, each.results) for each in sets] == [
        (1, "sealer1.example", "mx.example; dmarc=pass"),
        (2, "sealer2.example", "mx.example; dmarc=pass"),
    ]
    assert message_signature(sets[1]).key_name == sets[1].seal.key_name.replace("sealer2", "s")


def test_the_payload_is_unfolded() -> None:
    sets = read_sets(message(seal(1, "none"), signature(1), results(1, "mx.example;\r\n\tspf=pass")))
    assert sets[0].results == "mx.example;\tspf=pass"


def test_a_message_without_arc_fields_has_no_sets() -> None:
    assert read_sets(message()) == ()


@pytest.mark.parametrize(
    "parts",
    [
        (seal(1), signature(1)),
        (seal(1), results(1)),
        (signature(1), results(1)),
        (whole(2),),
        (whole(3), whole(1)),
        (whole(1), seal(1)),
        (whole(1), results(1)),
        (seal(0), signature(0), results(0)),
        (seal(51), signature(51), results(51)),
        (seal(1, "maybe"), signature(1), results(1)),
        (seal(1, extra="h=from; "), signature(1), results(1)),
        (seal(1, extra="d=x.example; "), signature(1), results(1)),
        ("ARC-Seal: nonsense\r\n", signature(1), results(1)),
        (seal(1).replace("Sealer1.example", "a(b"), signature(1), results(1)),
        (seal(1).replace("sha256", "sha1"), signature(1), results(1)),
        (seal(1), signature(1), "ARC-Authentication-Results: mx.example\r\n"),
        (seal(1), signature(1), results(1, "x" * 300_000)),
        tuple(whole(instance) for instance in range(1, SETS_MAXIMUM + 2)),
    ],
    ids=lambda value: repr(value)[:24],
)
def test_anything_else_is_no_chain(parts: tuple[str, ...]) -> None:
    with pytest.raises(ChainError):
        read_sets(message(*parts))


def test_fifty_sets_are_a_chain() -> None:
    assert len(read_sets(message(*(whole(instance) for instance in range(1, SETS_MAXIMUM + 1))))) == SETS_MAXIMUM


@pytest.mark.parametrize(("first", "second"), [("pass", "pass"), ("none", "none"), ("none", "fail"), ("fail", "pass")])
def test_each_seal_must_say_what_fits_its_place(first: str, second: str) -> None:
    sets = read_sets(message(seal(2, second), signature(2), results(2), seal(1, first), signature(1), results(1)))
    with pytest.raises(ChainError):
        check_statuses(sets)
