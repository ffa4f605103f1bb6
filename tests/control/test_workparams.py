"""What may be asked about the work in hand."""

from __future__ import annotations

import pytest

from gateway.control.workparams import BypassFor, ForgetAddress, OneEntry, ProbeBackend, QueueQuery, RunTest


@pytest.mark.parametrize("name", ["F7K2Q", "F7K2Q-0a1b2c3d"])
def test_an_entry_has_a_code_or_an_id(name: str) -> None:
    assert OneEntry(name).name == name


@pytest.mark.parametrize("name", ["", "../F7K2Q", "F7K2Q-", "F7K2Q-xyz", "F7K2Q\n", "a" * 33])
def test_what_can_be_neither_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="F7K2Q"):
        OneEntry(name)


@pytest.mark.parametrize("address", ["", "anna", "@office.example", "anna@", "a\n@b.example", "a@" + "b" * 260])
def test_only_a_whole_address_is_forgotten(address: str) -> None:
    with pytest.raises(ValueError, match="an address is needed"):
        ForgetAddress(address)
    assert ForgetAddress("anna@office.example").address == "anna@office.example"


@pytest.mark.parametrize("seconds", [-1, 0, 59, 86_401])
def test_the_bypass_lasts_a_minute_to_a_day(seconds: int) -> None:
    with pytest.raises(ValueError, match="24 hours"):
        BypassFor(seconds)
    assert BypassFor(60).seconds + BypassFor(86_400).seconds == 86_460


def test_a_test_goes_to_us_or_to_an_address() -> None:
    assert RunTest().recipient == ""
    with pytest.raises(ValueError, match="an address is needed"):
        RunTest("anna")


def test_a_page_is_a_page() -> None:
    with pytest.raises(ValueError, match="1 to 200"):
        QueueQuery(0)


@pytest.mark.parametrize(
    "wanted",
    [
        {},
        {"name": "a", "hosts": ("b:25",)},
        {"hosts": ("a:25",) * 11},
        {"name": "a" * 255},
        {"name": "a", "domain": "b" * 255},
    ],
)
def test_one_server_is_tried_at_a_time(wanted: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"either the name|at most 10|too long"):
        ProbeBackend(**wanted)  # type: ignore[arg-type]  # what a client may send
    assert ProbeBackend("exchange").hosts == ()
