from __future__ import annotations

import pytest

from gateway.control.healthparams import CheckDns, GuideFor


@pytest.mark.parametrize("name", ["", "x" * 300, "a\nb"])
def test_a_guide_needs_the_name_of_a_server(name: str) -> None:
    with pytest.raises(ValueError, match="name of a server"):
        GuideFor(name)


def test_all_domains_may_be_asked_for_but_no_nonsense() -> None:
    assert CheckDns().domain == ""
    with pytest.raises(ValueError, match="domain"):
        CheckDns("a\0b")
