"""Findings as bits, so that a rule is a handful of integer tests.

Every finding has a few cells: one a value, or one a stretch of numbers that no rule tells apart. A set of
cells is one integer. `known` holds the cell of each answered finding; `possible` holds every cell that a
finding may still turn out to be. A rule fires when each of its masks meets `known`, and is ruled out when one
of them misses `possible`.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from helpline.triage.findings import Condition, Finding, Range, Table, Test
from helpline.triage.state import FindingId


@dataclass(frozen=True, slots=True)
class Cells:
    """The cells of one finding. `starts` are the first numbers of the stretches of a numeric finding."""

    finding: Finding
    number: int
    """Position among the findings: bit `1 << number` says "answered"."""
    values: Mapping[str, int]
    starts: tuple[int, ...]
    bits: tuple[int, ...]
    all: int

    def of(self, value: str | int | None) -> int:
        """Return the bit of a value, 0 when it has none. Unsure must be resolved before."""
        if value is None:
            return 0
        if self.starts:
            number = value if isinstance(value, int) else _whole(value)
            if number is None or number < self.starts[0]:
                return 0
            return self.bits[bisect_right(self.starts, number) - 1]
        return self.values.get(str(value), 0)

    def settled(self, value: str | int | None) -> int:
        """Return the bit an answer counts as: unsure as the table says, else as if missing."""
        if value != "unsure":
            return self.of(value)
        kept = self.finding.unsure_as
        return self.of(kept if kept is not None else self.finding.if_missing)


@dataclass(frozen=True, slots=True)
class Mask:
    """A condition in bits. `owner` of each mask is the answered-bit of the finding it tests."""

    all: tuple[int, ...]
    owners: tuple[int, ...]
    any: tuple[Mask, ...]

    def holds(self, cells: int) -> bool:
        """Return whether the condition is met by a set of cells (known: it holds; possible: it may)."""
        for mask in self.all:
            if not cells & mask:
                return False
        for alternative in self.any:  # a plain loop: this is asked millions of times
            if alternative.holds(cells):
                return True
        return not self.any

    def wants(self, known: int, possible: int) -> int:
        """Return the answered-bits of the findings whose answers could still make it hold."""
        wanted = 0
        for mask, owner in zip(self.all, self.owners, strict=True):
            if not known & mask:
                wanted |= owner
        if self.any and not any(a.holds(known) for a in self.any):
            for alternative in self.any:
                if alternative.holds(possible):
                    wanted |= alternative.wants(known, possible)
        return wanted


_FINER = (
    ("gestation_weeks", "weeks", {0, 1, 14, 28}),
    ("days_since_event", "days_since_event", {43}),
)
"""A source is cut at least as finely as what is derived from it, and where the derivation cuts."""


class Layout:
    """All findings of a table laid out as bits."""

    def __init__(self, table: Table) -> None:
        self.cells: dict[FindingId, Cells] = {}
        self._looked_at = Counter(t.finding for rule in table.rules for t in rule.when.tests)
        cuts = _cuts(table)
        at = 0
        for number, finding in enumerate(table.findings.values()):
            made = _cells(finding, cuts.get(finding.id, set()), number, at)
            self.cells[finding.id] = made
            at += len(made.bits)
        self.every = (1 << at) - 1

    def mask(self, condition: Condition) -> Mask:
        """Return a condition in bits. Raises KeyError for a finding that is not in the table.

        Tests of what few rules look at come first, then the narrowest: what fails, fails early.
        """
        tests = sorted(((self.test(t), t.finding) for t in condition.tests),
                       key=lambda t: (self._looked_at[t[1]], t[0].bit_count()))
        owners = tuple(1 << self.cells[finding].number for _, finding in tests)
        return Mask(tuple(mask for mask, _ in tests), owners, tuple(self.mask(c) for c in condition.any))

    def test(self, test: Test) -> int:
        """Return the cells in which a test is true."""
        cells = self.cells[test.finding]
        if isinstance(test.values, Range):
            pairs = zip(cells.starts, cells.bits, strict=True)
            return sum(bit for start, bit in pairs if test.values.holds(start))
        return sum(cells.of(value) for value in test.values)


def _cells(finding: Finding, cuts: set[int], number: int, at: int) -> Cells:
    if finding.numeric:
        starts = tuple(sorted({finding.min, *(c for c in cuts if finding.min <= c <= finding.max)}))
        names: tuple[str, ...] = ()
        size = len(starts)
    else:
        starts = ()
        names = finding.values
        size = len(names)
    bits = tuple(1 << (at + n) for n in range(size))
    return Cells(finding, number, dict(zip(names, bits, strict=False)), starts, bits, sum(bits))


def _cuts(table: Table) -> dict[FindingId, set[int]]:
    """Return, for each numeric finding, the numbers at which some condition changes its mind."""
    cuts: dict[FindingId, set[int]] = {}
    conditions = [r.when for r in table.rules] + [i.when for i in table.interview]
    conditions += [c for left in table.not_asked for c in (left.when, left.unless) if c]
    for test in (t for c in conditions for t in _tests(c)):
        if isinstance(test.values, Range):
            cuts.setdefault(test.finding, set()).update((test.values.low, test.values.high + 1))
    for source, derived, own in _FINER:
        cuts.setdefault(FindingId(source), set()).update(cuts.get(FindingId(derived), set()) | own)
    for finding in table.findings.values():
        for value in (finding.unsure_as, finding.if_missing):
            if finding.numeric and isinstance(value, int):
                cuts.setdefault(finding.id, set()).update((value, value + 1))
    return cuts


def _tests(condition: Condition) -> Iterator[Test]:
    yield from condition.tests
    for alternative in condition.any:
        yield from _tests(alternative)


def _whole(value: str) -> int | None:
    try:
        return int(value)
    except ValueError:
        return None
