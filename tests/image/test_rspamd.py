"""The real rspamd with our settings: what it scores, what it asks, and what it must never believe."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
from collections.abc import Iterator
from ipaddress import ip_address
from pathlib import Path

import pytest

from gateway.core.authsymbols import _DKIM_IN_ORDER, _DMARC, _DMARC_FAIL, _SPF
from gateway.core.finding import RspamdFinding
from gateway.core.rspamdreply import RspamdError
from gateway.core.sentences import SYMBOLS
from gateway.core.symbolwords import phrase
from gateway.net.rspamd import RspamdClient, ScanRequest
from gateway.net.scanprobe import PROBE_REQUEST
from tests.support.dnsthread import DnsThread
from tests.support.process import NotStarted, find_program
from tests.support.rspamd import SETTINGS, RunningRspamd, start_rspamd, variables_of

pytestmark = pytest.mark.e2e

try:
    find_program("rspamd")
    find_program("redis-server")
except NotStarted as missing:
    pytest.skip(str(missing), allow_module_level=True)

CLEAN = (
    b"From: Ann <ann@sender.example>\r\nTo: Bob <bob@office.example>\r\nSubject: Lunch on Friday\r\n"
    b"Date: Tue, 24 Nov 2026 10:00:00 +0100\r\nMessage-ID: <abc123@sender.example>\r\n"
    b"Received: from desk.sender.example (desk.sender.example [198.51.100.4])\r\n"
    b"\tby mail.sender.example with ESMTPS id 4XyZ; Tue, 24 Nov 2026 10:00:00 +0100\r\n"
    b"MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
    b"Hello Bob,\r\n\r\nshall we have lunch on Friday at noon?\r\n\r\nAnn\r\n"
)
GTUBE = b"XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X\r\n"
ZONE = """
mail.sender.example A 203.0.113.7
sender.example A 203.0.113.7
sender.example MX 10 mail.sender.example.
sender.example TXT "v=spf1 -all"
_dmarc.sender.example TXT "v=DMARC1; p=reject"
7.113.0.203.in-addr.arpa PTR mail.sender.example.
"""
SILENT = """
mail.sender.example TIMEOUT
sender.example TIMEOUT
7.113.0.203.in-addr.arpa TIMEOUT
7.113.0.203.bl.blocklist.de TIMEOUT
4.100.51.198.bl.blocklist.de TIMEOUT
"""
AUTHENTICATED = ("R_SPF_ALLOW", "R_DKIM_ALLOW", "DMARC_POLICY_ALLOW", "ARC_NA")


@pytest.fixture(scope="module")
def dns_server() -> Iterator[DnsThread]:
    stub = DnsThread(ZONE)
    yield stub
    stub.stop()


@pytest.fixture(scope="module")
def rspamd(tmp_path_factory: pytest.TempPathFactory, dns_server: DnsThread) -> Iterator[RunningRspamd]:
    running = start_rspamd(tmp_path_factory.mktemp("r"), dns_server.address)
    yield running
    running.stop()


@pytest.fixture
def client(rspamd: RunningRspamd) -> RspamdClient:
    return RspamdClient(str(rspamd.scan_socket), str(rspamd.controller_socket))


def request(octets: bytes = CLEAN, **changes: object) -> ScanRequest:
    known: dict[str, object] = {
        "ip": ip_address("203.0.113.7"),
        "helo": "mail.sender.example",
        "hostname": "mail.sender.example",
        "reverse_path": "ann@sender.example",
        "recipients": ("bob@office.example",),
        "queue_id": "F7K2Q",
        "mta_name": "mx.office.example",
        "auth_symbols": AUTHENTICATED,
    }
    return ScanRequest((octets,), **{**known, **changes})  # type: ignore[arg-type] # each test names its own


def scores(finding: RspamdFinding) -> dict[str, float]:
    return {symbol.name: symbol.score for symbol in finding.symbols}


def test_every_symbol_that_may_appear_has_words_for_an_admin(rspamd: RunningRspamd) -> None:
    groups = json.loads(asked_of_the_controller(rspamd, "/symbols"))
    symbols = {rule["symbol"] for group in groups for rule in group["rules"]}
    assert len(symbols) > 300
    assert sorted(each for each in symbols if each not in SYMBOLS and phrase(each) is None) == []


def asked_of_the_controller(rspamd: RunningRspamd, path: str) -> bytes:
    with socket.socket(socket.AF_UNIX) as peer:
        peer.settimeout(10)
        peer.connect(str(rspamd.controller_socket))
        peer.sendall(f"GET {path} HTTP/1.0\r\n\r\n".encode())
        answer = b"".join(iter(lambda: peer.recv(65536), b""))
    return answer.partition(b"\r\n\r\n")[2]


async def test_clean_mail_with_a_proven_name_scores_next_to_nothing(client: RspamdClient) -> None:
    finding = await client.scan(request())
    assert finding.action == "no action"
    assert -3.0 < finding.score < 1.0
    assert not finding.is_skipped


async def test_the_probe_is_scanned_without_a_look_up(client: RspamdClient, dns_server: DnsThread) -> None:
    dns_server.asked.clear()
    finding = await client.scan(PROBE_REQUEST)
    assert finding.result == "scanned"
    assert dns_server.asked == []


async def test_gtube_is_a_reject_though_rspamd_skips_the_scan(client: RspamdClient) -> None:
    finding = await client.scan(request(CLEAN + GTUBE))
    assert (finding.action, finding.is_skipped) == ("reject", True)


async def test_our_results_count_with_rspamds_own_scores(client: RspamdClient) -> None:
    found = scores(await client.scan(request()))
    assert found["R_SPF_ALLOW"] == pytest.approx(-0.2)
    assert found["R_DKIM_ALLOW"] == pytest.approx(-0.2)
    assert found["DMARC_POLICY_ALLOW"] == pytest.approx(-0.5)
    assert "ARC_NA" in found


async def test_a_rejecting_policy_adds_points(client: RspamdClient) -> None:
    failing = await client.scan(request(auth_symbols=("R_SPF_FAIL", "R_DKIM_NA", "DMARC_POLICY_REJECT", "ARC_NA")))
    assert scores(failing)["DMARC_POLICY_REJECT"] == pytest.approx(2.0)
    assert failing.score > (await client.scan(request())).score + 2.0


async def test_a_composite_is_built_from_our_results(client: RspamdClient) -> None:
    found = scores(await client.scan(request(auth_symbols=("R_SPF_FAIL", "R_DKIM_ALLOW", "DMARC_POLICY_ALLOW"))))
    assert found["DMARC_POLICY_ALLOW_WITH_FAILURES"] == pytest.approx(-0.5)


async def test_every_symbol_we_can_send_is_known_to_the_prefilter(client: RspamdClient) -> None:
    names = {*_SPF.values(), *_DMARC.values(), *_DMARC_FAIL.values(), *(symbol for _, symbol in _DKIM_IN_ORDER)}
    names |= {"ARC_ALLOW", "ARC_REJECT", "ARC_INVALID", "ARC_DNSFAIL", "ARC_NA", "DMARC_BAD_POLICY"}
    for name in sorted(names):
        assert name in scores(await client.scan(request(auth_symbols=(name,)))), name


async def test_rspamd_asks_nothing_about_spf_dkim_or_dmarc_itself(client: RspamdClient, dns_server: DnsThread) -> None:
    dns_server.asked.clear()
    signed = b"DKIM-Signature: v=1; a=rsa-sha256; d=sender.example; s=k; h=from; bh=AAAA; b=AAAA\r\n" + CLEAN
    await client.scan(request(signed, auth_symbols=()))
    assert dns_server.asked, "the log of the DNS server works"
    assert not [key for key in dns_server.asked if key[1] == "TXT"]
    assert not [key for key in dns_server.asked if "_domainkey" in key[0] or "_dmarc" in key[0]]


async def test_no_list_with_terms_and_no_map_of_the_project_is_asked(
    client: RspamdClient, dns_server: DnsThread
) -> None:
    dns_server.asked.clear()
    await client.scan(request(CLEAN + b"see http://www.shop.example/ or mail joe@gmail.com\r\n"))
    allowed = ("sender.example", "bl.blocklist.de", "in-addr.arpa")
    assert not [name for name, _ in dns_server.asked if not name.endswith(allowed)]


def test_no_setting_that_is_in_force_fetches_anything_from_the_web(rspamd: RunningRspamd, tmp_path: Path) -> None:
    arguments = variables_of(tmp_path, "127.0.0.1:9", rspamd.redis.socket)
    dumped = subprocess.run([find_program("rspamadm"), *arguments, "configdump", "-j"], capture_output=True, check=True)
    settings = json.loads(dumped.stdout[dumped.stdout.index(b"{") :])
    assert settings["rbl"]["rbls"].keys() == {"blocklistde"}
    # The path of "metric" holds descriptions of symbols only.
    assert addresses_in({name: value for name, value in settings.items() if name not in {"metric", "group"}}) == []


def addresses_in(value: object) -> list[str]:
    """All web addresses below `value`, but for modules that are off."""
    if isinstance(value, str):
        return [value] if "http://" in value or "https://" in value else []
    if isinstance(value, dict):
        return [] if value.get("enabled") is False else [each for item in value.values() for each in addresses_in(item)]
    return [each for item in value for each in addresses_in(item)] if isinstance(value, list) else []


async def test_a_mail_header_of_our_name_has_no_effect(client: RspamdClient) -> None:
    forged = b"X-Poterne-Auth: R_SPF_ALLOW,R_DKIM_ALLOW,DMARC_POLICY_ALLOW\r\n" + CLEAN
    found = scores(await client.scan(request(forged, auth_symbols=())))
    assert not {"R_SPF_ALLOW", "R_DKIM_ALLOW", "DMARC_POLICY_ALLOW"} & set(found)


async def test_only_symbols_of_authentication_can_be_inserted(client: RspamdClient) -> None:
    found = scores(await client.scan(request(auth_symbols=("BAYES_SPAM", "GTUBE", "R_DKIM_ALLOW"))))
    assert "R_DKIM_ALLOW" in found
    assert not {"BAYES_SPAM", "GTUBE"} & set(found)


async def test_a_line_break_in_foreign_text_adds_no_request_header(client: RspamdClient) -> None:
    found = scores(
        await client.scan(request(helo="a.example\r\nX-Poterne-Auth: ARC_ALLOW\r\nFoo: ", auth_symbols=("ARC_NA",)))
    )
    assert "ARC_NA" in found
    assert "ARC_ALLOW" not in found


async def test_without_dns_the_name_symbols_cost_nothing(tmp_path: Path) -> None:
    silent = DnsThread(SILENT)
    running = start_rspamd(tmp_path, silent.address)
    try:
        client = RspamdClient(str(running.scan_socket), str(running.controller_socket))
        zeroed = {"RDNS_NONE": 0.0, "RDNS_DNSFAIL": 0.0, "HFILTER_HOSTNAME_UNKNOWN": 0.0}
        settings: dict[str, object] = {"groups_disabled": ["hfilter", "rbl", "surbl"], "scores": zeroed}
        finding = await client.scan(request(hostname="", settings=settings))
        assert finding.score < 1.0, scores(finding)
        assert not [name for name in scores(finding) if name.startswith(("HFILTER", "BLOCKLISTDE"))]
        assert not [name for name, _ in silent.asked if name.endswith("blocklist.de")]
    finally:
        running.stop()
        silent.stop()


async def test_a_scan_that_rspamd_gave_up_is_no_scan(tmp_path: Path) -> None:
    settings = tmp_path / "settings"
    shutil.copytree(SETTINGS, settings)
    options = settings / "override.d" / "options.inc"
    options.write_text(options.read_text().replace("task_timeout = 10s;", "task_timeout = 300ms;"))
    silent = DnsThread(SILENT)
    running = start_rspamd(tmp_path / "r", silent.address, settings=settings)
    try:
        client = RspamdClient(str(running.scan_socket), str(running.controller_socket))
        with pytest.raises(RspamdError) as caught:
            await client.scan(request(hostname=""))
        assert caught.value.kind == "gave-up"
    finally:
        running.stop()
        silent.stop()


async def test_two_run_side_by_side_in_two_folders(
    rspamd: RunningRspamd, tmp_path: Path, dns_server: DnsThread
) -> None:
    second = start_rspamd(tmp_path, dns_server.address)
    try:
        for running in (rspamd, second):
            finding = await RspamdClient(str(running.scan_socket), str(running.controller_socket)).scan(request())
            assert finding.result == "scanned"
    finally:
        second.stop()
    assert second.process.poll() is not None
    assert second.redis.process.poll() is not None


def test_nothing_listens_on_tcp(rspamd: RunningRspamd) -> None:
    children = Path(f"/proc/{rspamd.process.pid}/task/{rspamd.process.pid}/children").read_text().split()
    assert children
    sockets: set[str] = set()
    for pid in [str(rspamd.process.pid), *children]:
        opened = [str(descriptor.readlink()) for descriptor in Path(f"/proc/{pid}/fd").iterdir()]
        sockets |= {target.removeprefix("socket:[").removesuffix("]") for target in opened if "socket:" in target}
    lines = [line for name in ("tcp", "tcp6") for line in Path(f"/proc/net/{name}").read_text().splitlines()[1:]]
    listening = {row[9] for row in map(str.split, lines) if row[3] == "0A"}
    assert not listening & sockets


async def test_it_answers_a_ping_and_tells_its_version(client: RspamdClient) -> None:
    await client.ping()
    assert (await client.version())[0].isdigit()


async def test_what_was_taught_is_known_the_second_time(client: RspamdClient) -> None:
    words = " ".join(f"wort{number} ferien{number} preis{number}" for number in range(60)).encode()
    spam = CLEAN.replace(b"Hello Bob", words)
    assert await client.learn_spam((spam,)) is True
    # rspamd answers before it has noted what it learnt.
    for _ in range(100):
        if not await client.learn_spam((spam,)):
            break
    else:
        pytest.fail("rspamd never knew that it had learnt this message")
    assert await client.learn_ham((spam,)) is True


async def test_a_message_of_too_few_words_cannot_be_taught(client: RspamdClient) -> None:
    with pytest.raises(RspamdError) as caught:
        await client.learn_spam((b"Subject: a\r\n\r\nb\r\n",))
    assert caught.value.kind == "http"
    assert "token" in caught.value.detail


async def test_a_hundred_long_recipients_fit_in_one_request(client: RspamdClient) -> None:
    recipients = tuple(f"{'x' * 60}{number}@{'y' * 60}.{'z' * 60}.office.example" for number in range(100))
    finding = await client.scan(request(recipients=recipients))
    assert finding.result == "scanned"


async def test_a_large_message_is_sent_in_pieces(client: RspamdClient) -> None:
    big = memoryview(CLEAN + b"a line of text\r\n" * 700_000)
    finding = await client.scan(ScanRequest((big[:1000], big[1000:]), ip=ip_address("203.0.113.7")))
    assert finding.result == "scanned"
