"""`poterne cert list`: the certificates of our listeners."""

from __future__ import annotations

from gateway.cli.call import DONE, NOT_DONE, Call
from gateway.cli.connect import connect
from gateway.cli.output import Column
from gateway.control.params import Asked
from gateway.control.protocol import CERTIFICATES


def list_all(call: Call) -> int:
    """Exit code 1 when one can't be read or is over."""
    with connect(call) as client:
        told = client.call(CERTIFICATES, Asked())
    if call.out.as_json:
        call.out.json(told)
    else:
        columns = (Column("NAME"), Column("DAYS"), Column("HOSTS", shrinks=True), Column("ISSUER", shrinks=True))
        rows = [
            (
                each.name,
                str(each.days_left) if each.not_after else "-",
                ", ".join(each.names) or each.cause,
                "self-signed" if each.is_self_signed else each.issuer,
            )
            for each in told.items
        ]
        call.out.table(
            (*columns, Column("FILE")), [(*row, each.file) for row, each in zip(rows, told.items, strict=True)]
        )
    return DONE if all(each.not_after and each.days_left >= 0 for each in told.items) else NOT_DONE
