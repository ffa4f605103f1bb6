"""A real Postfix in a folder of its own, as the world's sender or as the office's server; needs root.

Several run side by side and beside the machine's own. Knows nothing of pytest.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import smtplib
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.ports import answers, free_port
from tests.support.process import (
    Account,
    NotStarted,
    find_program,
    folder_for,
    start_process,
    stop_process,
    unprivileged_account,
    wait_until_ready,
)

_SERVICES = """\
127.0.0.1:{port} inet n - n - - smtpd
postlog unix-dgram n - n - 1 postlogd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
"""


@dataclass(frozen=True, slots=True)
class Postfix:
    """The server that was started; SMTP on `port`. `log` grows in plain lines, `folder` holds all of it."""

    folder: Path
    port: int
    log: Path
    process: subprocess.Popen[bytes] = field(repr=False)

    @classmethod
    def sender(cls, folder: Path, relay_port: int, *, hostname: str, address: str, tls: str = "may") -> Postfix:
        """One that sends all it gets to 127.0.0.1:`relay_port`, from the loopback `address`. Raises NotStarted."""
        return cls._start(
            folder,
            hostname,
            f"""\
relayhost = [127.0.0.1]:{relay_port}
smtp_bind_address = {address}
smtp_tls_security_level = {tls}
smtp_tls_loglevel = 1
""",
        )

    @classmethod
    def next_hop(cls, folder: Path, domain: str, users: Sequence[str]) -> Postfix:
        """One that keeps mail for `users` (whole addresses of `domain`) and refuses others. Raises NotStarted."""
        place, owner = folder_for(_root(), folder), unprivileged_account()
        boxes = place / "mail"
        boxes.mkdir(exist_ok=True)
        os.chown(boxes, owner.uid, owner.gid)
        (place / "users").write_text("".join(f"{user} {user}/\n" for user in users))
        return cls._start(
            place,
            f"mail.{domain}",
            f"""\
virtual_mailbox_domains = {domain}
virtual_mailbox_maps = texthash:{place}/users
virtual_mailbox_base = {boxes}
virtual_uid_maps = static:{owner.uid}
virtual_gid_maps = static:{owner.gid}
""",
        )

    @classmethod
    def relay(cls, folder: Path, domain: str, next_hop_port: int, *, milter: Path | None = None) -> Postfix:
        """One that takes all mail for `domain`, asks the `milter` on a Unix socket, sends on. Raises NotStarted.

        Debian's settings, without limits for one client. It looks up no name of its clients: it would ask the
        machine's own resolver.
        """
        filtered = f"smtpd_milters = unix:{milter}\nmilter_default_action = tempfail\n" if milter else ""
        return cls._start(
            folder,
            f"mx.{domain}",
            f"""\
relay_domains = {domain}
relayhost = [127.0.0.1]:{next_hop_port}
smtp_tls_security_level = none
smtpd_peername_lookup = no
smtpd_client_connection_count_limit = 0
{filtered}""",
        )

    @classmethod
    def door(
        cls,
        folder: Path,
        domain: str,
        next_hop_port: int,
        *,
        certificate: tuple[Path, Path],
        relay_client: str,
        onward_tls: str = "none",
    ) -> Postfix:
        """One as an office's careful gateway: strict about lines, pipelining and HELO; `relay_client` may send out.

        Everything goes to the next hop, so that whatever it would relay is seen there. Raises NotStarted.
        """
        return cls._start(
            folder,
            f"mx.{domain}",
            f"""\
relay_domains = {domain}
relayhost = [127.0.0.1]:{next_hop_port}
parent_domain_matches_subdomains =
smtp_tls_security_level = {onward_tls}
smtpd_tls_security_level = may
smtpd_tls_cert_file = {certificate[0]}
smtpd_tls_key_file = {certificate[1]}
mynetworks = {relay_client}/32
smtpd_peername_lookup = no
smtpd_helo_required = yes
smtpd_forbid_bare_newline = yes
smtpd_forbid_bare_newline_exclusions =
smtpd_forbid_unauth_pipelining = yes
smtpd_client_connection_count_limit = 0
strict_rfc821_envelopes = yes
disable_vrfy_command = yes
""",
        )

    @property
    def master_pid(self) -> int:
        """The server's own process, whose children do the work."""
        return int((self.folder / "queue" / "pid" / "master.pid").read_text())

    @classmethod
    def smart_host(
        cls, folder: Path, relay_port: int, *, auth: Path, certificate: tuple[Path, Path], implicit_tls: bool = False
    ) -> Postfix:
        """A provider's: takes mail for everybody from who logs in within TLS, and sends it to 127.0.0.1:`relay_port`.

        `auth` is the socket of `saslauth`; `certificate` are its file and the key's. Raises NotStarted.
        """
        return cls._start(
            folder,
            "smtp.provider.example",
            f"""\
relayhost = [127.0.0.1]:{relay_port}
mynetworks = 127.255.255.254/32
smtpd_relay_restrictions = permit_sasl_authenticated, reject
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = {auth}
smtpd_sasl_security_options = noanonymous
smtpd_tls_auth_only = yes
smtpd_tls_security_level = {"encrypt" if implicit_tls else "may"}
smtpd_tls_wrappermode = {"yes" if implicit_tls else "no"}
smtpd_tls_cert_file = {certificate[0]}
smtpd_tls_key_file = {certificate[1]}
""",
            greeting=b"" if implicit_tls else b"220 ",
        )

    @classmethod
    def _start(cls, folder: Path, hostname: str, settings: str, greeting: bytes = b"220 ") -> Postfix:
        if os.geteuid() != 0:
            raise NotStarted("Postfix can only be started by root")
        program, port, place = find_program("postfix"), free_port(), folder_for(_root(), folder)
        for name in ("etc", "queue", "data"):
            (place / name).mkdir(exist_ok=True)
        shutil.chown(place / "data", "postfix")
        (place / "etc" / "main.cf").write_text(_common_settings(place, hostname) + settings)
        (place / "etc" / "master.cf").write_text(_SERVICES.format(port=port))
        log = place / "postfix.log"
        process = start_process([program, "-c", str(place / "etc"), "start-fg"], place / "start.log")
        wait_until_ready(process, lambda: answers(port, greeting), place / "start.log", seconds=20)
        return cls(place, port, log, process)

    def submit(self, reverse_path: str, forward_paths: Sequence[str], message: bytes) -> None:
        """Hand it a message to send on, as a user's program would. Raises smtplib.SMTPException."""
        with smtplib.SMTP("127.0.0.1", self.port, timeout=20) as client:
            client.sendmail(reverse_path, list(forward_paths), message, ["BODY=8BITMIME"])

    def messages(self, user: str) -> list[bytes]:
        """What was stored for a user, oldest first, with the line endings that SMTP had."""
        files = sorted((self.folder / "mail" / user / "new").glob("*"), key=lambda path: path.stat().st_mtime_ns)
        return [path.read_bytes().replace(b"\n", b"\r\n") for path in files]

    def stop(self) -> None:
        """End it, by its process ids, and remove all it wrote."""
        # What we started is a script that waits; the server is its child, and the script's end would not end it.
        with contextlib.suppress(OSError, ValueError):
            os.kill(self.master_pid, signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(10)
        stop_process(self.process)
        shutil.rmtree(self.folder, ignore_errors=True)


def _root() -> Account:
    return Account("root", "root", 0, 0)


def _common_settings(place: Path, hostname: str) -> str:
    return f"""\
compatibility_level = 3.6
queue_directory = {place}/queue
data_directory = {place}/data
maillog_file = {place}/postfix.log
maillog_file_prefixes = {place}
myhostname = {hostname}
mydestination =
local_recipient_maps =
alias_maps =
mynetworks = 127.0.0.0/8
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
smtp_dns_support_level = disabled
smtputf8_enable = yes
message_size_limit = 52428800
mailbox_size_limit = 0
virtual_mailbox_limit = 0
queue_run_delay = 300s
notify_classes =
"""
