"""A raw SMTP client for tests: octets out, whole replies in; it obeys nothing. Every wait ends after ten seconds."""

from __future__ import annotations

import asyncio
import ssl

PATIENCE_SECONDS = 10.0


class RawClient:
    """One connection. `say` sends octets and does not wait; `reply` reads one reply with all its lines."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    @classmethod
    async def connect(cls, port: int, *, source: str = "127.0.0.1", host: str = "127.0.0.1") -> RawClient:
        local = None if ":" in host else (source, 0)
        return cls(*await asyncio.open_connection(host, port, local_addr=local))

    async def say(self, octets: bytes) -> None:
        self.writer.write(octets)
        async with asyncio.timeout(PATIENCE_SECONDS):
            await self.writer.drain()

    async def reply(self) -> str:
        """All lines of one reply, joined by LF, without the last line end; "" at the end of the connection."""
        lines = []
        async with asyncio.timeout(PATIENCE_SECONDS):
            while line := await self.reader.readline():
                assert line.endswith(b"\r\n"), line
                lines.append(line[:-2].decode("ascii"))
                if line[3:4] != b"-":
                    break
        return "\n".join(lines)

    async def ask(self, command: str) -> str:
        """One command, one reply."""
        await self.say(command.encode("utf-8") + b"\r\n")
        return await self.reply()

    async def begin(
        self, *recipients: str, sender: str = "ann@sender.example", hello: str = "EHLO mail.sender.example"
    ) -> None:
        """Greeting, EHLO, MAIL and RCPTs, all of which must succeed."""
        assert (await self.reply()).startswith("220 ")
        for command in (hello, f"MAIL FROM:<{sender}>", *(f"RCPT TO:<{each}>" for each in recipients)):
            reply = await self.ask(command)
            assert reply.startswith("250"), (command, reply)

    async def send(self, content: bytes) -> str:
        """DATA and the content with its end; the last reply."""
        assert (await self.ask("DATA")).startswith("354")
        await self.say(content)
        return await self.reply()

    async def start_tls(self) -> None:
        """The handshake, without looking at the certificate."""
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        async with asyncio.timeout(PATIENCE_SECONDS):
            await self.writer.start_tls(context)

    async def rest(self) -> bytes:
        """Everything up to the end of the connection."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            return await self.reader.read()

    async def close(self) -> None:
        self.writer.close()
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                await self.writer.wait_closed()
        except (OSError, TimeoutError):
            self.writer.transport.abort()
