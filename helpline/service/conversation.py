"""The heart of the shell: load, think, commit, answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from helpline.privacy.zone import zones
from helpline.service import measures
from helpline.service.abroad import country_abroad
from helpline.service.line import Duty, Line
from helpline.service.plan import Decision, plan_of
from helpline.store.port import Answered, Committed, Conflict, Loaded, Spoken, StoreUnavailable
from helpline.triage.effects import Effect, Erase, Hangup, Listen, Page
from helpline.triage.engine import advance, begin
from helpline.triage.events import Event, Unmanned
from helpline.triage.left import MESSAGES, recordings
from helpline.triage.state import Consent, PersonId, StaffId, State
from helpline.triage.timing import ZONES
from helpline.triage.where import NUMBER

TRIES = 5
"""How often a turn is decided again when somebody else wrote first (design, section 3a)."""

Told = tuple[tuple[Duty, ...], ...]
"""Whom each page goes to."""

Maker = Callable[[bytes], Event]
"""Makes the event from fresh entropy; a case code that is taken needs new chance."""


Command = Callable[[StaffId, State | None], Spoken | None]
"""What a text of a staff phone is taken for, given her own state as a person; None: the words are her own."""


@dataclass(frozen=True, slots=True)
class Sender:
    """Whose event it is, and which. `phone` is E.164; `command` is asked first when it is a staff phone."""

    person: PersonId
    phone: str
    event: str
    command: Command | None = None


def receive(line: Line, sender: Sender, make: Maker) -> Spoken:
    """Take one event of a person and return what is to be said; the same again for a repeated event.

    Raises StoreUnavailable when the store does not answer, or when others keep writing first.
    """
    for _ in range(TRIES):
        loaded = line.store.load(sender.person, sender.event, line.now())
        if isinstance(loaded, Answered):
            return loaded.spoken
        if sender.command is not None and loaded.staff is not None:
            commanded = sender.command(loaded.staff, loaded.state)
            if commanded is not None:
                return commanded
        spoken = _try(line, sender.person, loaded.phone or sender.phone, loaded, make)
        if spoken is not None:
            return spoken
    raise StoreUnavailable("commit of a turn: someone else kept writing first")


def _try(line: Line, person: PersonId, phone: str, loaded: Loaded, make: Maker) -> Spoken | None:
    event = make(line.entropy())
    before = loaded.state or _unknown(line, person, phone, loaded.stopped, event)
    state, effects, told = _decided(line, before, event)
    plan = plan_of(line, Decision(person, phone, loaded.revision, event, state, effects, told))
    result = line.store.commit(plan)
    match result:
        case Conflict():
            return None
        case Answered(spoken=spoken):
            return spoken
        case Committed():
            measures.committed(line, event, state, effects)
    erased = any(isinstance(e, Erase) for e in effects)
    _let_go(line, before, "" if erased else state.extra.get(MESSAGES, ""), event.at)
    if erased:
        line.store.erase(person, event.at, keep_opt_out=True)
    elif any(i.urgent and i.status == "ready" for i in plan.items):
        line.wake([person])
    return plan.spoken


def _let_go(line: Line, before: State, after: str, at: datetime) -> None:
    """Have recordings deleted at the carrier that nothing refers to any more: she was forgotten.

    `after` is what is remembered of them now.
    """
    if before.extra.get(MESSAGES, "") != after:
        kept = {sid for sid, _ in recordings(after)}
        for sid, _ in recordings(before.extra.get(MESSAGES, "")):
            if sid not in kept:
                line.store.recordings.keep(sid, at)


def _decided(line: Line, before: State, event: Event) -> tuple[State, tuple[Effect, ...], Told]:
    """Let the core decide; when nobody is there to be paged it hears so at once, in the same commit."""
    state, effects = advance(line.flow, before, event)
    told = tuple(tuple(line.on_call(e, event.at)) for e in effects if isinstance(e, Page))
    asked = [e for e in effects if isinstance(e, Page) and e.to is None]
    if asked and not any(told):
        nobody = Unmanned(f"{event.id}:unmanned", event.at, event.entropy, asked[0].case)
        state, more = advance(line.flow, state, nobody)
        # What a call does next was decided by the event itself.
        effects = (*effects, *(e for e in more if not isinstance(e, (Hangup, Listen))))
    return state, effects, told


def _unknown(line: Line, person: PersonId, phone: str, stopped: datetime | None, event: Event) -> State:
    """Return the state of somebody new, or forgotten: a STOP outlives being forgotten."""
    state = begin(line.flow, person, line.flow.languages[0], event.at, event.entropy)
    there, country = zones(phone), country_abroad(line.flow, phone)
    extra = {ZONES: " ".join(there)} if there else {}
    if country is not None:
        extra[NUMBER] = country
    return replace(state, consent=Consent(stopped=stopped), extra=extra)


def current_turn(line: Line, person: PersonId) -> int | None:
    """Return how far a conversation has come, None when nothing is known. Raises StoreUnavailable."""
    loaded = line.store.load(person, "look", line.now())
    return loaded.state.turn if isinstance(loaded, Loaded) and loaded.state is not None else None


def apply(line: Line, person: PersonId, event_id: str, make: Maker) -> bool:
    """Take an event that nobody waits for (a timer, a report, a member of staff); False when it is old or
    the person is not known any more. Raises StoreUnavailable as `receive` does."""
    for _ in range(TRIES):
        loaded = line.store.load(person, event_id, line.now())
        if isinstance(loaded, Answered) or loaded.state is None or loaded.phone is None:
            return False
        if _try(line, person, loaded.phone, loaded, make) is not None:
            return True
    raise StoreUnavailable("commit of an event: someone else kept writing first")
