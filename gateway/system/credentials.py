"""Secrets by name: files in `secrets/`, or those that systemd hands over in $CREDENTIALS_DIRECTORY (D11).

Values go in and are used; nothing here shows one. Knows no setting.
"""

from __future__ import annotations

import os
import re
import secrets
import stat
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from gateway.system.folders import sync_folder

VALUE_MAXIMUM_OCTETS: Final = 65_536
INSTALLATION_FILE: Final = "installation"
INSTALLATION_SECRET_OCTETS: Final = 32

# Permission bits that nobody else may have. systemd's own files may be 0440, in a folder that only the service enters.
_OWN_FORBIDDEN: Final = 0o077
_SYSTEMD_FORBIDDEN: Final = 0o027

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")


class SecretError(Exception):
    """A secret is missing, readable by others or not writable; the text names it and never holds its value."""


@dataclass(frozen=True, slots=True)
class Secrets:
    """`folder` is `state_directory/secrets`; `credentials` is systemd's folder, which wins, or None."""

    folder: Path
    credentials: Path | None = field(default=None)

    def read(self, name: str) -> bytes:
        """The value without one final line end. Raises SecretError."""
        for folder, forbidden in ((self.credentials, _SYSTEMD_FORBIDDEN), (self.folder, _OWN_FORBIDDEN)):
            if folder is not None and (value := _read(folder / _checked(name), forbidden)) is not None:
                return value.removesuffix(b"\n")
        raise SecretError(f"there is no secret named {name}: set it with `poterne secret set {name}`")

    def write(self, name: str, value: bytes) -> None:
        """Set the value durably, 0600, in one step. Raises SecretError."""
        if not 0 < len(value) <= VALUE_MAXIMUM_OCTETS:
            raise SecretError(f"the secret {name} must have 1 to {VALUE_MAXIMUM_OCTETS} octets")
        path = self.folder / _set_here(name)
        try:
            written = _written(path, value)
            written.replace(path)
            sync_folder(self.folder)
        except OSError as error:
            raise SecretError(f"the secret {name} cannot be written: {error.strerror}") from error

    def names(self) -> tuple[tuple[str, float], ...]:
        """Each secret that was set here, with the time of that (seconds since the epoch), by name."""
        try:
            found = [each for each in self.folder.iterdir() if _NAME.fullmatch(each.name) and each.is_file()]
            return tuple(sorted((each.name, each.stat().st_mtime) for each in found if each.name != INSTALLATION_FILE))
        except OSError as error:
            raise SecretError(f"the secrets cannot be listed: {error.strerror}") from error

    def delete(self, name: str) -> bool:
        """Remove it durably. False when there is none. Raises SecretError."""
        try:
            (self.folder / _set_here(name)).unlink()
            sync_folder(self.folder)
        except FileNotFoundError:
            return False
        except OSError as error:
            raise SecretError(f"the secret {name} cannot be removed: {error.strerror}") from error
        return True


def installation_secret(folder: Path) -> bytes:
    """The random octets that make this installation's marks unguessable; made once. Raises SecretError."""
    path = folder / INSTALLATION_FILE
    try:
        if not path.exists():
            _create_once(path, secrets.token_bytes(INSTALLATION_SECRET_OCTETS).hex().encode())
        value = bytes.fromhex((_read(path, _OWN_FORBIDDEN) or b"").decode("ascii"))
    except OSError as error:
        raise SecretError(f"the installation's secret cannot be made: {error.strerror}") from error
    except ValueError as error:
        raise SecretError(f"{path} is damaged: remove it and a new one is made") from error
    if len(value) != INSTALLATION_SECRET_OCTETS:
        raise SecretError(f"{path} is damaged: remove it and a new one is made")
    return value


def _checked(name: str) -> str:
    """The name, proven to be no path. Raises SecretError."""
    if not _NAME.fullmatch(name):
        raise SecretError("a secret's name has 1 to 64 of a-z, 0-9, dot, hyphen and underscore, no dot in front")
    return name


def _set_here(name: str) -> str:
    """The name of a secret that people may set: not the installation's own, by which our marks are known."""
    if name == INSTALLATION_FILE:
        raise SecretError(f"the secret {name} is the gateway's own and stays as it is")
    return _checked(name)


def _read(path: Path, forbidden_mode: int) -> bytes | None:
    """The octets of a private regular file, None when there is none."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise SecretError(f"{path} cannot be read: {error.strerror}") from error
    with os.fdopen(descriptor, "rb") as file:
        mode = os.fstat(descriptor).st_mode
        if not stat.S_ISREG(mode):
            raise SecretError(f"{path} is no regular file")
        if mode & forbidden_mode:
            raise SecretError(f"{path} can be read or changed by others: make it 0600")
        return file.read(VALUE_MAXIMUM_OCTETS + 1)


def _written(path: Path, value: bytes) -> Path:
    """A new private file beside `path` with the value on disk."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(value)
        file.flush()
        os.fsync(descriptor)
    return temporary


def _create_once(path: Path, value: bytes) -> None:
    """Make the file unless another process just did: both then read the same value."""
    temporary = _written(path, value)
    try:
        os.link(temporary, path)
    except FileExistsError:
        pass
    finally:
        temporary.unlink()
    sync_folder(path.parent)
