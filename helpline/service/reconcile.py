"""Find out what became of sends whose outcome is unknown (design, section 6).

The carrier has no idempotency key, so `unknown` is a state: it ends with a delivery report, with a find in
the carrier's list, or by the effect's own policy. Looking twice does no harm.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from datetime import datetime, timedelta
from math import log2

from helpline.gateway.port import CarrierBusy, CarrierRefused, CarrierUnknown
from helpline.service.delivery import alerted, undelivered, waited
from helpline.service.line import Line
from helpline.service.records import state_of
from helpline.store.port import Item, Settlement, Status
from helpline.triage.effects import Repeat

PATIENCE = timedelta(seconds=60)
"""How long the carrier is given to report or list a send before it is looked for."""
BEAT = timedelta(seconds=30)
"""How often this is run; what is never sent again is looked for at 1, 2, 4 … minutes, not at every beat."""
TOO_LONG = timedelta(minutes=2)
"""For how long nobody may know of an urgent text: then it counts as not arrived, whatever else is tried."""
MOST = 2000
"""Items read in one sweep; those that may be sent again come first."""
MOST_FAILURES = 3
"""Looks that the carrier leaves unanswered before it is left alone until the next beat."""
LONGEST = 60.0
"""Seconds of one sweep: whoever serves the queue has texts to send as well."""
OVERTAKEN = frozenset({"relay", "notice"})
"""Kinds of texts to her of which a newer one takes the place of an older one."""


def reconcile(line: Line, at: datetime) -> int:
    """Settle what can be settled; return how many items are no longer unknown. Raises StoreUnavailable."""
    items = line.store.unknown_items(at, MOST)
    _despair(line, items, at)
    end, settled, failures = time.monotonic() + LONGEST, 0, 0
    for item in items:
        age = waited(item, at)
        if age < PATIENCE or not (item.repeat is Repeat.SAFE or due_for_a_look(age)):
            continue
        try:
            settled += _look(line, item, at)
        except (CarrierBusy, CarrierUnknown):
            failures += 1
        except CarrierRefused:
            continue
        if failures >= MOST_FAILURES or time.monotonic() > end:
            break
    return settled


def due_for_a_look(age: timedelta) -> bool:
    """Return whether a doubling of the first minute has passed within the last beat.

    No count of looks has to be kept, and a beat that was missed is made up for at the next doubling.
    """
    before = age - BEAT
    return before < PATIENCE or int(log2(age / PATIENCE)) > int(log2(before / PATIENCE))


def _despair(line: Line, items: Iterable[Item], at: datetime) -> None:
    """Tell the core of urgent texts that nobody has known of for too long: a call or a case is due.

    Each is told once; it is looked for and sent again beside.
    """
    for item in items:
        if item.urgent and at - (item.doubted or at) >= TOO_LONG:
            undelivered(line, item, None)


def _look(line: Line, item: Item, at: datetime) -> bool:
    """Look for one at the carrier; raises its errors when it cannot say."""
    taken = frozenset(i.sid for i in line.store.items(item.person) if i.sid and i.id != item.id)
    sid = line.carrier.find(item, taken)
    if sid is not None:
        line.count("reconciled", "found")
        if item.kind == "page":
            alerted(line, state_of(line, item.person), item)
        return line.store.settle(item, Settlement(Status.ACCEPTED, sid=sid), at)
    if item.repeat is Repeat.SAFE:
        return _again(line, item, at)
    line.count("reconciled", "not found")
    return False


def _again(line: Line, item: Item, at: datetime) -> bool:
    """Send once more, in its place, what is better sent twice than never, while it is of use."""
    if at >= item.expires or _overtaken(line, item):
        if at >= item.expires or item.kind == "relay":
            undelivered(line, item, None)
        return line.store.settle(item, Settlement(Status.FAILED), at)
    line.count("sent_again", item.kind)
    settled = line.store.settle(item, Settlement(Status.READY, retry_at=item.not_before), at)
    if settled:
        line.wake([item.person])
    return settled


def _overtaken(line: Line, item: Item) -> bool:
    """Return whether newer words of the same kind have reached her.

    Then the older ones must not come after them: "someone was told" after "nobody could be reached".
    """
    if item.kind not in OVERTAKEN or item.staff is not None:
        return False
    found = any(
        (other.kind, other.staff, other.status) == (item.kind, None, Status.ACCEPTED)
        and other.not_before > item.not_before
        for other in line.store.items(item.person)
    )
    if found:
        line.count("overtaken", item.kind)
    return found
