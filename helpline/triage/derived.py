"""Findings that are computed and never asked, from sets of cells (clinical table, `derived:`).

Each function takes the cells its sources may be (one cell each when all is known) and returns the cells the
derived finding may be. So the same code serves what is known and what is still possible.
"""

from __future__ import annotations

from collections.abc import Mapping

from helpline.triage.cells import Cells
from helpline.triage.state import FindingId

CAUTIOUS_WEEK = {"first": 13, "second": 27, "third": 36}
"""The week a trimester counts as when only the trimester is known (evidence, section 2.4)."""

_TRIMESTER_FROM = (("first", 1, 13), ("second", 14, 27), ("third", 28, 99))

Sets = Mapping[FindingId, int]


class Derived:
    """The derived findings of a table, ready to be computed."""

    def __init__(self, cells: Mapping[FindingId, Cells]) -> None:
        self._cells = cells

    def _bit(self, finding: str, value: str | int) -> int:
        return self._cells[FindingId(finding)].of(value)

    def trimester(self, weeks: int, told: int) -> int:
        """Return the trimester cells for cells of `gestation_weeks` and of the trimester as told."""
        cells = self._cells[FindingId("gestation_weeks")]
        out = 0
        for start, bit in zip(cells.starts, cells.bits, strict=True):
            if weeks & bit:
                out |= self._trimester_of(start) if start >= 1 else told
        return out if weeks else told

    def _trimester_of(self, week: int) -> int:
        name = next(name for name, low, high in _TRIMESTER_FROM if low <= week <= high)
        return self._bit("trimester", name)

    def weeks(self, weeks: int, told: int) -> int:
        """Return the cells of `weeks`: from 1 up as told, else the most cautious week of the trimester."""
        cells = self._cells[FindingId("gestation_weeks")]
        out = 0
        for start, bit in zip(cells.starts, cells.bits, strict=True):
            if weeks & bit and start >= 1:
                out |= self._bit("weeks", start)
        if not weeks or weeks & cells.of(0):
            for name, week in CAUTIOUS_WEEK.items():
                if told & self._bit("trimester", name):
                    out |= self._bit("weeks", week)
        return out

    def likely_pregnant(self, pregnant: int, test: int, late: int) -> int:
        """Return yes when pregnant; or maybe, with a positive test or a late period and no test done."""
        yes, no = self._bit("likely_pregnant", "yes"), self._bit("likely_pregnant", "no")
        out = yes if pregnant & self._bit("pregnant", "yes") else 0
        if pregnant & (self._bit("pregnant", "recent") | self._bit("pregnant", "no")):
            out |= no
        if pregnant & self._bit("pregnant", "maybe"):
            out |= self._maybe(test, late, yes, no)
        return out

    def _maybe(self, test: int, late: int, yes: int, no: int) -> int:
        out = 0
        if test & self._bit("pregnancy_test", "positive"):
            out |= yes
        if test & self._bit("pregnancy_test", "negative"):
            out |= no
        if test & self._bit("pregnancy_test", "not_done"):
            if late & self._bit("missed_period", "yes"):
                out |= yes
            if late & self._bit("missed_period", "no") or not late:
                out |= no
        return out

    def pregnant_or_6_weeks(self, pregnant: int, days: int) -> int:
        """Return yes when pregnant or maybe; or when it ended 42 days ago or less."""
        name = "pregnant_or_6_weeks"
        yes, no = self._bit(name, "yes"), self._bit(name, "no")
        out = yes if pregnant & (self._bit("pregnant", "yes") | self._bit("pregnant", "maybe")) else 0
        out |= no if pregnant & self._bit("pregnant", "no") else 0
        if pregnant & self._bit("pregnant", "recent"):
            cells = self._cells[FindingId("days_since_event")]
            for start, bit in zip(cells.starts, cells.bits, strict=True):
                if days & bit:
                    out |= yes if start <= 42 else no
        return out
