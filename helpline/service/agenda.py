"""Look at one person because something of theirs is due: fire timers, then empty the outbox.

A wake-up carries no facts, so it may come twice, late or for nothing: what is to be done is read here.
"""

from __future__ import annotations

from functools import partial

from helpline.service.conversation import apply
from helpline.service.delivery import drain
from helpline.service.line import Line
from helpline.store.port import Look
from helpline.triage.events import TimerFired
from helpline.triage.state import PersonId, Timer

MOST_TIMERS = 100
"""Timers fired for one person in one wake-up; a person with more of them due is a fault, not a plan."""


def wake(line: Line, person: PersonId) -> int:
    """Fire what is due of one person, then send what waits; return how many sends were accepted.

    Raises StoreUnavailable; whatever was done until then stands, and the next wake-up goes on from there.
    """
    return drain(line, person, fire_timers(line, person))


def fire_timers(line: Line, person: PersonId) -> Look | None:
    """Let the core decide on every due timer, one commit each; return what was seen last."""
    fired: set[str] = set()
    for _ in range(MOST_TIMERS):
        seen = line.store.look(person, line.now())
        timer = _next(line, seen.loaded.state.timers, fired) if seen.loaded.state else None
        if timer is None:
            return seen
        fired.add(event_id(timer))
        apply(line, person, event_id(timer), partial(_event, line, timer))
    line.count("too_many_timers", "")
    return None


def event_id(timer: Timer) -> str:
    """Return the id that makes the firing of this timer, set for this time, unrepeatable."""
    return f"{timer.name}:{timer.due.isoformat()}"


def _next(line: Line, timers: tuple[Timer, ...], fired: set[str]) -> Timer | None:
    """Return the timer due first; of several due at once the urgent one."""
    now = line.now()
    due = [t for t in timers if t.due <= now and event_id(t) not in fired]
    return min(due, key=lambda t: (t.due, not t.urgent), default=None)


def _event(line: Line, timer: Timer, entropy: bytes) -> TimerFired:
    return TimerFired(event_id(timer), line.now(), entropy, timer.name, timer.due)
