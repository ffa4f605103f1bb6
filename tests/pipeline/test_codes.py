from __future__ import annotations

import re

from gateway.pipeline.codes import Codes
from tests.support.clock import HandClock


def test_codes_are_five_characters_that_can_be_read_out() -> None:
    codes = Codes(b"secret", HandClock())
    assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{5}", codes.new())


def test_a_burst_in_one_second_has_no_two_alike() -> None:
    codes = Codes(b"secret", HandClock())
    assert len({codes.new() for _ in range(10_000)}) == 10_000


def test_a_restart_a_second_later_does_not_repeat() -> None:
    clock = HandClock()
    first = Codes(b"secret", clock).new()
    clock.advance(1)
    assert Codes(b"secret", clock).new() != first


def test_a_restart_after_a_burst_goes_on_behind_it() -> None:
    clock = HandClock()
    codes = Codes(b"secret", clock)
    burst = [codes.new() for _ in range(5_000)]
    clock.advance(2)
    again = Codes(b"secret", clock)
    again.go_on_behind([*burst[-1_000:], "", "ABC", "CODE!", "ILOU0"])
    assert not {again.new() for _ in range(5_000)} & set(burst)


def test_codes_of_long_ago_do_not_take_the_new_ones_into_the_future() -> None:
    clock = HandClock()
    old = Codes(b"secret", clock).new()
    clock.advance(90 * 86_400)
    again = Codes(b"secret", clock)
    again.go_on_behind([old])
    assert again.new() == Codes(b"secret", clock).new()


def test_a_token_belongs_to_one_code_of_one_installation() -> None:
    codes = Codes(b"secret", HandClock())
    assert codes.token("F7K2Q") == Codes(b"secret", HandClock()).token("F7K2Q")
    others = {codes.token("F7K2R"), Codes(b"other", HandClock()).token("F7K2Q")}
    assert codes.token("F7K2Q") not in others


def test_the_marking_word_is_the_installation_s_own() -> None:
    assert Codes(b"a", HandClock()).marking_word != Codes(b"b", HandClock()).marking_word
