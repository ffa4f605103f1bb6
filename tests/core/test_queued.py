from __future__ import annotations

from gateway.core.queued import QueuedRecipient, QueueEntry, QueueState


def test_only_recipients_without_a_final_outcome_are_open() -> None:
    waits, done = QueuedRecipient("bob@office.example"), QueuedRecipient("eve@office.example", is_open=False)
    entry = QueueEntry("F7K2Q-1", "F7K2Q", "backend:x", QueueState.QUEUED, 0.0, 0.0, 0, "", 10, (waits, done))
    assert entry.open_recipients == (waits,)
