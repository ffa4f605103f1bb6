"""The mail of the bench is what it is said to be, and always the same."""

from __future__ import annotations

import re
from statistics import fmean, median

import dkim

from tests.bench.corpus import body_digest, lessons, samples, sizes_of
from tests.bench.world import zone_lines


def _published(name: bytes, timeout: float = 0) -> bytes:
    wanted = name.decode()
    line = next(line for line in zone_lines() if line.startswith(wanted + " TXT"))
    return "".join(re.findall(r'"([^"]*)"', line)).encode()


def test_the_mail_is_the_same_each_time_but_for_its_date() -> None:
    first, second = samples("small", 12), samples("small", 12)
    assert [each.digest for each in first] == [each.digest for each in second]
    assert len({each.digest for each in first}) == 12


def test_small_mail_has_four_kilobytes() -> None:
    unsigned = [len(each.octets) for number, each in enumerate(samples("small", 20)) if number % 10 >= 7]
    assert all(3_600 < octets < 4_700 for octets in unsigned)


def test_mixed_mail_has_the_median_and_the_mean_that_are_promised() -> None:
    sizes = sizes_of("mixed", 300)
    assert 29_000 < median(sizes) < 32_000
    assert 95_000 < fmean(sizes) < 118_000
    assert min(sizes) >= 2_048
    assert max(sizes) <= 5_242_880


def test_a_message_is_about_as_long_as_its_size_says() -> None:
    wanted = sum(sizes_of("mixed", 20))
    assert abs(sum(len(each.octets) for each in samples("mixed", 20)) - wanted) < 0.1 * wanted


def test_seven_of_ten_messages_are_signed_and_the_signatures_hold() -> None:
    mail = samples("small", 20)
    signed = [each for each in mail if each.octets.startswith(b"DKIM-Signature:")]
    assert len(signed) == 14
    assert all(dkim.verify(each.octets, dnsfunc=_published) for each in signed[:3])


def test_no_line_ends_otherwise_than_smtp_wants() -> None:
    for each in samples("mixed", 8):
        assert b"\n" not in each.octets.replace(b"\r\n", b"")
        assert b"\r" not in each.octets.replace(b"\r\n", b"")


def test_some_lines_begin_with_a_dot() -> None:
    assert all(b"\r\n." in each.octets for each in samples("small", 4))


def test_the_digest_is_of_the_body_whatever_stands_on_top() -> None:
    mail = samples("small", 1)[0]
    assert body_digest(b"Received: from here\r\n" + mail.octets) == mail.digest
    assert body_digest(mail.octets + b"x") != mail.digest


def test_lessons_differ() -> None:
    assert len(set(lessons(30))) == 30
