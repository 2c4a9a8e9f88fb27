"""The ladder walked in full: from an open case every event in every state that can be reached.

No state is a dead end: an open case always has its next page ahead, a taken one its owner's silence counted.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from helpline.triage import ladder
from helpline.triage.cases import LADDER, OWNED, SHOW_UP
from helpline.triage.effects import Effect, Page, Text
from helpline.triage.engine import advance
from helpline.triage.events import (
    Acknowledged,
    CaseClosed,
    Event,
    HandedOver,
    Paged,
    StaffWrote,
    TimerFired,
    Undelivered,
    Unmanned,
)
from helpline.triage.flow import Flow
from helpline.triage.news import MARKS, TOLD_NOBODY
from helpline.triage.state import Level, StaffId, State
from helpline.triage.thread import THREAD
from tests.core.conftest import real_flow
from tests.core.person import START, Person

ANA, BEA = StaffId("s_ana"), StaffId("s_bea")
CHANCE = hashlib.sha256(b"walk").digest()[:16]
Key = tuple[object, ...]
Seen = dict[Key, State]


def _opened(level: Level) -> State:
    """Return someone whose case of this level has just been opened."""
    person = Person(real_flow())
    person.text("i passed out" if level is Level.EMERGENCY else "can i talk to a nurse")
    state = person.state
    assert state.case is not None and state.case.status == "open"
    kept = tuple(t for t in state.timers if t.name == LADDER)
    return replace(state, case=replace(state.case, level=level), timers=kept, asked=None, findings={})


def _key(state: State) -> Key:
    """Return what the ladder goes by."""
    case = state.case
    names = frozenset(t.name for t in state.timers if t.name in (LADDER, OWNED))
    marks = tuple(state.extra.get(m) for m in MARKS)
    place = (case.status, case.owner, case.rung, case.level) if case else None
    return (place, names, state.extra.get(THREAD), SHOW_UP in state.extra, marks)


def _events(state: State) -> Iterator[Event]:
    """Yield all that can happen to a case in this state."""
    case = state.case
    if case is None:
        return
    for timer in (t for t in state.timers if t.name in (LADDER, OWNED)):
        yield TimerFired("t", max(timer.due, START), CHANCE, timer.name, timer.due)
    for who in (ANA, BEA):
        yield Acknowledged("a", START, CHANCE, case.code, who)
        yield StaffWrote("w", START, CHANCE, case.code, who, "hello", by_text=True)
        yield CaseClosed("c", START, CHANCE, case.code, who)
    if case.owner is not None:
        for to in (ANA, BEA, None):
            yield HandedOver("h", START, CHANCE, case.code, case.owner, case.owner, to)
    for alone in (True, False):
        for staff in (ANA, BEA):
            yield Undelivered(
                "u", START, CHANCE, "o_7f", "page", 30003, staff=staff, case=case.code, alone=alone
            )
    yield Paged("p", START, CHANCE, case.code)
    yield Unmanned("n", START, CHANCE, case.code)


def _walk(start: State, look: Callable[[State, Event, State, tuple[Effect, ...]], None]) -> Seen:
    """Visit every state that can be reached; `look` judges each step."""
    flow = real_flow()
    seen: Seen = {_key(start): start}
    ahead = [start]
    while ahead:
        state = ahead.pop()
        for event in _events(state):
            after, effects = advance(flow, state, event)
            look(state, event, after, effects)
            if _key(after) not in seen:
                seen[_key(after)] = after
                ahead.append(after)
    return seen


@pytest.mark.parametrize("level", sorted(ladder.PAGED))
def test_no_state_is_a_dead_end(level: Level) -> None:
    """Open: a page lies ahead. Taken: its owner's silence is counted. Nothing else is a state of a case."""

    def look(before: State, event: Event, after: State, effects: tuple[Effect, ...]) -> None:
        case, timers = after.case, {t.name for t in after.timers}
        if case is None:
            assert isinstance(event, CaseClosed)
        elif case.status == "open":
            assert case.owner is None and LADDER in timers and OWNED not in timers, (before, event)
        else:
            assert case.owner is not None and OWNED in timers and LADDER not in timers, (before, event)

    seen = _walk(_opened(level), look)
    rungs = {s.case.rung for s in seen.values() if s.case and s.case.status == "open"}
    assert rungs == set(range(len(real_flow().policy.ladder)))
    assert len(seen) > 50


@pytest.mark.parametrize("level", sorted(ladder.PAGED))
def test_each_step_is_the_one_the_model_says(level: Level) -> None:
    """Time and a page that reaches nobody climb one rung, the last comes again; to take it ends it."""
    last = len(real_flow().policy.ladder) - 1

    def look(before: State, event: Event, after: State, effects: tuple[Effect, ...]) -> None:
        was, now = before.case, after.case
        if was is None or was.status != "open" or now is None:
            return
        if isinstance(event, TimerFired) and event.timer == LADDER:
            assert now.rung == min(was.rung + 1, last)
            assert any(isinstance(e, Page) for e in effects)
        elif isinstance(event, Undelivered):
            climbs = event.alone and was.rung < last
            assert now.rung == was.rung + climbs
        elif isinstance(event, (Acknowledged, StaffWrote)):
            assert (now.owner, now.status, now.rung) == (event.by, "acknowledged", was.rung)
        else:
            assert (now.status, now.rung) == ("open", was.rung)

    _walk(_opened(level), look)


@pytest.mark.parametrize("level", sorted(ladder.PAGED))
def test_from_every_open_state_time_alone_leads_to_the_truth(level: Level) -> None:
    """Whatever was before, when nobody comes she is told so within one climb of the whole ladder."""
    flow = real_flow()
    for state in _walk(_opened(level), lambda *_: None).values():
        if state.case is None or state.case.status != "open":
            continue
        told = state.extra.get(TOLD_NOBODY) in ("yes", "twice")
        for _ in flow.policy.ladder:
            timer = next(t for t in state.timers if t.name == LADDER)
            state, effects = advance(flow, state, TimerFired("t", timer.due, CHANCE, LADDER, timer.due))
            told = told or any(isinstance(e, Text) and e.kind == "notice" for e in effects)
        assert told


def test_who_took_it_first_keeps_it() -> None:
    """A second acknowledgement changes neither owner nor silence."""

    def look(before: State, event: Event, after: State, effects: tuple[Effect, ...]) -> None:
        was, now = before.case, after.case
        if isinstance(event, Acknowledged) and was and now and was.owner not in (None, event.by):
            assert now.owner == was.owner

    _walk(_opened(Level.EMERGENCY), look)


def test_the_waits_are_those_of_the_content(flow: Flow) -> None:
    """Two minutes a rung for an emergency; the last rung comes again by its own wait."""
    state = _opened(Level.EMERGENCY)
    waits = []
    for _ in range(8):
        timer = next(t for t in state.timers if t.name == LADDER)
        state, _ = advance(flow, state, TimerFired("t", timer.due, CHANCE, LADDER, timer.due))
        after = next(t for t in state.timers if t.name == LADDER)
        waits.append(int((after.due - timer.due).total_seconds()))
    assert waits == [120] * 4 + [300] * 4
