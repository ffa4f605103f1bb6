from __future__ import annotations

from pathlib import Path

from gateway.control.rulesvalues import ReleasedAndAllowed
from gateway.control.values import Learned, Released
from tests.support.control import fake_gateway
from tests.support.interface import busy_desk, proven
from tui.carrying import carry_out, take_back
from tui.client import Client
from tui.pending import Order


async def test_an_order_is_carried_out_as_it_was_given(tmp_path: Path) -> None:
    desk = busy_desk()
    async with fake_gateway(tmp_path, desk) as gateway:
        client = Client(gateway.path)
        assert isinstance(await carry_out(client, Order("spam", ("H0000",)), "H0000", "en"), Learned)
        assert isinstance(await carry_out(client, Order("release", ("H0000",), teach=True), "H0000", "en"), Released)
        assert [each[:3] for each in desk.asked] == [
            ("learn", "H0000", "spam"),
            ("learn", "H0000", "ham"),
            ("release", "H0000", ()),
        ]


async def test_a_release_that_allows_takes_the_narrowest_that_helps_and_is_taken_back_by_its_number(
    tmp_path: Path,
) -> None:
    desk = proven(busy_desk())
    async with fake_gateway(tmp_path, desk) as gateway:
        client = Client(gateway.path)
        for recipients in ((), ("anna@office.example",)):
            done = await carry_out(client, Order("release", ("H0000",), recipients, allow=True), "H0000", "en")
            assert isinstance(done, ReleasedAndAllowed)
            assert done.allowed is not None
            assert done.allowed.rule.subject == "rene@sender.example"
            said = await take_back(client, (done.allowed.change,), "en")
            assert said == "rene@sender.example is no longer on the allow list."
            assert desk.rules.entries == []


async def test_where_allowing_helps_nobody_the_release_is_done_all_the_same(tmp_path: Path) -> None:
    desk = busy_desk()
    async with fake_gateway(tmp_path, desk) as gateway:
        for recipients in ((), ("anna@office.example",)):
            order = Order("release", ("H0000",), recipients, allow=True)
            done = await carry_out(Client(gateway.path), order, "H0000", "en")
            assert isinstance(done, ReleasedAndAllowed)
            assert done.allowed is None
            assert "would not help" in done.why_not
        assert desk.rules.entries == []
