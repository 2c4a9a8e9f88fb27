"""States that no question, rule or word can tell apart any more are one state.

Two states are merged when the same rules can still raise the result, and every answer that one of those
rules, or the `when` of a question about them (or of one asked always), or a reason for not asking about
them looks at falls on the same side of all their tests. Then the next question, everything after it and what
is left unasked for a reason are the same for both. A rule that is ruled out stays ruled out (answers are only
added), so the set of rules that matter only shrinks. A rule that needs a finding which is never asked is
ruled out until that is told.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable
from dataclasses import dataclass
from functools import lru_cache

from helpline.flowbook.proof.places import KNOWN_BY_US, SOURCES, Members, Places, looks_at
from helpline.triage.findings import Condition, Table
from helpline.triage.interview import Phase
from helpline.triage.rules import Compiled, Facts, Rulebook
from helpline.triage.state import FindingId, Flag

_WHOLE = frozenset({"pregnant", "phq2_interest", "phq2_mood"})
"""Sources whose cells are kept apart while something derived from them matters."""
_LIKELY = frozenset({"pregnancy_test", "missed_period"})
"""What says whether she is likely pregnant while she may be; for everybody else that is settled."""

_SETTLES = {FindingId("bleeding"): FindingId("bled_last_48h")}
"""What an answer settles beside its own finding."""
_ALWAYS_TOUCHED = frozenset(FindingId(f) for f in ("last_disposition", "other_positives"))

Key = tuple[Hashable, ...]
"""All that still tells a state from others, compared and never read."""


@dataclass(frozen=True, slots=True)
class _Relevant:
    """What the rules that still matter look at: ids of tests, and the findings whose answers count.

    Of each finding: its answered-bit, its cells, and the sides of those that were looked at. `bits` are all
    answered-bits together.
    """

    tests: int
    findings: tuple[tuple[FindingId, int, int, dict[int, int]], ...]
    bits: int


class Merger:
    """Gives each state the key that it shares with all states like it."""

    def __init__(self, table: Table, rules: Rulebook) -> None:
        self.rules = rules
        self._ids: dict[tuple[FindingId, int], int] = {}
        self._rule_tests = [self._tests(c.rule.when) for c in rules.rules]
        self._rule_base = [looks_at(c.rule.when) for c in rules.rules]
        self.places = Places(table, rules, self._tests)
        self._open = lru_cache(None)(self.places.open)
        self._looked = lru_cache(None)(self._looked_at)
        self._relevant = lru_cache(None)(self._relevant_of)
        pregnant = rules.layout.cells[FindingId("pregnant")]
        self._pregnant, self._maybe = pregnant.all, pregnant.of("maybe")
        self._any_last = rules.layout.cells[FindingId("last_disposition")].all
        """The advice still to come may make any level the last one."""
        self._climbing = sum(1 << n for n, c in enumerate(rules.rules) if self._climbs(c))
        last = rules.bit(FindingId("last_disposition"))
        self.about_last = sum(1 << n for n, c in enumerate(rules.rules) if last in c.mask.owners)
        self._early = 0
        for item in table.interview:
            if not item.closing:
                self._early |= sum(rules.bit(f) for f in item.findings)
        self.members = lru_cache(None)(self._members_of)
        self.raising = lru_cache(None)(self._raising_of)
        self.touched = lru_cache(None)(self._touched_by)
        self._about = lru_cache(None)(self._rules_about)
        self._about_bits = lru_cache(None)(self._rules_about_bits)
        self._others = self._of(FindingId("other_positives"))
        self._tests_about = {f: self._of(f) for f in {f for f, _ in self._ids}}
        self._decides = {f: self._tests_deciding(f) for f in rules.layout.cells}
        self._known: defaultdict[tuple[FindingId, int, bool], dict[int, int]] = defaultdict(dict)
        """By finding and the tests that matter: the side of each cell, once looked at."""
        self._tests_of = lru_cache(None)(self._tests_by)
        self._side = lru_cache(None)(self._side_of)
        self._extra = lru_cache(None)(self._extra_sides)
        self.all_live = (1 << len(rules.rules)) - 1

    def live(self, facts: Facts, phase: Phase, before: int) -> int:
        """Return which of the rules `before` (bits by position) could still raise the result."""
        possible = self.rules.possible(facts, self.places.askable)
        later = possible | self._any_last
        live = 0
        for bit, compiled, narrowest in self.raising(before, phase.urgency, phase.flags):
            if later & narrowest and compiled.mask.holds(later if bit & self._climbing else possible):
                live |= bit
        return live

    def _raising_of(self, live: int, urgency: int, flags: frozenset[Flag]) -> Members:
        """Return the rules of `live` that would raise the urgency or add a flag."""
        return tuple(m for m in self.members(live) if m[1].urgency > urgency or not m[1].flags <= flags)

    def _climbs(self, compiled: Compiled) -> bool:
        """Return whether a rule makes more of the result given last than it was."""
        tests = [t.values for t in compiled.rule.when.tests if t.finding == "last_disposition"]
        urgency = self.rules.table.urgency
        levels = [urgency(v) for values in tests if isinstance(values, frozenset) for v in values]
        return bool(levels) and compiled.urgency > min(levels)

    def _last_matters(self, facts: Facts, phase: Phase, live: int) -> bool:
        """Return whether the result of an earlier contact can still decide: a rule about it waits.

        Once an advice is given, the last result is that advice, which the key holds anyway.
        """
        if phase.advised or not live & self.about_last:
            return False
        waiting = self._early & ~facts.answered
        about = self.members(live & self.about_last)
        return any(owner & waiting for _, c, _ in about for owner in c.mask.owners)

    def _members_of(self, live: int) -> Members:
        return tuple((1 << n, c, q) for n, (q, c) in enumerate(self.rules.quick) if live >> n & 1)

    def _touched_by(self, live: int, findings: tuple[FindingId, ...]) -> Members:
        """Return the rules of `live` that answers to `findings`, or an advice told for them, can make fire.

        Whatever else is known was known before: a rule that looks at none of them has fired or has not.
        """
        return self.members(live & self._about(findings))

    def _rules_about(self, findings: tuple[FindingId, ...]) -> int:
        """Return the rules that look at any of these, or at what is always touched."""
        asked = {*findings, *(_SETTLES.get(f, f) for f in findings), *_ALWAYS_TOUCHED}
        return sum(1 << n for n, base in enumerate(self._rule_base) if base & asked)

    def key(self, facts: Facts, phase: Phase, live: int) -> Key:
        """Return the key of a state whose rules that matter are `live`."""
        settled = facts.told & self._pregnant not in (0, self._maybe)
        asks = self._looked(live)[2]
        still = self._open(asks & ~facts.answered, facts.told & self.places.kind, phase.hospital)
        relevant = self._relevant(live, still, settled)
        told, answered = facts.told, facts.answered & relevant.bits
        sides = []
        for finding, bit, every, known in relevant.findings:
            if answered & bit:
                cell = told & every
                side = known.get(cell)
                if side is None:
                    side = known[cell] = self._side(finding, cell, relevant.tests, settled)
                sides.append(side)
        extra = self._extra(facts.extra, relevant.tests, self._last_matters(facts, phase, live))
        positive = bool(facts.told & self.rules.positive) if relevant.tests & self._others else None
        symptom = bool(facts.told & self.rules.symptom) if phase.urgency <= 1 else None
        return (
            phase.urgency, phase.flags, phase.advised, phase.hospital, live, still, answered,
            (*sides, *extra), positive, symptom,
        )

    def _extra_sides(self, extra: int, tests: int, last: bool) -> tuple[int, ...]:
        """Return the sides of what the service itself knows; the earlier result only where it matters."""
        cells, known = self.rules.layout.cells, KNOWN_BY_US
        return tuple(self._side(f, extra & cells[f].all, tests, True) for f in (known if last else known[1:]))

    def _tests(self, condition: Condition) -> int:
        found = 0
        for test in condition.tests:
            name = (test.finding, self.rules.layout.test(test))
            found |= 1 << self._ids.setdefault(name, len(self._ids))
        for alternative in condition.any:
            found |= self._tests(alternative)
        return found

    def _of(self, finding: FindingId) -> int:
        return sum(1 << n for (f, _), n in self._ids.items() if f == finding)

    def _looked_at(self, live: int) -> tuple[int, frozenset[FindingId], int]:
        """Return the tests of the rules that matter, what they look at, and the bits of what may be asked."""
        tests, findings = 0, set[FindingId]()
        for n in range(len(self.rules.rules)):
            if live >> n & 1:
                tests |= self._rule_tests[n]
                findings |= self._rule_base[n]
        return tests, frozenset(findings), self.places.bits(findings) | self.places.always

    def kept(self, facts: Facts, phase: Phase, live: int) -> int:
        """Return the rules of `live` that must be carried on: they may fire, or be ruled out, later.

        Of the others it is settled that nothing asked will make them fire, and why what could is not asked.
        """
        firing, undecided = self.places.undecided(facts, phase, self.members(live))
        return live & (firing | self._about_bits(undecided))

    def _rules_about_bits(self, bits: int) -> int:
        return self._about(tuple(f for f, own in self.rules.layout.cells.items() if bits >> own.number & 1))

    def _relevant_of(self, live: int, open_places: int, settled: bool) -> _Relevant:
        tests, base, _ = self._looked(live)
        findings = set(base)
        for place in self.places.these(open_places):
            tests |= place.tests
            if place.always:
                findings |= place.findings
        for finding, own in self._tests_about.items():
            if tests & own:
                sources = SOURCES.get(finding, (finding,))
                findings |= {FindingId(s) for s in sources if not (settled and s in _LIKELY)}
        listed = tuple(
            (finding, 1 << own.number, own.all, self._known[finding, tests & self._decides[finding], settled])
            for finding, own in self.rules.layout.cells.items()
            if finding in findings and finding not in KNOWN_BY_US
        )
        return _Relevant(tests, listed, sum(bit for _, bit, _, _ in listed))

    def _tests_deciding(self, finding: FindingId) -> int:
        """Return the tests of a finding and of what is derived from it."""
        derived = [f for f, sources in SOURCES.items() if finding in sources]
        return self._of(finding) | sum(self._of(FindingId(f)) for f in derived if f != finding)

    def _side_of(self, finding: FindingId, cell: int, tests: int, settled: bool) -> int:
        """Return on which side of all tests a cell lies, with what is derived from it, as one number.

        `settled`: whether she is pregnant no longer hangs on a test or a late period.
        """
        if not cell:
            return -1
        side = self._met(finding, cell, tests)
        derived = self.rules.derived
        if finding == "gestation_weeks":
            side |= self._met("trimester", derived.trimester(cell, 0), tests)
            side |= self._met("weeks", derived.weeks(cell, 0), tests)
            known = bool(derived.weeks(cell, 0))
            return side << 1 | known
        if finding == "trimester":
            return side | self._met("weeks", derived.weeks(0, cell), tests)
        if finding == "days_since_event":
            own = self.rules.layout.cells[finding]
            return side << 1 | (own.starts[own.bits.index(cell)] <= 42)
        if finding in _WHOLE or (finding in _LIKELY and not settled):
            return side << 400 | cell
        return side

    def _met(self, finding: str, cells: int, tests: int) -> int:
        met = 0
        for bit, mask in self._tests_of(finding):
            if tests & bit and cells & mask:
                met |= bit
        return met

    def _tests_by(self, finding: str) -> tuple[tuple[int, int], ...]:
        """Return every test of a finding: its bit, and the cells that meet it."""
        return tuple((1 << n, mask) for (f, mask), n in self._ids.items() if f == finding)


def raises(compiled: Compiled, phase: Phase) -> bool:
    """Return whether a rule would raise the urgency or add a flag."""
    return compiled.urgency > phase.urgency or not compiled.flags <= phase.flags
