"""Key records: which keys count, and why the others don't."""

from __future__ import annotations

import base64

import pytest

from gateway.checks.dkim_keys import NoKey, PublicKey, fetch_keys, read_key
from tests.support import keys
from tests.support.zone import ZoneResolver

P = keys.RSA_2048_PUBLIC


def test_an_rsa_and_an_ed25519_key() -> None:
    rsa = read_key(f"v=DKIM1; p={P}")
    assert isinstance(rsa, PublicKey)
    assert (rsa.kind, rsa.bits, rsa.testing, rsa.exact_identity) == ("rsa", 2048, False, False)
    edwards = read_key(f"k=ed25519; p={keys.ED25519_PUBLIC}")
    assert isinstance(edwards, PublicKey)
    assert (edwards.kind, edwards.bits) == ("ed25519", 256)


def test_flags_are_seen() -> None:
    key = read_key(f"v=DKIM1; t=s : y; s=email:x; h=sha1:sha256; n=note; p={P}")
    assert isinstance(key, PublicKey)
    assert key.testing
    assert key.exact_identity


def test_white_space_in_the_key_means_nothing() -> None:
    assert isinstance(read_key(f"p={P[:40]} {P[40:]}"), PublicKey)


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        ("", "the key record holds no key"),
        ("nonsense", "an unreadable key record"),
        (f"v=DKIM2; p={P}", "the key record's version"),
        (f"p={P}; v=DKIM1", "the key record's version"),
        ("v=DKIM1; p=", "the key is revoked"),
        (f"k=dsa; p={P}", "an unknown kind of key"),
        (f"h=sha1; p={P}", "the key is not for sha256"),
        (f"s=web; p={P}", "the key is not for mail"),
        ("p=!!!", "an unreadable key"),
        ("p=AAAA", "an unreadable key"),
        (f"p={P[:40]}", "an unreadable key"),
        ("k=ed25519; p=AAAA", "an unreadable key"),
        ("p=é", "an unreadable key"),
        ("p=" + "A" * 9_000, "the key record is too long"),
    ],
)
def test_a_record_that_gives_no_key_is_permanent(record: str, reason: str) -> None:
    found = read_key(record)
    assert isinstance(found, NoKey)
    assert found.result == "permerror"
    assert found.reason.startswith(reason)


def der(tag: int, content: bytes) -> bytes:
    size = len(content)
    length = bytes([size]) if size < 128 else b"\x82" + size.to_bytes(2, "big")
    return bytes([tag]) + length + content


def rsa(modulus: int, exponent: int) -> str:
    """An RSAPublicKey (RFC 8017 §A.1.1)."""
    numbers = [der(2, number.to_bytes(number.bit_length() // 8 + 1, "big")) for number in (modulus, exponent)]
    return base64.b64encode(der(0x30, b"".join(numbers))).decode()


@pytest.mark.parametrize(
    "public",
    [
        keys.RSA_512_PUBLIC,
        rsa(1 << 1022 | 1, 65_537),
        rsa(1 << 16_000 | 1, 65_537),
        rsa(1 << 2047 | 1, 1 << 2_000 | 1),
        rsa(1 << 2047 | 1, 1),
    ],
    ids=lambda value: repr(value)[:24],
)
def test_short_and_unreasonable_keys_are_refused_by_policy(public: str) -> None:
    found = read_key(f"p={public}")
    assert isinstance(found, NoKey)
    assert found.result == "policy"


async def test_look_ups_are_made_once_and_their_failures_are_temporary() -> None:
    resolver = ZoneResolver.of(f'a.test {keys.record()}\nslow.test TIMEOUT\ntwo.test TXT "x"\ntwo.test {keys.record()}')
    found = await fetch_keys(resolver, ["a.test", "a.test", "slow.test", "none.test", "two.test"])
    assert isinstance(found["a.test"], PublicKey)
    assert isinstance(found["two.test"], PublicKey)
    assert [found[name].result for name in ("slow.test", "none.test") if isinstance(found[name], NoKey)] == [
        "temperror",
        "permerror",
    ]
    assert len(resolver.asked) == 4
