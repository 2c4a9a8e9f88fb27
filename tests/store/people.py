"""People, plans and items for tests of the store."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from helpline.privacy import Identity
from helpline.store.port import CaseRecord, Committed, Entry, Item, ItemId, Loaded, Plan, Spoken, Store
from helpline.triage.state import Case, CaseCode, Channel, ConversationId, Language, Level, PersonId, State

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
PHONE = "+15555550100"
OTHER_PHONE = "+447700900123"
WORDS = "soaking pads since breakfast"
_IDENTITY = Identity(bytes(32))
PERSON: PersonId = _IDENTITY.person(PHONE)
OTHER: PersonId = _IDENTITY.person(OTHER_PHONE)


def after(seconds: float = 0, **more: float) -> datetime:
    """Return a moment after noon."""
    return NOON + timedelta(seconds=seconds, **more)


def state_of(person: PersonId = PERSON) -> State:
    """Return the state of someone who has just begun."""
    return State(
        person=person,
        conversation=ConversationId(f"c_{person[:2]}0123456789"),
        flow="triage",
        version=1,
        language=Language("en"),
        channel=Channel.SMS,
        begun=NOON,
    )


def plan_of(event: str, revision: int = 0, at: datetime = NOON, person: PersonId = PERSON) -> Plan:
    """Return a plan that answers one text."""
    return Plan(
        person=person,
        event=event,
        revision=revision,
        state=state_of(person),
        phone=PHONE if person == PERSON else OTHER_PHONE,
        at=at,
        spoken=Spoken((f"answer to {event}",)),
        journal=(Entry(at, "Texted", "person", WORDS),),
        retention=at + timedelta(days=30),
    )


def item_of(name: str, kind: str = "nudge", person: PersonId = PERSON, not_before: datetime = NOON) -> Item:
    """Return a text that waits to be sent."""
    return Item(
        id=ItemId(f"o_{person[:2]}{name}"),
        person=person,
        kind=kind,
        to=PHONE if person == PERSON else OTHER_PHONE,
        body=f"how are you, {name}?",
        not_before=not_before,
        expires=not_before + timedelta(hours=1),
    )


def case_of(letters: str = "3K", person: PersonId = PERSON, level: Level = Level.URGENT) -> CaseRecord:
    """Return an open case of a person."""
    code = CaseCode(person[:2].upper() + letters)
    return CaseRecord(Case(code, level, frozenset(), "heavy bleeding", NOON), person)


def commit(store: Store, plan: Plan) -> int:
    """Write a plan that must be accepted; return the new revision."""
    result = store.commit(plan)
    assert isinstance(result, Committed), result
    return result.revision


def give(store: Store, *items: Item, at: datetime = NOON) -> int:
    """Put items into the person's outbox; return the revision."""
    known = look(store, items[0].person, at)
    event = "give:" + ",".join(i.id for i in items)
    return commit(store, replace(plan_of(event, known.revision, at, items[0].person), items=items))


def look(store: Store, person: PersonId = PERSON, at: datetime = NOON) -> Loaded:
    """Return a person, read without an event."""
    known = store.load(person, "look", at)
    assert isinstance(known, Loaded)
    return known
