"""Conditions as written -> `Condition`: every finding and value is looked up, every range is closed."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from helpline.flowbook.faults import Faults
from helpline.flowbook.plain_yaml import Document, Path_
from helpline.triage.findings import Condition, Finding, Range, Test
from helpline.triage.state import FindingId, Flag

LOWEST, HIGHEST = 0, 999
"""What an open range is closed with; no finding has numbers beyond."""

FLAGS = FindingId("flags")
"""Not a finding: in the `when` of an advice or a step, the flags raised so far."""

_BOUNDS = {"gte", "gt", "lte", "lt"}


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads the conditions of one file and records what is wrong with them."""

    document: Document
    findings: Mapping[FindingId, Finding]
    faults: Faults
    flags_allowed: bool = False

    def condition(self, written: Mapping[str, object], path: Path_) -> Condition:
        """Return a condition; a part that is wrong becomes a fault and is left out."""
        tests: list[Test] = []
        alternatives: tuple[Condition, ...] = ()
        for key, value in written.items():
            below = (*path, key)
            if key == "any":
                alternatives = self._any(value, below)
                continue
            test = self.test(key, value, below)
            if test:
                tests.append(test)
        return Condition(tuple(tests), alternatives)

    def _any(self, value: object, path: Path_) -> tuple[Condition, ...]:
        if not isinstance(value, list) or not value or not all(isinstance(v, dict) for v in value):
            self._fault(path, "any is no list of conditions", "Write any: [{finding: value}, ...]")
            return ()
        return tuple(self.condition(v, (*path, n)) for n, v in enumerate(value))

    def test(self, name: str, value: object, path: Path_) -> Test | None:
        """Return one test, None when it is wrong."""
        if name == FLAGS and self.flags_allowed:
            values = self._values(value, [flag.value for flag in Flag], name, path)
            return Test(FLAGS, frozenset(values)) if values else None
        finding = self.findings.get(FindingId(name))
        if finding is None:
            self._fault(path, f"unknown finding {name!r}", meant(name, self.findings))
            return None
        if finding.numeric:
            return self._numbers(finding, value, path)
        values = self._values(value, finding.values, name, path)
        return Test(finding.id, frozenset(values)) if values else None

    def _values(self, value: object, allowed: Collection[str], name: str, path: Path_) -> list[str]:
        values = value if isinstance(value, list) else [value]
        known = [v for v in values if isinstance(v, str) and v in allowed]
        for stranger in (v for v in values if v not in known):
            self._fault(path, f"{name} is never {stranger!r}", meant(str(stranger), allowed))
        return known

    def _numbers(self, finding: Finding, value: object, path: Path_) -> Test | None:
        found = _range(value)
        if found is None:
            self._fault(path, f"{finding.id} needs a number or a range", "Write {gte: 1} or {gte: 1, lte: 3}")
            return None
        if found.low > finding.max or found.high < finding.min or found.low > found.high:
            self._fault(path, f"{finding.id} is never in this range", f"Use {finding.min} to {finding.max}")
            return None
        return Test(finding.id, found)

    def _fault(self, path: Path_, what: str, remedy: str) -> None:
        self.faults.add(self.document.file, self.document.line(path), what, remedy)


def _range(value: object) -> Range | None:
    if isinstance(value, int) and not isinstance(value, bool):
        return Range(value, value)
    if not isinstance(value, dict) or not value or set(value) - _BOUNDS:
        return None
    if not all(isinstance(v, int) for v in value.values()):
        return None
    low = max(value.get("gte", LOWEST), value.get("gt", LOWEST - 1) + 1)
    high = min(value.get("lte", HIGHEST), value.get("lt", HIGHEST + 1) - 1)
    return Range(low, high)


def meant(word: str, known: Collection[str]) -> str:
    """Return a remedy that names the nearest known words."""
    near = difflib.get_close_matches(word, list(known), n=2, cutoff=0.6)
    if near:
        return f"Did you mean {' or '.join(near)}?".rstrip("?")
    return "Use one of " + ", ".join(sorted(known)[:12])
