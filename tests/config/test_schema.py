import dataclasses
import typing
from pathlib import Path

import gateway.config
from gateway.config.schema import AttachmentPolicy, Settings
from tests.support.settings_table import settings_table

README = Path(gateway.config.__file__).with_name("README.md")


def test_the_readme_lists_every_key_with_its_default() -> None:
    assert settings_table() in README.read_text()


def test_every_section_is_a_frozen_value() -> None:
    for shape in typing.get_type_hints(Settings).values():
        for one in (shape, *typing.get_args(shape)):
            if isinstance(one, type) and dataclasses.is_dataclass(one):
                assert one.__dataclass_params__.frozen, one  # type: ignore[attr-defined]  # not in the stubs


def test_nothing_an_attachment_policy_says_refuses_a_message_outright() -> None:
    for shape in typing.get_type_hints(AttachmentPolicy).values():
        assert "reject" not in typing.get_args(shape)
