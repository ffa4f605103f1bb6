import platform
import subprocess
import sys

import pytest

from gateway.worker import seccomp


def test_the_filter_refuses_and_the_rest_goes_on() -> None:
    if platform.machine() not in seccomp._MACHINES:
        pytest.skip("no filter for this machine")
    script = (
        "import ctypes, os, socket\n"
        "from gateway.worker.seccomp import restrict_calls\n"
        "ctypes.CDLL(None).prctl(38, 1, 0, 0, 0)\n"
        "restrict_calls()\n"
        "for what in (socket.socket, os.fork, lambda: os.open('/tmp', os.O_RDWR | os.O_TMPFILE)):\n"
        "    try: what(); print('bad')\n"
        "    except PermissionError: print('refused')\n"
        "print(open('/etc/hostname').readable())\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["refused", "refused", "refused", "True"]


def test_the_program_for_each_machine_is_short_enough_for_the_kernel() -> None:
    for machine in seccomp._MACHINES.values():
        code = seccomp._filter(*machine)
        assert len(code) % 8 == 0
        assert len(code) // 8 < 4_096


def test_without_a_table_for_the_machine_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "machine", lambda: "vax")
    with pytest.raises(OSError, match="no filter"):
        seccomp.restrict_calls()
