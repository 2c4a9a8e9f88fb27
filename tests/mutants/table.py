"""Mutants of the clinical table: a rule taken out or made milder, a value lost, a question dropped."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from helpline.flowbook.book import read
from helpline.flowbook.proof.model import Point, Start, benign
from helpline.flowbook.proof.oracle import Oracle
from helpline.flowbook.proof.walk import Walker
from helpline.flowbook.schema_clinical import ExampleFile
from helpline.triage.findings import Condition, Item, Range, Rule, Table, Test
from helpline.triage.flow import Flow
from helpline.triage.interview import Next, joins
from helpline.triage.rules import Assessment, Rulebook
from helpline.triage.state import FindingId

FLOWS = Path(__file__).parents[2] / "flows"
TABLE = FLOWS / "clinical" / "findings.yaml"
PATHS = 12
"""Paths walked from the place of a dropped question."""

EQUIVALENT = {
    "bleeding.1 milder": "bled_last_48h.1 always forces as much",
    "bleeding.2 milder": "bled_last_48h.2 always forces as much",
    "bleeding.4 milder": "bled_last_48h.3 and .4 always force as much",
    "bleeding.1 asks too much": "bled_last_48h.1 always forces as much",
    "bleeding.2 asks too much": "bled_last_48h.2 always forces as much",
    "bleeding.4 asks too much": "bled_last_48h.3 and .4 always force as much",
    "bleeding_20_weeks_on milder": "bled_last_48h.4 always forces as much",
    "bleeding_20_weeks_on asks too much": "bled_last_48h.4 always forces as much",
    "age_group.2 without flags": "age_group.1 always raises the flag",
    "injury.7 without flags": "injury.6 always raises the flag",
    "gestation_weeks (1) is not asked": "the trimester is asked instead",
    "scan_confirmed (1) is not asked": "asked at its second place; if never, it counts as none",
    "scan_confirmed (3) is not asked": "a scan not told counts as none, the careful reading",
    "scan_confirmed (4) is not asked": "a scan not told counts as none, the careful reading",
    "child_with_self_harm milder": "self_harm_thoughts.1 always forces as much",
}
"""Mutants that make nothing milder for anybody, each with what covers it."""


@dataclass(frozen=True)
class Mutant:
    """A broken table. `rule` or `item` is what was touched."""

    name: str
    table: Table
    rule: str = ""
    item: Item | None = None


def rule_mutants(table: Table) -> Iterator[Mutant]:
    """Yield each rule taken out, and each made one level milder."""
    for rule in table.rules:
        others = tuple(r for r in table.rules if r.id != rule.id)
        yield Mutant(f"without {rule.id}", replace(table, rules=others), rule.id)
        level = table.urgency(rule.disposition)
        if level > 1:
            milder = replace(rule, disposition=table.dispositions[level - 1].id)
            yield Mutant(f"{rule.id} milder", replace(table, rules=(*others, milder)), rule.id)
        if rule.flags:
            bare = replace(rule, flags=frozenset())
            yield Mutant(f"{rule.id} without flags", replace(table, rules=(*others, bare)), rule.id)


def value_mutants(table: Table) -> Iterator[Mutant]:
    """Yield each rule with one more test that its own case does not meet: it asks for too much."""
    never = Test(FindingId("last_disposition"), frozenset({"self_care"}))
    for rule in table.rules:
        others = tuple(r for r in table.rules if r.id != rule.id)
        narrow = replace(rule, when=Condition((*rule.when.tests, never), rule.when.any))
        yield Mutant(f"{rule.id} asks too much", replace(table, rules=(*others, narrow)), rule.id)


def question_mutants(table: Table) -> Iterator[Mutant]:
    """Yield each question of the interview dropped; one that is asked at several places, at each in turn."""
    for n, item in enumerate(table.interview):
        left = (*table.interview[:n], *table.interview[n + 1 :])
        which = sum(other.id == item.id for other in table.interview[: n + 1])
        yield Mutant(f"{item.id} ({which}) is not asked", replace(table, interview=left), item=item)


def examples() -> list[ExampleFile]:
    """Return the worked cases, written by hand."""
    book = read(FLOWS, region="us", languages=("en",))
    assert book.examples is not None
    return book.examples.examples


def caught_by_a_case(mutant: Mutant, cases: Sequence[ExampleFile]) -> bool:
    """Return whether a worked case comes out otherwise, or a case is left without its rule."""
    rules = Rulebook(mutant.table)
    present = {rule.id: rule for rule in mutant.table.rules}
    for case in cases:
        if case.rule not in present:
            return True
        if case.covered_by:
            if _no_longer_covered(present[case.rule], present.get(case.covered_by), mutant.table):
                return True
        elif _differs(rules, case):
            return True
    return False


def _no_longer_covered(rule: Rule, by: Rule | None, table: Table) -> bool:
    return by is None or table.urgency(by.disposition) < table.urgency(rule.disposition)


def _differs(rules: Rulebook, case: ExampleFile) -> bool:
    facts = {FindingId(f): v for f, v in case.facts.items()}
    found: Assessment = rules.assess(rules.facts(facts, case.last_disposition, case.contacts_72h), True)
    return found.disposition != case.disposition or {f.value for f in found.flags} != set(case.flags)


def caught_by_the_walk(mutant: Mutant, flow: Flow) -> bool:
    """Return whether paths from where the dropped question was asked end with something left open."""
    assert mutant.item is not None
    walker = Walker(replace(flow, table=mutant.table), Oracle(TABLE))
    for point in places_of(flow, mutant.item):
        for turn in range(PATHS):
            step: Point | None = point
            while step is not None:
                step = walker.one_step(step, turn)
            if walker.found.properties["completeness"].breaches:
                return True
    return False


def places_of(flow: Flow, item: Item) -> Iterator[Point]:
    """Yield points of conversations at which an item of the interview is asked, or fills up a screen.

    The person answers so that the `when` of the item comes true, and has nothing else.
    """
    walker = Walker(flow, Oracle(TABLE))
    for wanted in _ways(item.when):
        for told, last, contacts in _BEGINNINGS:
            step: Point | None = walker.model.begin(Start("", told, last, contacts))
            while step is not None and not walker.model.over(step):
                asked = walker.model.next(step)
                if asked is not None and (asked.item is item or _fills_up(item, asked)):
                    yield step
                    if asked.item is item:
                        break
                step = walker.model.close(step) if asked is None else _answered(walker, step, asked, wanted)


def _fills_up(item: Item, asked: Next) -> bool:
    """Return whether a screen lists findings of an item that come after its own."""
    own = asked.item.findings
    return joins(item, asked.item) and any(f in item.findings and f not in own for f in asked.findings)


_BEGINNINGS: tuple[tuple[dict[FindingId, str | int], str | None, int], ...] = (
    ({}, None, 1),
    ({FindingId("for_whom"): "other", FindingId("pain_score"): 2}, None, 1),
    ({}, "urgent", 3),
    ({FindingId("pain_score"): 7}, None, 1),
    ({FindingId("soaking_pads"): "yes"}, None, 1),
    ({FindingId("one_sided_pain"): "yes"}, None, 1),
    ({FindingId("pain_score"): 7, FindingId("pregnancy_test"): "positive"}, None, 1),
    ({FindingId("bled_last_48h"): "yes", FindingId("pregnancy_test"): "not_done"}, None, 1),
    ({FindingId("trimester"): "second", FindingId("pain_score"): 2}, None, 1),
    ({FindingId("hard_belly"): "yes"}, None, 1),
)
_INSTEAD: dict[str, dict[str, str | int]] = {
    "likely_pregnant": {"pregnant": "maybe", "pregnancy_test": "positive"},
    "weeks": {"gestation_weeks": 20},
    "trimester": {"gestation_weeks": 0},
    "self_harm_thoughts": {"pregnant": "recent"},
    "age_group": {"pregnant": "no"},
    "safe_to_text": {"age_group": "age_13_15", "pregnant": "no"},
    "days_since_event": {"pregnant": "recent"},
}


def _ways(when: Condition) -> Iterator[dict[str, str | int]]:
    """Yield answers that make a condition true, one for each alternative and value."""
    for alternative in when.any or (Condition(),):
        tests = (*when.tests, *alternative.tests)
        for turn in range(3):
            wanted: dict[str, str | int] = {}
            for test in tests:
                values = test.values
                value = values.low + turn * (values.low != values.high) if isinstance(values, Range) else (
                    sorted(values)[turn % len(values)])
                wanted[test.finding] = value
                wanted |= {f: v for f, v in _INSTEAD.get(test.finding, {}).items() if f not in wanted}
            yield wanted


def _answered(walker: Walker, point: Point, asked: Next, wanted: dict[str, str | int]) -> Point:
    findings = walker.model.table.findings
    given = {f: wanted.get(f, benign(findings[f])) for f in asked.findings}
    return walker.model.answer(point, (given, walker.model.rules.facts(given)))
