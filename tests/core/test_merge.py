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
from helpline.triage.findings import Range, Table
from helpline.triage.findings import Test as Asked
from helpline.triage.flow import Flow
from helpline.triage.interview import Phase
from helpline.triage.rules import Facts
from helpline.triage.state import FindingId
from tests.core.test_explore import ORACLE

LEFT, BEGINNINGS = 26, 30
"""Findings that are left to ask, and beginnings that are walked both ways."""


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
    for _ in range(BEGINNINGS):
        left = {f.id for f in draw.sample(findings, LEFT)}
        told: dict[FindingId, Value] = {f.id: benign(f) for f in findings if f.id not in left}
        pregnant = draw.choice(("yes", "maybe", "recent", "recent", "no"))
        told[FindingId("pregnant")] = pregnant
        if pregnant == "recent":
            told[FindingId("recent_event")] = draw.choice(("loss", "pills", "birth", "ectopic", "waiting"))
            told[FindingId("days_since_event")] = draw.choice((1, 12, 30, 50, 90))
        told[FindingId("bleeding")] = draw.choice(("none", "light", "like_period"))
        yield Start("told nearly all", told, draw.choice((None, None, "urgent")), 1)


def gaps(walker: Walker) -> set[str]:
    """Return the breaches of completeness that a walk has found; of other properties there must be none."""
    assert not any(p.breaches for id, p in walker.found.properties.items() if id != "completeness")
    return {violation.what for violation in walker.found.properties["completeness"].violations}


def narrower(table: Table, finding: str, values: Range | frozenset[str]) -> Table:
    """Return the table with reasons that hold only where one more answer was given."""
    more = Asked(FindingId(finding), values)
    return replace(table, not_asked=tuple(
        replace(e, when=replace(e.when, tests=(*e.when.tests, more))) for e in table.not_asked))


REASONS: dict[str, Callable[[Table], Table]] = {
    "as they are": lambda table: table,
    "none": lambda table: replace(table, not_asked=()),
    "little pain only": lambda table: narrower(table, "pain_score", Range(0, 3)),
    "no thoughts of suicide only": lambda table: narrower(table, "suicide_now", frozenset({"no"})),
    "hospital not advised only": lambda table: narrower(
        table, "last_disposition", frozenset({"urgent", "within_24_hours", "routine"})),
}


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
