"""The proof walks like states once: what it finds must be what a walk of every single state finds."""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from helpline.flowbook.proof import report
from helpline.flowbook.proof.merge import Key, Merger
from helpline.flowbook.proof.model import Start, Value, benign
from helpline.flowbook.proof.walk import Walker
from helpline.triage.findings import Condition, NotAsked, Range, Table
from helpline.triage.findings import Test as Asked
from helpline.triage.flow import Flow
from helpline.triage.interview import Phase
from helpline.triage.rules import Facts
from helpline.triage.state import FindingId
from tests.core.test_explore import ORACLE

LEFT = [26] * 30 + [12] * 90
"""For each beginning that is walked both ways: findings that are left to ask."""
LASTS = (None, None, "urgent", "within_24_hours", "routine")


class Apart(Merger):
    """Merges nothing: every set of answers is a state of its own, and every rule is carried to the end."""

    def key(self, facts: Facts, phase: Phase, live: int) -> Key:
        """Return all that is known."""
        return (phase, facts)

    def kept(self, facts: Facts, phase: Phase, live: int) -> int:
        """Return every rule."""
        return live


def beginnings(table: Table) -> Iterator[Start]:
    """Yield people who have told nearly everything, and have nothing but what they are drawn to have."""
    draw = random.Random(5)
    never = table.never_asked or {}
    findings = [f for f in table.findings.values() if f.derived_from is None and f.id not in never]
    for many in LEFT:
        left = {f.id for f in draw.sample(findings, many)}
        told: dict[FindingId, Value] = {f.id: benign(f) for f in findings if f.id not in left}
        pregnant = draw.choice(("yes", "maybe", "recent", "recent", "no"))
        told[FindingId("pregnant")] = pregnant
        if pregnant == "recent":
            told[FindingId("recent_event")] = draw.choice(("loss", "pills", "birth", "ectopic", "waiting"))
            told[FindingId("days_since_event")] = draw.choice((1, 12, 30, 50, 90))
        told[FindingId("bleeding")] = draw.choice(("none", "light", "like_period"))
        yield Start("told nearly all", told, draw.choice(LASTS), draw.choice((1, 1, 2)))


def gaps(walker: Walker) -> set[str]:
    """Return the breaches of completeness that a walk has found; of other properties there must be none."""
    assert not any(p.breaches for id, p in walker.found.properties.items() if id != "completeness")
    return {violation.what for violation in walker.found.properties["completeness"].violations}


def narrower(table: Table, finding: str, values: Range | frozenset[str]) -> Table:
    """Return the table with reasons that hold only where one more answer was given."""
    more = Asked(FindingId(finding), values)
    return replace(table, not_asked=tuple(
        replace(e, when=replace(e.when, tests=(*e.when.tests, more))) for e in table.not_asked))


def unless(table: Table, finding: str, values: Range | frozenset[str]) -> Table:
    """Return the table with reasons that hold no more once an answer was given."""
    more = Condition((Asked(FindingId(finding), values),), ())
    return replace(table, not_asked=tuple(
        replace(e, unless=more if e.unless is None else Condition((), (e.unless, more)))
        for e in table.not_asked))


REASONS: dict[str, Callable[[Table], Table]] = {
    "as they are": lambda table: table,
    "none": lambda table: replace(table, not_asked=()),
    "little pain only": lambda table: narrower(table, "pain_score", Range(0, 3)),
    "no thoughts of suicide only": lambda table: narrower(table, "suicide_now", frozenset({"no"})),
    "hospital not advised only": lambda table: narrower(
        table, "last_disposition", frozenset({"urgent", "within_24_hours", "routine"})),
    "unless hospital is advised": lambda table: unless(
        table, "last_disposition", frozenset({"emergency_department"})),
}


def test_what_fires_only_once_the_questions_are_over_is_carried_on(flow: Flow) -> None:
    """A missing answer counts as the table says then: until that is told, such a rule may still decide."""
    walker, found = Walker(flow, ORACLE), set[str]()
    model, merger = walker.model, walker.merger
    for start in beginnings(flow.table):
        point = model.begin(start)
        while (asked := model.next(point)) is not None:
            point = model.answer(point, model.answers(asked.findings)[-1])
        rules = model.rules
        late = {*rules.assess(point.facts, True).because} - {*rules.assess(point.facts, False).because}
        kept = merger.kept(point.facts, model.phase(point), merger.all_live)
        carried = {c.rule.id for n, c in enumerate(rules.rules) if kept >> n & 1}
        found |= late
        assert late <= carried, start
    assert found


def test_a_reason_that_the_last_advice_may_bring_is_waited_for(flow: Flow) -> None:
    """Nothing is left to ask and no rule has fired: even so a result will be told, which reasons may name."""
    routine = Condition((Asked(FindingId("last_disposition"), frozenset({"routine", "information"})),), ())
    reasons = (NotAsked((FindingId("tissue_passed"),), routine, None, "of use only before"),)
    walker = Walker(replace(flow, table=replace(flow.table, not_asked=reasons)), ORACLE)
    well = {f.id: benign(f) for f in flow.table.findings.values() if f.derived_from is None}
    del well[FindingId("tissue_passed")]
    point = walker.model.begin(Start("well", well))
    assert walker.model.next(point) is None and point.told < 0
    (rule,) = (1 << n for n, c in enumerate(flow.rulebook.rules) if c.rule.id == "tissue_passed.1")
    assert walker.merger.kept(point.facts, walker.model.phase(point), rule) == rule


@pytest.mark.parametrize("reasons", REASONS)
def test_like_states_walked_once_show_what_all_states_show(
    flow: Flow, reasons: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same paths, the same questions until the advice, and the same gaps where a reason is missing."""
    monkeypatch.setattr(report, "MOST_SHOWN", 10_000)
    sys.setrecursionlimit(20_000)
    changed = replace(flow, table=REASONS[reasons](flow.table))
    merged, apart = Walker(changed, ORACLE), Walker(changed, ORACLE)
    apart.merger = Apart(changed.table, changed.rulebook)
    paths = 0
    for start in beginnings(flow.table):
        ahead = merged.walk(merged.model.begin(start))
        assert ahead == apart.walk(apart.model.begin(start)), start
        paths += ahead.paths
    assert paths > 2_000
    assert gaps(merged) == gaps(apart)
    assert bool(gaps(merged)) is (reasons != "as they are")
