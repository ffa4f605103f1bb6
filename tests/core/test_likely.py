from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core.case import Policy
from gateway.core.likely import LIKELY, Likely, likely

POLICY = Policy(mark_at=6, quarantine_at=9, reject_at=15)


@pytest.mark.parametrize(
    ("reasons", "score", "proven_by", "guess"),
    [
        ((), 9.5, "dkim", "wanted"),
        ((), 10.9, "spf", "wanted"),
        ((), 11.0, "dkim", "unsure"),
        ((), 9.5, "", "unsure"),
        ((), 12.0, "dkim", "spam"),
        (("known-correspondent",), 13.0, "dkim", "wanted"),
        (("known-correspondent",), 15.0, "dkim", "spam"),
        (("known-correspondent",), 10.0, "", "unsure"),
        (("blocked-from", "known-correspondent"), 0.0, "dkim", "spam"),
        (("virus", "known-correspondent"), 0.0, "dkim", "virus"),
        (("attachment-macro",), None, "", "unsure"),
        (("attachment-macro",), None, "dkim", "unsure"),
        (("attachment-executable", "known-correspondent"), 2.2, "dkim,spf", "unsure"),
        (("attachments-unscannable",), 2.2, "dkim", "unsure"),
        (("dmarc-quarantine",), None, "dkim", "wanted"),
    ],
)
def test_a_guess_follows_the_proof_the_points_and_what_the_office_said(
    reasons: tuple[str, ...], score: float | None, proven_by: str, guess: Likely
) -> None:
    assert likely(reasons, score, proven_by, POLICY) == guess


@given(st.floats(9, 40), st.floats(9, 40), st.sampled_from(["", "dkim"]))
def test_more_points_never_make_a_message_more_wanted(one: float, other: float, proven_by: str) -> None:
    less, more = sorted((one, other))
    assert LIKELY.index(likely((), less, proven_by, POLICY)) <= LIKELY.index(likely((), more, proven_by, POLICY))
