"""The worked cases, written by hand from the evidence, and the table agree; each case needs its rule."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from helpline.flowbook.book import read
from helpline.flowbook.examples import result
from helpline.flowbook.schema_clinical import ExampleFile
from helpline.triage.findings import Table
from helpline.triage.rules import Rulebook

FLOWS = Path(__file__).parents[2] / "flows"
BOOK = read(FLOWS, region="us", languages=("en",))
assert BOOK.table is not None and BOOK.examples is not None
TABLE, EXAMPLES = BOOK.table, BOOK.examples.examples
RULEBOOK = Rulebook(TABLE)
CASES = [example for example in EXAMPLES if example.covered_by is None]
COVERED = [example for example in EXAMPLES if example.covered_by is not None]


def without(table: Table, *rules: str) -> Rulebook:
    """Return the table without some rules."""
    return Rulebook(replace(table, rules=tuple(r for r in table.rules if r.id not in rules)))


@pytest.mark.parametrize("example", CASES, ids=[e.rule for e in CASES])
def test_the_table_gives_what_the_evidence_says(example: ExampleFile) -> None:
    """Disposition and flags are those written by hand."""
    found = result(RULEBOOK, example)
    assert found.disposition == example.disposition
    assert {flag.value for flag in found.flags} == set(example.flags)


@pytest.mark.parametrize("example", CASES, ids=[e.rule for e in CASES])
def test_only_its_rule_decides_a_case(example: ExampleFile) -> None:
    """Without the rule the result is milder or loses a flag; without the one for self-care, the default."""
    found, other = result(RULEBOOK, example), result(without(TABLE, example.rule), example)
    assert example.rule in found.because
    if found.disposition == "self_care":
        assert other.disposition == TABLE.defaults.symptom_reported
    else:
        assert other.urgency < found.urgency or other.flags < found.flags


@pytest.mark.parametrize("example", COVERED, ids=[e.rule for e in COVERED])
def test_a_covered_rule_names_one_that_asks_as_much(example: ExampleFile) -> None:
    """The rule that covers another is at least as urgent and keeps its flags."""
    rules = {rule.id: rule for rule in TABLE.rules}
    covered, covering = rules[example.rule], rules[str(example.covered_by)]
    assert TABLE.urgency(covering.disposition) >= TABLE.urgency(covered.disposition)
    assert covered.flags <= covering.flags


def test_every_rule_has_a_case() -> None:
    """No red flag and no rule is without an example."""
    assert {rule.id for rule in TABLE.rules} == {example.rule for example in EXAMPLES}
    assert len(CASES) >= 195
