"""Clients that send one message after the other while something happens to the gateway, and count what they met."""

from __future__ import annotations

import asyncio
import itertools
import smtplib
import threading
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

TO = "bob@office.example"


@dataclass
class Count:
    """Subjects that were acknowledged, replies that were not 250, and connections that failed."""

    acknowledged: list[str] = field(default_factory=list)
    replies: Counter[int] = field(default_factory=Counter)
    failures: Counter[str] = field(default_factory=Counter)
    enough: threading.Event = field(default_factory=threading.Event)


@asynccontextmanager
async def steady_mail(port: int, clients: int = 4) -> AsyncIterator[Count]:
    """They send until the block ends, and finish what they began; meanwhile the loop turns."""
    count = Count()
    threads = [threading.Thread(target=_send_on, args=(port, f"c{number}", count)) for number in range(clients)]
    for thread in threads:
        thread.start()
    try:
        yield count
    finally:
        count.enough.set()
        for thread in threads:
            await asyncio.to_thread(thread.join, 30)


def _send_on(port: int, name: str, count: Count) -> None:
    for number in itertools.count():
        if count.enough.is_set():
            return
        _send(port, f"{name}-{number}", count)


def _send(port: int, sign: str, count: Count) -> None:
    text = f"From: ann@shop.example\r\nTo: {TO}\r\nSubject: {sign}\r\nMessage-ID: <{sign}@shop.example>\r\n\r\nx\r\n"
    client = smtplib.SMTP(local_hostname="mail.shop.example", timeout=20)
    try:
        code, _ = client.connect("127.0.0.1", port)
        # smtplib would say HELO after a 421 to EHLO.
        if code == 220 and (code := client.ehlo()[0]) == 250:
            client.sendmail("ann@shop.example", [TO], text)
            count.acknowledged.append(sign)
            return
        count.replies[code] += 1
    except smtplib.SMTPRecipientsRefused as error:
        count.replies[next(iter(error.recipients.values()))[0]] += 1
    except smtplib.SMTPResponseException as error:
        count.replies[error.smtp_code] += 1
    except (OSError, smtplib.SMTPException) as error:
        count.failures[f"{type(error).__name__}: {error}"] += 1
    finally:
        client.close()
