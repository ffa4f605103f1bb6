"""TLS of our own listeners: a certificate by name, made by us while there is no better one, reloaded when it changes.

Knows files and the `openssl` program; not which listener uses it. TLS 1.2 and newer only (RFC 8996).
"""

from __future__ import annotations

import asyncio
import os
import ssl
from dataclasses import dataclass
from pathlib import Path

from gateway.core.event import Fault, Publish

OPENSSL_SECONDS = 120.0  # a small board takes up to 10 s for an RSA key
# Nobody renews what we made ourselves; opportunistic senders do not look at the date (RFC 7435).
VALID_DAYS = 7_300
_COMMON_NAME_MAXIMUM = 64  # RFC 5280 appendix A, ub-common-name


class CertificateError(Exception):
    """The certificate or its key is missing, unreadable or does not fit; the text says which file."""


@dataclass(frozen=True, slots=True)
class CertificateFiles:
    """`NAME.pem` holds the chain, `NAME.key` the private key (0600)."""

    certificate: Path
    key: Path

    @classmethod
    def named(cls, folder: Path, name: str) -> CertificateFiles:
        """The two files of this name in `certificates/`."""
        return cls(folder / f"{name}.pem", folder / f"{name}.key")

    def stamp(self) -> tuple[tuple[int, int, int], ...]:
        """What changes when one of the files does. Raises OSError."""
        found = (os.stat(path) for path in (self.certificate, self.key))
        return tuple((each.st_mtime_ns, each.st_size, each.st_ino) for each in found)


class ServerTls:
    """The context for new connections; `prepare` makes the first one."""

    def __init__(self, files: CertificateFiles, hostname: str, publish: Publish) -> None:
        self._files = files
        self._hostname = hostname
        self._publish = publish
        self._context: ssl.SSLContext | None = None
        self._stamp: tuple[tuple[int, int, int], ...] = ()

    async def prepare(self) -> None:
        """Make what is missing, then load. Raises CertificateError."""
        await make_missing(self._files, self._hostname)
        self.reload()

    def reload(self) -> None:
        """Load the files for connections from now on. Raises CertificateError and keeps the old ones."""
        try:
            stamp = self._files.stamp()
            context = _context(self._files)
        except (OSError, ssl.SSLError) as error:
            raise CertificateError(f"{self._files.certificate}: {error}") from error
        self._context, self._stamp = context, stamp

    def context(self) -> ssl.SSLContext:
        """The context for one handshake; changed files are loaded first.

        While the new files are unusable the old ones serve, and a Fault says so once. Raises CertificateError
        before `prepare`.
        """
        if self._context is None:
            raise CertificateError(f"{self._files.certificate} is not loaded")
        if self._has_changed():
            try:
                self.reload()
            except CertificateError as error:
                self._publish(Fault("tls", f"the certificate was not reloaded, the old one serves: {error}"))
        return self._context

    def _has_changed(self) -> bool:
        try:
            stamp = self._files.stamp()
        except OSError:
            return False  # being replaced just now
        changed = stamp != self._stamp
        self._stamp = stamp
        return changed


async def make_missing(files: CertificateFiles, hostname: str) -> None:
    """Make a self-signed certificate for `hostname` where there is none; a key that is there is used and kept.

    Raises CertificateError, also for a certificate whose key is missing: that is somebody's mistake, not ours to mend.
    """
    if files.certificate.exists():
        if not files.key.exists():
            raise CertificateError(f"{files.key} is missing, but {files.certificate} is there")
        return
    files.certificate.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
    if not files.key.exists():
        # RSA, because a few old senders know nothing else.
        options = ("-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048")
        await _openssl_writes(files.key, 0o600, "genpkey", *options)
    common_name = hostname if len(hostname) <= _COMMON_NAME_MAXIMUM else "mail gateway"
    await _openssl_writes(
        files.certificate,
        0o644,
        *("req", "-x509", "-new", "-sha256", "-key", str(files.key), "-days", str(VALID_DAYS)),
        *("-subj", f"/CN={common_name}", "-addext", f"subjectAltName=DNS:{hostname}"),
    )


async def _openssl_writes(path: Path, mode: int, *arguments: str) -> None:
    """Run `openssl … -out`, into a file of this mode that takes its name only when it is whole and on disk."""
    partial = path.with_name(path.name + ".new")
    try:
        partial.unlink(missing_ok=True)
        os.close(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode))
        await openssl(*arguments, "-out", str(partial))
        _sync(partial)
        partial.rename(path)
        _sync(path.parent)
    except OSError as error:
        raise CertificateError(f"{path}: {error}") from error


async def openssl(*arguments: str) -> str:
    """Run the program; what it prints. Raises CertificateError."""
    process = await asyncio.create_subprocess_exec(
        "openssl",
        *arguments,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(OPENSSL_SECONDS):
            printed, complaint = await process.communicate()
    except TimeoutError as error:
        process.kill()
        await process.wait()
        raise CertificateError("openssl takes too long") from error
    if process.returncode != 0:
        raise CertificateError(f"openssl: {complaint.decode('utf-8', 'replace').strip()}")
    return printed.decode("utf-8", "replace")


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _context(files: CertificateFiles) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.options |= ssl.OP_NO_RENEGOTIATION | ssl.OP_NO_COMPRESSION | ssl.OP_CIPHER_SERVER_PREFERENCE
    context.load_cert_chain(files.certificate, files.key)
    return context
