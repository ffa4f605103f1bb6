"""`poterne recipients`: who exists, why, and how to change it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from gateway.cli.asking import agreed
from gateway.cli.call import DONE, NOT_DONE, USAGE, Call, UsageError
from gateway.cli.connect import checked, connect
from gateway.cli.listing import print_list
from gateway.cli.output import Column, Output, age, counted
from gateway.control import protocol
from gateway.control.params import Asked
from gateway.control.recipientsparams import AddAddresses, OneAddress, RecipientQuery, SyncDirectory
from gateway.control.recipientsvalues import AddressesAdded, KnownRecipient, SourceView
from gateway.core.addressfile import FILE_MAXIMUM_OCTETS, AddressFile, addresses_in
from gateway.core.text import safe

SHOWN = 20
EMPTY = "No address is known. Give it a list with: poterne recipients import FILE"


def list_known(call: Call) -> int:
    """Addresses in alphabetical order."""
    domain = call.options.domain
    return print_list(
        call,
        protocol.RECIPIENTS_LIST,
        lambda limit, cursor: RecipientQuery(domain, limit, cursor),
        _table,
        EMPTY,
    )


def check(call: Call) -> int:
    """0 when its mail is taken, 1 when not."""
    with connect(call) as client:
        found = client.call(protocol.RECIPIENTS_CHECK, checked(lambda: OneAddress(call.options.address)))
    if call.out.as_json:
        call.out.json(found)
    else:
        call.out.line(f"{safe(found.address)}: {found.reply}")
        call.out.paragraph(found.text)
        for each in found.sources:
            call.out.paragraph(_source(each, call.now()), indent="  ")
        if found.method:
            call.out.line(f"Its domain: recipient_verification.method = {found.method}")
    return DONE if found.reply.startswith("2") else NOT_DONE


def import_file(call: Call) -> int:
    """All of the file, or nothing: 0 done, 1 not wanted, 2 when a line can't be read."""
    read = addresses_in(_octets(call))
    if read.unread:
        _tell_unread(call, read)
        return USAGE
    if not read.addresses:
        raise UsageError(f"{call.options.file} holds no mail address. Nothing was changed.")
    with connect(call) as client:
        rehearsal = client.call(protocol.RECIPIENTS_ADD, _import(read, is_rehearsal=True))
        if call.options.dry_run or rehearsal.bad:
            return _tell(call, rehearsal)
        if not call.out.as_json:
            _tell(call, rehearsal)
        if not _is_agreed(call, rehearsal):
            call.out.say("Nothing was changed.")
            return NOT_DONE
        done = client.call(protocol.RECIPIENTS_ADD, _import(read, is_rehearsal=False))
    if call.out.as_json:
        return _tell(call, done)
    call.out.line("Done. To take it back: poterne recipients undo")
    return DONE


def add(call: Call) -> int:
    """All of them or none."""
    wanted = checked(lambda: AddAddresses(tuple(call.options.addresses)))
    with connect(call) as client:
        return _tell(call, client.call(protocol.RECIPIENTS_ADD, wanted))


def remove(call: Call) -> int:
    """One; it can be taken back, so nobody is asked."""
    with connect(call) as client:
        done = client.call(protocol.RECIPIENTS_REMOVE, checked(lambda: OneAddress(call.options.address)))
    if call.out.as_json:
        call.out.json(done)
    else:
        call.out.paragraph(f"{done.address} {done.text}")
    return DONE


def undo(call: Call) -> int:
    """The last change of a person."""
    with connect(call) as client:
        done = client.call(protocol.RECIPIENTS_UNDO, Asked())
    if call.out.as_json:
        call.out.json(done)
    else:
        of = _addresses(done.addresses)
        call.out.line(f"Taken back: {done.what} of {of} by {done.by}.")
    return DONE


def sync(call: Call) -> int:
    """1 when a directory was not adopted."""
    with connect(call) as client:
        done = client.call(protocol.RECIPIENTS_SYNC, SyncDirectory(call.options.domain, call.options.accept_loss))
    if call.out.as_json:
        call.out.json(done)
    else:
        for each in done.items:
            call.out.paragraph(f"{each.domain}: {each.text}")
    return DONE if done.complete else NOT_DONE


def _table(call: Call, known: Sequence[KnownRecipient]) -> None:
    now = call.now()
    columns = (Column("ADDRESS", shrinks=True), Column("KNOWN", shrinks=True), Column("SINCE"), Column("SEEN"))
    call.out.table(columns, [_row(each, now) for each in known])


def _octets(call: Call) -> bytes:
    """What the file holds. Raises UsageError."""
    name = call.options.file
    try:
        if name == "-":
            stream = getattr(call.stdin, "buffer", None)
            return stream.read(FILE_MAXIMUM_OCTETS + 1) if stream else call.stdin.read().encode()
        with Path(name).open("rb") as file:
            octets = file.read(FILE_MAXIMUM_OCTETS + 1)
    except OSError as error:
        raise UsageError(f"{name} can't be read: {error.strerror}.") from error
    if len(octets) > FILE_MAXIMUM_OCTETS:
        raise UsageError(f"{name} is longer than {FILE_MAXIMUM_OCTETS} octets.")
    return octets


def _import(read: AddressFile, *, is_rehearsal: bool) -> AddAddresses:
    return checked(lambda: AddAddresses(read.addresses, is_import=True, is_rehearsal=is_rehearsal))


def _is_agreed(call: Call, rehearsal: AddressesAdded) -> bool:
    """Ending the time of learning refuses mail from then on: that is asked about."""
    if not rehearsal.learning_ended:
        return True
    domains = ", ".join(rehearsal.learning_ended)
    question = f"From now on unknown recipients of {domains} are refused. Go on?"
    return agreed(call, question, f"It ends the time of learning for {domains}.")


def _tell_unread(call: Call, read: AddressFile) -> None:
    """Every line that can't be read."""
    if call.out.as_json:
        call.out.json({"done": False, "unread": read.unread, "readable_count": len(read.addresses)})
        return
    for each in read.unread:
        text = f" ({safe(each.text)})" if each.text else ""
        call.out.say(f"{safe(call.options.file)}:{each.line}: {each.why}{text}")
    lines, good = counted(len(read.unread), "line"), _addresses(len(read.addresses))
    call.out.say(f"{lines} can't be read, {good} can. Nothing was changed.")


def _tell(call: Call, done: AddressesAdded) -> int:
    if call.out.as_json:
        call.out.json(done)
    else:
        _print(call.out, done)
    return USAGE if done.bad else DONE


def _print(out: Output, done: AddressesAdded) -> None:
    if done.bad:
        for each in done.bad:
            out.say(f"{safe(each)} is no mail address")
        out.say("Nothing was changed.")
        return
    for each in done.new[:SHOWN]:
        out.line(f"+ {each}")
    if done.new_count > SHOWN:
        out.line(f"+ {done.new_count - SHOWN} more")
    would = "would be" if done.is_rehearsal else "are"
    out.line(
        f"{done.new_count} {would} new; {done.confirmed_count} known already from mail or a directory; "
        f"{done.already_count} on the list already."
    )
    for foreign in done.foreign[:SHOWN]:
        out.line(f"Left out, not one of our domains: {_addresses(foreign.addresses)} of {foreign.domain}")
    for domain in done.learning_ended:
        out.line(f"The time of learning {'ends' if done.is_rehearsal else 'is over'} for {domain}.")
    for domain in done.idle:
        out.paragraph(f"{domain} does not look at this list: its recipient_verification.method is another.")


def _row(each: KnownRecipient, now: datetime) -> tuple[str, str, str, str]:
    since = min((source.since for source in each.sources if source.since), default=None)
    seen = max((source.seen for source in each.sources if source.seen), default=None)
    words = "; ".join(source.text for source in each.sources)
    return each.address, words, age(since, now) if since else "", age(seen, now) if seen else ""


def _source(each: SourceView, now: datetime) -> str:
    since = f", since {each.since:%Y-%m-%d %H:%M} UTC" if each.since else ""
    seen = f", last {age(each.seen, now)}" if each.seen and each.source in ("delivery", "sender") else ""
    return f"{each.text}{since}{seen}"


def _addresses(number: int) -> str:
    return "1 address" if number == 1 else f"{number} addresses"
