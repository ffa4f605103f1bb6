"""One call of the command."""

from __future__ import annotations

import argparse
import io
from pathlib import Path

from gateway.cli.call import AWAY, DONE, NOT_DONE, USAGE, Call
from gateway.cli.output import Output
from tests.support.control import NOON


def test_the_settings_file_is_a_path_or_none() -> None:
    out = Output(io.StringIO(), io.StringIO(), {})
    calls = [Call(argparse.Namespace(config=given), out, io.StringIO(), {}, lambda: NOON) for given in ("a.toml", None)]
    assert [call.config for call in calls] == [Path("a.toml"), None]


def test_the_exit_codes_are_those_of_the_design() -> None:
    assert (DONE, NOT_DONE, USAGE, AWAY) == (0, 1, 2, 3)
