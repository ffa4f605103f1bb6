"""What /proc says is read as proc(5) means it."""

from __future__ import annotations

import os

from tests.bench.proc import Stat, Used, family, kib_of, run_ms, used_by, written_octets

LINE = "4711 (a (strange) na me) S 12 4711 4711 0 -1 4194560 1 2 3 4 150 50 7 3 20 0 1 0 5 6 7\n"


def test_a_name_with_brackets_does_not_shift_the_fields() -> None:
    stat = Stat.of(LINE)
    assert stat.parent == 12
    assert stat.own_ms == 2_000
    assert stat.children_ms == 100


def test_threads_are_summed_in_milliseconds() -> None:
    assert run_ms(["2000000 5 1\n", "", "500000 0 0\n"]) == 2.5


def test_only_octets_for_a_disk_count_as_written() -> None:
    assert written_octets("rchar: 1\nwchar: 999\nread_bytes: 0\nwrite_bytes: 4096\ncancelled_write_bytes: 0\n") == 4_096


def test_pss_is_read_and_a_missing_line_is_nothing() -> None:
    assert kib_of("Rss:  100 kB\nPss:   40 kB\nPss_Anon: 3 kB\n", "Pss") == 40
    assert kib_of("", "Pss") == 0


def test_used_is_subtracted_field_by_field() -> None:
    assert Used(5.0, 10) - Used(2.0, 4) == Used(3.0, 6)


def test_our_own_family_has_used_something() -> None:
    assert os.getpid() in family([os.getppid()])
    assert used_by([os.getpid()]).cpu_ms > 0
