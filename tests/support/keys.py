"""Signing keys for tests only, their DNS records, and messages signed with them."""

from __future__ import annotations

import base64
import re

import dkim
import nacl.encoding
import nacl.signing

RSA_2048 = b"""\
-----BEGIN RSA PRIVATE KEY-----
MIIEowIBAAKCAQEAr16vJJOdTgZDjeMPReHHeFa5z6hDZ9yLsf9Phko387YZtHOr
uCIf6Zr926OrYDUFVCPDaRHM/PmPkj5DATgSwCBi5RAhga/OAEQMmeUkY0gDWnBJ
rhtk22/7LFzZTSOZRniTQg7OaMiMT6ZW8tglbTSpEmv6mtyalAIPYj6C96xiLzJ4
TOY6eX3uX5yJ6GUppTOG4rx58XXEUav3WI+0oneH0KtyAe66rlXdOwi79G1jwMvS
v3IxeN7vmjenKc9KZ6HasX7d5KXJ8NJimBat/0kKWhhSuk8czc25/41QXFekLJbd
rO27czu81OHcCZh+V/iSu90yHJa1xGMFiQIlFQIDAQABAoIBAAYcCIJVNC882ktN
+ZZn1GZVsHkoCwUfcqxw+75uxSk+kwGtipzKb43Yt6Gtv4barK9ZjvFmTIZpqVNL
y6jLYSKECP34RGU7Zd6uKuQ3o+oONF5eYsASiz52gGvIu6H2LLJUTrOynAVG1gCL
snluXKDD1g9ivKMlhABxBpktGqycgWkShbEuVh7aE9Zf3RGCemtGcnknJ2zu9Pc9
lQ8mHaVJSQjzXiejeTKLLCoddSZ876pJbgtlVkfk03h2d5w2PEWsPTsDbgLWfhsy
H+n0/JfyiOOWvTDDCaTSEF+yojGfmINE3DpwdH+pBwc8GkxQ3Q6R9WTS7QELO0AO
SPtqSFcCgYEA8uhLCY4xZ1P7IsB44egh17eOs1NKnfSOXLNaVvjb1Y/5q3ltnw1P
rCsYyvl5dNaO9BoFVuFVY9CEFSXmW4V8ZJ1L/QfQnOXj8/hHZeAUnv2VHmVpQMvJ
hqPa1KavxO21jUN58dl1j4OsyjoYJzcyG9H8dsKP3B2LM9ehUF9UScsCgYEAuNJ9
DWqXOjSk71a9dfORpbabAZ0g4KstkaSmBeCIhU743Pfopz6qXMFaCENu9L+P5OP3
WhTciTK5S+R327iZLt5njhm7S4YJGPaOCiVcFtzfwyDiVf3R6rjUK6hS5UWBw3eo
H+lxrOKfq6f8O8+PXLNIE/Zs/j5BzJFe8KQu8J8CgYBh8hzfu4BcQ9bOCoIzxWBw
FUnrMTizPHtzEbbpvusV0DpCVHJJYhqwN6iFn9bDsAhwkVV51N6Tou6/gErEuKyR
/YM4gkAyI9io9YIEqDhoa6QHX6jzQbj/G28PtC7H33oHfh/bz23B8rxnxskadv0z
jpaYZJeRkDAjNV2MhQP9xQKBgD/hoQ+OFA8uOwPuuzWVpnXck98O7Fo7UFjSy/+k
CAvrq+DUXznPUxsUSYYpqKQ3wgifMtOT+lYBjkJJCZSMTYYBoVFgW3hTL7nNHnMr
TpUoar8LErAeNvwmPk+Isn5EdAGXziiZi4zyF7ZBLdGOgELORM+BkVKfOib26BXM
6dyJAoGBAML932Z5+6J3hN/TVuDJ5re9GgV1enh0MJQEZeS2KK0y0KfBgG1NtR+Q
8yC7D6z2+ezIg7WKgqI1m58zww5A0XyFCOEyvqXkM1bQ236ADfDiwb5CySIjEj8d
lEqsoVjKxaJW6iB9R0HQVnppy0R+CSMYLAUbiyG7kBSlNmdut0+w
-----END RSA PRIVATE KEY-----
"""
RSA_512 = b"""\
-----BEGIN RSA PRIVATE KEY-----
MIIBOwIBAAJBAL979JMwAVRmbFsZYFxNkojLDf96euR0oTgnwfjcDxpa3VCf9W/y
1MHIVJELGzJEzJZTuwroAUTH6eM1VDou7+MCAwEAAQJANSxfy2u+Qsi6eEXAu4ET
GweAGJzTeZNlnal0tP2u9/sdpvrUfv1GwGm5/lvcXlEaC6N5Vi/T5vlBorHCwHrD
OQIhAPqbpCO818tI67n0gOnI9w8iKjatUol1fA5j6SC3AmTfAiEAw5qod5rbmYw1
9soXASySMpdD70b9i9uL0wBsqTDrMX0CIF18sj6is92h1k4IaA7OaVu74wOCpMei
jCTSIKWTn9EBAiEAi3XLQ2tvwqxLFWfEuxuSKOvcjc8pmvuvV4Nn9cFhDukCIQCT
B9Sdf9Dg/Qhxq1b7t9WLMmOPuwMaeOWWzgYY4M4hgw==
-----END RSA PRIVATE KEY-----
"""
RSA_2048_PUBLIC = (
    "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAr16vJJOdTgZDjeMPReHHeFa5z6hDZ9yLsf9Phko387YZtHOruCIf6Zr9"
    "26OrYDUFVCPDaRHM/PmPkj5DATgSwCBi5RAhga/OAEQMmeUkY0gDWnBJrhtk22/7LFzZTSOZRniTQg7OaMiMT6ZW8tglbTSpEmv6"
    "mtyalAIPYj6C96xiLzJ4TOY6eX3uX5yJ6GUppTOG4rx58XXEUav3WI+0oneH0KtyAe66rlXdOwi79G1jwMvSv3IxeN7vmjenKc9K"
    "Z6HasX7d5KXJ8NJimBat/0kKWhhSuk8czc25/41QXFekLJbdrO27czu81OHcCZh+V/iSu90yHJa1xGMFiQIlFQIDAQAB"
)
RSA_512_PUBLIC = (
    "MFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBAL979JMwAVRmbFsZYFxNkojLDf96euR0oTgnwfjcDxpa3VCf9W/y1MHIVJELGzJEzJZT"
    "uwroAUTH6eM1VDou7+MCAwEAAQ=="
)
ED25519 = nacl.signing.SigningKey(bytes(range(32)))
ED25519_PUBLIC = ED25519.verify_key.encode(nacl.encoding.Base64Encoder).decode()

MESSAGE = b"From: Ada <ada@example.com>\r\nTo: it@office.example\r\nSubject: Hello\r\n\r\nHello  there \r\n\r\n"


def record(public: str = RSA_2048_PUBLIC, kind: str = "rsa", extra: str = "") -> str:
    """A key record in zone form, without the name: `TXT "..."`."""
    text = f"v=DKIM1; k={kind}; {extra}p={public}"
    return "TXT " + " ".join(f'"{text[at : at + 200]}"' for at in range(0, len(text), 200))


def sign(
    message: bytes = MESSAGE,
    domain: str = "example.com",
    selector: str = "s1",
    key: bytes = RSA_2048,
    algorithm: str = "rsa-sha256",
    canonicalize: tuple[str, str] = ("relaxed", "relaxed"),
    **options: object,
) -> bytes:
    """The message with a DKIM-Signature by dkimpy on top."""
    signer = dkim.DKIM(message)
    header = signer.sign(
        selector.encode(),
        domain.encode(),
        key,
        signature_algorithm=algorithm.encode(),
        canonicalize=tuple(part.encode() for part in canonicalize),
        **{"include_headers": [b"from", b"to", b"subject", b"from"], **options},
    )
    return header + message


def sign_ed25519(message: bytes = MESSAGE, domain: str = "example.com", selector: str = "ed") -> bytes:
    """The same with Ed25519 (RFC 8463)."""
    return sign(message, domain, selector, ED25519.encode(nacl.encoding.Base64Encoder), "ed25519-sha256")


def seal(
    message: bytes = MESSAGE, domain: str = "example.com", selector: str = "s1", results: str = "dmarc=pass"
) -> bytes:
    """The message with one ARC set more (RFC 8617 §5.1), by dkimpy's own signer of header fields."""
    signer = dkim.ARC(message)
    signer.hasher = dkim.HASH_ALGORITHMS[b"rsa-sha256"]
    instance = signer.sorted_arc_headers()[0] + 1
    policy = dkim.CanonicalizationPolicy.from_c_value(b"relaxed/relaxed")
    private = dkim.parse_pem_private_key(RSA_2048)
    body_hash = base64.b64encode(signer.hasher(policy.canonicalize_body(signer.body)).digest())
    common = [(b"i", b"%d" % instance), (b"a", b"rsa-sha256"), (b"d", domain.encode()), (b"s", selector.encode())]
    added = f"ARC-Authentication-Results: i={instance}; mx.{domain}; {results}\r\n".encode()
    arc_fields = [each for each in signer.headers if each[0].lower() in dkim.ARC.ARC_HEADERS]
    signed = [*common, (b"c", b"relaxed/relaxed"), (b"h", b"from:subject"), (b"bh", body_hash), (b"b", b"0" * 60)]
    value = signer.gen_header(signed, [b"from", b"subject"], policy, b"ARC-Message-Signature", private)
    added = b"ARC-Message-Signature: " + value + added
    signer.headers = dkim.rfc822_parse(added + b"\r\n")[0][::-1] + arc_fields[::-1]
    ordered = sorted(signer.headers, key=_age)
    signer.headers = ordered[::-1]
    sealed = [*common, (b"cv", b"none" if instance == 1 else b"pass"), (b"b", b"0" * 60)]
    value = signer.gen_header(sealed, [name.lower() for name, _ in ordered], policy, b"ARC-Seal", private)
    return b"ARC-Seal: " + value + added + message


def _age(pair: list[bytes]) -> tuple[int, int]:
    """By instance, then results, signature, seal (RFC 8617 §5.1.1)."""
    match = re.search(rb"\bi=(\d+)", pair[1])
    kinds = (b"arc-authentication-results", b"arc-message-signature", b"arc-seal")
    return int(match[1]) if match else 0, kinds.index(pair[0].lower())
