"""Five days without the office's server in minutes: nothing is given up early; then each sender is told once.

Time runs 2,000 times as fast for the event loop and the gateway's clock alike (`tests.support.pacedtime`); the mail is
taken in ordinary time before. Strangers' notices (null senders) are told to nobody and kept as dead letters.
"""

from __future__ import annotations

import re
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from tests.probes.failing.faults import Outcome
from tests.probes.failing.stage import MESSAGE, Sent, Stage, stage
from tests.support.nexthop import NextHop, Profile, running
from tests.support.waiting import until

PACE = 2_000.0
DAY = 86_400.0
SENDERS = 20
NOTICES = 10
ROUTE = """next_hop = "smart_host"
[outbound_route.smart_host]
name = "provider"
host = "127.0.0.1"
port = {port}
tls = {{ mode = "none" }}"""
CLIENT = """name = "exchange"
addresses = ["127.0.0.1"]
sender_domains = ["shop.example"]"""


def run() -> Iterator[Outcome]:
    """One outcome."""
    with stage(starts=False) as made:
        provider = made.backstage.enter(running(Profile()))
        made.settings |= {
            "[relay_client]": CLIENT,
            "[outbound_route]": ROUTE.format(port=provider.address.rpartition(":")[2]),
        }
        made.hop.profile = replace(made.hop.profile, greeting="421 4.3.2 Closed for the week")
        yield _five_days(made, provider)


def _five_days(made: Stage, provider: NextHop) -> Outcome:
    made.start()
    began = time.time()
    replies = [made.send(f"user{number}@shop.example") for number in range(SENDERS)]
    replies += [made.send("") for _ in range(NOTICES)]
    outcome = Outcome(
        f"backend away for 5 days, {len(replies)} messages",
        Sent(250, "", max(each.seconds for each in replies)),
        None,
        None,
    )
    fail = outcome.failures.append
    if any(each.code != 250 for each in replies):
        fail("not all were taken")
    made.stop()
    fast = time.time()
    made.command = (sys.executable, "-m", "tests.probes.paced", str(PACE), str(fast))
    made.start()

    def day() -> float:
        return (time.time() - fast) * PACE / DAY

    until(lambda: day() > 4.8, "4.8 days have gone by", 600, 0.2)
    waiting = len(made.ask("queue", "list")["items"])
    if waiting != len(replies) or told(provider, b"failed"):
        fail(f"on day 4.8 {waiting} wait, and {sum(told(provider, b'failed').values())} senders were told of a failure")
    everybody = Counter(f"user{number}@shop.example" for number in range(SENDERS))
    if told(provider, b"delayed") != everybody:
        fail(f"people of the office who were told that it waits: {told(provider, b'delayed')}")
    until(lambda: day() > 5.3, "5.3 days have gone by", 600, 0.2)
    until(lambda: not made.ask("queue", "list")["items"], "the queue is empty", 60, 0.5)
    if (failed := told(provider, b"failed")) != everybody:
        fail(f"told of the failure: {failed}")
    if any("<>" not in each.mail for each in provider.messages):
        fail("a notice has a sender")
    dead = len(made.ask("dead", "list")["items"])
    if dead != NOTICES:
        fail(f"{dead} dead letters instead of {NOTICES}")
    outcome.back_seconds = time.time() - began
    return outcome


def told(provider: NextHop, action: bytes) -> Counter[str]:
    """Who got how many notices of this kind (RFC 3464)."""
    about = [each for each in provider.messages if b"\nAction: " + action in each.octets]
    return Counter(recipient for each in about for recipient in each.recipients)


def backscatter() -> Iterator[Outcome]:
    """1,000 messages to people who do not exist, in the names of people who did not send them: nobody is told."""
    with stage(starts=False) as made:
        provider = made.backstage.enter(running(Profile()))
        made.settings |= {
            'domain."office.example"': 'backend = "office"\nrecipient_verification = { method = "callout" }',
            "[outbound_route]": ROUTE.format(port=provider.address.rpartition(":")[2]),
            "limits": "connections_per_client = 100",
        }
        known = {"bob@office.example": "250 2.1.5 Ok"}
        made.hop.profile = replace(made.hop.profile, recipients=known, recipient="550 5.1.1 Unknown user")
        made.start()
        replies = Counter(
            made.send(
                f"victim{number}@victim.example", f"nobody{number}@office.example", source=f"127.1.{number % 200}.1"
            ).code
            for number in range(1_000)
        )
        # And those that the server refuses only after the message, one by one or whole.
        made.hop.profile = replace(made.hop.profile, dot="550 5.7.1 Spam is not taken")
        late = [_sent_late(made, number) for number in range(20)]
        outcome = Outcome("backscatter: 1,020 forged messages", Sent(550, "", 0.0), None, None)
        if set(replies) != {550}:
            outcome.failures.append(f"unknown recipients got {dict(replies)}")
        if any(each.code == 250 for each in late):
            outcome.failures.append(f"refused content was taken: {Counter(each.code for each in late)}")
        queued = made.ask("queue", "list")["items"]
        bounces = len(provider.messages) + len(queued)
        outcome.failures += [f"{bounces} notices were made"] if bounces else []
        yield outcome


def _sent_late(made: Stage, number: int) -> Sent:
    content = re.sub("shop.example", "victim.example", MESSAGE.format(number=number))
    return made.send(f"victim{number}@victim.example", content=content, source=f"127.2.{number}.1")
