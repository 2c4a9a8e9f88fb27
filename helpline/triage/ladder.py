"""The ladder: whom to page next about a case, and when to give up waiting.

Rungs and waits are content (`flows/service.yaml`); this walks them. A page is never the end: at the last rung
the person is told the truth and what to do, and that rung comes again until someone takes the case (design,
section 3d; hazards H16, H17).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from helpline.triage.state import Case, Level

PAGED = frozenset(
    {Level.EMERGENCY, Level.CRISIS, Level.SAFEGUARDING, Level.EMERGENCY_DEPARTMENT, Level.URGENT}
)
"""Levels that wake someone. The others wait in the list: too many pages make the real one be missed."""

WHO = ("first", "next", "everybody", "supervisors", "safety_net")
"""Whom a rung reaches; `safety_net` is the whole staff, and the person is told that nobody came."""
BY = ("text", "call", "both")
"""How."""
SAFETY_NET = "safety_net"


@dataclass(frozen=True, slots=True)
class Rung:
    """One step: who is reached (of `WHO`) and how (of `BY`)."""

    who: str
    by: str


RUNGS = (
    Rung("first", "text"),
    Rung("first", "call"),
    Rung("next", "both"),
    Rung("everybody", "both"),
    Rung("supervisors", "both"),
    Rung(SAFETY_NET, "both"),
)
"""The ladder where the content names none."""

DEFAULT_WAIT = timedelta(minutes=5)


def climb(rungs: Sequence[Rung], case: Case) -> int | None:
    """Return the number of the rung after the one a case is on; the last again. None: no page is due."""
    if case.status != "open" or case.level not in PAGED:
        return None
    return min(case.rung + 1, len(rungs) - 1)


def at(rungs: Sequence[Rung], number: int) -> Rung:
    """Return the rung with this number, the last for a number beyond it: the content may have changed."""
    return rungs[min(number, len(rungs) - 1)]


def next_person(rungs: Sequence[Rung]) -> int:
    """Return the rung that reaches others than the first on call: for a case that was given back."""
    return next((n for n, rung in enumerate(rungs) if rung.who != "first"), 0)


def wait(waits: Mapping[str, timedelta], level: Level) -> timedelta:
    """Return how long a page of this level may go unanswered."""
    return waits.get(level, DEFAULT_WAIT)
