from __future__ import annotations

from dataclasses import replace

import pytest

from gateway.control.guidewords import KINDS, sections
from tests.support.healthdesk import VALUES


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_guide_has_the_offices_own_values(kind: str, language: str) -> None:
    told = sections(kind, VALUES, language)
    whole = "\n".join("\n".join((each.title, each.text, *each.lines)) for each in told)
    assert VALUES.word in whole
    assert VALUES.address in whole or kind == "exchange-online"
    assert f"poterne backend guide {VALUES.name}" in whole
    assert "{" not in whole.replace("{ inet_listener lmtp {", "").replace("{ fileinto", "")


def test_exchange_gets_its_connector_and_a_rule_that_is_six() -> None:
    lines = [line for each in sections("exchange", VALUES, "en") for line in each.lines]
    assert any("-RemoteIPRanges 10.0.0.2 " in line and "-Bindings 0.0.0.0:25 " in line for line in lines)
    assert any('"^5ecre7w0rd00 spam" -SetSCL 6' in line for line in lines)
    assert all("-SetSCL -1" not in line for line in lines)


def test_an_unknown_kind_gets_the_general_guide_and_languages_differ() -> None:
    assert sections("other", VALUES, "en") == sections("generic", VALUES, "en")
    english, french = (sections("generic", replace(VALUES, domains=()), each) for each in ("en", "fr"))
    assert [each.lines for each in english] == [each.lines for each in french]
    assert all(one.title != other.title for one, other in zip(english, french, strict=True))
