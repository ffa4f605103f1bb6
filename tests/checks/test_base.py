from gateway.checks.base import Glancing
from tests.support.mail import transaction


def test_who_says_nothing_else_knows_nothing_at_a_glance() -> None:
    assert Glancing().glance(transaction(b"Subject: x\r\n\r\n")) is None
