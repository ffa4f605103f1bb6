"""What the parts of the interface tell one another, as small Textual messages."""

from __future__ import annotations

from textual.message import Message

from tui.pending import Order


class Heard(Message):
    """The connection has something to say: a value of `client.Heard`."""

    def __init__(self, value: object) -> None:
        super().__init__()
        self.value = value


class Answered(Message):
    """The gateway's answer to what a screen asked. `topic` is the screen's own word for it, `about` what it was for."""

    def __init__(self, topic: str, about: object, value: object) -> None:
        super().__init__()
        self.topic = topic
        self.about = about
        self.value = value


class Unanswered(Message):
    """What a screen asked was refused, or nobody was there to answer (`is_away`). `text` says why."""

    def __init__(self, topic: str, about: object, text: str, *, is_away: bool) -> None:
        super().__init__()
        self.topic = topic
        self.about = about
        self.text = text
        self.is_away = is_away


class Ordered(Message):
    """Somebody wants this done, in ten seconds unless taken back."""

    def __init__(self, order: Order) -> None:
        super().__init__()
        self.order = order


class Said(Message):
    """A sentence for the line at the bottom. `tone` is one of `format.Tone`."""

    def __init__(self, text: str, tone: str = "") -> None:
        super().__init__()
        self.text = text
        self.tone = tone


class Listed(Message):
    """The allow and block lists were changed here; by these numbers `u` takes it back. `text` says what was done."""

    def __init__(self, text: str, changes: tuple[int, ...], tone: str = "ok") -> None:
        super().__init__()
        self.text = text
        self.changes = changes
        self.tone = tone
