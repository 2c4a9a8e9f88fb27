"""Texts to staff about no one case: test pages, digests, reports. They lie in the outbox of her phone."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from helpline.service.line import Line
from helpline.store.port import (
    Answered,
    Committed,
    Entry,
    Item,
    ItemId,
    Loaded,
    Plan,
    Spoken,
    Staff,
    StoreUnavailable,
)
from helpline.triage.effects import Repeat
from helpline.triage.engine import begin
from helpline.triage.state import Consent, PersonId, State

TRIES = 5


@dataclass(frozen=True, slots=True)
class Note:
    """One text to one of the staff. `event` makes it unrepeatable: sent once, whoever sends it."""

    staff: Staff
    event: str
    body: str
    kind: str = "notice"
    urgent: bool = False
    useful: timedelta = timedelta(hours=4)


def note_id(person: PersonId, event: str) -> ItemId:
    """Return the id of the item that carries the text of this event."""
    return ItemId(f"o_{person[:2]}{hashlib.sha256(event.encode()).hexdigest()[:20]}")


def send(line: Line, note: Note) -> bool:
    """Put a text into the outbox of a staff phone; False if that was done before. Raises StoreUnavailable."""
    person = line.identity.person(note.staff.phone)
    for _ in range(TRIES):
        loaded = line.store.load(person, note.event, line.now())
        if isinstance(loaded, Answered):
            return False
        done = line.store.commit(_plan(line, note, person, loaded))
        if isinstance(done, Answered):
            return False
        if isinstance(done, Committed):
            line.wake([person])
            return True
    raise StoreUnavailable("commit of a text to staff: someone else kept writing first")


def _plan(line: Line, note: Note, person: PersonId, loaded: Loaded) -> Plan:
    at = line.now()
    at = at.replace(microsecond=at.microsecond // 1000 * 1000)
    state = loaded.state or _unknown(line, person, loaded.stopped, at)
    return Plan(
        person=person,
        event=note.event,
        revision=loaded.revision,
        state=state,
        phone=loaded.phone or note.staff.phone,
        at=at,
        spoken=Spoken(),
        items=(_item(note, person, at),),
        journal=(Entry(at, "to_staff", "helpline", note.kind),),
        due=min((t.due for t in state.timers), default=None),
        due_urgent=min((t.due for t in state.timers if t.urgent), default=None),
        retention=at + line.flow.policy.retention,
    )


def _item(note: Note, person: PersonId, at: datetime) -> Item:
    return Item(
        id=note_id(person, note.event),
        person=person,
        kind=note.kind,
        to=note.staff.phone,
        body=note.body,
        not_before=at,
        expires=at + note.useful,
        repeat=Repeat.SAFE,
        urgent=note.urgent,
        staff=note.staff.id,
    )


def _unknown(line: Line, person: PersonId, stopped: datetime | None, at: datetime) -> State:
    """Return the state of a phone that has never texted us as a person."""
    state = begin(line.flow, person, line.flow.languages[0], at, line.entropy())
    return replace(state, consent=Consent(stopped=stopped))
