from ipaddress import ip_address
from pathlib import Path

from gateway.system.routes import default_gateways

IPV4 = """Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT
eth0\t00000000\t0101A8C0\t0003\t0\t0\t100\t00000000\t0\t0\t0
eth0\t0001A8C0\t00000000\t0001\t0\t0\t100\t00FFFFFF\t0\t0\t0
eth1\t00000000\tFE01A8C0\t0002\t0\t0\t100\t00000000\t0\t0\t0
"""
IPV6 = (
    "0" * 32 + " 00 " + "0" * 32 + " 00 fe800000000000000000000000000001 00000400 00000001 00000000 00000003 eth0\n"
    "fe800000000000000000000000000000 40 "
    + "0" * 32
    + " 00 "
    + "0" * 32
    + " 00000100 00000001 00000000 00000001 eth0\n"
)


def test_the_next_hops_of_default_routes_in_use_are_found(tmp_path: Path) -> None:
    (tmp_path / "4").write_text(IPV4)
    (tmp_path / "6").write_text(IPV6)
    assert default_gateways(tmp_path / "4", tmp_path / "6") == {ip_address("192.168.1.1"), ip_address("fe80::1")}


def test_a_machine_without_route_tables_has_none(tmp_path: Path) -> None:
    assert default_gateways(tmp_path / "4", tmp_path / "6") == frozenset()


def test_this_machine_can_be_read() -> None:
    assert isinstance(default_gateways(), frozenset)
