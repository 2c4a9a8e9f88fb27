"""Search for a complete set of answers: branch on one finding at a time, cut what is ruled out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from helpline.flowbook.proof.places import SOURCES
from helpline.triage.findings import Condition
from helpline.triage.rules import Compiled, Facts, Rulebook
from helpline.triage.state import FindingId

Value = str | int
Served = tuple[str | None, int]
Trade = tuple[Compiled, FindingId, Value, Value, str | None]
"""A rule that would be lost, the finding, its milder and its worse value, the result given last."""
MANY = 3
"""Contacts in 72 hours that are taken as given: the more the more rules can fire."""


class Search:
    """Looks for answers under one rulebook. Complete: when it finds none, there are none."""

    def __init__(self, rules: Rulebook) -> None:
        self._rules = rules
        self._every = (1 << len(rules.layout.cells)) - 1
        self._order = {id(c): self._named(c.rule.when) for c in rules.rules}
        self.steps = 0

    def fires(
        self, values: Mapping[FindingId, Value], served: Served, wanted: Compiled, closed: int = 0
    ) -> Mapping[FindingId, Value] | None:
        """Return answers beyond `values` that make `wanted` fire; None: there are none.

        `served` is the result given last and the number of contacts; `closed` are the answered-bits of
        findings that stay unanswered.
        """
        self.steps += 1
        facts = self._rules.facts(values, *served)
        open_ = self._every & ~closed
        if not wanted.mask.holds(self._rules.possible(facts, open_)):
            return None
        certain = self._rules.known(facts) | (self._rules.closed(facts) if closed else 0)
        if wanted.mask.holds(certain):
            return values
        finding = self._branch(facts, open_, (wanted,))
        if finding is None:
            return None
        for value in self._values(finding):
            found = self.fires({**values, finding: value}, served, wanted, closed)
            if found is not None:
                return found
        return None

    def traded(
        self, lost: Compiled, finding: FindingId, mild: Value, bad: Value
    ) -> Mapping[FindingId, Value] | None:
        """Return answers under which `lost` fires for `mild` and nothing as urgent, or flagged, for `bad`."""
        rivals = tuple(c for c in self._rules.rules if c.urgency >= lost.urgency and lost.flags <= c.flags)
        levels = [t.values for t in lost.rule.when.tests if t.finding == "last_disposition"]
        lasts: list[str | None] = []
        for values in levels:
            lasts += sorted(values) if isinstance(values, frozenset) else []
        for last in lasts or [None]:
            found = self._traded({}, (lost, finding, mild, bad, last), rivals)
            if found is not None:
                return found
        return None

    def _traded(
        self, values: Mapping[FindingId, Value], trade: Trade, rivals: tuple[Compiled, ...]
    ) -> Mapping[FindingId, Value] | None:
        self.steps += 1
        lost, finding, mild, bad, last = trade
        before = self._rules.facts({**values, finding: mild}, last, MANY)
        if not lost.mask.holds(self._rules.possible(before, self._every)):
            return None
        after = self._rules.facts({**values, finding: bad}, last, MANY)
        certain = self._rules.known(after)
        if any(c.mask.holds(certain) for c in rivals) or self._default_serves(lost, after):
            return None
        possible = self._rules.possible(after, self._every)
        alive = tuple(c for c in rivals if c.mask.holds(possible))
        held = lost.mask.holds(self._rules.known(before))
        branch = self._branch(before, self._every, (lost,) if not held else alive)
        if branch is None:
            return {**values, finding: bad} if held else None
        for value in self._values(branch):
            found = self._traded({**values, branch: value}, trade, alive)
            if found is not None:
                return found
        return None

    def _default_serves(self, lost: Compiled, facts: Facts) -> bool:
        """Return whether the default for a reported symptom is as urgent as the rule that is lost."""
        default = self._rules.table.urgency(self._rules.table.defaults.symptom_reported)
        return not lost.flags and lost.urgency <= default and bool(facts.told & self._rules.symptom)

    def _branch(self, facts: Facts, open_: int, rules: Iterable[Compiled]) -> FindingId | None:
        for compiled in rules:
            for finding in self._order[id(compiled)]:
                bit = self._rules.bit(finding)
                if open_ & bit and not facts.answered & bit:
                    return finding
        return None

    def _values(self, finding: FindingId) -> tuple[Value, ...]:
        known = self._rules.table.findings[finding]
        return self._rules.layout.cells[finding].starts if known.numeric else known.values

    def _named(self, condition: Condition) -> tuple[FindingId, ...]:
        """Return what a condition looks at, as findings that people answer."""
        names: dict[FindingId, None] = {}
        for test in condition.tests:
            bases = SOURCES.get(test.finding, (test.finding,))
            names.update((FindingId(b), None) for b in bases if self._answered(b))
        for alternative in condition.any:
            names.update(dict.fromkeys(self._named(alternative)))
        return tuple(names)

    def _answered(self, finding: str) -> bool:
        known = self._rules.table.findings[FindingId(finding)]
        return known.derived_from is None or finding == "trimester"
