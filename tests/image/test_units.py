"""The systemd units: sound, fenced in, and of one mind with the gateway's own numbers."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from gateway.app import house
from gateway.config.endpoints import Inherited, parse_endpoint
from gateway.core.access import ADMINISTRATOR_GROUP, HELPER_GROUP
from gateway.system.folders import PRIVATE_MODE, RUNTIME_MODE

UNITS = Path(__file__).resolve().parents[2] / "image" / "units"
SHIPPED = Path("/lib/systemd/system")
SERVICE = UNITS / "poterne.service"
SOCKETS = ("poterne-smtp.socket", "poterne-smtp6.socket")
EXPOSURE_MAXIMUM = 2.0
# The names of keys that this systemd may be too old to know.
NEWER = ("RestartSteps", "RestartMaxDelaySec")


def unit(path: Path) -> dict[str, dict[str, list[str]]]:
    """Sections, keys, and all values of each key."""
    sections: dict[str, dict[str, list[str]]] = {}
    current: dict[str, list[str]] = {}
    for line in path.read_text().replace("\\\n", " ").splitlines():
        if line.startswith("["):
            current = sections.setdefault(line.strip("[]"), {})
        elif line and not line.startswith("#"):
            key, _, value = line.partition("=")
            current.setdefault(key, []).append(value)
    return sections


def seconds(text: str) -> float:
    """A time span of systemd.time(7), as we write them."""
    number, name = re.fullmatch(r"(\d+)\s*(min|s)?", text).groups()
    return float(number) * (60 if name == "min" else 1)


def octets(text: str) -> int:
    return int(text.removesuffix("M")) * 1024 * 1024


@pytest.fixture
def analyze() -> str:
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("systemd-analyze is not installed")
    return program


@pytest.fixture
def assembled(tmp_path: Path) -> Path:
    """A folder with every unit as it will be: ours, and Debian's with our drop-ins."""
    folder = tmp_path / "system"
    shutil.copytree(UNITS, folder)
    for name in ("rspamd.service", "redis-server.service"):
        if (SHIPPED / name).exists():
            shutil.copy(SHIPPED / name, folder)
    return folder


@pytest.mark.parametrize("name", ["poterne.service", "rspamd.service", "redis-server.service"])
def test_each_service_is_exposed_less_than_2(analyze: str, assembled: Path, name: str) -> None:
    if not (assembled / name).exists():
        pytest.skip(f"Debian's {name} is not installed")
    command = [analyze, "security", "--offline=yes", "--no-pager", str(assembled / name)]
    said = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    found = re.search(r"Overall exposure level for \S+: ([0-9.]+)", said)
    assert found, said
    assert float(found[1]) < EXPOSURE_MAXIMUM, said


def test_systemd_understands_every_line(analyze: str, assembled: Path) -> None:
    ours = [str(assembled / name) for name in ("poterne.service", *SOCKETS)]
    said = subprocess.run([analyze, "verify", "--man=no", *ours], capture_output=True, text=True, check=False).stderr
    # The command is there in the image only; an old systemd says so of each key that it doesn't know.
    expected = ("/usr/bin/poterne is not executable", *NEWER)
    complaints = [line for line in said.splitlines() if "poterne" in line]
    assert [line for line in complaints if not any(each in line for each in expected)] == []


def test_the_sockets_are_handed_over_under_the_name_that_settings_use() -> None:
    for name, address in zip(SOCKETS, ("0.0.0.0:25", "[::]:25"), strict=True):
        socket = unit(UNITS / name)["Socket"]
        assert socket["ListenStream"] == [address]
        assert parse_endpoint(f"systemd:{socket['FileDescriptorName'][0]}") == Inherited("smtp")
        assert socket["Accept"] == ["no"]
        assert socket["Service"] == [SERVICE.name]
    assert unit(UNITS / SOCKETS[1])["Socket"]["BindIPv6Only"] == ["ipv6-only"]
    assert unit(SERVICE)["Service"]["Sockets"] == [" ".join(SOCKETS)]


def test_the_stop_has_an_end_before_systemd_loses_patience() -> None:
    service = unit(SERVICE)["Service"]
    assert seconds(service["TimeoutStopSec"][0]) == 30
    assert house.HURRY_SECONDS + 4 < house.GRACE_SECONDS < 30 - 4
    assert service["KillMode"] == ["mixed"]


def test_crashes_in_a_row_do_not_reach_the_limit_where_pauses_grow() -> None:
    service, section = unit(SERVICE)["Service"], unit(SERVICE)["Unit"]
    pause = unit(UNITS / "poterne.service.d" / "pause.conf")["Service"]
    first, last, steps = seconds(service["RestartSec"][0]), seconds(pause["RestartMaxDelaySec"][0]), 5
    assert pause["RestartSteps"] == [str(steps)]
    window, limit = seconds(section["StartLimitIntervalSec"][0]), int(section["StartLimitBurst"][0])
    clock, starts = 0.0, 1
    for crash in range(1_000):
        # systemd.service(5): the steps are about equal factors from the first pause to the last.
        clock += first * (last / first) ** (min(crash, steps) / steps)
        if clock > window:
            break
        starts += 1
    assert starts < limit
    assert service["Restart"] == ["on-failure"]
    assert "RestartPreventExitStatus" not in service


def test_folders_have_the_modes_that_the_gateway_wants() -> None:
    service = unit(SERVICE)["Service"]
    assert int(service["StateDirectoryMode"][0], 8) == PRIVATE_MODE
    assert int(service["RuntimeDirectoryMode"][0], 8) == RUNTIME_MODE
    tmpfiles = (UNITS / "poterne.tmpfiles").read_text()
    assert f"d /run/poterne {RUNTIME_MODE:04o} poterne poterne" in tmpfiles
    for group in (ADMINISTRATOR_GROUP, HELPER_GROUP):
        assert f"g:{group}:r-x" in tmpfiles
        assert f"default:g:{group}:rw-" in tmpfiles
        assert f"g {group} -" in (UNITS / "poterne.sysusers").read_text()


def test_all_limits_together_fit_a_board_of_1_gb() -> None:
    services = (SERVICE, UNITS / "rspamd.service.d/poterne.conf", UNITS / "redis-server.service.d/poterne.conf")
    maxima = [octets(unit(each)["Service"]["MemoryMax"][0]) for each in services]
    # What a Pi 3 shows to Linux, less what the system and the interface need (image.md §3).
    assert sum(maxima) <= 969 * 1024 * 1024 - 100 * 1024 * 1024


def test_the_parser_of_attachments_may_fence_itself_in() -> None:
    service = unit(SERVICE)["Service"]
    assert set(service["RestrictNamespaces"][0].split()) == {"user", "net", "ipc"}
    calls = " ".join(service["SystemCallFilter"])
    assert "landlock_restrict_self" in calls
    assert "~@resources" not in calls
    assert service["OOMPolicy"] == ["continue"]
    # By uid the control socket knows people (D12); a user namespace would make all of them nobody.
    assert "PrivateUsers" not in service
