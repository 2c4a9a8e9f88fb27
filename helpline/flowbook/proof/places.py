"""Where findings may still be asked, and the reasons for not asking them, as far as they still count."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

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
    `about_last`: it hangs on the result given last.
    """

    findings: frozenset[FindingId]
    asks: int
    when: Mask
    tests: int
    looked_at: int
    always: bool = False
    late: bool = True
    about_last: bool = False


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
        self._asking_of = lru_cache(None)(self._places_of)
        self._asked = self.bits(f for i in table.interview for f in i.findings)
        self._all = (*self._asking, *self._reasons)
        self.always = self.bits(f for i in table.interview if i.always for f in i.findings)
        self._wanted_by = {1 << n: self.bits(looks_at(c.rule.when)) for n, c in enumerate(rules.rules)}
        self._advice = {
            urgency: self._every_last.of(advice) for urgency, advice in rules.by_urgency.items()
        }
        defaults = table.defaults
        self._defaults = [table.urgency(d) for d in (defaults.symptom_reported, defaults.no_symptom)]

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

    def undecided(self, facts: Facts, phase: Phase, rules: Members) -> tuple[int, int]:
        """Return which of `rules` may still fire, and the answered-bits of what is not settled yet.

        Not settled is what may still be asked, whatever is answered and advised, and what has no answer while
        the reason for that hangs on what may still be asked or advised.
        """
        ahead, possible, firing = self._ahead(facts, phase, rules)
        undecided = ahead
        for reason in self._reasons:
            if reason.looked_at & ahead or (reason.about_last and reason.when.holds(possible)):
                undecided |= reason.asks & ~facts.answered
        return firing, undecided

    def _ahead(self, facts: Facts, phase: Phase, rules: Members) -> tuple[int, int, int]:
        """Return what may still be asked, the cells that may still come true, and the rules that may fire.

        It is the interviewer's own reckoning (`Interviewer.next`), with every place due that may come due.
        Each round adds what advice may follow, and its questions.
        """
        unanswered = self._rules.every & ~facts.answered
        last = facts.extra & self._every_last.all
        if not phase.advised:
            last |= sum(self._advice[level] for level in {phase.urgency, *self._defaults} if level >= 0)
        askable = firing = 0
        wanted = self.always
        waiting: Sequence[tuple[int, Compiled, int]] = rules
        while True:
            then = facts._replace(extra=facts.extra | last)
            askable |= self._askable(then, unanswered & ~askable, hospital=phase.hospital)
            possible = self._rules.possible(then, askable)
            more, left = last, []
            for rule in waiting:
                bit, compiled, quick = rule
                if possible & quick and compiled.mask.holds(possible):
                    firing |= bit
                    wanted |= self._wanted_by[bit]
                    if compiled.urgency > phase.urgency:
                        more |= self._advice[compiled.urgency]
                else:
                    left.append(rule)
            if more == last:
                return askable & wanted, possible, firing
            last, waiting = more, left

    def _askable(self, facts: Facts, open_: int, *, hospital: bool) -> int:
        """Return what of the unanswered findings of `open_` some place may ask."""
        possible = self._rules.possible(facts, self._asked)
        askable = 0
        for asks, late, when in self._asking_of(open_):
            if asks & ~askable and (late or not hospital) and when.holds(possible):
                askable |= asks
        return askable

    def _places_of(self, findings: int) -> tuple[tuple[int, bool, Mask], ...]:
        """Return the places that ask any of some findings: which, whether late too, and when."""
        return tuple((p.asks & findings, p.late, p.when) for p in self._asking if p.asks & findings)

    def _place(
        self,
        findings: Iterable[FindingId],
        conditions: tuple[Condition, ...],
        tests: Callable[[Condition], int],
        *,
        always: bool = False,
        late: bool = True,
    ) -> Place:
        found, looked_at = 0, set[FindingId]()
        for condition in conditions:
            found |= tests(condition)
            looked_at |= looks_at(condition)
        listed = frozenset(findings)
        when = self._rules.layout.mask(conditions[0])
        about_last = FindingId("last_disposition") in looked_at
        return Place(
            listed, self.bits(listed), when, found, self.bits(looked_at), always, late, about_last
        )
