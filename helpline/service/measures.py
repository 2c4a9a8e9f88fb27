"""How soon staff answer: from a case opened to the first page, to someone taking it, to the first contact."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from helpline.service.line import Line
from helpline.store.pager_port import Took
from helpline.store.port import Item, StoreUnavailable
from helpline.triage.effects import ChangeCase, Effect, Text
from helpline.triage.events import Event, PutThrough, StaffWrote
from helpline.triage.state import Case, Level, State

STEPS = ("page", "acknowledge", "contact")
"""What is measured, each from the opening of the case and once a case."""
LAST, FEWEST = 20, 3
"""An expected wait is the median of so many cases at most, and none is told from fewer."""


@dataclass(frozen=True, slots=True)
class Summary:
    """Times of one step at one level, in seconds."""

    what: str
    level: str
    count: int
    median: float
    ninth: float
    """Nine in ten took no longer."""
    slowest: float


def committed(line: Line, event: Event, state: State, effects: Iterable[Effect]) -> None:
    """Take the times of what was just committed: a case taken, and the first contact with her."""
    effects = tuple(effects)
    for effect in effects:
        if isinstance(effect, ChangeCase) and effect.case.status == "acknowledged":
            _took(line, effect.case, "acknowledge", event.at)
    if state.case is not None and _contact(event, effects):
        _took(line, state.case, "contact", event.at)


def _contact(event: Event, effects: Sequence[Effect]) -> bool:
    if isinstance(event, PutThrough):
        return event.reached and event.to == "staff"
    return isinstance(event, StaffWrote) and any(isinstance(e, Text) and e.kind == "relay" for e in effects)


def paged(line: Line, item: Item) -> None:
    """Take the time of the first page that the carrier accepted for a case."""
    if item.kind != "page" or item.case is None:
        return
    try:
        record = line.store.find_case(item.case)
    except StoreUnavailable:
        return
    if record is not None:
        _took(line, record.case, "page", line.now())


def _took(line: Line, case: Case, what: str, at: datetime) -> None:
    """Write a time once; a store that is away costs a figure, never a page."""
    seconds = max((at - case.opened).total_seconds(), 0.0)
    try:
        first = line.store.pagers.note_took(Took(case.code, what, case.level, seconds, at))
    except StoreUnavailable:
        return
    if first:
        line.observe(what, case.level, seconds)


def expected_wait(line: Line, level: Level) -> timedelta | None:
    """Return how long it took someone to take a case of this level lately: the median of the last ones.

    None where too few were taken to say. Raises StoreUnavailable.
    """
    times = [t.seconds for t in line.store.pagers.took() if t.what == "acknowledge" and t.level == level]
    return timedelta(seconds=median(times[-LAST:])) if len(times) >= FEWEST else None


def summaries(line: Line) -> list[Summary]:
    """Return the times of the last 30 days, by step and level, the worst level first."""
    found: dict[tuple[str, str], list[float]] = {}
    for took in line.store.pagers.took():
        found.setdefault((took.what, took.level), []).append(took.seconds)
    order = sorted(found, key=lambda k: (STEPS.index(k[0]), Level(k[1]).rank))
    return [_summary(what, level, sorted(found[what, level])) for what, level in order]


def _summary(what: str, level: str, times: list[float]) -> Summary:
    ninth = times[min(int(len(times) * 0.9), len(times) - 1)]
    return Summary(what, level, len(times), median(times), ninth, times[-1])
