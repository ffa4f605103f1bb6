"""A Tuesday of a small office, before the fake gateway: what newcomers see in pictures, and what tests walk through.

Everything in it is invented and always the same. Its texts are short, so that nothing of it need be cut at 80 columns,
and hold no English words that the interface itself uses.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import cycle

from gateway.control.values import (
    Counts,
    LaneStatus,
    ListenerStatus,
    Load,
    QuarantineStatus,
    QueueStatus,
    RspamdStatus,
    Status,
)
from gateway.control.workvalues import DomainStatus, StorageStatus
from gateway.core.held import HeldMessage
from gateway.core.listentry import ListDraft, ListEntry, Subject
from gateway.core.queued import QueuedRecipient, QueueState
from gateway.core.record import Disposition, Evidence, MessageRecord, WeighedReason
from tests.support.control import NOON, STATUS, FakeDesk, held, record
from tests.support.hostile import CORPUS
from tests.support.rulesdesk import FakeRules
from tests.support.work import FakeWork, cause, entry

NOW = NOON + timedelta(hours=2)
# How many messages came in each hour until now, and in a usual one.
TODAY = (1, 0, 2, 1, 1, 3, 6, 14, 27, 35, 31, 24, 18, 9)
USUAL = (1, 1, 1, 1, 2, 4, 9, 17, 26, 30, 28, 22, 15, 19, 27, 25, 20, 12, 6, 4, 3, 2, 1, 1)
WEEKS = 2

_WANTED = (
    ("Léa Martin", "lea@client.example", "paul", "Devis 2231 corrigé"),
    ("Compta Durand", "compta@durand.example", "factures", "Facture 2026-118"),
    ("Mairie", "voirie@mairie.example", "accueil", "Réunion de jeudi"),
    ("Sofia Rossi", "sofia@rossi.example", "anna", "Re: devis"),
    ("Paul Meyer", "p.meyer@meyer.example", "anna", "Plans du rez-de-chaussée"),
    ("Banque", "avis@banque.example", "compta", "Relevé de novembre"),
    ("Transport Nord", "suivi@nord.example", "accueil", "Livraison 7741"),
    ("Inès Petit", "ines@petit.example", "paul", "Photos du chantier"),
)
_UNWANTED = (
    ("Colis", "avis@colis.example", "accueil", "Votre colis est bloqué", "PHISHING", 17.8),
    ("Gain", "lot@lucky.example", "anna", "Vous avez gagné", "BAYES_SPAM", 19.4),
    ("", "x91@bulk.example", "paul", "Crédit à 0,5 %", "RBL_SPAMHAUS_SBL", 16.1),
)
_DOUBTFUL = (
    ("Fournisseur", "news@fourn.example", "accueil", "Lettre d'œuvres d'été", "BAYES_SPAM", 9.6),
    ("Jean Morel", "j.morel@morel.example", "paul", "Re: devis 2231", "R_SPF_FAIL", 9.2),
    ("Salon", "promo@salon.example", "anna", "-30 % cette semaine", "BAYES_SPAM", 11.3),
    ("Banque", "alerte@banq.example", "compta", "Vérifiez votre compte", "PHISHING", 14.2),
    ("Copieur", "scan@copieur.example", "factures", "Scan 0231", "MIME_BAD_EXTENSION", 10.4),
)


def officeday(**changes: object) -> FakeDesk:
    """The desk; `changes` are fields of it."""
    today = list(_mail())
    waiting = [row for row in _doubtful() if row[0] < NOW.timestamp()]
    records = sorted((*today, *(_told(*row) for row in waiting), *_past()), key=lambda each: -each.time)
    fields: dict[str, object] = {
        "state": _status(today, [row[0] for row in waiting]),
        "records": records,
        "held_rows": [_held(*row) for row in waiting],
        "work": _work(),
        "rules": _rules(),
    }
    return FakeDesk(**(fields | changes))  # type: ignore[arg-type]  # fields of the desk


def attacked() -> FakeDesk:
    """The same office on a day when all that strangers write attacks whoever reads it."""
    desk = officeday()
    texts = [each.encode("utf-8", "replace").decode() for each in CORPUS]
    records = list(desk.records)
    for number, text in enumerate(texts):
        records[number] = replace(records[number], subject=text, from_field=text, reverse_path=text, reply=text)
    rows = [replace(row, subject=text, from_field=text) for row, text in zip(desk.held_rows, texts, strict=False)]
    desk.work.rows = [replace(row, cause=texts[0], reverse_path=texts[0]) for row in desk.work.rows]
    return replace(desk, records=records, held_rows=rows)


def _mail() -> Iterator[MessageRecord]:
    """This day, hour by hour: most is wanted, every sixth is refused, some are marked."""
    wanted, unwanted = cycle(_WANTED), cycle(_UNWANTED)
    midnight = NOON.timestamp() - 12 * 3_600
    number = 0
    for hour, count in enumerate(TODAY):
        for place in range(count):
            number += 1
            at = midnight + 3_600 * hour + 3_600 * (place + 0.5) / count
            code = f"K{number:03d}X"
            if number % 6 == 3:
                yield _refused(code, at, *next(unwanted))
            else:
                yield _delivered(code, at, number, *next(wanted))


def _delivered(code: str, at: float, number: int, name: str, sender: str, to: str, subject: str) -> MessageRecord:
    action = "mark" if number % 17 == 8 else "accept"
    disposition = Disposition(
        f"{to}@office.example", action, "delivered", hop="10.0.0.9:25", hop_reply="250 2.6.0 Queued"
    )
    return _record(code, at, name, sender, subject, -1.3 + number % 5 * 0.4, disposition)


def _refused(
    code: str, at: float, name: str, sender: str, to: str, subject: str, rule: str, score: float
) -> MessageRecord:
    reasons = (WeighedReason("score-reject", 0.0, (("score", f"{score}"), ("limit", "15"))), *_reasons(rule, score))
    return _record(
        code,
        at,
        name,
        sender,
        subject,
        score,
        Disposition(f"{to}@office.example", "reject", "rejected", reasons=reasons),
    )


def _doubtful() -> Iterator[tuple[float, str, Sequence[str | float]]]:
    for number, row in enumerate(_DOUBTFUL):
        yield NOW.timestamp() - 1_320 - number * number * 11_000, f"H{number:03d}X", row


def _told(at: float, code: str, row: Sequence[str | float]) -> MessageRecord:
    name, sender, to, subject, rule = (str(each) for each in row[:5])
    score = float(row[5])
    reasons = (WeighedReason("score-quarantine", 0.0, (("score", f"{score}"), ("limit", "9"))), *_reasons(rule, score))
    disposition = Disposition(f"{to}@office.example", "quarantine", "quarantined", reasons=reasons)
    return _record(code, at, name, sender, subject, score, disposition)


def _held(at: float, code: str, row: Sequence[str | float]) -> HeldMessage:
    name, sender, to, subject, rule = (str(each) for each in row[:5])
    return held(
        code=code,
        held_at=at,
        reverse_path=sender,
        recipients=(f"{to}@office.example",),
        from_field=f"{name} <{sender}>",
        subject=subject,
        score=float(row[5]),
        reasons=("score-quarantine", rule),
    )


def _reasons(rule: str, score: float) -> tuple[WeighedReason, ...]:
    return (
        WeighedReason(rule, round(score * 0.5, 1)),
        WeighedReason("DMARC_POLICY_SOFTFAIL", 2.5),
        WeighedReason("HTML_SHORT_LINK_IMG_1", 1.5),
    )


def _record(
    code: str, at: float, name: str, sender: str, subject: str, score: float, disposition: Disposition
) -> MessageRecord:
    domain = sender.partition("@")[2]
    proven = "pass" if disposition.action == "accept" else "fail"
    evidence = tuple(Evidence(each, proven, (("domain", domain),), 8.0) for each in ("spf", "dkim", "dmarc"))
    return record(
        code=code,
        time=at,
        client_name=f"mx.{domain}",
        helo=f"mx.{domain}",
        reverse_path=sender,
        from_field=f"{name} <{sender}>",
        subject=subject,
        score=round(score, 1),
        dispositions=(disposition,),
        reply=f"250 2.0.0 OK [{code}]" if disposition.action != "reject" else f"550 5.7.1 [{code}]",
        size_octets=18_000,
        evidence=evidence,
        timings=(("checks", 350.0), ("handing on", 70.0)),
    )


def _past() -> Iterator[MessageRecord]:
    """The days before, counted for the charts; weekends are quiet."""
    for day in range(1, 7 * WEEKS + 1):
        morning = NOON - timedelta(days=day, hours=12)
        for hour, count in enumerate(USUAL):
            for place in range(count if morning.weekday() < 5 else count // 9):
                row = _WANTED[(place + day) % len(_WANTED)]
                at = morning.timestamp() + 3_600 * hour + 60 * place
                yield _delivered(f"P{day:02d}{hour:02d}{place}", at, place, *row)


def _status(today: Sequence[MessageRecord], held_at: Sequence[float]) -> Status:
    actions = [each.dispositions[0].action for each in today]
    lane = LaneStatus("backend:exchange", "up", since=NOW - timedelta(days=12), last_reply="250 2.6.0 Queued")
    return replace(
        STATUS,
        version="0.1.0",
        since=NOW - timedelta(days=12),
        listeners=(ListenerStatus("internet", "0.0.0.0:25", "inbound", "listening"),),
        lanes=(lane,),
        rspamd=RspamdStatus("up", version="3.8", last_scan=NOW - timedelta(seconds=12)),
        storage=StorageStatus(41_000_000, 90, 30, 21_000_000_000, 32_000_000_000),
        recipients=(DomainStatus("office.example", "verifying"),),
        today=Counts(
            accept=actions.count("accept"),
            mark=actions.count("mark"),
            quarantine=sum(each >= NOON.timestamp() - 12 * 3_600 for each in held_at),
            reject=actions.count("reject"),
        ),
        quarantine=QuarantineStatus(len(held_at), 96_000, 1_073_741_824),
        queue=QueueStatus(entries=3),
        load=Load(29_360_128, 134_217_728, 2, 200, 40),
    )


class _Work(FakeWork):
    """Mail to the outside waits."""

    def hop_of(self, lane: str) -> str:
        return "agence.example"


def _work() -> FakeWork:
    since = NOW.timestamp() - 2_400
    rows = [
        entry(
            number,
            id=f"Q{number:03d}X-0a1b2c3d",
            code=f"Q{number:03d}X",
            since=since + 400 * number,
            next_attempt=NOW.timestamp() + 300,
            reverse_path=sender,
            recipients=(QueuedRecipient(f"{to}@agence.example", detail="timeout"),),
            cause="mx.agence.example: timeout",
        )
        for number, (sender, to) in enumerate((("anna@office.example", "contact"), ("paul@office.example", "devis")))
    ]
    rows.append(
        entry(
            7,
            id="Q007X-0a1b2c3d",
            code="Q007X",
            since=NOW.timestamp() - 90_000,
            state=QueueState.HELD,
            reverse_path="paul@office.example",
            recipients=(QueuedRecipient("info@vente.example"),),
            cause="anna",
        )
    )
    rows.append(
        entry(
            9,
            id="Q009X-0a1b2c3d",
            code="Q009X",
            since=NOW.timestamp() - 500_000,
            state=QueueState.DEAD,
            reverse_path="anna@office.example",
            recipients=(QueuedRecipient("x@parti.example"),),
            cause="5.1.1",
        )
    )
    groups = (
        cause(2, lane="outbound:direct", cause="timeout", since=since, next_attempt=NOW.timestamp() + 300),
        cause(1, lane="outbound:direct", state=QueueState.HELD, cause="anna", since=since, next_attempt=0.0),
    )
    return _Work(rows=rows, groups=groups)


def _rules() -> FakeRules:
    drafts = (
        ListDraft("allow", Subject("domain", "client.example"), reason="client"),
        ListDraft("allow", Subject("address", "news@fourn.example"), "anna@office.example", reason="lettre"),
        ListDraft("block", Subject("domain", "lucky.example"), reason="loterie"),
        ListDraft("block", Subject("address", "x91@bulk.example")),
    )
    times = [NOON.timestamp() - 86_400 * days for days in (30, 12, 9, 2)]
    entries = [
        ListEntry(number + 1, draft, "anna", at) for number, (draft, at) in enumerate(zip(drafts, times, strict=True))
    ]
    return FakeRules(entries)
