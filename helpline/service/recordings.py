"""Messages that callers left: kept at the carrier for a short time, heard by staff, then deleted there.

What is ours of one is the carrier's id, sealed with her state; and, on a list of its own, when it has to go.
The list is worked until the carrier has deleted it, whatever becomes of her, her case or the queue.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from helpline.gateway.port import CarrierBusy, CarrierRefused, CarrierUnknown, Sound
from helpline.service.conversation import apply
from helpline.service.line import Line
from helpline.service.records import state_of
from helpline.store.port import CaseRecord, Entry
from helpline.triage.events import Recorded
from helpline.triage.left import MESSAGES, recordings

KEPT = timedelta(hours=72)
"""How long a recording that nobody has heard stays at the carrier; she is told three days."""
HEARD = timedelta(hours=1)
"""How long one stays that was heard, so that it can be heard again."""

_SID = re.compile(r"RE[0-9a-f]{32}")
_NOT_THERE = frozenset({404, 20404})


@dataclass(frozen=True, slots=True)
class Message:
    """One message on a case; `number` counts from 1. `until`: when it goes, None when it is gone."""

    number: int
    sid: str
    seconds: int
    until: datetime | None


def valid(sid: str) -> str:
    """Return a carrier's id of a recording as it is, empty for anything else."""
    return sid if _SID.fullmatch(sid) else ""


def keep(line: Line, sid: str) -> None:
    """See to it that a recording goes, before anything else is done with it. Raises StoreUnavailable."""
    line.store.recordings.keep(sid, line.now() + KEPT)


def told(line: Line, code: str, sid: str, seconds: int) -> None:
    """Take in the carrier's report that a message was recorded, though the call may be over.

    One of whom nothing is known any more, nor of her case, can be heard by nobody: it goes at once.
    """
    record = line.store.find_case(code)
    if code and (record is None or state_of(line, record.person) is None):
        line.store.recordings.keep(sid, line.now())
        return
    keep(line, sid)
    if record is not None:
        apply(line, record.person, f"recorded:{sid}", partial(_recorded, line, sid, seconds))


def _recorded(line: Line, sid: str, seconds: int, entropy: bytes) -> Recorded:
    return Recorded(f"recorded:{sid}", line.now(), entropy, None, sid, seconds)


def of_case(line: Line, record: CaseRecord) -> list[Message]:
    """Return the messages left on a case, oldest first. Raises StoreUnavailable."""
    state = state_of(line, record.person)
    left = recordings(state.extra.get(MESSAGES, "")) if state else ()
    return [
        Message(n, sid, seconds, line.store.recordings.until(sid))
        for n, (sid, seconds) in enumerate(left, 1)
    ]


def hear(line: Line, record: CaseRecord, number: int, by: str) -> Sound | None:
    """Fetch a message from the carrier for a member of staff; it goes soon after. None: it is gone.

    Raises StoreUnavailable, CarrierBusy and CarrierUnknown.
    """
    found = _numbered(line, record, number)
    if found is None or found.until is None:
        return None
    try:
        sound = line.carrier.recording(found.sid)
    except CarrierRefused:
        return None
    line.store.recordings.keep(found.sid, line.now() + HEARD)
    line.store.note(record.person, [Entry(line.now(), "message_heard", by, record.case.code)])
    return sound


def delete(line: Line, record: CaseRecord, number: int, by: str) -> bool:
    """Delete a message that was heard, at the carrier, now or as soon as it answers; False: there is none."""
    found = _numbered(line, record, number)
    if found is None or found.until is None:
        return False
    line.store.recordings.keep(found.sid, line.now())
    line.store.note(record.person, [Entry(line.now(), "message_deleted", by, record.case.code)])
    with suppress(CarrierBusy, CarrierUnknown):
        _deleted(line, found.sid)
    return True


def _numbered(line: Line, record: CaseRecord, number: int) -> Message | None:
    return next((m for m in of_case(line, record) if m.number == number), None)


def sweep(line: Line, at: datetime) -> int:
    """Delete at the carrier what has to go by now; return how many went. Raises StoreUnavailable.

    One that does not answer is left alone until the next sweep: each try could take its whole time-out.
    """
    gone = 0
    for sid in line.store.recordings.due(at):
        try:
            gone += _deleted(line, sid)
        except (CarrierBusy, CarrierUnknown):
            break
    return gone


def _deleted(line: Line, sid: str) -> bool:
    """Delete one at the carrier; what is refused stays on the list and is tried again at the next sweep.

    Raises CarrierBusy, CarrierUnknown.
    """
    try:
        line.carrier.delete_recording(sid)
    except CarrierRefused as refusal:
        if refusal.code not in _NOT_THERE:
            line.count("recordings_stuck", str(refusal.code))
            return False
    line.store.recordings.gone(sid)
    line.count("recordings_deleted", "")
    return True
