"""What makes sense in the settings of a directory: where it is, how it is asked, what it proves. Looks nothing up."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from gateway.config.endpoints import is_hostname, parse_endpoint
from gateway.config.problems import Path, Remark
from gateway.config.references import is_pin
from gateway.config.schema import LdapSettings, Settings
from gateway.core.ldap.filters import FilterError, compiled

# RFC 4516 §2 for 389; 636 is what everybody uses for ldaps.
_PORTS: Final = {"ldaps": 636, "ldap": 389}


def ldap_server(url: str) -> tuple[str, bool]:
    """Host and port as one dials it, and whether TLS begins with the first octet. Raises ValueError with the reason."""
    scheme, separator, rest = url.partition("://")
    if not separator or scheme.lower() not in _PORTS:
        raise ValueError('begins neither with "ldaps://" nor with "ldap://" (STARTTLS)')
    place = rest.removesuffix("/")
    if "/" in place:
        raise ValueError("has more than a host and a port: base and filter are keys of their own")
    has_port = ":" in place.rpartition("]")[2]
    where = place if has_port else f"{place}:{_PORTS[scheme.lower()]}"
    parse_endpoint(where)
    return where, scheme.lower() == "ldaps"


def directory_remarks(settings: Settings) -> Iterator[Remark]:
    """Everything about directories that is missing, malformed or contradicts itself."""
    for name, domain in settings.domain.items():
        path: Path = ("domain", name, "recipient_verification")
        how = domain.recipient_verification
        if how.method == "ldap" and how.ldap is None:
            yield Remark((*path, "ldap"), 'is needed for method "ldap": ldap = { urls = [..], base = ".." }')
        if how.ldap is not None:
            yield from _directory(how.ldap, (*path, "ldap"))


def _directory(ldap: LdapSettings, path: Path) -> Iterator[Remark]:
    if not ldap.urls:
        yield Remark((*path, "urls"), 'needs at least one, as in ["ldaps://dc1.office.lan"]')
    for number, url in enumerate(ldap.urls):
        try:
            ldap_server(url)
        except ValueError as error:
            yield Remark((*path, "urls", number), f'"{url}" {error}')
    # RFC 4513 §5.1.2: a name without a password is an anonymous login on many servers, and it would look like ours.
    if bool(ldap.bind_dn) != bool(ldap.secret):
        yield Remark((*path, "secret"), "bind_dn and secret go together; without both the login is anonymous")
    try:
        compiled(ldap.filter)
    except FilterError as error:
        yield Remark((*path, "filter"), f"is no filter of RFC 4515: {error}")
    if not ldap.attributes or not all(ldap.attributes):
        yield Remark((*path, "attributes"), 'needs at least one name, as in ["mail"]')
    if ldap.authority and not is_hostname(ldap.authority):
        # It becomes a file name in certificates/.
        yield Remark((*path, "authority"), "must be a name of letters, digits, dots, hyphens, underscores")
    for number, pin in enumerate(ldap.pin_sha256):
        if not is_pin(pin):
            yield Remark((*path, "pin_sha256", number), "must be the base64 of 32 octets (SHA-256)")
