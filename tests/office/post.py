"""Sends a letter by SMTP as its sender would, and reads from the gateway what became of it."""

from __future__ import annotations

import smtplib
import ssl
from dataclasses import dataclass
from typing import Any

from tests.office.letters import Letter
from tests.support.gateway import Gateway
from tests.support.waiting import until


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the sender was told, and what the gateway says about it: code, action, state, words and reasons."""

    letter: Letter
    reply: str
    code: str
    action: str
    state: str
    words: str
    reasons: tuple[str, ...]

    def fared_well(self) -> bool:
        """True when all of it is as the letter expects."""
        fate = self.letter.fate
        told = self.reply.startswith(fate.reply) and (self.action, self.state) == (fate.action, fate.state)
        return told and fate.words in " ".join((self.reply, *self.reasons))


def send(port: int, letter: Letter) -> str:
    """The reply that decided: the first refusal, else the one after the final dot."""
    us = {"local_hostname": letter.sender.name, "source_address": (letter.sender.address, 0)}
    with smtplib.SMTP("127.0.0.1", port, timeout=90, **us) as client:
        client.ehlo()
        if client.has_extn("starttls"):
            client.starttls(context=_unverified())
            client.ehlo()
        options = ["BODY=8BITMIME"] if client.has_extn("8bitmime") else []
        for answer in (client.mail(letter.reverse_path, options), client.rcpt(letter.forward_path)):
            if answer[0] >= 400:
                return _line(answer)
        try:
            return _line(client.data(letter.octets))
        except smtplib.SMTPDataError as refused:
            return _line((refused.smtp_code, refused.smtp_error))


def follow(gateway: Gateway, letter: Letter, reply: str) -> Outcome:
    """The row of history whose code stands in the reply, with its reasons. Raises TimeoutError."""
    row = until(lambda: _rows(gateway, reply), f"history knows about: {reply}")[0]
    explained = gateway.ask("messages", "explain", row["code"])
    story = explained["stories"][0]
    words = _proof(explained) if row["action"] == "accept" else story["happened"]
    # Names in capitals are the scanner's own symbols; the gateway's reasons say more to people.
    reasons = tuple(reason["text"] for reason in story["reasons"] if not reason["name"].isupper())
    return Outcome(letter, reply, row["code"], row["action"], row["state"], words, reasons)


def _proof(explained: dict[str, Any]) -> str:
    """What speaks for a message that was accepted: which checks passed, and its points."""
    passed = [each["check"].upper() for each in explained["evidence"] if each["result"] == "pass"]
    proven = " and ".join(name for name in ("SPF", "DKIM", "DMARC") if name in passed)
    return f"Its sender is proven by {proven or 'nothing'}; {explained['summary']['score']:g} points."


def _rows(gateway: Gateway, reply: str) -> list[dict[str, Any]]:
    return [row for row in gateway.messages() if row["code"] in reply]


def _line(answer: tuple[int, bytes | str]) -> str:
    code, text = answer
    words = text.decode("ascii", "replace") if isinstance(text, bytes) else text
    return f"{code} {' '.join(words.split())}"


def _unverified() -> ssl.SSLContext:
    """As mail servers do it (RFC 7435): encrypted, whoever it is."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
