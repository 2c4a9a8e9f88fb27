"""What the answers force: every red flag and rule that fires, the most urgent disposition, all flags.

Three readings of the same answers (clinical table, head note):

- `known`: while a question may still be asked, a test on it is false; the rule waits.
- `possible`: what unanswered findings may still turn out to be; a rule that misses it is ruled out.
- `closed`: the interview is over or broke off; what is missing counts as `if_missing`, where given.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from helpline.triage.cells import Layout, Mask
from helpline.triage.derived import Derived
from helpline.triage.findings import Finding, Rule, Table
from helpline.triage.state import FindingId, Flag

_MEMO = 8_000
"""How many readings a rulebook remembers; one is about 1 kB."""

_G, _T, _P, _D = (FindingId(n) for n in ("gestation_weeks", "trimester", "pregnant", "days_since_event"))
_TEST, _LATE = FindingId("pregnancy_test"), FindingId("missed_period")
_BLEEDING, _BLED = FindingId("bleeding"), FindingId("bled_last_48h")
_POSITIVES, _PHQ = FindingId("other_positives"), FindingId("phq2_total")
_LAST, _CONTACTS = FindingId("last_disposition"), FindingId("contacts_72h")
_WEEKS, _LIKELY, _SIX = FindingId("weeks"), FindingId("likely_pregnant"), FindingId("pregnant_or_6_weeks")
_COMPUTED = (_T, _WEEKS, _LIKELY, _SIX, _POSITIVES, _PHQ, _LAST, _CONTACTS)
"""What is computed, or known to the service; the trimester is told or computed."""


class Facts(NamedTuple):
    """What has been answered, in bits: `told` holds the cell of each answer, `extra` the cells of what the
    service itself knows (earlier result, number of contacts, sums), `answered` one bit a finding.

    A tuple, since readings are remembered by it: its hash costs half as much.
    """

    told: int
    answered: int
    extra: int


@dataclass(frozen=True, slots=True)
class Assessment:
    """The result of a reading. `disposition` is None when nothing has fired (and no default applies)."""

    urgency: int
    disposition: str | None
    flags: frozenset[Flag]
    because: tuple[str, ...]
    """Ids of the red flags and rules that fired, most urgent first."""


@dataclass(frozen=True, slots=True)
class Compiled:
    """One rule in bits. `urgency` is -1 for one that only raises flags."""

    rule: Rule
    mask: Mask
    urgency: int
    flags: frozenset[Flag]


class Rulebook:
    """A clinical table ready to be read thousands of times a second. Pure: it only remembers its answers."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.layout = Layout(table)
        self.derived = Derived(self.layout.cells)
        compiled = (self._compile(rule) for rule in table.rules)
        self.rules = tuple(sorted(compiled, key=lambda c: -c.urgency))
        self.quick = tuple((c.mask.all[0] if c.mask.all else self.layout.every, c) for c in self.rules)
        """Each rule with the test that fails soonest."""
        self.by_urgency = {d.urgency: d.id for d in table.dispositions}
        self._missing = {f.id: self.layout.cells[f.id].of(f.if_missing) for f in table.findings.values()}
        self.positive = sum(self._positive_cells(table.findings[f]) for f in table.positives)
        self._bleeding = self._some(_BLEEDING, "spotting", "light", "like_period", "heavy")
        self.symptom = self._symptom_cells()
        self._computed = sum(self.layout.cells[f].all for f in _COMPUTED)
        self._sources = sum(self.layout.cells[f].all for f in (_P, _TEST, _LATE, _D))
        self._settled = lru_cache(_MEMO)(self._settled_cell)
        self._rest = lru_cache(_MEMO)(self._rest_of)
        self._derive = lru_cache(_MEMO)(self._derived_cells)
        self._read = lru_cache(_MEMO)(self._reading)
        self.assess = lru_cache(_MEMO)(self._assess)
        self.broken_off = lru_cache(_MEMO)(self._broken_off)
        self.raising = lru_cache(_MEMO)(self._raising)

    def __reduce__(self) -> tuple[type[Rulebook], tuple[Table]]:
        """Travel to another process as the table alone."""
        return Rulebook, (self.table,)

    def facts(
        self, values: Mapping[FindingId, str | int], last_disposition: str | None = None, contacts: int = 0
    ) -> Facts:
        """Turn answers into bits. Unsure counts as the table says; unknown findings raise KeyError."""
        told = answered = 0
        cells = self.layout.cells
        for finding, value in values.items():
            cell, bit = self._settled(finding, value)
            told |= cell
            answered |= bit
        if told & self._bleeding:
            own = cells[_BLED]
            told = told & ~own.all | own.of("yes")
            answered |= 1 << own.number
        extra = cells[_LAST].of(last_disposition) | cells[_CONTACTS].of(contacts)
        extra |= self._phq(values)
        return Facts(told, answered, extra)

    @property
    def every(self) -> int:
        """Return the answered-bits of all findings."""
        return (1 << len(self.layout.cells)) - 1

    def _settled_cell(self, finding: FindingId, value: str | int) -> tuple[int, int]:
        """Return the cell that an answer counts as, and the answered-bit of its finding."""
        own = self.layout.cells[finding]
        return own.settled(value), 1 << own.number

    def bit(self, finding: FindingId) -> int:
        """Return the answered-bit of a finding."""
        return 1 << self.layout.cells[finding].number

    def known(self, facts: Facts) -> int:
        """Return the cells that are certain while the interview goes on."""
        return self._read(facts, "known")

    def closed(self, facts: Facts) -> int:
        """Return the cells that count once the interview is over or broke off."""
        return self._read(facts, "closed")

    def possible(self, facts: Facts, askable: int) -> int:
        """Return every cell that may still come true when the findings of `askable` may still be asked."""
        return self._with_derived(facts, facts.told | self._rest(facts.answered, askable), waiting=True)

    def _rest_of(self, answered: int, askable: int) -> int:
        """Return the cells of what is not answered: all if it may be asked, else what missing counts as."""
        rest = 0
        for finding, own in self.layout.cells.items():
            if not answered >> own.number & 1:
                rest |= own.all if askable >> own.number & 1 else self._missing[finding]
        return rest

    def _reading(self, facts: Facts, how: str) -> int:
        if how == "closed":
            return self._with_derived(facts, facts.told | self._rest(facts.answered, 0), waiting=False)
        full = self._with_derived(facts, facts.told | self._rest(facts.answered, -1), waiting=True)
        certain = facts.told & ~self._computed
        for finding in _COMPUTED:
            bits = full & self.layout.cells[finding].all
            if bits & (bits - 1) == 0:
                certain |= bits
        return certain

    def _with_derived(self, facts: Facts, sets: int, *, waiting: bool) -> int:
        """Return the cells of `sets`, with those of the derived findings computed from them."""
        cells = self.layout.cells
        weeks = sets & cells[_G].all
        if facts.answered >> cells[_T].number & 1 and not facts.answered >> cells[_G].number & 1:
            weeks = 0
        some = cells[_POSITIVES].of(1)
        if not facts.told & self.positive:
            some = cells[_POSITIVES].all if waiting else cells[_POSITIVES].of(0)
        derived = self._derive(weeks, sets & cells[_T].all, sets & self._sources)
        return sets & ~self._computed | derived | some | facts.extra

    def _derived_cells(self, weeks: int, trimester: int, sources: int) -> int:
        """Return the cells of what is derived; `sources` holds pregnancy, test, late period and days."""
        cells, derived = self.layout.cells, self.derived
        pregnant = sources & cells[_P].all
        out = derived.trimester(weeks, trimester) | derived.weeks(weeks, trimester)
        out |= derived.likely_pregnant(pregnant, sources & cells[_TEST].all, sources & cells[_LATE].all)
        return out | derived.pregnant_or_6_weeks(pregnant, sources & cells[_D].all)

    def _assess(self, facts: Facts, closed: bool) -> Assessment:
        """Return what the answers force. Defaults apply only when `closed`."""
        cells = self.closed(facts) if closed else self.known(facts)
        result = self._fire(cells)
        if closed and result.urgency < 0:
            defaults = self.table.defaults
            told = bool(cells & self.symptom)
            name = defaults.symptom_reported if told else defaults.no_symptom
            return Assessment(self.table.urgency(name), name, result.flags, result.because)
        return result

    def _broken_off(self, facts: Facts) -> Assessment:
        """Return what counts when she falls silent: what has fired, and at least the default."""
        cells = self.closed(facts)
        defaults = self.table.defaults
        symptom = bool(facts.told & self.symptom)
        name = defaults.abandoned_symptom if symptom else defaults.abandoned_otherwise
        result = self._fire(cells)
        least = self.table.urgency(name)
        if result.urgency >= least:
            return result
        return Assessment(least, name, result.flags, result.because)

    def _fire(self, cells: int) -> Assessment:
        fired = [c for narrowest, c in self.quick if cells & narrowest and c.mask.holds(cells)]
        urgency = max((c.urgency for c in fired), default=-1)
        flags = frozenset(flag for c in fired for flag in c.flags)
        return Assessment(urgency, self.by_urgency.get(urgency), flags, tuple(c.rule.id for c in fired))

    def _raising(self, urgency: int, flags: frozenset[Flag]) -> tuple[tuple[int, Compiled], ...]:
        """Return the rules that would raise this urgency or add a flag, each with its narrowest mask."""
        return tuple(q for q in self.quick if q[1].urgency > urgency or not q[1].flags <= flags)

    def _compile(self, rule: Rule) -> Compiled:
        urgency = self.table.urgency(rule.disposition)
        if urgency == 0:
            urgency = -1
        return Compiled(rule, self.layout.mask(rule.when), urgency, rule.flags)

    def _phq(self, values: Mapping[FindingId, str | int]) -> int:
        items = self.table.findings[_PHQ].derived_from or ()
        told = [values[i] for i in items if i in values]
        if not told:
            return 0
        resolved = (
            self.table.findings[i].unsure_as if values.get(i) == "unsure" else values.get(i) for i in items
        )
        return self.layout.cells[_PHQ].of(sum(v for v in resolved if isinstance(v, int)))

    def _positive_cells(self, finding: Finding) -> int:
        own = self.layout.cells[finding.id]
        return own.of("yes") if finding.kind == "yes_no" else own.all & ~own.of("none")

    def _some(self, finding: FindingId, *values: str) -> int:
        return sum(self.layout.cells[finding].of(v) for v in values)

    def _symptom_cells(self) -> int:
        """Return the cells that count as a symptom reported (table, `defaults`)."""
        pain = self.layout.cells[FindingId("pain_score")]
        felt = sum(bit for start, bit in zip(pain.starts, pain.bits, strict=True) if start >= 1)
        return felt | self._bleeding | self._some(_BLED, "yes") | self.positive
