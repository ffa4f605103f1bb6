"""The keys of the settings on paper."""

from __future__ import annotations

from pathlib import Path

from tests.support.command import poterne
from tests.support.control import FakeDesk, gateway_in_thread


def test_keys_are_listed_searched_and_printed_as_json(tmp_path: Path) -> None:
    with gateway_in_thread(tmp_path, FakeDesk()) as gateway:
        at = ("--socket", str(gateway.path))
        everything = poterne("config", "keys", *at)
        assert everything.code == 0
        assert len(everything.lines) > 100
        points = poterne("config", "keys", "--search", "Mark_At", *at)
        assert len(points.lines) == 2
        assert points.lines[1].split()[:3] == ["policy.NAME.mark_at", "6.0", "number"]
        port = poterne("config", "keys", "--search", "smart_host.port", *at).lines[1]
        assert "integer from 1 to 65535" in port
        assert "above 0" in poterne("config", "keys", "--search", "dns.timeout", *at).lines[1]
        assert "{ normal, overload }" in poterne("config", "keys", "--search", "limits.errors", *at).out
        found = poterne("config", "keys", "--search", "subjects", "--json", *at).json
        assert found["items"][0]["choices"] == ["full", "masked", "none"]
        none = poterne("config", "keys", "--search", "nothing of the kind", *at)
        assert (none.code, none.lines) == (1, ["No key matches."])
