from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from gateway.app.directories import directory_reader
from gateway.config.schema import LdapSettings, Settings
from gateway.net.dial import Dialer
from gateway.net.ldap import LdapError
from gateway.system.credentials import Secrets
from tests.support.hops import Names
from tests.support.ports import free_port
from tests.support.slapd import BASE, PASSWORD, READER, Person, Slapd

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(shutil.which("slapd", path="/usr/sbin:/usr/bin") is None, reason="slapd is not installed"),
]
PEOPLE = [
    Person("anna", "anna@office.example", ("SMTP:Anna@office.example", "smtp:a.martin@office.example", "SIP:anna@x")),
    Person("info", "", ("SMTP:info@office.example",), control=514),
    Person("all", "all@office.example", restricted=True),
]


@pytest.fixture(scope="module")
def slapd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Slapd]:
    started = Slapd.start(tmp_path_factory.mktemp("ldap") / "slapd", PEOPLE)
    yield started
    started.stop()


@pytest.fixture
def settings(tmp_path: Path, slapd: Slapd) -> Settings:
    """With the password among the secrets, and the office's root among the certificates."""
    for name in ("secrets", "certificates"):
        (tmp_path / name).mkdir()
    Secrets(tmp_path / "secrets").write("ldap", PASSWORD.encode())
    shutil.copy(slapd.certificate.certificate, tmp_path / "certificates" / "office-root.pem")
    return Settings("mx.office.example", "it@office.example", state_directory=str(tmp_path))


def ldap(slapd: Slapd) -> LdapSettings:
    return LdapSettings((slapd.url,), BASE, READER, "ldap", authority="office-root")


async def found(settings: Settings, how: LdapSettings) -> dict[str, bool]:
    listed = await directory_reader(settings, Dialer(Names()))(how)()
    return {each.mailbox.key: each.inside_only for each in listed}


async def test_everybody_is_found_shared_mailboxes_too(settings: Settings, slapd: Slapd) -> None:
    assert await found(settings, ldap(slapd)) == {
        "anna@office.example": False,
        "a.martin@office.example": False,
        # A shared mailbox is a disabled account (backends.md §4.3).
        "info@office.example": False,
        "all@office.example": True,
    }


async def test_the_filter_of_the_settings_is_the_servers(settings: Settings, slapd: Slapd) -> None:
    enabled = replace(ldap(slapd), filter="(&(mail=*)(!(uid=anna)))")
    assert await found(settings, enabled) == {"all@office.example": True}


async def test_the_next_server_is_asked_when_one_is_down(settings: Settings, slapd: Slapd) -> None:
    down = f"ldaps://127.0.0.1:{free_port()}"
    assert len(await found(settings, replace(ldap(slapd), urls=(down, slapd.plain_url)))) == 4
    with pytest.raises(LdapError, match=down.removeprefix("ldaps://")):
        await found(settings, replace(ldap(slapd), urls=(down,)))


async def test_a_pin_takes_the_place_of_the_root(settings: Settings, slapd: Slapd) -> None:
    pinned = replace(ldap(slapd), authority="", pin_sha256=(slapd.certificate.pin,))
    assert len(await found(settings, pinned)) == 4
    with pytest.raises(LdapError, match="handshake"):
        await found(settings, replace(ldap(slapd), authority=""))


async def test_a_missing_secret_or_root_says_what_to_do(settings: Settings, slapd: Slapd) -> None:
    with pytest.raises(LdapError, match="poterne secret set other"):
        await found(settings, replace(ldap(slapd), secret="other"))
    with pytest.raises(LdapError, match=r"nowhere\.pem"):
        await found(settings, replace(ldap(slapd), authority="nowhere"))
