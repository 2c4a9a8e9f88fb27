"""The compiled table against the file: every test over every value, every derived finding over every source.

Whether a rule fires depends on nothing but its tests, so this settles the compiled rules for all answers, not
only for those the interview reaches. Whole sets of answers are compared too, drawn with a fixed seed.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any

from helpline.flowbook.proof.oracle import Oracle, matches
from helpline.flowbook.proof.report import Property
from helpline.triage.findings import Finding, Rule
from helpline.triage.flow import Flow
from helpline.triage.rules import Rulebook
from helpline.triage.state import FindingId

Value = str | int
Written = Mapping[str, Any]

_DERIVED = ("trimester", "weeks", "likely_pregnant", "pregnant_or_6_weeks")
DRAWN = 3000
"""Sets of answers drawn at random and compared whole."""


def compare(flow: Flow, oracle: Oracle, sound: Property) -> None:
    """Hold every rule and every derived finding of the flow against the file."""
    rules = flow.rulebook
    written = {id: (when, level, flags) for id, when, level, flags in oracle.rules}
    for rule in flow.table.rules:
        if rule.id not in written:
            sound.breach(f"{rule.id} is not in the file")
            continue
        _rule(rule, written.pop(rule.id), rules, oracle, sound)
    for id in written:
        sound.breach(f"{id} of the file is missing in the table")
    for answers in _sources(flow):
        _derived(rules, oracle, answers, sound)
    for answers, last, contacts in _drawn(flow):
        _whole(rules, oracle, (answers, last, contacts), sound)


def _rule(
    rule: Rule, written: tuple[Written, str, frozenset[str]], rules: Rulebook, oracle: Oracle, sound: Property
) -> None:
    when, level, flags = written
    if (rule.disposition, {f.value for f in rule.flags}) != (level, set(flags)):
        sound.breach(f"{rule.id} gives {rule.disposition}, the file says {level}")
    compiled = _tests(rule, rules)
    expected = sorted(_written_tests(when, oracle, rules))
    sound.count("tests of rules compared over all values", len(expected))
    if sorted(compiled) != expected:
        sound.breach(f"{rule.id} is compiled into other tests than the file has")


def _tests(rule: Rule, rules: Rulebook) -> Iterator[tuple[str, int]]:
    """Yield finding and cells of each test of a rule, those of each alternative under its number."""
    for test in rule.when.tests:
        yield test.finding, rules.layout.test(test)
    for n, alternative in enumerate(rule.when.any):
        for test in alternative.tests:
            yield f"{n}:{test.finding}", rules.layout.test(test)


def _written_tests(when: Written, oracle: Oracle, rules: Rulebook) -> Iterator[tuple[str, int]]:
    """Yield the same from the file, each value of a finding tried one by one."""
    red_flag = "any" in when and len(when["any"]) == 1
    for name, wanted in when.items():
        if name != "any":
            yield name, _cells(name, wanted, rules)
    for n, alternative in enumerate(when.get("any", ())):
        for name, wanted in alternative.items():
            yield (name if red_flag else f"{n}:{name}"), _cells(name, wanted, rules)


def _cells(name: str, wanted: Any, rules: Rulebook) -> int:
    """Return the cells of all values that match; a cell that matches in part is cut wrongly and left out."""
    own = rules.layout.cells[FindingId(name)]
    yes = no = 0
    for value in _values(own.finding):
        if matches(value, wanted):
            yes |= own.of(value)
        else:
            no |= own.of(value)
    return yes & ~no


def _values(finding: Finding) -> tuple[Value, ...]:
    return tuple(range(finding.min, finding.max + 1)) if finding.numeric else finding.values


def _sources(flow: Flow) -> Iterator[dict[FindingId, Value]]:
    """Yield every set of answers that a derived finding is made of, unsure and unanswered included."""
    groups = (("gestation_weeks", "trimester"), ("pregnant", "pregnancy_test", "missed_period"),
              ("pregnant", "days_since_event"), ("phq2_interest", "phq2_mood"), ("bleeding", "bled_last_48h"))
    for group in groups:
        findings = [flow.table.findings[FindingId(f)] for f in group]
        choices: list[tuple[Value | None, ...]] = [(None, "unsure", *_values(f)) for f in findings]
        for combination in product(*choices):
            yield {f.id: v for f, v in zip(findings, combination, strict=True) if v is not None}


def _derived(rules: Rulebook, oracle: Oracle, answers: dict[FindingId, Value], sound: Property) -> None:
    facts = rules.facts(answers)
    for closed in (False, True):
        cells = rules.closed(facts) if closed else rules.known(facts)
        reading = oracle.reading(answers, None, 1, closed=closed)
        sound.count("derived findings compared", len(_DERIVED))
        for name in (*_DERIVED, "phq2_total", "bled_last_48h"):
            own = rules.layout.cells[FindingId(name)]
            if cells & own.all != own.of(reading.get(name)):
                how = "at the end" if closed else "before the end"
                sound.breach(f"{name} comes out otherwise than {reading.get(name)} {how}", dict(answers))


def _drawn(flow: Flow) -> Iterator[tuple[dict[FindingId, Value], str | None, int]]:
    draw = random.Random(14)
    asked = [f for f in flow.table.findings.values() if f.derived_from is None]
    levels = [None, *(d.id for d in flow.table.dispositions)]
    for _ in range(DRAWN):
        some = draw.sample(asked, draw.choice((2, 3, 5, 9, 20, 50)))
        answers = {f.id: draw.choice((*_values(f), "unsure")) for f in some}
        answers[FindingId("pregnant")] = draw.choice(("yes", "maybe", "recent", "no"))
        yield answers, draw.choice(levels), draw.randint(1, 4)


def _whole(
    rules: Rulebook, oracle: Oracle, drawn: tuple[dict[FindingId, Value], str | None, int], sound: Property
) -> None:
    answers, last, contacts = drawn
    facts = rules.facts(answers, last, contacts)
    for closed in (False, True):
        result = rules.assess(facts, closed)
        level, flags, ids = oracle.result(answers, last, contacts, closed=closed)
        sound.count("sets of answers compared whole")
        if (result.disposition, set(result.flags), set(result.because)) != (level, set(flags), set(ids)):
            sound.breach(f"{result.disposition} comes out, the file says {level}", dict(answers))
    if rules.broken_off(facts).disposition != oracle.broken_off(answers, last, contacts):
        sound.breach("breaking off comes out otherwise than the file says", dict(answers))
