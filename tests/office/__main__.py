"""`make run`: starts the office in `.run/`, sends the letters, shows what became of them, and stays until Ctrl+C."""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import os
import shutil
import signal
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path

from tests.office.letters import letters
from tests.office.peers import Office, office
from tests.office.post import Outcome, follow, send
from tests.office.table import table
from tests.support.process import NotStarted

FOLDER = Path(__file__).resolve().parents[2] / ".run"
PREFERRED_PORT = 2525
# Ctrl+C, a request to end, and a window that was closed: each stops every program that was started.
_ENDS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
# By default history masks subjects; who tries it out shall recognise the letters above.
SETTINGS = '[history]\nsubjects = "full"\n'


class _Stopped(Exception):
    """Somebody pressed Ctrl+C, or asked us to end."""


def main(arguments: list[str]) -> int:
    """Exit code 0 when every letter fared as it should, 1 when not or when something did not start."""
    parser = argparse.ArgumentParser(prog="make run", description=__doc__)
    parser.add_argument("--no-wait", action="store_true", help="end after the table")
    options = parser.parse_args(arguments)
    for number in _ENDS:
        signal.signal(number, _raise_stopped)
    with contextlib.suppress(_Stopped):
        try:
            with _this_checkout_alone():
                return _run(wait=not options.no_wait)
        except NotStarted as error:
            _say(f"\ncannot start: {error}")
            return 1
    _say("stopped")
    return 0


def _run(*, wait: bool) -> int:
    with office(FOLDER, port=PREFERRED_PORT, extra_settings=SETTINGS, say=_say) as running:
        outcomes = list(_post(running))
        print(f"\n{table(outcomes)}\n")
        strayed = [outcome.letter.title for outcome in outcomes if not outcome.fared_well()]
        print(f"Not as it should be: {'; '.join(strayed)}" if strayed else "Each message fared as it should.")
        if wait:
            print(_farewell(running))
            signal.pause()
        return 1 if strayed else 0


def _post(running: Office) -> Iterator[Outcome]:
    now = format_datetime(datetime.now(UTC))
    for letter in letters(running.key, now):
        _say(f"sending: {letter.title}")
        yield follow(running.gateway, letter, send(running.gateway.port, letter))


def _farewell(running: Office) -> str:
    """How to go on from here."""
    command, config = ".venv/bin/poterne", "--config .run/gateway/poterne.toml"
    return f"""
Open the interface, in another terminal (F3: English, French; Ctrl+Q leaves it):
  {command} tui {config}
Send your own:
  swaks --server 127.0.0.1:{running.gateway.port} --from you@freemail.example \\
        --local-interface 127.0.3.25 --helo mail.freemail.example \\
        --to anne@office.example --header 'Subject: Hello' --body 'How are you?'
Look what became of it, and why (CODE stands in every reply):
  {command} messages list {config}
  {command} messages explain CODE {config}
  {command} quarantine list {config}
Read what was delivered:
  IMAP on 127.0.0.1:{running.dovecot.imap_port}, user anne@office.example, password poterne
  or the files in .run/dovecot/mail/anne@office.example/
The settings are .run/gateway/poterne.toml, the log is .run/gateway/gateway.log.

Running; Ctrl+C stops everything."""


@contextlib.contextmanager
def _this_checkout_alone() -> Iterator[None]:
    """`.run/`, begun anew; nobody else runs in it. Raises NotStarted."""
    FOLDER.mkdir(exist_ok=True)
    with (FOLDER / "lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise NotStarted("`make run` is running in this checkout already") from None
        for entry in FOLDER.iterdir():
            if entry.name != "lock":
                shutil.rmtree(entry) if entry.is_dir() and not entry.is_symlink() else entry.unlink()
        yield


def _raise_stopped(number: int, frame: object) -> None:
    # The second Ctrl+C must not interrupt the stopping itself.
    for each in _ENDS:
        signal.signal(each, signal.SIG_IGN)
    if number == signal.SIGHUP:
        # The window was closed: nobody reads any more, and writing would be an error.
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.dup2(nowhere, sys.stderr.fileno())
    raise _Stopped


def _say(text: str, end: str = "\n") -> None:
    print(text, end=end, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
