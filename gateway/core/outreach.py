"""To whom somebody of the office wrote with a message: those whose answers are welcome.

An answer by a program to whoever wrote makes no correspondent, or every spammer with an automatic reply would be one.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from gateway.core.envelope import Transaction

# Not standard, but what programs have long marked their mail with.
_BY_PROGRAMS: Final = frozenset({b"bulk", b"junk", b"auto_reply", b"list"})


def written_to(transaction: Transaction, domains: Collection[str]) -> tuple[str, ...]:
    """The folded addresses outside of our `domains`, none when no person of the office wrote it."""
    if transaction.client.relay_client is None or _is_by_program(transaction):
        return ()
    recipients = transaction.envelope.recipients
    return tuple(each.key for each in recipients if each.forward_path.ascii_domain not in domains)


def _is_by_program(transaction: Transaction) -> bool:
    if transaction.envelope.reverse_path.is_null:
        return True
    message = transaction.message
    # RFC 3834 §5: whatever stands there, "no" apart, was sent by a program.
    submitted = (each.value.partition(b";")[0].strip().lower() for each in message.named("auto-submitted"))
    if any(word != b"no" for word in submitted):
        return True
    return any(each.value.strip().lower() in _BY_PROGRAMS for each in message.named("precedence"))
