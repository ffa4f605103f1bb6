"""A real slapd in a folder of its own, on loopback, with an own certificate and an own schema. Knows no test.

The schema has the attributes of Active Directory that a mail gateway asks for. Runs unprivileged also when root
starts it.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.certificate import Certificate, make
from tests.support.ports import answers, free_port
from tests.support.process import (
    Account,
    find_program,
    folder_for,
    start_process,
    stop_process,
    unprivileged_account,
    wait_until_ready,
)

BASE = "dc=office,dc=lan"
READER = f"cn=gw,{BASE}"
PASSWORD = "reader-word"
# So many entries an unpaged search gets at most, as servers in the wild limit it.
SIZE_LIMIT = 5
_SCHEMA = """\
attributetype ( 1.3.6.1.4.1.4203.666.1.901 NAME 'proxyAddresses' EQUALITY caseIgnoreMatch
  SUBSTR caseIgnoreSubstringsMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 )
attributetype ( 1.3.6.1.4.1.4203.666.1.902 NAME 'msExchRequireAuthToSendTo' EQUALITY booleanMatch
  SYNTAX 1.3.6.1.4.1.1466.115.121.1.7 SINGLE-VALUE )
attributetype ( 1.3.6.1.4.1.4203.666.1.903 NAME 'userAccountControl' EQUALITY integerMatch
  SYNTAX 1.3.6.1.4.1.1466.115.121.1.27 SINGLE-VALUE )
objectclass ( 1.3.6.1.4.1.4203.666.1.911 NAME 'officeMail' SUP top AUXILIARY
  MAY ( proxyAddresses $ msExchRequireAuthToSendTo $ userAccountControl $ mail ) )
"""


@dataclass(frozen=True, slots=True)
class Person:
    """One entry. `uid` makes its name."""

    uid: str
    mail: str = ""
    proxies: tuple[str, ...] = ()
    restricted: bool = False
    control: int = 512

    def ldif(self) -> str:
        lines = [
            f"dn: uid={self.uid},ou=people,{BASE}",
            "objectClass: inetOrgPerson",
            "objectClass: officeMail",
            f"uid: {self.uid}",
            f"cn: {self.uid}",
            f"sn: {self.uid}",
            f"userAccountControl: {self.control}",
            *([f"mail: {self.mail}"] if self.mail else []),
            *(f"proxyAddresses: {each}" for each in self.proxies),
            *(["msExchRequireAuthToSendTo: TRUE"] if self.restricted else []),
        ]
        return "\n".join(lines) + "\n\n"


@dataclass
class Slapd:
    """`url` is ldaps, `plain_url` ldap with STARTTLS. The certificate is for 127.0.0.1 and is its own root."""

    folder: Path
    account: Account
    certificate: Certificate
    port: int
    plain_port: int
    process: subprocess.Popen[bytes] = field(repr=False)

    @property
    def url(self) -> str:
        return f"ldaps://127.0.0.1:{self.port}"

    @property
    def plain_url(self) -> str:
        return f"ldap://127.0.0.1:{self.plain_port}"

    @classmethod
    def start(cls, folder: Path, people: Sequence[Person]) -> Slapd:
        """Start one with these people. Raises NotStarted."""
        find_program("slapd")
        account = unprivileged_account()
        place = folder_for(account, folder)
        certificate = make(place, "ldap", "ldap.office.lan")
        slapd = cls(place, account, certificate, free_port(), free_port(), _NOTHING)
        slapd._write(people)
        slapd.run()
        return slapd

    def run(self) -> None:
        """Start it on the data that is there."""
        urls = f"{self.plain_url}/ {self.url}/"
        log = self.folder / "slapd.log"
        command = [find_program("slapd"), "-h", urls, "-f", str(self.folder / "slapd.conf"), "-d", "0"]
        self.process = start_process(command, log, account=self.account)
        wait_until_ready(self.process, lambda: answers(self.plain_port) and answers(self.port), log, seconds=20)

    def replace(self, people: Sequence[Person]) -> None:
        """Other people from now on."""
        self.stop()
        for each in (self.folder / "data").iterdir():
            each.unlink()
        self._write(people)
        self.run()

    def stop(self) -> None:
        """End it, by its process id."""
        if self.process is not _NOTHING:
            stop_process(self.process)

    def _write(self, people: Sequence[Person]) -> None:
        place = self.folder
        (place / "data").mkdir(exist_ok=True)
        (place / "office.schema").write_text(_SCHEMA)
        (place / "slapd.conf").write_text(_settings(place, self.certificate))
        (place / "people.ldif").write_text(_TREE + "".join(each.ldif() for each in people))
        for each in (place, *place.rglob("*")):
            os.chown(each, self.account.uid, self.account.gid)
        done = subprocess.run(
            [find_program("slapadd"), "-q", "-f", str(place / "slapd.conf"), "-l", str(place / "people.ldif")],
            user=self.account.uid if os.geteuid() == 0 else None,
            group=self.account.gid if os.geteuid() == 0 else None,
            extra_groups=[] if os.geteuid() == 0 else None,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr


_NOTHING: subprocess.Popen[bytes] = None  # type: ignore[assignment]  # before it is started
_TREE = f"""\
dn: {BASE}
objectClass: dcObject
objectClass: organization
dc: office
o: office

dn: {READER}
objectClass: organizationalRole
objectClass: simpleSecurityObject
cn: gw
userPassword: {PASSWORD}

dn: ou=people,{BASE}
objectClass: organizationalUnit
ou: people

dn: ou=elsewhere,{BASE}
objectClass: referral
objectClass: extensibleObject
ou: elsewhere
ref: ldap://127.0.0.1:1/ou=elsewhere,dc=other,dc=lan

"""


def _settings(place: Path, certificate: Certificate) -> str:
    return f"""\
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
include {place}/office.schema
modulepath /usr/lib/ldap
moduleload back_mdb
pidfile {place}/slapd.pid
argsfile {place}/slapd.args
TLSCertificateFile {certificate.certificate}
TLSCertificateKeyFile {certificate.key}
TLSCACertificateFile {certificate.certificate}
sizelimit size={SIZE_LIMIT} size.prtotal=unlimited
security simple_bind=64
database mdb
maxsize 10485760
suffix "{BASE}"
directory {place}/data
access to attrs=userPassword by anonymous auth by * none
access to * by dn="{READER}" read by * none
"""
