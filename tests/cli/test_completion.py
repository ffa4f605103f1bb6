"""What bash offers, asked of a real bash."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from gateway.cli.completion import bash
from gateway.cli.verbs import VERBS
from tests.support.command import poterne

pytestmark = pytest.mark.skipif(shutil.which("bash") is None, reason="no bash here")


def offered(tmp_path: Path, *words: str) -> set[str]:
    script = tmp_path / "completion.bash"
    script.write_text(bash())
    quoted = " ".join(f"'{word}'" for word in ("poterne", *words))
    line = f"COMP_WORDS=({quoted}); COMP_CWORD={len(words)}"
    ask = f"source {script}; {line}; _poterne; printf '%s\\n' \"${{COMPREPLY[@]}}\""
    done = subprocess.run(["bash", "-c", ask], cwd=tmp_path, capture_output=True, text=True, timeout=30, check=True)
    return set(done.stdout.split())


def test_the_first_word_is_any_verb(tmp_path: Path) -> None:
    assert {verb.words[0] for verb in VERBS} <= offered(tmp_path, "")
    assert offered(tmp_path, "sta") == {"stats", "status"}


def test_a_noun_offers_its_verbs(tmp_path: Path) -> None:
    assert offered(tmp_path, "quarantine", "") == {"list", "show", "release", "delete", "learn"}
    assert offered(tmp_path, "--json", "messages", "ex") == {"explain"}


def test_what_an_option_takes_is_no_verb(tmp_path: Path) -> None:
    assert offered(tmp_path, "--config", "poterne.toml", "bypass", "") == {"on", "off", "status"}
    assert offered(tmp_path, "--config", "=", "queue", "--json", "bypass", "o") == {"on", "off"}


def test_a_verb_offers_its_options_and_those_of_all(tmp_path: Path) -> None:
    assert offered(tmp_path, "status", "--") == {"--check", "--json", "--config", "--socket"}


def test_a_choice_offers_its_words(tmp_path: Path) -> None:
    assert offered(tmp_path, "messages", "list", "--action", "q") == {"quarantine"}
    assert offered(tmp_path, "quarantine", "learn", "F7K2Q", "h") == {"ham"}


def test_a_file_is_offered_where_one_is_meant(tmp_path: Path) -> None:
    (tmp_path / "my.toml").write_text("")
    assert offered(tmp_path, "status", "--config", "my") == {"my.toml"}
    assert "my.toml" in offered(tmp_path, "check", "my")


def test_the_script_is_printed() -> None:
    assert poterne("completion", "bash").out == bash() + "\n"
    assert poterne("completion", "bash", "--json").json["script"] == bash()
