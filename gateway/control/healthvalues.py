"""What the control socket tells of the gateway's health beside its status: certificates. Frozen values, as `values`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class CertificateView:
    """The certificate of listeners: `name` is its files' name in `certificates/`, `file` the path.

    `names`: the hosts it is for; `not_after` its end (None when it can't be read, `cause` says why); `days_left` below
    0 when it is over. `is_self_signed`: made by the gateway or by yourselves.
    """

    name: str
    file: str
    listeners: tuple[str, ...]
    names: tuple[str, ...] = ()
    issuer: str = ""
    not_after: datetime | None = None
    days_left: int = 0
    is_self_signed: bool = False
    cause: str = ""


@dataclass(frozen=True, slots=True)
class Certificates:
    """Those of all listeners that offer encryption, in the order of their names."""

    items: tuple[CertificateView, ...]
