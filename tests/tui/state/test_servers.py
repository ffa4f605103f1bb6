from __future__ import annotations

from tests.support.domains import TEXT
from tui.state.servers import rows, servers


def test_domains_come_first_then_lonely_servers_then_the_ways_out() -> None:
    shown = rows(TEXT.encode())
    assert [(each.kind, each.name, each.lane) for each in shown] == [
        ("domain", "branch.example", "backend:exchange"),
        ("domain", "club.example", "backend:mailboxes"),
        ("domain", "office.example", "backend:exchange"),
        ("server", "old", "backend:old"),
        ("route", "isp", "smart_host:isp"),
        ("route", "direct", ""),
    ]
    assert len({each.key for each in shown}) == len(shown)


def test_what_is_not_set_has_the_defaults_of_the_settings() -> None:
    branch, club, *_ = rows(TEXT.encode())
    assert (branch.policy, branch.acceptance, branch.method) == ("standard", "cut-through", "learned")
    assert (club.policy, club.acceptance, club.method) == ("strict", "queue", "callout")
    assert servers(TEXT.encode())[0].hosts == ("exchange.office.lan:25", "10.0.0.10:25")
    assert servers(TEXT.encode())[1].tls == "opportunistic"


def test_a_text_that_is_none_or_names_nothing_has_no_rows() -> None:
    assert rows(b"not toml = = 1") == ()
    assert rows(b'hostname = "a"\n') == ()
    assert rows(b'domain = "oops"\nbackend = 3\n') == ()


def test_a_domain_of_a_server_that_is_not_there_is_shown_all_the_same() -> None:
    (row,) = rows(b'[domain."a.example"]\nbackend = "gone"\n')
    assert row.server is not None
    assert (row.server.name, row.server.hosts) == ("gone", ())
