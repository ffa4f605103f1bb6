from collections.abc import Iterable
from datetime import UTC, datetime
from ipaddress import ip_address

import pytest

from gateway.checks.attachments import AttachmentCheck, has_no_attachments
from gateway.core.address import NULL_REVERSE_PATH
from gateway.core.envelope import SMTP_DOOR, Client, Envelope, Role, Transaction
from gateway.core.finding import AttachmentFinding
from gateway.core.message import Message

ANSWER = AttachmentFinding((), "unscannable", detail="from the worker")


class Worker:
    def __init__(self) -> None:
        self.seen: list[tuple[bytes, int, float]] = []

    async def inspect(
        self, pieces: Iterable[memoryview], size_octets: int, timeout_seconds: float
    ) -> AttachmentFinding:
        self.seen.append((b"".join(pieces), size_octets, timeout_seconds))
        return ANSWER


def transaction(message: bytes) -> Transaction:
    client = Client(ip_address("192.0.2.1"), 4711, "internet", Role.INBOUND)
    now = datetime(2026, 11, 24, tzinfo=UTC)
    return Transaction("F7K2Q", SMTP_DOOR, client, Envelope(NULL_REVERSE_PATH), Message.of(message), now)


async def test_a_message_with_parts_goes_to_the_worker_whole() -> None:
    worker = Worker()
    message = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"
    assert await AttachmentCheck(worker, 7).check(transaction(message)) is ANSWER
    assert worker.seen == [(message, len(message), 7)]


async def test_a_plain_message_is_clean_without_the_worker() -> None:
    worker = Worker()
    assert await AttachmentCheck(worker).check(transaction(b"Subject: x\r\n\r\nhello\r\n")) == AttachmentFinding(
        (), "clean", parts=1
    )
    assert worker.seen == []


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Content-Type: text/plain\r\n",
        'content-type: TEXT/HTML; charset="utf-8"\r\nContent-Transfer-Encoding: 8bit\r\n',
        "Content-Type: text/plain; charset=utf-8;\r\n\tformat=flowed; delsp=yes\r\n",
        "Subject: begin 644 x\r\n",
    ],
)
def test_these_are_plain_to_every_reader(header: str) -> None:
    assert has_no_attachments(Message.of(header.encode() + b"\r\nhello\r\nand begin\r\n"))


@pytest.mark.parametrize(
    "message",
    [
        b"Content-Type: text/plain; name=a.exe\r\n\r\n",
        b"Content-Type: text/plain; na\r\n me=a.exe\r\n\r\n",
        b"Content-Type: text/plain; x*0=a\r\n\r\n",
        b"Content-Type: text/plain (comment)\r\n\r\n",
        b"Content-Type: text/calendar\r\n\r\n",
        b"Content-Type: application/pdf\r\n\r\n",
        b"Content-Type: text/plain\r\nContent-Type: application/pdf\r\n\r\n",
        b"Content-Type : application/pdf\r\n\r\n",
        b"Content-Type\r\n\r\n",
        b"Content-Type: text/plain\r\nContent-Disposition: attachment\r\n\r\n",
        b"Content-Transfer-Encoding: base64\r\n\r\n",
        b"Content-Transfer-Encoding: quoted-printable\r\n\r\n",
        b"Content-Transfer-Encoding: 7bit\r\nContent-Transfer-Encoding: base64\r\n\r\n",
        b"Content-Type: text/plain\r\n\r\nhello\r\nbegin 644 a.exe\r\n",
        b"begin 644 a.exe\r\n\r\nbegin 644 a.exe\r\n",
        b"Content-Type: text/plain\r\n\r\n" + b"x" * 1_048_577,
    ],
)
def test_every_doubt_goes_to_the_worker(message: bytes) -> None:
    assert not has_no_attachments(Message.of(message))
