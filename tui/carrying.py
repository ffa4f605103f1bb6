"""Carries out what was ordered, and takes back what was done to the lists: the calls, one after the other."""

from __future__ import annotations

from gateway.control import protocol
from gateway.control.params import Language, LearnHeld, OneMessage, ReleaseHeld
from gateway.control.rulesparams import Scope, SenderRule, UndoRule
from gateway.control.rulesvalues import ReleasedAndAllowed
from gateway.control.values import Learned, Released
from tui.asking import Asker, DeniedError
from tui.pending import Order
from tui.state.cures import of_kind, preselected


async def carry_out(
    asker: Asker, order: Order, code: str, language: Language
) -> Released | Learned | ReleasedAndAllowed:
    """One message of an order. Raises AwayError, DeniedError."""
    if order.kind != "release":
        return await asker.call(protocol.QUARANTINE_LEARN, LearnHeld(code, order.kind))
    if order.teach:
        await asker.call(protocol.QUARANTINE_LEARN, LearnHeld(code, "ham"))
    if not order.allow:
        return await asker.call(protocol.QUARANTINE_RELEASE, ReleaseHeld(code, order.recipients, language))
    rule = SenderRule(code, await _scope(asker, code, language), language=language)
    if not order.recipients:
        return await asker.call(protocol.QUARANTINE_RELEASE_AND_ALLOW, rule)
    released = await asker.call(protocol.QUARANTINE_RELEASE, ReleaseHeld(code, order.recipients, language))
    try:
        allowed = await asker.call(protocol.RULES_ALLOW_SENDER, rule)
    except DeniedError as error:
        return ReleasedAndAllowed(released, None, str(error))
    return ReleasedAndAllowed(released, allowed)


async def take_back(asker: Asker, changes: tuple[int, ...], language: Language) -> str:
    """Take these changes of the lists back, the last one first; what was said of the first. Raises as above."""
    said = ""
    for number in reversed(changes):
        done = await asker.call(protocol.RULES_UNDO, UndoRule(number, language))
        said = done.text
    return said


async def _scope(asker: Asker, code: str, language: Language) -> Scope:
    """The narrowest that helps; never a whole server, which proves nobody."""
    try:
        found = of_kind(await asker.call(protocol.RULES_CURES, OneMessage(code, language)), "allow")
    except DeniedError:
        return "address"  # history has forgotten it: the release says so
    chosen = found[preselected(found)].scope if found else "address"
    return chosen if chosen != "network" else "address"
