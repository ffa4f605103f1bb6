from __future__ import annotations

from ipaddress import ip_address
from pathlib import Path

from gateway.system.route import default_gateways

IPV4 = (
    "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\n"
    "eth0\t00000000\t0100000A\t0003\t0\t0\t0\t00000000\n"
    "eth0\t0000000A\t00000000\t0001\t0\t0\t0\t00FFFFFF\n"
)
IPV6 = (
    "00000000000000000000000000000000 00 00000000000000000000000000000000 00 "
    "fe800000000000000000000000000001 00000400 00000001 00000000 00000003 eth0\n"
    "00000000000000000000000000000000 00 00000000000000000000000000000000 00 "
    "00000000000000000000000000000000 ffffffff 00000001 00000000 00200200 lo\n"
)


def test_the_router_of_each_default_route_is_found(tmp_path: Path) -> None:
    (tmp_path / "route").write_text(IPV4)
    (tmp_path / "ipv6_route").write_text(IPV6)
    found = default_gateways(tmp_path / "route", tmp_path / "ipv6_route")
    assert found == {ip_address("10.0.0.1"), ip_address("fe80::1")}


def test_a_machine_without_these_tables_has_none(tmp_path: Path) -> None:
    assert default_gateways(tmp_path / "none", tmp_path / "none6") == frozenset()
