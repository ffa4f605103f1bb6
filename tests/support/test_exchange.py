from __future__ import annotations

from gateway.core.envelope import Transaction
from tests.support.edge import running_edge
from tests.support.exchange import send
from tests.support.nexthop import Profile, running
from tests.support.values import ORDINARY


async def test_exchange_sends_by_bdat_where_chunking_is_offered() -> None:
    async with running_edge() as edge:
        lines = await send(
            f"127.0.0.1:{edge.server.port}", "ann@sender.example", ("bob@office.example",), ORDINARY, chunks=3
        )
        assert [line for line in lines if line.startswith(("4", "5"))] == []
        (transaction,) = edge.intake.received
        assert isinstance(transaction, Transaction)
        assert bytes(transaction.message.octets) == ORDINARY


async def test_exchange_sends_a_bare_lf_by_bdat_and_it_becomes_crlf() -> None:
    async with running_edge() as edge:
        octets = ORDINARY + b"bare\nline\r\n"
        await send(f"127.0.0.1:{edge.server.port}", "ann@sender.example", ("bob@office.example",), octets)
        (transaction,) = edge.intake.received
        assert bytes(transaction.message.octets) == ORDINARY + b"bare\r\nline\r\n"


async def test_exchange_sends_by_data_where_it_is_not() -> None:
    async with running() as hop:
        await send(hop.address, "ann@sender.example", ("bob@office.example",), ORDINARY + b".dot\r\n")
        assert hop.messages[0].octets == ORDINARY + b".dot\r\n"


async def test_exchange_itself_refuses_a_bare_lf_without_chunking() -> None:
    async with running(Profile()) as hop:
        lines = await send(hop.address, "ann@sender.example", ("bob@office.example",), b"a\nb\r\n")
        assert any("5.6.11" in line for line in lines)
        assert hop.messages == []
