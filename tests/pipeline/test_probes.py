from __future__ import annotations

from gateway.core.consignment import Consignment
from gateway.core.message import Edits, Message
from gateway.core.outcome import Result
from gateway.core.verdict import Action
from gateway.pipeline.probes import DOMAIN, LANE, Probe, Probes
from tests.support.pipeline import judgement
from tests.support.values import ORDINARY, recipient, transaction


def octets(probe: Probe) -> bytes:
    return f"Message-ID: <{probe.token}@{DOMAIN}>\r\n".encode() + ORDINARY


def test_a_probe_passes_whatever_its_verdict_which_is_noted() -> None:
    probes = Probes()
    probe = probes.begin()
    judged = judgement({"bob@office.example": Action.REJECT}, transaction(octets=octets(probe)))
    passed = probes.judged(judged)
    assert [each.action for each in passed.verdicts] == [Action.ACCEPT]
    assert passed.verdicts[0].reasons[0].details == (("action", "reject"),)
    assert probe.judgement is judged
    assert probe.code == judged.transaction.code


def test_every_other_message_is_left_as_it_was_judged() -> None:
    probes = Probes()
    probe = probes.begin()
    for other in (ORDINARY, b"Message-ID: <x@test.poterne.invalid>\r\n" + ORDINARY, b"Message-ID: \xff\r\n" + ORDINARY):
        judged = judgement({"bob@office.example": Action.REJECT}, transaction(octets=other))
        assert probes.judged(judged) is judged
    probes.end(probe)
    judged = judgement({"bob@office.example": Action.REJECT}, transaction(octets=octets(probe)))
    assert probes.judged(judged) is judged


async def test_what_arrives_is_kept_for_who_waits_and_nobody_else_gets_there() -> None:
    probes = Probes()
    probe = probes.begin()
    to = (
        recipient(f"{probe.token}@{DOMAIN}"),
        recipient(f"{'0' * 32}@{DOMAIN}"),
        recipient(f"{probe.token}@a.example"),
    )
    envelope = transaction().envelope
    for each in to:
        envelope = envelope.with_recipient(each)
    consignment = Consignment("F7K2Q", LANE, envelope, Message.of(ORDINARY), Edits())
    results = [each.result for each in await probes.arrived(consignment)]
    assert results[-3:] == [Result.DELIVERED, Result.REFUSED_RECIPIENT, Result.REFUSED_RECIPIENT]
    assert probe.arrival == ORDINARY
