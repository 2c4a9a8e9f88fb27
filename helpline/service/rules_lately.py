"""Which rules decided of late and how their cases ended: for the monthly review (hazard H33).

Counted by day and rule id; nothing of a person is in it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta

from helpline.service.line import Line
from helpline.triage.state import Level

DAYS = 30
DECIDED, CLOSED, OUTCOME = "decided.", "closed_as.", "outcome."
"""How the names of the counters begin; behind it `<rule>`, `<rule>.<outcome>`, `<level>.<outcome>`."""
FALSE_ALARM = "false_alarm"


@dataclass(frozen=True, slots=True)
class RuleFigures:
    """One rule: how often it decided an advice; of its cases how many were closed, and as false alarm."""

    rule: str
    decided: int
    closed: int
    false_alarms: int


@dataclass(frozen=True, slots=True)
class LevelFigures:
    """How many cases of a level were closed with an outcome."""

    level: str
    outcome: str
    count: int


def rules_lately(line: Line) -> list[RuleFigures]:
    """Return the rules that decided in the last 30 days: most false alarms first, then the busiest.

    Raises StoreUnavailable.
    """
    counts = _counts(line)
    decided = {name.removeprefix(DECIDED): n for name, n in counts.items() if name.startswith(DECIDED)}
    ends: dict[str, Counter[str]] = {}
    for name, n in counts.items():
        if name.startswith(CLOSED):
            rule, _, outcome = name.removeprefix(CLOSED).rpartition(".")
            ends.setdefault(rule, Counter())[outcome] += n
    found = [
        RuleFigures(rule, decided.get(rule, 0), ends.get(rule, Counter()).total(), _false(ends, rule))
        for rule in decided.keys() | ends.keys()
    ]
    return sorted(found, key=lambda r: (-r.false_alarms, -r.decided, r.rule))


def _false(ends: dict[str, Counter[str]], rule: str) -> int:
    return ends.get(rule, Counter())[FALSE_ALARM]


def levels_lately(line: Line) -> list[LevelFigures]:
    """Return how the cases of each level ended in the last 30 days, the worst level first."""
    found = []
    for name, n in _counts(line).items():
        if name.startswith(OUTCOME):
            level, _, outcome = name.removeprefix(OUTCOME).partition(".")
            found.append(LevelFigures(level, outcome.replace("_", " "), n))
    return sorted(found, key=lambda x: (Level(x.level).rank, -x.count, x.outcome))


def _counts(line: Line) -> Counter[str]:
    """Return the counters of the last days, summed."""
    today, total = line.now().date(), Counter[str]()
    for back in range(DAYS):
        total.update(line.store.counters((today - timedelta(days=back)).isoformat()))
    return total
