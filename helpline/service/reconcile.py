"""Find out what became of sends whose outcome is unknown (design, section 6).

The carrier has no idempotency key, so `unknown` is a state: it ends with a delivery report, with a find in
the carrier's list, or by the effect's own policy. Looking twice does no harm.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from math import log2

from helpline.gateway.port import CarrierBusy, CarrierRefused, CarrierUnknown
from helpline.service.delivery import undelivered, waited
from helpline.service.line import Line
from helpline.store.port import Item, Settlement, Status
from helpline.triage.effects import Repeat

PATIENCE = timedelta(seconds=60)
"""How long the carrier is given to report or list a send before it is looked for."""
BEAT = timedelta(seconds=30)
"""How often this is run; what is never sent again is looked for at 1, 2, 4 … minutes, not at every beat."""


def reconcile(line: Line, at: datetime) -> int:
    """Settle what can be settled; return how many items are no longer unknown. Raises StoreUnavailable."""
    settled = 0
    for item in line.store.unknown_items(at):
        age = waited(item, at)
        if age >= PATIENCE and (item.repeat is Repeat.SAFE or due_for_a_look(age)):
            settled += _look(line, item, at)
    return settled


def due_for_a_look(age: timedelta) -> bool:
    """Return whether a doubling of the first minute has passed within the last beat.

    No count of looks has to be kept, and a beat that was missed is made up for at the next doubling.
    """
    before = age - BEAT
    return before < PATIENCE or int(log2(age / PATIENCE)) > int(log2(before / PATIENCE))


def _look(line: Line, item: Item, at: datetime) -> bool:
    taken = frozenset(i.sid for i in line.store.items(item.person) if i.sid and i.id != item.id)
    try:
        sid = line.carrier.find(item, taken)
    except (CarrierBusy, CarrierRefused, CarrierUnknown):
        return False
    if sid is not None:
        line.count("reconciled", "found")
        return line.store.settle(item, Settlement(Status.ACCEPTED, sid=sid), at)
    if item.repeat is Repeat.SAFE:
        return _again(line, item, at)
    line.count("reconciled", "not found")
    return False


def _again(line: Line, item: Item, at: datetime) -> bool:
    """Send once more what is better sent twice than never, unless it is of no use any more."""
    if at >= item.expires:
        undelivered(line, item, None)
        return line.store.settle(item, Settlement(Status.FAILED), at)
    line.count("sent_again", item.kind)
    settled = line.store.settle(item, Settlement(Status.READY, retry_at=at), at)
    if settled:
        line.wake([item.person])
    return settled
