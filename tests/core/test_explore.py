"""The proof of the safety properties: it holds where it should, and fails where something is broken."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Any

import pytest

from helpline.flowbook.proof.figures import calls
from helpline.flowbook.proof.model import Start
from helpline.flowbook.proof.oracle import Oracle
from helpline.flowbook.proof.order import worse_never_lowers
from helpline.flowbook.proof.parallel import Walked, Walks
from helpline.flowbook.proof.report import Property, properties
from helpline.flowbook.proof.speech import longest_breath, seconds
from helpline.flowbook.proof.starts import drawn
from helpline.flowbook.proof.table_proof import compare
from helpline.triage.findings import Condition, Range, Rule, Table
from helpline.triage.flow import Flow
from helpline.triage.state import Channel, FindingId
from tests.core.conftest import real_flow
from tests.mutants.engine import ENGLISH, GUARDS, WORDS, Broken, tried
from tests.mutants.table import TABLE, caught_by_the_walk, question_mutants

PREGNANT, BLEEDING = FindingId("pregnant"), FindingId("bleeding")
SHORT = Start("says not pregnant, bleeds like a period", {PREGNANT: "no", BLEEDING: "like_period"})
ORACLE = Oracle(TABLE)


def walked(flow: Flow, *starts: Start) -> Walked:
    """Walk everything that lies ahead of some beginnings."""
    walks = Walks(flow, TABLE, starts)
    return walks.gather([job() for job in walks.jobs])


def changed(table: Table, id: str, **fields: object) -> Table:
    """Return a table with one rule changed."""
    def change(rule: Rule) -> Rule:
        return replace(rule, **fields) if rule.id == id else rule  # type: ignore[arg-type]

    return replace(table, rules=tuple(change(r) for r in table.rules))


@lru_cache(None)
def unbroken(broken: Broken) -> Property:
    """Return the property for the content as it is, on the same channel and in the same language."""
    return tried(real_flow(), replace(broken, weaken=None, spoil=None))


def test_the_table_is_compiled_as_the_file_says(flow: Flow) -> None:
    """Every test of every rule and every derived finding means what findings.yaml says."""
    found = properties()
    compare(flow, ORACLE, found["soundness"])
    assert not found["soundness"].violations
    assert found["soundness"].checked["tests of rules compared over all values"] > 600


def test_a_worse_answer_never_lowers_the_result(flow: Flow) -> None:
    """No set of answers exists for which a worse answer gives a milder result."""
    found = properties()
    worse_never_lowers(flow, found["monotony"])
    assert not found["monotony"].violations


def test_every_state_from_a_beginning_is_proved(flow: Flow) -> None:
    """From one beginning, walked in full: sound, complete, monotone, and every path ends."""
    found = walked(flow, SHORT)
    assert found.found.states > 300
    assert found.ahead[SHORT.name].paths > found.found.ends
    for id in ("soundness", "completeness", "monotony", "termination"):
        assert not found.found.properties[id].violations, id


def test_a_milder_rule_breaks_soundness(flow: Flow) -> None:
    """A table that gives less than the file says is found out, by the tests and by the walk."""
    mutant = replace(flow, table=changed(flow.table, "soaking_and_dizzy", disposition="routine"))
    found = properties()
    compare(mutant, ORACLE, found["soundness"])
    assert found["soundness"].breaches
    assert walked(mutant, SHORT).found.properties["soundness"].breaches


def test_a_lost_test_breaks_soundness(flow: Flow) -> None:
    """A rule that fires on anything is found out."""
    mutant = replace(flow, table=changed(flow.table, "wound_and_fever", when=Condition()))
    found = properties()
    compare(mutant, ORACLE, found["soundness"])
    assert found["soundness"].breaches


def test_a_rule_for_the_milder_value_only_breaks_monotony(flow: Flow) -> None:
    """Heavy bleeding that forces less than light bleeding is found, with answers that show it."""
    rules = tuple(r for r in flow.table.rules if not r.id.startswith("pain_score") and "pain" not in r.id)
    light = next(r for r in flow.table.rules if r.id == "pain_score.3")
    test = light.when.tests[0]
    only = replace(test, values=Range(4, 4))
    narrow = replace(light, disposition="emergency", when=Condition((only,)))
    found = properties()
    worse_never_lowers(replace(flow, table=replace(flow.table, rules=(*rules, narrow))), found["monotony"])
    assert any("pain_score" in v.what for v in found["monotony"].violations)


def test_a_dropped_question_breaks_completeness(flow: Flow) -> None:
    """Each of some dropped questions leaves something open that no reason excuses."""
    mutants = {m.name: m for m in question_mutants(flow.table)}
    for name in ("danger (1) is not asked", "pain_score (1) is not asked"):
        assert caught_by_the_walk(mutants[name], flow), name


def test_a_reason_taken_out_breaks_completeness(flow: Flow) -> None:
    """Without its reason a question left out is a violation."""
    bare = replace(flow, table=replace(flow.table, not_asked=(), never_asked={}))
    assert walked(bare, SHORT).found.properties["completeness"].breaches


@pytest.mark.parametrize("broken", [*GUARDS, *WORDS], ids=lambda b: b.name)
def test_a_weakened_guard_or_broken_sentence_is_found(flow: Flow, broken: Broken) -> None:
    """Each property fails for each mutant of engine and words made for it."""
    assert tried(flow, broken).breaches > unbroken(broken).breaches


def test_the_engine_keeps_its_promises(flow: Flow) -> None:
    """Driven as it is, the engine is sound, never lowers, always ends and always escalates."""
    for id in ("soundness", "termination", "escalation", "words"):
        assert not unbroken(Broken("", id, on=(Channel.SMS, ENGLISH))).violations, id


def test_random_beginnings_are_the_same_each_time(flow: Flow) -> None:
    """The sample has a fixed seed, so that a report can be repeated."""
    assert list(drawn(flow, 5)) == list(drawn(flow, 5))


def test_figures_of_a_number_are_spoken_one_by_one() -> None:
    """A phone number takes as long as its figures; a breath ends at a stop."""
    assert seconds("call 911") == seconds("call nine one one")
    assert longest_breath("one two three. four") == seconds("one two three")


def test_a_call_with_a_danger_sign_hears_the_number_within_seconds(flow: Flow) -> None:
    """After the yes to the danger screen the emergency number comes within the first five seconds."""
    figures: Any = calls(flow)
    for language in flow.languages:
        assert figures[language]["danger sign"]["seconds_from_the_answer_to_the_number"] <= 5


def test_a_rule_reached_by_an_answer_counts_as_reached_though_its_state_was_seen_before(flow: Flow) -> None:
    """Like states are walked once; a rule that fires on the way into one is reached all the same."""
    days, event = FindingId("days_since_event"), FindingId("recent_event")
    told = {PREGNANT: "recent", event: "pills", days: 3, BLEEDING: "like_period", FindingId("pain_score"): 0}
    found = walked(flow, Start("pills", told)).found
    assert found.fired["clot_size.6"]
    assert not found.fired["phq2_high"]


@pytest.mark.parametrize("event", ["waiting", "loss", "pills", "procedure"])
def test_after_a_loss_the_weeks_are_asked_where_they_could_raise_the_result(flow: Flow, event: str) -> None:
    """From 20 weeks on a loss bleeds as after a birth: with pads or clots that count, the weeks are asked."""
    told = {PREGNANT: "recent", FindingId("recent_event"): event, FindingId("days_since_event"): 11}
    found = walked(flow, Start("a loss", told)).found
    assert not found.properties["completeness"].violations
    assert all(found.fired[rule] for rule in ("soaking_pads.4", "pad_per_hour.4", "clot_size.8"))
