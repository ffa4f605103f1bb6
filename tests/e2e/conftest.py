"""One running office for all end-to-end tests; missing programs skip them, and say so."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.office.peers import Office
from tests.office.peers import office as running_office
from tests.support.process import NotStarted, find_program

HERE = Path(__file__).parent
PROGRAMS = ("rspamd", "redis-server", "dovecot", "swaks", "openssl")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One office is enough: all tests that use it stay together in one worker."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.e2e)
            if item.get_closest_marker("xdist_group") is None:
                item.add_marker(pytest.mark.xdist_group("office"))


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """DNS, rspamd, Dovecot and the gateway before it, as `make run` starts them."""
    for program in PROGRAMS:
        try:
            find_program(program)
        except NotStarted as missing:
            pytest.skip(str(missing))
    with running_office(tmp_path_factory.mktemp("office")) as running:
        yield running


@pytest.fixture(autouse=True)
def _empty_mailboxes(request: pytest.FixtureRequest) -> None:
    """Each test finds its users without mail."""
    if "office" in request.fixturenames:
        dovecot = request.getfixturevalue("office").dovecot
        for user in ("anne@office.example", "bruno@office.example"):
            dovecot.empty(user)
