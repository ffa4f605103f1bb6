"""What the edge is given."""

from dataclasses import replace

import pytest

from gateway.config.schema import Limits, ListenerTls
from gateway.net.tls import CertificateFiles, ServerTls
from gateway.smtp.surroundings import Door
from tests.support.edge import PLAIN, running_edge


async def test_a_message_that_never_fits_into_memory_is_too_large():
    async with running_edge(limits=Limits(memory_octets=1_000)) as edge:
        assert edge.surroundings.largest_message_octets() == 1_000
    async with running_edge(limits=Limits(message_size_octets=2_000)) as edge:
        assert edge.surroundings.largest_message_octets() == 2_000


@pytest.mark.parametrize(
    ("mode", "offered"), [("none", False), ("opportunistic", True), ("require", True), ("implicit", False)]
)
async def test_starttls_is_offered_where_it_is_possible(mode, offered, tmp_path):
    tls = ServerTls(CertificateFiles.named(tmp_path, "mx"), "mx.office.example", lambda event: None)
    async with running_edge() as edge:
        door = Door("x", replace(PLAIN, tls=ListenerTls(mode)), tls, edge.surroundings, None)
        assert door.offers_starttls is offered
        assert not replace(door, tls=None).offers_starttls
