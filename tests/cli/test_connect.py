"""Which gateway the command talks to."""

from __future__ import annotations

import argparse
import io
from pathlib import Path

import pytest

from gateway.cli.call import Call, UsageError
from gateway.cli.connect import checked, find_socket
from gateway.cli.output import Output
from gateway.control.params import OneMessage
from tests.support.control import NOON

ELSEWHERE = {"POTERNE_SOCKET": "/elsewhere/control.sock"}


def call(config: Path | None = None, socket: str | None = None, environment: dict[str, str] | None = None) -> Call:
    options = argparse.Namespace(config=str(config) if config else None, socket=socket)
    return Call(options, Output(io.StringIO(), io.StringIO(), {}), io.StringIO(), environment or {}, lambda: NOON)


def settings(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "poterne.toml"
    path.write_text(text)
    return path


def test_the_order_is_socket_config_environment_default(tmp_path: Path) -> None:
    config = settings(tmp_path, 'runtime_directory = "/run/other"')
    assert find_socket(call(config, "/a.sock", ELSEWHERE)) == Path("/a.sock")
    assert find_socket(call(config, None, ELSEWHERE)) == Path("/run/other/control.sock")
    assert find_socket(call(None, None, ELSEWHERE)) == Path("/elsewhere/control.sock")
    assert find_socket(call()) == Path("/run/poterne/control.sock")


def test_settings_that_do_not_name_the_folder_have_the_default(tmp_path: Path) -> None:
    assert find_socket(call(settings(tmp_path, ""), None, ELSEWHERE)) == Path("/run/poterne/control.sock")


@pytest.mark.parametrize("text", ["runtime_directory = 5", "this is not TOML", 'runtime_directory = "'])
def test_settings_that_are_none_point_to_check(tmp_path: Path, text: str) -> None:
    with pytest.raises(UsageError, match="poterne check"):
        find_socket(call(settings(tmp_path, text)))


def test_settings_that_are_not_there_are_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"missing\.toml can't be read: No such file"):
        find_socket(call(tmp_path / "missing.toml"))


def test_settings_in_another_charset_point_to_check(tmp_path: Path) -> None:
    (tmp_path / "poterne.toml").write_bytes(b'hostname = "\xe9"')
    with pytest.raises(UsageError, match="poterne check"):
        find_socket(call(tmp_path / "poterne.toml"))


def test_what_params_refuse_is_a_usage_error() -> None:
    assert checked(lambda: OneMessage("F7K2Q")) == OneMessage("F7K2Q")
    with pytest.raises(UsageError, match="A code is"):
        checked(lambda: OneMessage("../x"))
