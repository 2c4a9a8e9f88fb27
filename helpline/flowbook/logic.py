"""Can a condition hold at all, and does one follow from another? Exact over the findings of a table.

Findings that are computed from others (weeks from the weeks or the trimester told, and so on) are tied to
them by listing what can be true together; all other findings are free of each other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from itertools import product

from helpline.triage.findings import NO, YES, Condition, Table, Test
from helpline.triage.state import FindingId

Value = str | int
Sets = dict[FindingId, frozenset[Value]]
"""What each finding may be; one that is not named may be anything."""

_SIX_WEEKS = 42
_CAUTIOUS = {"first": 13, "second": 27, "third": 36}
_F = FindingId
_PREGNANT, _DAYS = _F("pregnant"), _F("days_since_event")
_TEST, _LATE = _F("pregnancy_test"), _F("missed_period")
_TRIMESTER, _WEEKS, _GESTATION = _F("trimester"), _F("weeks"), _F("gestation_weeks")
_LIKELY, _SIX, _POSITIVES = _F("likely_pregnant"), _F("pregnant_or_6_weeks"), _F("other_positives")

_TIME = (_GESTATION, _TRIMESTER, _WEEKS)
_WHO = (_PREGNANT, _TEST, _LATE, _LIKELY)
_SINCE = (_PREGNANT, _DAYS, _SIX)


class Logic:
    """The logic of one table."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self._known: dict[Condition, list[Sets]] = {}

    def possible(self, condition: Condition) -> bool:
        """Return whether some person could meet the condition."""
        return bool(self.ways(condition))

    def implies(self, first: Condition, second: Condition) -> bool:
        """Return whether everyone who meets `first` meets `second`. May say no where it cannot tell."""
        others = self.ways(second)
        return all(any(self._within(sets, other) for other in others) for sets in self.ways(first))

    def same(self, first: Condition, second: Condition) -> bool:
        """Return whether two conditions say the same."""
        return self.implies(first, second) and self.implies(second, first)

    def ways(self, condition: Condition) -> list[Sets]:
        """Return the ways in which some person could meet a condition."""
        if condition not in self._known:
            self._known[condition] = [s for s in self._cases(condition) if self._consistent(s)]
        return self._known[condition]

    def values(self, test: Test) -> frozenset[Value]:
        """Return the values of its finding that meet a test."""
        if isinstance(test.values, frozenset):
            return frozenset(test.values)
        finding = self.table.findings[test.finding]
        low, high = max(test.values.low, finding.min), min(test.values.high, finding.max)
        return frozenset(range(low, high + 1))

    def _cases(self, condition: Condition) -> Iterator[Sets]:
        """Yield the ways of meeting a condition: one choice out of each `any`."""
        base = self._met({}, condition.tests)
        if base is None:
            return
        if not condition.any:
            yield base
            return
        for alternative in condition.any:
            for case in self._cases(alternative):
                joined = _joined(base, case)
                if joined is not None:
                    yield joined

    def _met(self, sets: Sets, tests: tuple[Test, ...]) -> Sets | None:
        made = dict(sets)
        for test in tests:
            joined = _joined(made, {test.finding: self.values(test)})
            if joined is None:
                return None
            made = joined
        return made

    def _within(self, sets: Sets, other: Sets) -> bool:
        return all(finding in sets and sets[finding] <= allowed for finding, allowed in other.items())

    def _consistent(self, sets: Sets) -> bool:
        """Return whether the computed findings can be what is asked of them."""
        return (
            _meets(sets, _TIME, self._times)
            and _meets(sets, _WHO, self._people)
            and _meets(sets, _SINCE, self._ends)
            and self._no_signs(sets)
        )

    def _no_signs(self, sets: Sets) -> bool:
        """Return whether `other_positives` of 0 goes with what is asked of the signs it counts."""
        wanted = sets.get(_POSITIVES)
        if wanted is None or any(isinstance(v, int) and v > 0 for v in wanted):
            return True
        return all(NO in sets[f] or "none" in sets[f] for f in self.table.positives if f in sets)

    @cached_property
    def _times(self) -> tuple[tuple[Value | None, ...], ...]:
        """All of (weeks told, trimester, weeks) that go together."""
        if not self._has(_TIME):
            return ()
        finding = self.table.findings[_GESTATION]
        told = [(w, _trimester(w), w) for w in range(1, finding.max + 1)]
        names = self.table.findings[_TRIMESTER].values
        return (*told, *((0, name, _CAUTIOUS.get(name)) for name in names))

    @cached_property
    def _people(self) -> tuple[tuple[Value | None, ...], ...]:
        """All of (pregnant, test, late period, likely pregnant) that go together."""
        if not self._has(_WHO):
            return ()
        findings = self.table.findings
        every = product(findings[_PREGNANT].values, findings[_TEST].values, (YES, NO))
        return tuple((p, test, late, _likely(p, test, late)) for p, test, late in every)

    @cached_property
    def _ends(self) -> tuple[tuple[Value | None, ...], ...]:
        """All of (pregnant, days since it ended, pregnant or within 6 weeks) that go together."""
        if not self._has(_SINCE):
            return ()
        days = range(self.table.findings[_DAYS].max + 1)
        every = product(self.table.findings[_PREGNANT].values, days)
        return tuple((p, day, _within_six_weeks(p, day)) for p, day in every)

    def _has(self, findings: tuple[FindingId, ...]) -> bool:
        return all(finding in self.table.findings for finding in findings)


def _joined(first: Mapping[FindingId, frozenset[Value]], second: Sets) -> Sets | None:
    made = dict(first)
    for finding, values in second.items():
        both = made[finding] & values if finding in made else values
        if not both:
            return None
        made[finding] = both
    return made


def _meets(sets: Sets, names: tuple[FindingId, ...], rows: tuple[tuple[Value | None, ...], ...]) -> bool:
    wanted = [(n, sets[name]) for n, name in enumerate(names) if name in sets]
    if len(wanted) < 2 or not rows:
        return True
    return any(all(row[n] in allowed for n, allowed in wanted) for row in rows)


def _trimester(week: int) -> str:
    return "first" if week < 14 else "second" if week < 28 else "third"


def _likely(pregnant: str, test: str, late: str) -> str:
    if pregnant == "maybe":
        return YES if test == "positive" or (late == YES and test == "not_done") else NO
    return YES if pregnant == YES else NO


def _within_six_weeks(pregnant: str, days: int) -> str:
    if pregnant == "recent":
        return YES if days <= _SIX_WEEKS else NO
    return YES if pregnant in (YES, "maybe") else NO


