from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from gateway.app.papers import certificates
from gateway.config.schema import Listener, ListenerTls, Settings
from gateway.net.clock import SystemClock
from gateway.net.tls import VALID_DAYS, CertificateFiles, make_missing


def settings(folder: Path) -> Settings:
    listeners = {
        "internet": Listener("0.0.0.0:25"),
        "internet6": Listener("[::]:25"),
        "inside": Listener("127.0.0.1:26", tls=ListenerTls("none", "other")),
    }
    return replace(Settings("mx.office.example", "it@office.example", listener=listeners), state_directory=str(folder))


async def test_listeners_that_show_the_same_certificate_stand_together_and_those_without_none(tmp_path: Path) -> None:
    await make_missing(CertificateFiles.named(tmp_path / "certificates", "mx"), "mx.office.example")
    (found,) = await certificates(settings(tmp_path), SystemClock())
    assert (found.name, found.listeners) == ("mx", ("internet", "internet6"))
    assert found.names == ("mx.office.example",)
    assert found.is_self_signed
    assert VALID_DAYS - 2 <= found.days_left <= VALID_DAYS


async def test_what_cant_be_read_says_why(tmp_path: Path) -> None:
    (found,) = await certificates(settings(tmp_path), SystemClock())
    assert found.not_after is None
    assert found.cause
