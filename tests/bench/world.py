"""Who sends the mail of the bench, and what DNS says about them. Knows no message and no program."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from tests.support.keys import record

SENDERS: Final = 20
RECIPIENT: Final = "anne@office.example"


@dataclass(frozen=True, slots=True)
class Sender:
    """A domain and the loopback address of its mail server; each in a /24 of its own."""

    domain: str
    address: str


def senders() -> tuple[Sender, ...]:
    """All of them, always the same."""
    return tuple(Sender(f"sender{number:02}.example", f"127.1.{number}.25") for number in range(1, SENDERS + 1))


def zone_lines() -> list[str]:
    """One record a line, absolute names: addresses, reverse names, SPF, DKIM, DMARC of each sender."""
    lines = [
        "office.example. A 127.0.0.1",
        "office.example. MX 10 mx.office.example.",
        "mx.office.example. A 127.0.0.1",
    ]
    for sender in senders():
        reverse = ".".join(reversed(sender.address.split(".")))
        lines += [
            f"{sender.domain}. A {sender.address}",
            f"{sender.domain}. MX 10 mail.{sender.domain}.",
            f'{sender.domain}. TXT "v=spf1 ip4:{sender.address} -all"',
            f"mail.{sender.domain}. A {sender.address}",
            f'mail.{sender.domain}. TXT "v=spf1 a -all"',
            f"{reverse}.in-addr.arpa. PTR mail.{sender.domain}.",
            f'_dmarc.{sender.domain}. TXT "v=DMARC1; p=reject"',
            f"s1._domainkey.{sender.domain}. {record()}",
        ]
    return lines


def unbound_settings(folder: str, port: int) -> str:
    """A resolver on loopback that answers from these lines, everything else with NXDOMAIN, and asks nobody."""
    local = "".join(f"  local-data: '{line}'\n" for line in zone_lines())
    return f"""\
server:
  interface: 127.0.0.1
  port: {port}
  access-control: 127.0.0.0/8 allow
  do-daemonize: no
  chroot: ""
  username: ""
  directory: "{folder}"
  pidfile: ""
  use-syslog: no
  logfile: ""
  verbosity: 0
  do-ip6: no
  module-config: "iterator"
  local-zone: "." static
{local}remote-control:
  control-enable: no
"""
