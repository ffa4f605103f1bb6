from __future__ import annotations

from pathlib import Path

import pytest

from gateway.app.ways import ways_out
from gateway.config.schema import BackendTls, OutboundRoute, Settings, SmartHost, SmartHostAuth
from gateway.delivery.mx import Reach
from gateway.delivery.outside import refused_by_mx, refused_by_smart_host
from gateway.delivery.way import NoLogin
from gateway.net.tls_client import TlsPolicy
from tests.support.hops import Names

REACH = Reach(lambda address: False, lambda names: None)
PROVIDER = SmartHost("smtp.provider.example", auth=SmartHostAuth("office", "smarthost"))
ROUTES = (
    OutboundRoute(recipient_domains=("partner.example",), tls=BackendTls("verify")),
    OutboundRoute("smart_host", sender_domains=("office.example",), smart_host=PROVIDER),
    OutboundRoute(recipient_domains=("other.example",)),
)


def settings(folder: Path, *routes: OutboundRoute) -> Settings:
    return Settings("mx.office.example", "it@office.example", state_directory=str(folder), outbound_route=routes)


def test_a_domain_has_the_tls_of_the_first_direct_route_for_it(tmp_path: Path) -> None:
    ways = ways_out(settings(tmp_path, *ROUTES), Names(), REACH)
    partner, other = ways.to_domain("partner.example"), ways.to_domain("other.example")
    assert partner is not None
    assert other is not None
    assert (partner.tls, other.tls) == (TlsPolicy("verify"), TlsPolicy("opportunistic"))
    assert partner.refused is refused_by_mx
    assert partner.knows_itself
    assert ways.to_domain("elsewhere.example") is None


def test_a_smart_host_has_its_lane_and_its_password_is_read_each_time(tmp_path: Path) -> None:
    ways = ways_out(settings(tmp_path, *ROUTES), Names(), REACH)
    (name,) = ways.smart_hosts
    way = ways.smart_hosts[name]
    assert (name, way.refused) == ("smtp.provider.example", refused_by_smart_host)
    assert way.login is not None
    with pytest.raises(NoLogin, match="poterne secret set smarthost"):
        way.login()
    folder = tmp_path / "secrets"
    folder.mkdir()
    for password in (b"first", b"second"):
        (folder / "smarthost").write_bytes(password + b"\n")
        (folder / "smarthost").chmod(0o600)
        assert way.login().password == password
