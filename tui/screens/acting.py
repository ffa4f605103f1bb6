"""What can be done to messages, the same on every screen that shows some: release, delete, teach; allow, block."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gateway.control import protocol
from gateway.control.params import OneMessage
from gateway.control.rulesparams import SenderRule
from gateway.control.rulesvalues import RuleChanged
from gateway.control.values import HeldSummary, MessageSummary
from tui.format import Line, Piece, line, paragraph
from tui.messages import Answered, Listed, Ordered, Said
from tui.pending import Kind, Order
from tui.screens.cure import CureScreen
from tui.screens.frame import FrameScreen
from tui.state.cures import Kind as CureKind
from tui.state.table import author
from tui.widgets.dialog import Answer, Check, Choice, Dialog, Question

TEACH, ALLOW = "teach", "allow"


@dataclass(frozen=True, slots=True)
class Target:
    """A message that is acted on. `is_held`: it lies in quarantine, so that something can be done to it.

    `is_infected`: a virus was found in it, so that it is not released here.
    """

    code: str
    author: str
    recipients: tuple[str, ...]
    recipient_count: int
    subject: str
    is_held: bool
    is_infected: bool = False

    @property
    def knows_all(self) -> bool:
        """True when it names every recipient."""
        return len(self.recipients) == self.recipient_count


def of_message(item: MessageSummary) -> Target:
    """A message of history as something to act on."""
    sender, is_held = author(item.from_field, item.reverse_path), item.state == "quarantined"
    return Target(item.code, sender, item.recipients, item.recipient_count, item.subject, is_held, item.is_infected)


def of_held(item: HeldSummary) -> Target:
    """A held message as something to act on."""
    sender = author(item.from_field, item.reverse_path)
    infected = item.likely == "virus"
    return Target(item.code, sender, item.recipients, item.recipient_count, item.subject, True, infected)


class ActingScreen(FrameScreen):
    """`targets` are what the actions take: the ticked messages, else the chosen one."""

    def targets(self) -> tuple[Target, ...]:
        """What the actions take."""
        return ()

    def acted(self) -> None:
        """An action was ordered: ticks have done their work."""

    def action_release(self) -> None:
        """Ask to whom, and whether to teach and to allow; Enter is yes. Not what has a virus."""
        held = self._held_targets()
        targets = tuple(each for each in held if not each.is_infected)
        if held and not targets:
            self.post_message(
                Said(self.words("A virus was found in it: it can't be released here. F1 says why."), "bad")
            )
        if targets:
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

    def action_allow(self) -> None:
        """Allow the sender of the chosen message; the window says whether that would help."""
        self._cure("allow")

    def action_block(self) -> None:
        """Block the sender of the chosen message."""
        self._cure("block")

    def cured(self, event: Answered) -> bool:
        """True when this is the answer to `allow` or `block`: says what was done."""
        if not isinstance(event.value, RuleChanged) or not event.topic.startswith("cure "):
            return False
        done = event.value
        text = f"{done.text} {done.warning or self.words('u takes it back.')}"
        self.post_message(Listed(text, (done.change,), "warn" if done.warning else "ok"))
        return True

    def _cure(self, kind: CureKind) -> None:
        targets = self.targets()
        if not targets:
            self.post_message(Said(self.words("Choose a message first, with the arrow keys."), "warn"))
        elif len(targets) > 1:
            self.post_message(Said(self.words("Only one sender at a time: untick the others."), "warn"))
        else:
            recipient = targets[0].recipients[0] if targets[0].recipient_count == 1 else ""
            self.app.push_screen(CureScreen(targets[0].code, kind, recipient), lambda rule: self._list(kind, rule))

    def _list(self, kind: CureKind, rule: SenderRule | None) -> None:
        if rule is not None:
            method = protocol.RULES_ALLOW_SENDER if kind == "allow" else protocol.RULES_BLOCK_SENDER
            self.ask(f"cure {rule.code}", method, rule, rule.code)
            self.acted()

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
        checks = [
            Check(TEACH, words("Teach the filter that it is legitimate"), is_on=False),
            Check(ALLOW, words("Also allow the senders in future (only when proven)"), is_on=False, key="a"),
        ]
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
        order = Order("release", codes, only, teach=TEACH in answer.on, allow=ALLOW in answer.on)
        self.post_message(Ordered(order))
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
