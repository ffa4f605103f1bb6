"""`alice+shop@` is `alice@` where the backend says so (RFC 5233); the address itself is never changed on its way."""

from __future__ import annotations

from dataclasses import replace

from gateway.core.address import ForwardPath
from gateway.core.envelope import Recipient


def without_detail(recipient: Recipient, delimiter: str) -> Recipient | None:
    """The same recipient without what follows the delimiter; None when there is nothing to drop.

    A quoted local part is left alone: its delimiter may be meant as a letter.
    """
    mailbox = recipient.forward_path.mailbox
    user, found, _ = mailbox.local_part.partition(delimiter) if delimiter else ("", "", "")
    if not found or not user or user.startswith('"'):
        return None
    return replace(recipient, forward_path=ForwardPath(replace(mailbox, local_part=user)))
