"""What is asked next: screens fill up, and never beyond what an eye or an ear holds."""

from __future__ import annotations

from helpline.triage.flow import Flow
from helpline.triage.interview import MOST_ITEMS, Next, Phase
from helpline.triage.state import FindingId

NOTHING_TOLD = Phase(urgency=-1, flags=frozenset(), advised=False, hospital=False)
CALM = {"gushing": "no", "fainted": "no", "breathing_trouble": "no", "shock_signs": "no", "seizure": "no"}


def next_of(flow: Flow, **told: str | int) -> Next:
    """Return what is asked after some answers."""
    facts = flow.rulebook.facts({FindingId(f): v for f, v in told.items()})
    found = flow.interviewer.next(facts, NOTHING_TOLD)
    assert found is not None
    return found


def test_a_screen_fills_up_from_the_next(flow: Flow) -> None:
    """Where two of five are told, the next screen's first two come along, each with its own label."""
    told = {**CALM, "pregnant": "yes", "gestation_weeks": 8, "bleeding": "none", "pain_score": 0,
            "dizzy_standing": "no", "one_sided_pain": "no"}
    found = next_of(flow, **told)
    assert found.item.id == "early_1"
    assert len(found.findings) == MOST_ITEMS
    assert FindingId("fever") in found.findings
    assert flow.table.screen_of("early_1", FindingId("fever")) == "early_2"


def test_the_danger_screen_stands_alone(flow: Flow) -> None:
    """Nothing joins the danger signs, however few of them are left to ask."""
    told = {"fainted": "no", "pregnant": "yes", "gestation_weeks": 8, "bleeding": "none", "pain_score": 0}
    found = next_of(flow, **told)
    assert found.item.id == "danger"
    assert set(found.findings) == {"gushing", "breathing_trouble", "shock_signs", "seizure"}


def test_no_screen_lists_more_than_five(flow: Flow) -> None:
    """Each step of a long interview lists five at most."""
    told: dict[str, str | int] = {**CALM, "pregnant": "recent", "recent_event": "loss",
                                  "days_since_event": 22, "bleeding": "light", "pain_score": 1}
    for _ in range(4):
        found = next_of(flow, **told)
        assert len(found.findings) <= MOST_ITEMS
        told.update(dict.fromkeys(found.findings, "no") if found.item.screen else {})
