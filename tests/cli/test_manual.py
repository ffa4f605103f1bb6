"""The manual page: every verb is in it, and troff has nothing to complain of."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from gateway.cli.manual import troff
from gateway.cli.verbs import COMMON, VERBS, Verb
from tests.support.command import poterne


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.name)
def test_every_verb_is_in_it_with_its_arguments(verb: Verb) -> None:
    assert rf"\fBpoterne {verb.name}\fR" in troff()
    for argument in (*verb.arguments, *COMMON):
        if argument.is_option:
            assert rf"\fB{argument.names[0]}\fR".replace("-", r"\-") in troff()


def test_it_is_printed() -> None:
    assert poterne("manual").out == troff() + "\n"
    assert poterne("manual", "--json").json["troff"] == troff()


def test_no_line_of_ours_is_taken_for_a_request_and_no_hyphen_for_a_soft_one() -> None:
    for line in troff().splitlines():
        assert line[:1] not in ("'", " ")
        assert "-" not in line.replace(r"\-", "")


@pytest.mark.skipif(shutil.which("groff") is None, reason="no groff here")
def test_groff_warns_of_nothing() -> None:
    done = subprocess.run(
        ["groff", "-ww", "-man", "-Tutf8", "-P-cbou"], input=troff(), capture_output=True, text=True, timeout=30
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "poterne queue drop CODE ... [option ...]" in done.stdout
