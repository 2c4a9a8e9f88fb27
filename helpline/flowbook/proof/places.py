"""Where findings may still be asked, and the reasons for not asking them, as far as they still count."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from helpline.triage.cells import Mask
from helpline.triage.findings import Condition, Table
from helpline.triage.interview import Phase
from helpline.triage.rules import Compiled, Facts, Rulebook
from helpline.triage.state import FindingId

SOURCES: dict[str, tuple[str, ...]] = {
    "likely_pregnant": ("pregnant", "pregnancy_test", "missed_period"),
    "pregnant_or_6_weeks": ("pregnant", "days_since_event"),
    "trimester": ("gestation_weeks", "trimester"),
    "weeks": ("gestation_weeks", "trimester"),
    "phq2_total": ("phq2_interest", "phq2_mood"),
}
"""What the derived findings are derived from."""
KNOWN_BY_US = tuple(FindingId(f) for f in ("last_disposition", "contacts_72h", "phq2_total"))

_KIND = tuple(FindingId(f) for f in ("pregnant", "recent_event"))
"""Who she is: told early, and never changed."""

Members = tuple[tuple[int, Compiled, int], ...]
"""Rules: bit by position, the rule, the test of it that fails soonest."""


def looks_at(condition: Condition | None) -> set[FindingId]:
    """Return the findings whose answers a condition looks at."""
    if condition is None:
        return set()
    found = {FindingId(s) for t in condition.tests for s in SOURCES.get(t.finding, (t.finding,))}
    for alternative in condition.any:
        found |= looks_at(alternative)
    return found


@dataclass(frozen=True, slots=True)
class Place:
    """A question of the interview, or a reason for not asking.

    `asks` are the answered-bits of its findings, `tests` the ids of the tests of its `when` (and `unless`),
    `looked_at` the answered-bits of what those look at. `late`: it counts also once hospital advice is given.
    """

    findings: frozenset[FindingId]
    asks: int
    when: Mask
    tests: int
    looked_at: int
    always: bool = False
    late: bool = True


class Places:
    """All questions and reasons of one table. A set of them is an integer: a bit each, by position."""

    def __init__(self, table: Table, rules: Rulebook, tests: Callable[[Condition], int]) -> None:
        self._rules = rules
        self._every_last = rules.layout.cells[FindingId("last_disposition")]
        self._known_by_us = sum(rules.layout.cells[f].all for f in KNOWN_BY_US)
        self.kind = sum(rules.layout.cells[f].all for f in _KIND)
        self.askable = rules.every & ~self.bits(table.never_asked or {})
        self._asking = tuple(
            self._place(i.findings, (i.when,), tests, always=i.always, late=i.after_advice)
            for i in table.interview
        )
        self._reasons = tuple(
            self._place(e.findings, (e.when, e.unless) if e.unless else (e.when,), tests)
            for e in table.not_asked
        )
        self._all = (*self._asking, *self._reasons)
        self.always = self.bits(f for i in table.interview if i.always for f in i.findings)
        self._wanted_by = {1 << n: self.bits(looks_at(c.rule.when)) for n, c in enumerate(rules.rules)}
        self._advice = {
            urgency: self._every_last.of(advice) for urgency, advice in rules.by_urgency.items()
        }

    def bits(self, findings: Iterable[FindingId]) -> int:
        """Return the answered-bits of findings."""
        bits = 0
        for finding in findings:
            bits |= self._rules.bit(finding)
        return bits

    def these(self, places: int) -> Iterator[Place]:
        """Yield the places of a set."""
        return (place for n, place in enumerate(self._all) if places >> n & 1)

    def open(self, unanswered: int, kind: int, hospital: bool) -> int:
        """Return the places that may still ask something that matters, or explain why it was not asked.

        `unanswered` are the findings that matter and have no answer; `kind` are the cells of who she is, as
        told: they rule out the places meant for others.
        """
        told = self.bits(f for f in _KIND if kind & self._rules.layout.cells[f].all)
        possible = self._rules.possible(Facts(kind, told, self._known_by_us), self.askable)
        still = 0
        for n, place in enumerate(self._all):
            if place.asks & unanswered and (place.late or not hospital) and place.when.holds(possible):
                still |= 1 << n
        return still

    def undecided(self, facts: Facts, phase: Phase, rules: Members) -> int:
        """Return the answered-bits of what is not settled yet, once an advice is given.

        That is all that may still be asked, whatever is answered and advised, and all whose reason for not
        being asked hangs on that.
        """
        ahead = self._ahead(facts, phase, rules)
        undecided = ahead
        for reason in self._reasons:
            if reason.looked_at & ahead:
                undecided |= reason.asks
        return undecided

    def _ahead(self, facts: Facts, phase: Phase, rules: Members) -> int:
        """Return what may still be asked. Each round adds what advice may follow, and its questions."""
        last = facts.extra & self._every_last.all
        while True:
            told = facts._replace(extra=facts.extra | last)
            still, possible = self._still(told, rules, hospital=phase.hospital)
            more = last
            for _, compiled, quick in rules:
                higher = compiled.urgency > phase.urgency
                if higher and possible & quick and compiled.mask.holds(possible):
                    more |= self._advice[compiled.urgency]
            if more == last:
                return still
            last = more

    def _still(self, facts: Facts, rules: Members, *, hospital: bool) -> tuple[int, int]:
        """Return what may still be asked for `rules`, and the cells that may still come true.

        Each round takes away what nobody wants or no place can ask any more.
        """
        still = self._rules.every & ~facts.answered
        while True:
            possible = self._rules.possible(facts, still)
            wanted = self.always
            for bit, compiled, quick in rules:
                if possible & quick and compiled.mask.holds(possible):
                    wanted |= self._wanted_by[bit]
            asked = 0
            for place in self._asking:
                more = place.asks & wanted & still & ~asked
                if more and (place.late or not hospital) and place.when.holds(possible):
                    asked |= more
            if asked == still:
                return still, possible
            still = asked

    def _place(
        self,
        findings: Iterable[FindingId],
        conditions: tuple[Condition, ...],
        tests: Callable[[Condition], int],
        *,
        always: bool = False,
        late: bool = True,
    ) -> Place:
        found, looked_at = 0, 0
        for condition in conditions:
            found |= tests(condition)
            looked_at |= self.bits(looks_at(condition))
        listed = frozenset(findings)
        when = self._rules.layout.mask(conditions[0])
        return Place(listed, self.bits(listed), when, found, looked_at, always, late)
