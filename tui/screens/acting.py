"""What can be done to held messages, the same on every screen that shows some: release, delete, teach, read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gateway.control import protocol
from gateway.control.params import OneMessage
from gateway.control.values import HeldSummary, MessageSummary
from tui.format import Line, Piece, line, paragraph
from tui.messages import Ordered, Said
from tui.pending import Kind, Order
from tui.screens.frame import FrameScreen
from tui.state.table import author
from tui.widgets.dialog import Answer, Check, Choice, Dialog, Question

TEACH = "teach"


@dataclass(frozen=True, slots=True)
class Target:
    """A message that is acted on. `is_held`: it lies in quarantine, so that something can be done to it."""

    code: str
    author: str
    recipients: tuple[str, ...]
    recipient_count: int
    subject: str
    is_held: bool

    @property
    def knows_all(self) -> bool:
        """True when it names every recipient."""
        return len(self.recipients) == self.recipient_count


def of_message(item: MessageSummary) -> Target:
    """A message of history as something to act on."""
    sender, is_held = author(item.from_field, item.reverse_path), item.state == "quarantined"
    return Target(item.code, sender, item.recipients, item.recipient_count, item.subject, is_held)


def of_held(item: HeldSummary) -> Target:
    """A held message as something to act on."""
    sender = author(item.from_field, item.reverse_path)
    return Target(item.code, sender, item.recipients, item.recipient_count, item.subject, is_held=True)


class ActingScreen(FrameScreen):
    """`targets` are what the actions take: the ticked messages, else the chosen one."""

    def targets(self) -> tuple[Target, ...]:
        """What the actions take."""
        return ()

    def acted(self) -> None:
        """An action was ordered: ticks have done their work."""

    def action_release(self) -> None:
        """Ask to whom, and whether to teach; Enter is yes."""
        if targets := self._held_targets():
            self.app.push_screen(Dialog(self._release_question(targets)), lambda answer: self._release(targets, answer))

    def action_delete(self) -> None:
        """Ask first; Enter is no."""
        if targets := self._held_targets():
            self.app.push_screen(Dialog(self._delete_question(targets)), lambda answer: self._delete(targets, answer))

    def action_spam(self) -> None:
        """Teach that it is spam."""
        self._teach("spam")

    def action_wanted(self) -> None:
        """Teach that it is wanted."""
        self._teach("ham")

    def _teach(self, kind: Kind) -> None:
        if targets := self._held_targets():
            self.post_message(Ordered(Order(kind, tuple(each.code for each in targets))))
            self.acted()

    def _held_targets(self) -> tuple[Target, ...]:
        """Those in quarantine; says so when there are none."""
        targets = self.targets()
        held = tuple(each for each in targets if each.is_held)
        if not targets:
            self.post_message(Said(self.words("Choose a message first, with the arrow keys."), "warn"))
        elif not held:
            self.post_message(Said(self.words("Only a held message can be released, deleted or taught."), "warn"))
        return held

    def _release_question(self, targets: Sequence[Target]) -> Question:
        words, first = self.words, targets[0]
        checks = [Check(TEACH, words("Teach the filter that it is legitimate"), is_on=False)]
        if len(targets) == 1 and first.knows_all and first.recipient_count > 1:
            checks += [Check(each, each, is_on=True) for each in first.recipients]
        undo = words("Undo stays open for 10 s before anything leaves (key u).")

        def body(cells: int) -> list[Line]:
            return [*self._named(targets, cells), (), *paragraph(undo, cells, "muted")]

        title = words.n("Release {count} message to its mailboxes?", "Release {count} messages?", len(targets))
        choices = (Choice("release", words("Release")), Choice("", words("Cancel")))
        return Question(title, body, choices, tuple(checks))

    def _release(self, targets: Sequence[Target], answer: Answer | None) -> None:
        if answer is None:
            return
        chosen = tuple(each for each in targets[0].recipients if each in answer.on)
        only = chosen if len(targets) == 1 and len(chosen) < targets[0].recipient_count else ()
        if len(targets) == 1 and targets[0].knows_all and targets[0].recipient_count > 1 and not chosen:
            self.post_message(Said(self.words("No recipient was ticked: nothing is released."), "warn"))
            return
        codes = tuple(each.code for each in targets)
        self.post_message(Ordered(Order("release", codes, only, teach=TEACH in answer.on)))
        self.acted()

    def _delete_question(self, targets: Sequence[Target]) -> Question:
        words = self.words
        lost = words("This cannot be undone: nobody will be able to read it any more.")

        def body(cells: int) -> list[Line]:
            return [*self._named(targets, cells), (), *paragraph(lost, cells, "warn")]

        title = words.n("Delete {count} message for good?", "Delete {count} messages for good?", len(targets))
        choices = (Choice("delete", words("Delete")), Choice("", words("Cancel")))
        return Question(title, body, choices, start=1)

    def _delete(self, targets: Sequence[Target], answer: Answer | None) -> None:
        if answer is not None:
            for each in targets:
                self.ask(f"delete {each.code}", protocol.QUARANTINE_DELETE, OneMessage(each.code), each.code)
            self.acted()

    def _named(self, targets: Sequence[Target], cells: int) -> list[Line]:
        shown: list[Line] = []
        for each in targets[:4]:
            shown.append(line(Piece(each.author, "strong")))
            shown.append(line(Piece(f"  {each.subject or self.words('(no subject)')}")))
        if len(targets) > 4:
            shown.append(line(Piece(self.words("and {count} more", count=len(targets) - 4), "muted")))
        return shown
