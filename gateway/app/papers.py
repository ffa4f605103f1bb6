"""The certificates of the listeners as people see them: names, issuer, the days that are left."""

from __future__ import annotations

from pathlib import Path

from gateway.config.schema import Settings
from gateway.control.healthvalues import CertificateView
from gateway.net.certificate import read_certificate
from gateway.net.clock import Clock
from gateway.net.tls import CertificateError, CertificateFiles


async def certificates(settings: Settings, clock: Clock) -> tuple[CertificateView, ...]:
    """One for each name, with the listeners that show it; what can't be read says why."""
    shown: dict[str, list[str]] = {}
    for listener, its in settings.listener.items():
        if its.tls.mode != "none":
            shown.setdefault(its.tls.certificate, []).append(listener)
    return tuple([await _view(name, tuple(shown[name]), settings, clock) for name in sorted(shown)])


async def _view(name: str, listeners: tuple[str, ...], settings: Settings, clock: Clock) -> CertificateView:
    file = CertificateFiles.named(Path(settings.state_directory) / "certificates", name).certificate
    try:
        found = await read_certificate(file)
    except CertificateError as error:
        return CertificateView(name, str(file), listeners, cause=str(error))
    return CertificateView(
        name,
        str(file),
        listeners,
        found.names,
        found.issuer,
        found.not_after,
        (found.not_after - clock.now()).days,
        found.is_self_signed,
    )
