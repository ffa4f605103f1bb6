from dataclasses import replace

import pytest

from gateway.config.ranges import range_remarks
from gateway.config.schema import (
    Backend,
    Clamd,
    Dns,
    Limits,
    Listener,
    Pair,
    PolicySettings,
    QuarantineSettings,
    Rspamd,
    Settings,
    Timeouts,
)

DEFAULTS = Settings("mx.office.example", "it@office.example")


def paths(settings: Settings) -> list[tuple[str | int, ...]]:
    return [remark.path for remark in range_remarks(settings)]


def test_the_defaults_are_in_range() -> None:
    assert paths(DEFAULTS) == []


@pytest.mark.parametrize(
    ("settings", "path"),
    [
        (replace(DEFAULTS, schema=2), ("schema",)),
        (replace(DEFAULTS, dns=Dns(timeout_seconds=0)), ("dns", "timeout_seconds")),
        (replace(DEFAULTS, dns=Dns(timeout_seconds=float("nan"))), ("dns", "timeout_seconds")),
        (replace(DEFAULTS, quarantine=QuarantineSettings(keep_days=0)), ("quarantine", "keep_days")),
        (replace(DEFAULTS, quarantine=QuarantineSettings(size_octets=-1)), ("quarantine", "size_octets")),
        (replace(DEFAULTS, limits=Limits(recipients=0)), ("limits", "recipients")),
        (replace(DEFAULTS, limits=Limits(recipients=Pair(10, 0))), ("limits", "recipients")),
        (replace(DEFAULTS, limits=Limits(recipients=Pair(10, 20))), ("limits", "recipients")),
        (replace(DEFAULTS, limits=Limits(message_size_octets=1000)), ("limits", "message_size_octets")),
        (replace(DEFAULTS, limits=Limits(memory_octets=1_000_000)), ("limits", "memory_octets")),
        (replace(DEFAULTS, backend={"b": Backend(("h:25",), max_connections=0)}), ("backend", "b", "max_connections")),
        (
            replace(DEFAULTS, listener={"a": Listener("0.0.0.0:25", greet_delay_seconds=-1)}),
            ("listener", "a", "greet_delay_seconds"),
        ),
        (replace(DEFAULTS, timeouts=Timeouts(answer_budget_seconds=20)), ("timeouts", "checks_seconds")),
        (replace(DEFAULTS, rspamd=Rspamd(timeout_seconds=26)), ("rspamd", "timeout_seconds")),
        (replace(DEFAULTS, clamd=Clamd(timeout_seconds=13)), ("clamd", "timeout_seconds")),
        (replace(DEFAULTS, policy={"p": PolicySettings(mark_at=9.0)}), ("policy", "p")),
        (replace(DEFAULTS, policy={"p": PolicySettings(reject_at=9.0)}), ("policy", "p")),
    ],
)
def test_each_number_out_of_range_is_named(settings: Settings, path: tuple[str, ...]) -> None:
    assert paths(settings) == [path]


def test_thresholds_may_be_negative_but_not_infinite() -> None:
    assert paths(replace(DEFAULTS, policy={"p": PolicySettings(mark_at=-1.0)})) == []
    infinite = replace(DEFAULTS, policy={"p": PolicySettings(reject_at=float("inf"))})
    assert paths(infinite) == [("policy", "p", "reject_at")]


def test_no_delay_and_no_grace_are_allowed() -> None:
    settings = replace(
        DEFAULTS,
        listener={"a": Listener("0.0.0.0:25", greet_delay_seconds=0)},
        rspamd=Rspamd(unscanned_grace_seconds=0),
    )
    assert paths(settings) == []
