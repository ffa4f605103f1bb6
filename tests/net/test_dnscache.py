"""Answers are kept for their time and no longer, the latest used of them."""

from __future__ import annotations

from gateway.net.dns import Answer
from gateway.net.dnscache import TTL_MAXIMUM_SECONDS, AnswerCache

ONE, OTHER = Answer(("192.0.2.1",)), Answer((), exists=False)


def test_an_answer_is_good_until_its_time_is_over() -> None:
    cache = AnswerCache(10)
    cache.put(("a.test", "A"), ONE, 60, now=1_000)
    assert cache.get(("a.test", "A"), now=1_059.9) is ONE
    assert cache.get(("a.test", "A"), now=1_060) is None


def test_another_type_is_another_question() -> None:
    cache = AnswerCache(10)
    cache.put(("a.test", "A"), ONE, 60, now=0)
    assert cache.get(("a.test", "AAAA"), now=1) is None


def test_an_answer_without_time_is_not_kept_and_drops_the_one_before() -> None:
    cache = AnswerCache(10)
    cache.put(("a.test", "A"), ONE, 60, now=0)
    cache.put(("a.test", "A"), OTHER, 0, now=1)
    assert cache.get(("a.test", "A"), now=1) is None


def test_nobody_is_believed_for_years() -> None:
    cache = AnswerCache(10)
    cache.put(("a.test", "A"), ONE, 2**31, now=0)
    assert cache.get(("a.test", "A"), now=TTL_MAXIMUM_SECONDS + 1) is None


def test_the_one_that_nobody_asked_for_longest_makes_room() -> None:
    cache = AnswerCache(2)
    cache.put(("a.test", "A"), ONE, 60, now=0)
    cache.put(("b.test", "A"), ONE, 60, now=0)
    cache.get(("a.test", "A"), now=1)
    cache.put(("c.test", "A"), OTHER, 60, now=2)
    assert cache.get(("b.test", "A"), now=3) is None
    assert cache.get(("a.test", "A"), now=3) is ONE
    assert cache.get(("c.test", "A"), now=3) is OTHER
