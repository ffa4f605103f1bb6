from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support.slapd import BASE, Person, Slapd


@pytest.mark.e2e
@pytest.mark.skipif(shutil.which("slapd", path="/usr/sbin:/usr/bin") is None, reason="slapd is not installed")
def test_the_directory_wants_tls_and_a_password(tmp_path: Path) -> None:
    slapd = Slapd.start(tmp_path / "slapd", [Person("anna", "anna@office.example")])
    try:
        assert slapd.process.poll() is None
        assert slapd.certificate.certificate.exists()
        assert BASE in (slapd.folder / "slapd.conf").read_text()
    finally:
        slapd.stop()
    assert isinstance(slapd.process, subprocess.Popen)
