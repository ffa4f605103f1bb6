"""A real Dovecot in a folder of its own: LMTP in, IMAP out, users from a list; versions 2.3 and 2.4.

Runs unprivileged also when root starts it; several run side by side. Knows nothing of pytest.
"""

from __future__ import annotations

import imaplib
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.ports import answers, free_port
from tests.support.process import (
    Account,
    checked_socket,
    find_program,
    folder_for,
    start_process,
    stop_process,
    unprivileged_account,
    wait_until_ready,
)

PASSWORD = "poterne"


@dataclass(frozen=True, slots=True)
class Dovecot:
    """The server that was started. LMTP at the socket `lmtp` and on `lmtp_port`; IMAP on `imap_port`, PASSWORD for all.

    `folder` holds its settings, its log and below `mail` one maildir for each user.
    """

    folder: Path
    lmtp: Path
    lmtp_port: int
    imap_port: int
    version: str
    process: subprocess.Popen[bytes] = field(repr=False)

    @classmethod
    def start(cls, folder: Path, users: Sequence[str], quotas: Mapping[str, int] | None = None) -> Dovecot:
        """Start one below `folder`; `quotas` are octets a user may keep (552 5.2.2 beyond). Raises NotStarted."""
        program, account = find_program("dovecot"), unprivileged_account()
        place = folder_for(account, folder)
        version = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout.split()[0]
        layout = _Layout(place, account, checked_socket(place / "lmtp.sock"), free_port(), free_port())
        is_new = tuple(int(part) for part in re.findall(r"\d+", version)[:2]) >= (2, 4)
        _write_users(
            place / "users", users, quotas or {}, "quota_storage_size={}" if is_new else "quota_rule=*:bytes={}"
        )
        (place / "dovecot.conf").write_text(_settings_2_4(layout) if is_new else _settings_2_3(layout))
        log = place / "dovecot.log"
        process = start_process([program, "-F", "-c", str(place / "dovecot.conf")], log, account=account)
        dovecot = cls(place, layout.lmtp, layout.lmtp_port, layout.imap_port, version, process)
        wait_until_ready(process, dovecot._is_ready, log, seconds=20)
        return dovecot

    def stop(self) -> None:
        """End it, by its process id; does nothing when it has ended."""
        stop_process(self.process)

    def messages(self, user: str, folder: str = "INBOX") -> list[bytes]:
        """All messages of a user, oldest first, byte for byte as IMAP gives them."""
        with imaplib.IMAP4("127.0.0.1", self.imap_port, timeout=20) as client:
            client.login(user, PASSWORD)
            client.select(folder, readonly=True)
            _, data = client.uid("FETCH", "1:*", "(BODY.PEEK[])")
            return [part[1] for part in data if isinstance(part, tuple)]

    def empty(self, user: str) -> None:
        """Remove all messages of a user's INBOX."""
        with imaplib.IMAP4("127.0.0.1", self.imap_port, timeout=20) as client:
            client.login(user, PASSWORD)
            client.select("INBOX")
            client.uid("STORE", "1:*", "+FLAGS.SILENT", r"(\Deleted)")
            client.expunge()

    def _is_ready(self) -> bool:
        return answers(self.imap_port, b"* OK") and answers(self.lmtp_port, b"220 ")


@dataclass(frozen=True, slots=True)
class _Layout:
    place: Path
    account: Account
    lmtp: Path
    lmtp_port: int
    imap_port: int


def _write_users(path: Path, users: Sequence[str], quotas: Mapping[str, int], quota: str) -> None:
    lines = []
    for user in users:
        limit = f"userdb_{quota.format(quotas[user])}" if user in quotas else ""
        lines.append(f"{user}:{{PLAIN}}{PASSWORD}::::::{limit}\n")
    path.write_text("".join(lines))


def _services(layout: _Layout) -> str:
    """The part that both versions understand: who the processes are and where they listen."""
    name, group = layout.account.name, layout.account.group
    return f"""\
base_dir = {layout.place}/run
state_dir = {layout.place}/state
log_path = {layout.place}/dovecot.log
ssl = no
auth_mechanisms = plain
default_internal_user = {name}
default_internal_group = {group}
default_login_user = {name}
mail_uid = {layout.account.uid}
mail_gid = {layout.account.gid}
mail_home = {layout.place}/home/%{{user}}
service anvil {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    LISTEN = 127.0.0.1
    port = {layout.imap_port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service lmtp {{
  user = {name}
  unix_listener {layout.lmtp} {{
    mode = 0666
  }}
  inet_listener lmtp {{
    LISTEN = 127.0.0.1
    port = {layout.lmtp_port}
  }}
}}
"""


def _settings_2_3(layout: _Layout) -> str:
    return f"""\
protocols = imap lmtp
disable_plaintext_auth = no
first_valid_gid = 0
{_services(layout).replace("LISTEN", "address")}
mail_location = maildir:{layout.place}/mail/%u
mail_plugins = quota
passdb {{
  driver = passwd-file
  args = username_format=%u {layout.place}/users
}}
userdb {{
  driver = passwd-file
  args = username_format=%u {layout.place}/users
}}
plugin {{
  quota = count:User quota
  quota_vsizes = yes
  quota_grace = 0
}}
"""


def _settings_2_4(layout: _Layout) -> str:
    return f"""\
dovecot_config_version = 2.4.0
dovecot_storage_version = 2.4.0
protocols = imap lmtp
auth_allow_cleartext = yes
first_valid_gid = 0
{_services(layout).replace("LISTEN", "listen")}
mail_driver = maildir
mail_path = {layout.place}/mail/%{{user}}
mail_plugins {{
  quota = yes
}}
passdb passwd-file {{
  passwd_file_path = {layout.place}/users
  auth_username_format = %{{user}}
}}
userdb passwd-file {{
  passwd_file_path = {layout.place}/users
  auth_username_format = %{{user}}
}}
quota "User quota" {{
  driver = count
}}
quota_storage_grace = 0
"""


def remove(dovecot: Dovecot) -> None:
    """Stop it and remove all it wrote, also where its folder is only a link."""
    dovecot.stop()
    shutil.rmtree(dovecot.folder, ignore_errors=True)
