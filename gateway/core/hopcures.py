"""What a server's refusal means, by its words: a table of replies that administrators meet. Pure; `control` has words.

The first that fits counts. What fits nothing is told as the server said it.
"""

from __future__ import annotations

import re
from typing import Final

_TABLE: Final = tuple(
    (name, re.compile(pattern, re.IGNORECASE))
    for name, pattern in (
        # Exchange: the address is known, or anonymous; relaying is not granted to it (backends.md §4.10).
        ("relay", r"5\.7\.54|unable to relay|relay(?:ing)? (?:access )?denied|relay not permitted"),
        ("tenant", r"5\.7\.64|tenantattribution"),
        ("send-as", r"5\.7\.60|permissions? to send as"),
        ("starttls", r"must issue a starttls|5\.7\.0 .*starttls"),
        ("login", r"5\.7\.57|530 5\.7\.1|client was not authenticated|authentication (?:is )?required|5\.7\.0 auth"),
        ("bad-login", r"\b535\b|5\.7\.8"),
        ("unknown", r"5\.1\.10?\b|recipientnotfound|user unknown|unknown user|no such user|no such recipient"),
        ("pressure", r"4\.3\.1|insufficient system (?:storage|resources)|\b452\b"),
        ("busy", r"4\.7\.500|4\.3\.2|server busy|too many (?:connections|concurrent)"),
        ("size", r"5\.3\.4|message size exceeds|too large"),
        ("refused", r"connection refused|errno 111"),
        ("silent", r"timed? ?-?out|no answer|within [\d.]+ s"),
        ("unreachable", r"no route to host|network is unreachable|errno 1(?:13|01)"),
        ("tls", r"certificate|\btls\b|\bssl\b|handshake"),
        ("name", r"does not exist|no such name|name or service|no address"),
        ("later", r"greylist|\b45[01] |4\.[27]\.\d"),
        ("policy", r"5\.7\.\d|blocked|blacklist|spam"),
    )
)
NAMES: Final = tuple(name for name, _ in _TABLE)


def cause_of(said: str) -> str:
    """The name of what it means; "" for what nobody has described."""
    return next((name for name, pattern in _TABLE if pattern.search(said)), "")
