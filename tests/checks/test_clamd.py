"""The virus check gives one finding, and tells the health of clamd what it saw."""

from __future__ import annotations

import pytest

from gateway.checks.clamd import ClamdCheck
from gateway.core.clamdreply import ClamdError
from gateway.core.finding import FailureFinding, VirusFinding
from gateway.core.message import Message
from tests.support.values import transaction


class Clamd:
    """Scanner and health in one."""

    def __init__(self, answer: VirusFinding | ClamdError, is_up: bool = True) -> None:
        self.answer, self.is_up = answer, is_up
        self.asked: list[tuple[bytes, bool]] = []
        self.told: list[str] = []

    async def scan(self, octets: bytes | memoryview, *, is_down: bool) -> VirusFinding:
        self.asked.append((bytes(octets), is_down))
        if isinstance(self.answer, ClamdError):
            raise self.answer
        return self.answer

    def passed(self, message: Message) -> None:
        self.told.append("passed")

    def failed(self, message: Message, error: ClamdError) -> None:
        self.told.append(error.kind)


MAIL = b"Subject: x\r\n\r\nplain\r\n"


@pytest.mark.parametrize("finding", [VirusFinding("clean"), VirusFinding("virus", "Eicar")])
async def test_the_answer_is_the_finding_and_a_good_scan(finding: VirusFinding) -> None:
    clamd = Clamd(finding)
    assert await ClamdCheck(clamd, clamd).check(transaction(MAIL)) == finding
    assert (clamd.asked, clamd.told) == ([(MAIL, False)], ["passed"])


async def test_a_failure_is_a_temperror_and_never_clean() -> None:
    clamd = Clamd(ClamdError("connect", "no socket"), is_up=False)
    finding = await ClamdCheck(clamd, clamd).check(transaction(MAIL))
    assert finding == FailureFinding("clamd", "clamd: connect: no socket")
    assert (clamd.asked, clamd.told) == ([(MAIL, True)], ["connect"])
