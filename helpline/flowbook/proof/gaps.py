"""What could still have raised the result when the questions end, and why the table left it out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from helpline.flowbook.proof.merge import raises
from helpline.flowbook.proof.model import Model, Point, Value
from helpline.flowbook.proof.search import Search
from helpline.triage.flow import Flow
from helpline.triage.rules import Compiled, Facts
from helpline.triage.state import FindingId


@dataclass(frozen=True, slots=True)
class Gap:
    """A rule that unasked answers could still have made fire. `why` is the table's reason, empty for none."""

    what: str
    why: str = ""
    witness: Mapping[FindingId, Value] = field(default_factory=dict)


class Gaps:
    """The reasons of one table, ready to be applied to the end of a conversation."""

    def __init__(self, flow: Flow) -> None:
        self._rules = flow.rulebook
        bit = flow.rulebook.bit
        table = flow.table
        self._every = (1 << len(flow.rulebook.layout.cells)) - 1
        self._never = sum(bit(f) for f in table.never_asked or {})
        mask = flow.rulebook.layout.mask
        self._sometimes = tuple(
            (
                sum(bit(f) for f in entry.findings),
                mask(entry.when),
                mask(entry.unless) if entry.unless else None,
                f"{', '.join(entry.findings)}: {entry.why}",
            )
            for entry in table.not_asked
        )
        self._search = Search(flow.rulebook)

    def of(self, point: Point, model: Model, live: int) -> Iterator[Gap]:
        """Yield what could still make the rules of `live` fire when nothing of it is asked any more."""
        facts, phase = self._with_lasts(point), model.phase(point)
        told = self._rules.closed(facts)
        excused, reasons = self._never, []
        for findings, when, unless, why in self._sometimes:
            if when.holds(told) and not (unless and unless.holds(told)):
                excused |= findings
                reasons.append((findings, why))
        left = self._rules.possible(facts, self._every & ~excused)
        for n, compiled in enumerate(self._rules.rules):
            if live >> n & 1 and raises(compiled, phase):
                if compiled.mask.holds(left):
                    yield from self._unexcused(point, compiled, excused)
                elif compiled.mask.holds(self._rules.possible(facts, self._every)):
                    yield Gap(compiled.rule.id, self._reason(facts, compiled, reasons))

    def _with_lasts(self, point: Point) -> Facts:
        """Return the answers with every result that counted as the last one in this contact."""
        own = self._rules.layout.cells[FindingId("last_disposition")]
        extra = point.facts.extra
        for last in point.lasts:
            extra |= own.of(last)
        return point.facts._replace(extra=extra)

    def _unexcused(self, point: Point, compiled: Compiled, excused: int) -> Iterator[Gap]:
        """Yield a gap only if some answers to what has no excuse really make the rule fire."""
        for last in dict.fromkeys(point.lasts):
            witness = self._search.fires(point.values, (last, point.contacts), compiled, excused)
            if witness is None:
                continue
            names = ", ".join(f for f in witness if f not in point.values)
            yield Gap(f"{compiled.rule.id} could still have raised it: {names} not asked", "", witness)
            return

    def _reason(self, facts: Facts, compiled: Compiled, reasons: list[tuple[int, str]]) -> str:
        possible = self._rules.possible(facts, self._every)
        wanted = compiled.mask.wants(self._rules.known(facts), possible)
        return next((why for findings, why in reasons if findings & wanted), "never asked, see the list")
