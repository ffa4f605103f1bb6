"""A password checker for a real Postfix: speaks the server side of Dovecot's authentication protocol on a Unix socket.

Knows PLAIN and LOGIN, and who may log in with which password.
"""

from __future__ import annotations

import base64
import contextlib
import socketserver
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

_GREETING = (
    "VERSION\t1\t2\nMECH\tPLAIN\tplaintext\nMECH\tLOGIN\tplaintext\n"
    "SPID\t1\nCUID\t1\nCOOKIE\t00112233445566778899aabbccddeeff\nDONE\n"
)


@contextmanager
def checking(socket: Path, users: Mapping[str, str]) -> Iterator[None]:
    """Answer on this socket until the block ends."""

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            with contextlib.suppress(ConnectionError):
                self.answer()

        def answer(self) -> None:
            self.wfile.write(_GREETING.encode())
            names: dict[str, str] = {}
            for line in self.rfile:
                verb, *words = line.decode().rstrip("\n").split("\t")
                if verb == "AUTH" and words[1] == "PLAIN":
                    response = next(word for word in words if word.startswith("resp="))
                    _, user, password = base64.b64decode(response.removeprefix("resp=")).decode().split("\0")
                    self.decide(words[0], user, password)
                elif verb == "AUTH":
                    self.say("CONT", words[0], base64.b64encode(b"Username:").decode())
                elif verb == "CONT":
                    value = base64.b64decode(words[1]).decode()
                    if words[0] in names:
                        self.decide(words[0], names.pop(words[0]), value)
                    else:
                        names[words[0]] = value
                        self.say("CONT", words[0], base64.b64encode(b"Password:").decode())

        def decide(self, number: str, user: str, password: str) -> None:
            self.say("OK" if users.get(user) == password else "FAIL", number, f"user={user}")

        def say(self, *words: str) -> None:
            self.wfile.write(("\t".join(words) + "\n").encode())

    class Server(socketserver.ThreadingUnixStreamServer):
        daemon_threads = True

    with Server(str(socket), Handler) as server:
        socket.chmod(0o777)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield
        finally:
            server.shutdown()
