"""What may be asked about settings."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from gateway.control.settingsparams import EditSettings, OneSecret, SetSecret, TrySettings, UndoSettings, VersionQuery


@pytest.mark.parametrize(
    "make",
    [
        lambda: TrySettings("x", 9),
        lambda: TrySettings("x", 86_401),
        lambda: TrySettings("x", -60),
        lambda: UndoSettings(1, 5),
        lambda: EditSettings(()),
        lambda: EditSettings((("a", "1"),) * 201),
        lambda: VersionQuery(0),
        lambda: VersionQuery(201),
        lambda: VersionQuery(cursor="nonsense"),
        lambda: VersionQuery(cursor="0x1p+0:abc"),
        lambda: OneSecret("../x"),
        lambda: OneSecret(".hidden"),
        lambda: OneSecret("UPPER"),
        lambda: OneSecret(""),
        lambda: SetSecret("a", b""),
        lambda: SetSecret("a", b"x" * 65_537),
    ],
)
def test_what_can_not_be_meant_is_refused(make: Callable[[], object]) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        make()


def test_a_secret_does_not_show_in_a_trace() -> None:
    assert "s3cret" not in repr(SetSecret("a", b"s3cret"))


def test_what_is_usual_is_taken() -> None:
    assert TrySettings("x").for_seconds == 0
    assert VersionQuery(cursor="0x1p+0:12").limit == 50
    assert OneSecret("smart-host.2_b").name == "smart-host.2_b"
