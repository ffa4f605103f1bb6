import os
from pathlib import Path

import pytest

from gateway.system.credentials import SecretError, Secrets, installation_secret


def test_a_secret_is_written_private_and_read_back(tmp_path: Path) -> None:
    secrets = Secrets(tmp_path)
    secrets.write("smart-host", b"hunter2")
    assert secrets.read("smart-host") == b"hunter2"
    assert (tmp_path / "smart-host").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["smart-host"]


def test_a_secret_is_replaced_whole(tmp_path: Path) -> None:
    secrets = Secrets(tmp_path)
    secrets.write("a", b"one\n")
    secrets.write("a", b"two\n")
    assert secrets.read("a") == b"two"


def test_what_systemd_hands_over_wins(tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()
    (tmp_path / "systemd").mkdir()
    secrets = Secrets(tmp_path / "own", tmp_path / "systemd")
    secrets.write("a", b"own")
    given = tmp_path / "systemd" / "a"
    given.write_bytes(b"given")
    given.chmod(0o440)
    assert secrets.read("a") == b"given"


@pytest.mark.parametrize("name", ["", "../a", "a/b", ".a", "A", "a\0", "a" * 65, "a\n"])
def test_a_name_is_never_a_path(tmp_path: Path, name: str) -> None:
    with pytest.raises(SecretError, match="a secret's name"):
        Secrets(tmp_path).read(name)
    with pytest.raises(SecretError, match="a secret's name"):
        Secrets(tmp_path).write(name, b"x")


def test_a_missing_secret_says_how_to_set_it(tmp_path: Path) -> None:
    with pytest.raises(SecretError, match="poterne secret set smart-host"):
        Secrets(tmp_path).read("smart-host")


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620])
def test_a_secret_that_others_can_read_is_refused(tmp_path: Path, mode: int) -> None:
    Secrets(tmp_path).write("a", b"hunter2")
    (tmp_path / "a").chmod(mode)
    with pytest.raises(SecretError, match="make it 0600") as caught:
        Secrets(tmp_path).read("a")
    assert "hunter2" not in str(caught.value)


def test_links_and_pipes_are_no_secrets(tmp_path: Path) -> None:
    Secrets(tmp_path).write("real", b"hunter2")
    (tmp_path / "a").symlink_to(tmp_path / "real")
    os.mkfifo(tmp_path / "b", 0o600)
    for name in ("a", "b"):
        with pytest.raises(SecretError):
            Secrets(tmp_path).read(name)


@pytest.mark.parametrize("value", [b"", b"x" * 65_537])
def test_a_value_has_a_sensible_size(tmp_path: Path, value: bytes) -> None:
    with pytest.raises(SecretError, match="must have 1 to"):
        Secrets(tmp_path).write("a", value)


def test_a_folder_that_is_missing_is_told(tmp_path: Path) -> None:
    with pytest.raises(SecretError, match="cannot be written: No such file"):
        Secrets(tmp_path / "none").write("a", b"x")
    with pytest.raises(SecretError, match="cannot be made: No such file"):
        installation_secret(tmp_path / "none")


def test_the_installation_has_one_secret_for_ever(tmp_path: Path) -> None:
    first = installation_secret(tmp_path)
    assert len(first) == 32
    assert installation_secret(tmp_path) == first
    assert [path.name for path in tmp_path.iterdir()] == ["installation"]
    other = tmp_path / "other"
    other.mkdir()
    assert installation_secret(other) != first


def test_a_damaged_installation_secret_is_not_used(tmp_path: Path) -> None:
    for damage in ("", "zz", "abcd"):
        path = tmp_path / "installation"
        path.write_text(damage)
        path.chmod(0o600)
        with pytest.raises(SecretError, match="is damaged"):
            installation_secret(tmp_path)


def test_secrets_are_listed_by_name_and_removed_but_the_installations_own_is_neither(tmp_path: Path) -> None:
    store = Secrets(tmp_path)
    installation_secret(tmp_path)
    store.write("b", b"2")
    store.write("a", b"1")
    (tmp_path / ".half.0123").write_bytes(b"x")
    assert [name for name, _ in store.names()] == ["a", "b"]
    assert store.delete("a")
    assert not store.delete("a")
    for forbidden in (store.delete, lambda name: store.write(name, b"mine")):
        with pytest.raises(SecretError, match="the gateway's own"):
            forbidden("installation")
    with pytest.raises(SecretError, match="a secret's name"):
        store.delete("../a")
    with pytest.raises(SecretError, match="cannot be listed"):
        Secrets(tmp_path / "none").names()
