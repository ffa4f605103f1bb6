import subprocess
import sys
from pathlib import Path

import pytest


def test_only_the_named_folders_can_be_read(tmp_path: Path) -> None:
    (tmp_path / "open").mkdir()
    (tmp_path / "open" / "a").write_text("yes")
    (tmp_path / "closed").write_text("no")
    script = (
        "import sys, ctypes\n"
        "from gateway.worker.landlock import restrict_files\n"
        "ctypes.CDLL(None).prctl(38, 1, 0, 0, 0)\n"
        "try: restrict_files((sys.argv[1] + '/open', '/does/not/exist'))\n"
        "except OSError: sys.exit(77)\n"
        "print(open(sys.argv[1] + '/open/a').read())\n"
        "for mode in ('r', 'w'):\n"
        "    try: open(sys.argv[1] + ('/closed' if mode == 'r' else '/open/a'), mode); print('bad')\n"
        "    except PermissionError: print('refused')\n"
    )
    done = subprocess.run([sys.executable, "-c", script, str(tmp_path)], capture_output=True, text=True, check=False)
    if done.returncode == 77:
        pytest.skip("this kernel has no Landlock")
    assert done.stdout.split() == ["yes", "refused", "refused"]
