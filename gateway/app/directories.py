"""How a directory of the settings is read: its servers in order, its password by name, the addresses of its entries.

Files and secrets are read each time: a new password or certificate counts at once.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable
from pathlib import Path

from gateway.config.ldap import ldap_server
from gateway.config.schema import LdapSettings, Settings
from gateway.core.directoryentry import RESTRICTED, Listed, listed
from gateway.core.ldap.filters import compiled
from gateway.core.ldap.messages import Entry, Search
from gateway.net.dial import Dial
from gateway.net.ldap import LdapError, Login, Server, find_all
from gateway.net.tls_client import TlsPolicy, client_context
from gateway.recipients.ldap import Fetch
from gateway.system.credentials import SecretError, Secrets

# Active Directory gives at most 1,000 at once, and so many are soon read.
PAGE_SIZE = 500


def directory_reader(settings: Settings, dial: Dial) -> Callable[[LdapSettings], Fetch]:
    """For each directory, what reads it."""
    state = Path(settings.state_directory)
    return lambda ldap: _Reader(ldap, dial, Secrets(state / "secrets"), state / "certificates")


class _Reader:
    def __init__(self, ldap: LdapSettings, dial: Dial, secrets: Secrets, certificates: Path) -> None:
        self._ldap = ldap
        self._dial = dial
        self._secrets = secrets
        self._certificates = certificates
        names = (*ldap.attributes, RESTRICTED)
        self._search = Search(ldap.base, compiled(ldap.filter), names, PAGE_SIZE, int(ldap.timeout_seconds) + 1)

    async def __call__(self) -> tuple[Listed, ...]:
        """All addresses, from the first server that gives them. Raises LdapError with what each said."""
        context, login = await asyncio.to_thread(self._ready)
        causes: list[str] = []
        for url in self._ldap.urls:
            try:
                entries = await self._asked(url, login, context)
                # Ten thousand addresses take a while to read; mail need not wait for that.
                return await asyncio.to_thread(self._listed, entries)
            except LdapError as error:
                causes.append(str(error))
        raise LdapError("; ".join(causes))

    async def _asked(self, url: str, login: Login, context: ssl.SSLContext) -> tuple[Entry, ...]:
        where, implicit = ldap_server(url)
        server = Server(where, implicit, self._policy, context)
        return await find_all(self._dial, server, login, self._search, self._ldap.timeout_seconds)

    def _listed(self, entries: tuple[Entry, ...]) -> tuple[Listed, ...]:
        return tuple(listed(entries, self._ldap.attributes))

    @property
    def _policy(self) -> TlsPolicy:
        pins = self._ldap.pin_sha256
        return TlsPolicy("require", pins) if pins else TlsPolicy("verify")

    def _ready(self) -> tuple[ssl.SSLContext, Login]:
        """What files say. Raises LdapError."""
        context = client_context(self._policy)
        name = self._ldap.authority
        try:
            if name and not self._ldap.pin_sha256:
                context = ssl.create_default_context(cafile=self._certificates / f"{name}.pem")
                context.minimum_version = ssl.TLSVersion.TLSv1_2
            password = self._secrets.read(self._ldap.secret) if self._ldap.secret else b""
        except (OSError, ssl.SSLError) as error:
            raise LdapError(f"the certificate {name}.pem can't be used: {error}") from error
        except SecretError as error:
            raise LdapError(str(error)) from error
        return context, Login(self._ldap.bind_dn, password)
