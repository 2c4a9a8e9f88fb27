"""The ladder: whom to page next about a case, and when to give up waiting.

`climb` is pure: from the policy and the case it gives the next rung. A page is never the end: after the last
rung the person is told the truth and what to do, and everybody on the rota is paged again, until someone
takes the case (design, section 3d; hazards H16, H17).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from helpline.triage.state import Case, Level

PAGED = frozenset(
    {Level.EMERGENCY, Level.CRISIS, Level.SAFEGUARDING, Level.EMERGENCY_DEPARTMENT, Level.URGENT}
)
"""Levels that wake someone. The others wait in the list: too many pages make the real one be missed."""


@dataclass(frozen=True, slots=True)
class Rung:
    """One step: who is reached and how. `who`: `first`, `next`, `everybody`, `supervisors`, `safety_net`."""

    number: int
    who: str
    by: str
    """`text`, `call` or `both`."""


RUNGS = (
    Rung(0, "first", "text"),
    Rung(1, "first", "call"),
    Rung(2, "next", "both"),
    Rung(3, "everybody", "both"),
    Rung(4, "supervisors", "both"),
    Rung(5, "safety_net", "both"),
)

DEFAULT_WAIT = timedelta(minutes=5)


def first(case: Case) -> Rung | None:
    """Return the rung a new case starts on; None for one that pages nobody."""
    return RUNGS[0] if case.level in PAGED else None


def climb(case: Case) -> Rung | None:
    """Return the rung after the one a case is on; the last comes again. None: taken or closed."""
    if case.status != "open" or case.level not in PAGED:
        return None
    return RUNGS[min(case.rung + 1, len(RUNGS) - 1)]


def wait(waits: Mapping[str, timedelta], level: Level) -> timedelta:
    """Return how long a page of this level may go unanswered."""
    return waits.get(level, DEFAULT_WAIT)
