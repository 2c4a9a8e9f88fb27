"""H33: which rules decide, and how their cases end, is counted, so that too much urgency is seen."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from helpline.cli.phone_bench import Bench
from helpline.service.rules_lately import levels_lately, rules_lately
from helpline.service.staff import Newcomer, add_staff

NURSE = "+12025550190"


@pytest.fixture
def bench() -> Iterator[Bench]:
    """A helpline in memory with a phone at it and a nurse."""
    opened = Bench.open(memory=True)
    add_staff(opened.line, Newcomer("Ana", NURSE, "nurse"))
    yield opened
    opened.close()


def _case(bench: Bench, number: str, words: str, outcome: str) -> None:
    """Let somebody text, and a nurse close her case with an outcome."""
    out = bench.answer(json.dumps({"from": number, "body": words}))
    code = out["escalations"][0]["case"]
    for order in (f"ACK {code}", f"DONE {code} {outcome}"):
        bench.answer(json.dumps({"staff": NURSE, "body": order}))


def test_h33_each_rule_tells_how_often_it_decided_and_how_its_cases_ended(bench: Bench) -> None:
    """The rule that decided, by name; the most doubtful first."""
    _case(bench, "+15555550101", "i passed out", "reached care")
    _case(bench, "+15555550102", "i passed out", "false alarm")
    _case(bench, "+15555550103", "9 weeks pregnant, i soak 2 pads an hour for 2 hours", "advised")
    found = {r.rule: r for r in rules_lately(bench.line)}
    fainted = next(r for name, r in found.items() if name.startswith("fainted"))
    assert (fainted.decided, fainted.closed, fainted.false_alarms) == (2, 2, 1)
    (other,) = (r for r in found.values() if r != fainted)
    assert (other.decided, other.closed, other.false_alarms) == (1, 1, 0)
    assert rules_lately(bench.line)[0] == fainted


def test_h33_each_level_tells_how_its_cases_ended(bench: Bench) -> None:
    """Over-triage by level, on people who were really answered."""
    _case(bench, "+15555550101", "i passed out", "reached care")
    _case(bench, "+15555550102", "i passed out", "false alarm")
    levels = {(x.level, x.outcome): x.count for x in levels_lately(bench.line)}
    assert levels == {("emergency", "reached care"): 1, ("emergency", "false alarm"): 1}


def test_h33_a_rule_is_counted_once_for_each_rise(bench: Bench) -> None:
    """Saying the same advice again decides nothing anew."""
    for _ in range(3):
        bench.answer(json.dumps({"from": "+15555550101", "body": "i passed out"}))
    assert [r.decided for r in rules_lately(bench.line)] == [1]
