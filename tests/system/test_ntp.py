"""The kernel's word on whether somebody keeps its clock."""

from __future__ import annotations

import ctypes
from types import SimpleNamespace

import pytest

from gateway.system import ntp as module
from gateway.system.ntp import kernel_time_is_kept


@pytest.mark.parametrize(("answer", "is_kept"), [(0, True), (4, True), (5, False), (-1, False)])
def test_only_an_error_of_the_time_or_of_the_call_means_no(
    monkeypatch: pytest.MonkeyPatch, answer: int, is_kept: bool
) -> None:
    library = SimpleNamespace(adjtimex=lambda buffer: answer)
    monkeypatch.setattr(module, "ctypes", SimpleNamespace(CDLL=lambda *_, **__: library, create_string_buffer=bytes))
    assert kernel_time_is_kept() is is_kept


def test_a_system_without_the_call_keeps_no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    nothing = SimpleNamespace(CDLL=lambda *_, **__: SimpleNamespace(), create_string_buffer=ctypes.create_string_buffer)
    monkeypatch.setattr(module, "ctypes", nothing)
    assert not kernel_time_is_kept()


def test_the_real_kernel_answers() -> None:
    assert kernel_time_is_kept() in (True, False)
