"""Paths: one reading of each address, or none."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core.path import PathError, ascii_domain, scan_path

ATEXT = "abcXYZ019!#$%&'*+-/=?^_`{|}~"
atoms = st.text(st.sampled_from(ATEXT), min_size=1, max_size=12)
dot_strings = st.lists(atoms, min_size=1, max_size=4).map(".".join)
quoted = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=20).map(
    lambda text: '"' + re.sub(r'(["\\])', r"\\\1", text) + '"'
)
labels = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,10}[a-z0-9])?", fullmatch=True)
domains = st.lists(labels, min_size=1, max_size=4).map(".".join)


@given(st.one_of(dot_strings, quoted), domains, st.lists(domains, max_size=3))
def test_a_path_is_read_as_it_was_written_without_its_route(local_part, domain, route):
    prefix = ",".join(f"@{each}" for each in route) + ":" if route else ""
    text = f"<{prefix}{local_part}@{domain}>"
    if len(local_part) > 64 or len(text) > 256:
        return
    mailbox, end = scan_path(f"FROM:{text} SIZE=1", 5)
    assert (mailbox.local_part, mailbox.domain) == (local_part, domain)
    assert end == 5 + len(text)


@given(st.text(st.sampled_from('<>@."\\,:[]() ab%!é\u202e\x00\r\n=?-_'), max_size=30))
def test_whatever_is_read_is_unambiguous(text):
    try:
        mailbox, end = scan_path(text, 0)
    except PathError:
        return
    assert text[0] == "<"
    assert text[end - 1] == ">"
    if mailbox is None:
        assert text[:end] == "<>"
        return
    assert text[:end].endswith(f"{mailbox}>")
    assert not re.search(r"[\x00-\x1f\x7f\u202e]", str(mailbox))
    if not mailbox.local_part.startswith('"'):
        assert not set(mailbox.local_part) & set('<>@",:[]() \\')
    assert not set(mailbox.domain) & set('<>@"\\,() %!')


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a@b.example",
        "<a@b.example",
        "<a b@c.example>",
        "<a@b@c.example>",
        "<@c.example>",
        "<a@>",
        "<.a@b.example>",
        "<a.@b.example>",
        "<a..b@c.example>",
        "<a@b..example>",
        "<a@b.example.>",
        "<a@-b.example>",
        "<a@b-.example>",
        "<a@b_c!.example>",
        "<a(x)@b.example>",
        '<"a@b.example>',
        '<"a\x00"@b.example>',
        '<"a"b@c.example>',
        "<a>",
        "<@b.example:postmaster>",
        "<@b.example:>",
        "<a@[192.0.2.1>",
        "<a@192.0.2.1]>",
        "<a@[192.0.2.01]>",
        "<a@[]>",
        "<a@[2001:db8::1]>",
        "<a@[IPv6:::ffff:1.2.3.4%1]>",
        "<a@b\u3002example>",
        "<a@\u2100.example>",
        "<a\u202eb@c.example>",
        "<a\u00a0b@c.example>",
        "<a\u0085b@c.example>",
        "<a@b\u200d.example>",
        "<\ud800@b.example>",
    ],
)
def test_what_is_no_path_is_refused(text):
    with pytest.raises(PathError):
        scan_path(text, 0)


def test_an_encoded_word_stays_a_local_part():
    mailbox, _ = scan_path("<=?utf-8?q?victim?=@gw.example>", 0)
    assert mailbox.local_part == "=?utf-8?q?victim?="


@pytest.mark.parametrize(
    ("domain", "expected"),
    [
        ("Office.EXAMPLE", "office.example"),
        ("under_score.example", "under_score.example"),
        ("localhost", "localhost"),
        ("Bücher.example", "xn--bcher-kva.example"),
        ("straße.example", "xn--strae-oqa.example"),
        ("[192.0.2.1]", "[192.0.2.1]"),
        ("[IPV6:2001:DB8:0::1]", "[ipv6:2001:db8::1]"),
    ],
)
def test_domains_have_one_form_to_compare(domain, expected):
    assert ascii_domain(domain) == expected


def test_limits_are_counted_in_octets():
    assert scan_path(f"<{'é' * 32}@b.example>", 0)[0]
    for text in (f"<{'é' * 33}@b.example>", f"<{'a' * 65}@b.example>", f"<a@{'b' * 64}>"):
        with pytest.raises(PathError):
            scan_path(text, 0)
    longest = "<" + "a" * 60 + "@" + ".".join(["b" * 60] * 3) + "." + "c" * 10 + ">"
    assert len(longest) == 256
    assert scan_path(longest, 0)[1] == 256
    with pytest.raises(PathError, match="path is too long"):
        scan_path(longest.replace("c>", "cc>"), 0)
    with pytest.raises(PathError, match="path is too long"):
        scan_path("<@route.example:" + longest[1:], 0)


def test_a_hostile_line_is_read_in_linear_time():
    for text in ("<" + "a." * 50_000, "<" + "@a," * 50_000, '<"' + "\\a" * 50_000, "<" + "a" * 100_000 + "@"):
        with pytest.raises(PathError):
            scan_path(text, 0)
