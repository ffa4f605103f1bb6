import ast
import subprocess
import sys
from functools import cache

import pytest

_TRY = """
import ctypes, os, socket, subprocess, sys, threading, resource, signal
from gateway.worker.limits import confine, allow_cpu
readable = tuple(path for path in (*sys.path, sys.prefix, sys.base_prefix) if path)
missing = confine(readable)
def attempt(what):
    try:
        what()
    except BaseException as error:
        return type(error).__name__
    return "done"
print({
    "missing": missing,
    "socket": attempt(lambda: socket.socket(socket.AF_INET)),
    "unix": attempt(lambda: socket.socketpair()),
    "fork": attempt(lambda: os.fork() or os._exit(0)),
    "exec": attempt(lambda: os.execv("/bin/true", ["true"])),
    "thread": attempt(lambda: threading.Thread(target=int).start()),
    "kill": attempt(lambda: os.kill(os.getppid(), 0)),
    "write": attempt(lambda: open("/tmp/poterne-worker-test", "w").write("x")),
    "unlink": attempt(lambda: os.unlink("/tmp/poterne-worker-test")),
    "read": attempt(lambda: open("/etc/passwd").read()),
    "import": attempt(lambda: __import__("colorsys")),
    "memory": attempt(lambda: bytes(600 * 1024 * 1024)),
    "cpu": attempt(allow_cpu),
})
"""


@cache
def seen() -> dict[str, object]:
    done = subprocess.run([sys.executable, "-c", _TRY], capture_output=True, text=True, check=True)
    result: dict[str, object] = ast.literal_eval(done.stdout)
    return result


def needs(*fences: str) -> None:
    missing = seen()["missing"]
    assert isinstance(missing, tuple)
    if any(fence in missing for fence in fences):
        pytest.skip(f"this machine does not give: {', '.join(missing)}")


@pytest.mark.parametrize("attempt", ["socket", "unix", "fork", "exec", "thread", "kill", "write", "unlink"])
def test_a_fenced_process_reaches_nobody_starts_nothing_and_changes_no_file(attempt: str) -> None:
    needs("system calls (seccomp)")
    assert seen()[attempt] in ("PermissionError", "RuntimeError", "OSError")


def test_a_fenced_process_reads_nothing_but_its_modules() -> None:
    needs("file access (Landlock)")
    assert seen()["read"] == "PermissionError"
    assert seen()["import"] == "done"


def test_memory_ends_before_the_machine_does() -> None:
    needs("memory limit")
    assert seen()["memory"] == "MemoryError"


def test_each_job_gets_its_cpu_anew() -> None:
    assert seen()["cpu"] == "done"


def test_a_job_that_spins_is_ended_by_the_kernel() -> None:
    script = "from gateway.worker.limits import allow_cpu\nallow_cpu(0)\nwhile True: pass"
    done = subprocess.run([sys.executable, "-c", script], check=False)
    assert done.returncode < 0
