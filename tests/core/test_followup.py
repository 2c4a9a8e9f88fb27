"""Check-ins and support texts: at the right hour, once, only where welcome, and what answers lead to."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpline.triage.ask import standing
from helpline.triage.effects import OpenCase, Text, Withdraw
from helpline.triage.events import Acknowledged, CaseClosed, Undelivered
from helpline.triage.flow import Flow, Interview
from helpline.triage.release import Drop, Move, Send, Waiting, decide
from helpline.triage.state import FindingId, StaffId
from tests.core.conftest import real_flow
from tests.core.looked_after import (
    LOSS,
    MORNING,
    NEW_YORK,
    YES,
    after_loss,
    at_least,
    finish,
    hours,
    in_emergency,
    kinds,
    planned,
)
from tests.core.person import Person
from tests.stories.teller import BENIGN

CLINICAL = re.compile(
    r"bleed|blood|clot|pain|pregnan|baby|miscarr|loss|doctor|nurse|hospital|sangr|embaraz|beb|dolor|perdida",
    re.I,
)


# ---- what is planned -----------------------------------------------------------------------------------
def test_a_loss_brings_the_check_ins_and_texts_she_agreed_to(flow: Flow) -> None:
    """Each on its day, the later ones counted from the loss, all by day on her clock."""
    plan = planned(after_loss(flow))
    assert set(plan) == {
        "checkin_24h", "checkin_1w", "checkin_2w", "checkin_3w", "checkin_6w",
        "support_3d", "support_10d", "support_4w", "support_8w",
    }  # fmt: skip
    assert [(plan[n] - MORNING).days for n in ("checkin_2w", "checkin_3w", "checkin_6w")] == [12, 18, 39]
    assert all(8 <= due.astimezone(NEW_YORK).hour < 21 for due in plan.values())


def test_without_a_yes_nothing_is_planned(flow: Flow) -> None:
    """A no to both offers leaves no plan."""
    assert planned(after_loss(flow, {})) == {}


def test_each_yes_is_for_its_own_purpose(flow: Flow) -> None:
    """Support agreed to and check-ins not: only support texts, with the words she agreed to on record."""
    person = after_loss(flow, {"offer.support": "accept"})
    assert all(name.startswith("support") for name in planned(person))
    (agreed,) = person.state.consent.agreements
    assert agreed.purpose == "support" and "STOP" in agreed.wording and "rates" in agreed.wording


def test_safety_checks_belong_to_the_advice(flow: Flow) -> None:
    """An emergency is asked after at 15 minutes and 2 hours, agreed to or not."""
    plan = planned(in_emergency(flow))
    assert set(plan) == {"checkin_15m", "checkin_2h"}


def test_a_phone_that_is_not_safe_gets_no_safety_check(flow: Flow) -> None:
    """Nothing may reach a phone that others read."""
    person = in_emergency(flow)
    person.text("its not safe to text me, he reads my phone")
    assert not kinds(person.wait(hours(3)))


# ---- at the right hour, once ---------------------------------------------------------------------------
@pytest.mark.parametrize("start", [MORNING, MORNING + hours(12), MORNING + hours(17)])
def test_check_ins_come_by_day_and_once(flow: Flow, start: datetime) -> None:
    """Through eight weeks of silence every text comes by day, the first with one repeat, the rest once."""
    person = Person(flow)
    person.now = start
    person.text("i had a miscarriage 3 days ago and im bleeding a bit")
    finish(person, {**LOSS, **YES})
    came: list[tuple[datetime, str]] = []
    for _ in range(60 * 24):
        came += [(person.now, e.body) for e in person.wait(hours(1)) if isinstance(e, Text)]
    assert len(came) == 10 and len({body for _, body in came}) >= 7
    assert all(8 <= (at - timedelta(minutes=1)).astimezone(NEW_YORK).hour < 21 for at, _ in came)
    assert not planned(person)


def test_a_safety_check_comes_at_three_in_the_morning(flow: Flow) -> None:
    """Once; its reminder waits for the morning, its case does not."""
    night = datetime(2026, 11, 23, 7, 50, tzinfo=UTC)
    person = in_emergency(flow, night)
    assert kinds(person.wait(timedelta(minutes=16))).count("checkin") == 1
    later = person.wait(timedelta(minutes=20))
    assert "checkin" not in kinds(later)
    assert any(getattr(e, "name", "") == "checkin_missed" for e in later)


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_text_begins_neutral(flow: Flow, language: str) -> None:
    """The first forty characters of a text that we start tell nothing to whoever else reads them."""
    messages = flow.messages[next(x for x in flow.languages if x == language)]
    support = [f"support.{name}" for name in flow.policy.supports]
    begins = ["checkin.hello", "checkin.safety", "nudge.text", *support]
    assert not [m for m in begins if CLINICAL.search(messages[m].text[:40])]
    assert not [m for m in begins if re.search(r"pregnan|baby|embaraz|bebe", messages[m].text, re.I)]


def test_every_check_in_has_its_time_and_only_known_questions(flow: Flow) -> None:
    """Content: each check-in of the service is described, and asks of a pregnancy that goes on nothing."""
    steps = [s for s in flow.conversations["checkin"].steps if isinstance(s, Interview)]
    assert {s.id for s in steps} == set(flow.policy.checkins)
    about_pregnancy = {"baby_movement", "gestation_weeks", "trimester", "scan_confirmed", "pregnant"}
    assert not [s.id for s in steps if about_pregnancy & set(s.asks)]


# ---- silence -------------------------------------------------------------------------------------------
def test_silence_on_a_safety_check_is_reminded_then_a_case(flow: Flow) -> None:
    """Urgent advice, 4 hours, nothing heard: one reminder, then staff."""
    person = Person(flow)
    person.now = MORNING
    person.text("9 weeks pregnant, a little spotting since this morning")
    finish(person, {"pregnant": "yes", "scan_confirmed": "no", "bleeding": "spotting", "pain_score": 2})
    assert person.state.disposition == "urgent" and person.state.case is not None
    code = person.state.case.code
    person.give(Acknowledged("a", person.now, person.chance(), code, StaffId("ana")))
    person.give(CaseClosed("c", person.now, person.chance(), code, StaffId("ana"), "done"))
    assert kinds(person.wait(hours(4.1))) == ["checkin"]
    assert kinds(person.wait(hours(0.5))) == ["checkin"]
    assert any(isinstance(e, OpenCase) for e in person.wait(hours(0.5)))


def test_silence_on_support_is_nothing(flow: Flow) -> None:
    """No reminder and no case."""
    person = after_loss(flow, {"offer.support": "accept"})
    effects = person.wait(timedelta(days=60))
    assert kinds(effects) == ["support"] * 4
    assert not any(isinstance(e, OpenCase) for e in effects) and person.state.case is None


def test_a_safety_check_that_does_not_arrive_is_a_case_at_once(flow: Flow) -> None:
    """Nobody knows how she is."""
    person = in_emergency(flow)
    person.wait(timedelta(minutes=16))
    assert any(t.name == "missed" for t in person.state.timers)
    effects = person.give(Undelivered("u", person.now, person.chance(), "o_7f", "checkin", 30003, False))
    assert any(getattr(e, "name", "") == "checkin_missed" for e in effects)


# ---- answers -------------------------------------------------------------------------------------------
def test_not_having_reached_care_is_the_advice_again(flow: Flow) -> None:
    """Fifteen minutes after an emergency, "not yet" is an emergency."""
    person = in_emergency(flow)
    person.wait(timedelta(minutes=16))
    assert "911" in person.text("4") and person.state.disposition == "emergency"


def test_having_reached_care_keeps_what_she_was_told(flow: Flow) -> None:
    """Being seen is good news, and no reason to forget the emergency at the next check."""
    person = in_emergency(flow)
    person.wait(timedelta(minutes=16))
    reply = person.text("1")
    assert "tell them" in reply and person.state.last_disposition == "emergency"
    assert "checkin_2h" in planned(person)


def test_worse_after_hospital_advice_is_hospital_again(flow: Flow) -> None:
    """The table's rule for whoever was sent to hospital and is worse."""
    person = Person(flow)
    person.now = MORNING
    person.text("9 weeks pregnant, im soaking 2 pads an hour for 2 hours")
    finish(person, {"pregnant": "yes", "soaking_pads": "yes", "bleeding": "heavy"})
    assert person.state.disposition == "emergency_department"
    person.wait(hours(2.5))
    assert person.state.asked is not None and person.state.asked.findings == ("reached_care",)
    person.text("2")
    person.text("3")
    assert person.state.disposition == "emergency_department"


def test_all_well_is_short_and_thins_the_plan_out(flow: Flow) -> None:
    """Better, hardly any blood, no pain: a handful of questions, and one check-in less."""
    person = Person(flow)
    person.now = MORNING
    person.text("9 weeks pregnant, a little spotting, the scan was fine")
    finish(person, {"pregnant": "yes", "scan_confirmed": "yes", "bleeding": "spotting", **YES})
    assert "checkin_72h" in planned(person)
    person.wait(hours(25))
    turns = person.state.turn
    finish(person, {"since_last": "better", "bleeding": "none", "pain_score": 0})
    assert person.state.turn - turns <= 7 and person.state.ended
    assert "checkin_72h" not in planned(person)


def test_the_first_answer_that_is_not_calm_brings_the_interview(flow: Flow) -> None:
    """Worse at a check-in: the danger screen comes, and the result is urgent at least."""
    person = after_loss(flow)
    person.wait(hours(30))
    person.text("3")
    assert person.state.asked is not None and "gushing" in person.state.asked.findings
    finish(person, {**LOSS, "bleeding_trend": "worse"})
    assert at_least(person, "urgent")


def test_a_low_mood_brings_the_question_about_self_harm_and_the_clinic(flow: Flow) -> None:
    """Two weeks after a loss: PHQ-2 of 2 is routine, and self-harm is asked; yes is a crisis."""
    for answer, flags in (("no", 0), ("yes", 1)):
        person = after_loss(flow)
        person.wait(timedelta(days=9))
        person.wait(timedelta(days=4))
        facts: dict[str, str | int] = {
            "bleeding": "none", "phq2_interest": 2, "phq2_mood": 0, "self_harm_thoughts": answer
        }  # fmt: skip
        assert person.state.extra["followup"] == "checkin_2w"
        finish(person, {**LOSS, **facts})
        assert FindingId("self_harm_thoughts") in person.state.findings
        assert at_least(person, "routine") and len(person.state.flags) == flags


# ---- her terms -----------------------------------------------------------------------------------------
def test_stop_ends_every_plan_on_the_same_commit(flow: Flow) -> None:
    """No timer is left, and what waits in the outbox is taken back."""
    person = after_loss(flow)
    person.text("STOP")
    assert not planned(person) and any(isinstance(e, Withdraw) for e in person.effects)
    assert not kinds(person.wait(timedelta(days=60)))


def test_start_brings_back_what_she_had_agreed_to_and_no_more(flow: Flow) -> None:
    """Agreements outlast STOP; nothing new comes with START."""
    person = after_loss(flow, {"offer.support": "accept"})
    person.text("STOP")
    assert not person.state.consent.covers("support")
    person.text("START")
    assert person.state.consent.covers("support") and not person.state.consent.covers("checkins")


# ---- at the moment of sending --------------------------------------------------------------------------
def test_a_text_is_decided_on_when_it_leaves(flow: Flow) -> None:
    """Night moves it, staff or a taken-back yes drop it, and a safety check goes at night."""
    person = after_loss(flow)
    person.wait(hours(25))
    day, night = MORNING + hours(27), MORNING + hours(36)
    plain, safety = Waiting("checkin", night + hours(20)), Waiting("checkin", night + hours(2), urgent=True)
    assert isinstance(decide(flow, person.state, plain, day), Send)
    moved = decide(flow, person.state, plain, night)
    assert isinstance(moved, Move) and moved.until.astimezone(NEW_YORK).hour == 8
    assert isinstance(decide(flow, person.state, safety, night), Send)
    assert isinstance(decide(flow, person.state, Waiting("support", night + hours(1)), night), Drop)
    person.text("dont check on me")
    assert isinstance(decide(flow, person.state, plain, day), Drop)


def test_who_has_a_person_gets_no_automatic_text(flow: Flow) -> None:
    """A taken case: neither the safety check is planned out, nor one that waits let go."""
    person = in_emergency(flow)
    assert person.state.case is not None
    person.give(Acknowledged("a", person.now, person.chance(), person.state.case.code, StaffId("ana")))
    assert "checkin" not in kinds(person.wait(timedelta(minutes=20)))
    verdict = decide(flow, person.state, Waiting("checkin", person.now + hours(1), urgent=True), person.now)
    assert isinstance(verdict, Drop)


OURS = ("checkin", "support", "nudge")
ACTS = st.lists(
    st.sampled_from(["loss", "hour", "day", "week", "yes", "better", "worse", "bleeding", "stop", "start"]),
    min_size=3,
    max_size=14,
)


@settings(max_examples=60, deadline=None)
@given(ACTS)
def test_from_a_loss_on_nothing_speaks_of_a_pregnancy_that_goes_on(acts: list[str]) -> None:
    """Whatever comes first, plan, loss or falling due: what waits is taken back, what follows is neutral."""
    person = Person(real_flow())
    person.now = MORNING
    person.text("9 weeks pregnant with light spotting, had a scan, it is in the womb")
    finish(person, {"pregnant": "yes", "scan_confirmed": "yes", "bleeding": "spotting", **YES})
    words = {"loss": "i lost the baby, it was a miscarriage", "yes": "1", "bleeding": "im bleeding"}
    waits = {"hour": hours(1), "day": timedelta(days=1), "week": timedelta(days=7)}
    lost = stopped = False
    for act in acts:
        if act in waits:
            effects = person.wait(waits[act])
        else:
            person.text(words.get(act, act))
            effects = person.effects
        if act == "loss" and not lost:
            assert any(isinstance(e, Withdraw) for e in effects)
            lost = True
        stopped = act == "stop" or (stopped and act != "start")
        texts = [e.body for e in effects if isinstance(e, Text) and e.kind in OURS]
        assert not lost or not [t for t in texts if re.search(r"your (baby|pregnancy) is|movement", t, re.I)]
        going = [Waiting(e.kind, person.now + hours(1)) for e in effects if isinstance(e, Text)]
        verdicts = [decide(person.flow, person.state, w, person.now) for w in going if w.kind in OURS]
        assert not stopped or not [v for v in verdicts if isinstance(v, Send)]


@pytest.mark.parametrize(
    ("words", "hour"), [("text me after 6 pm", 18), ("after 6", 18), ("not before 10", 10)]
)
def test_her_own_hour_holds_for_every_plan(flow: Flow, words: str, hour: int) -> None:
    """What was planned earlier in the day moves to her hour, and stays on its day."""
    person = after_loss(flow)
    before = planned(person)
    assert f"{hour}:00" in person.text(words)
    after = planned(person)
    assert set(after) == set(before)
    assert all(due.astimezone(NEW_YORK).hour >= hour for due in after.values())


def test_she_can_ask_what_is_planned_and_thin_it_pause_it_or_keep_weekends_free(flow: Flow) -> None:
    """Each wish is answered, and the plans follow it."""
    person = after_loss(flow)
    assert "in 3 days" in person.text("what's planned")
    person.text("not weekends")
    assert all(due.astimezone(NEW_YORK).weekday() < 5 for due in planned(person).values())
    person.text("pause")
    assert min(planned(person).values()) >= person.now + timedelta(days=7)
    count = len(planned(person))
    person.text("less often please")
    assert len(planned(person)) == count // 2
    person.text("please stop checking on me")
    assert all(name.startswith("support") for name in planned(person))
    person.text("no more kind texts please")
    assert not planned(person) and not person.state.consent.agreements


def test_her_wishes_leave_safety_checks_alone(flow: Flow) -> None:
    """They belong to the advice; STOP ends them too, a pause does not."""
    person = in_emergency(flow)
    before = planned(person)
    person.text("pause")
    assert planned(person) == before


def test_stop_is_obeyed_in_the_very_turn_that_raises_the_advice(flow: Flow) -> None:
    """What was told before may raise the advice just then: it is said, and nothing is planned or asked."""
    person = Person(flow)
    person.text("9 weeks pregnant with light spotting, had a scan, it is in the womb")
    finish(person, {"pregnant": "yes", "scan_confirmed": "yes", "bleeding": "spotting", **YES})
    for words in ("i lost the baby, it was a miscarriage", "worse", "stop"):
        person.text(words)
    assert person.state.consent.stopped is not None and person.state.asked is None
    assert not [t for t in person.state.timers if t.name.startswith("checkin")]


def test_a_loss_told_takes_back_the_question_that_stood(flow: Flow) -> None:
    """Asked how the baby moves, she tells of her loss: that question is never put again."""
    person = Person(flow)
    person.now = MORNING
    person.text("hello")
    facts = {**BENIGN, "gestation_weeks": 28, "bleeding": "none"}
    while person.state.asked is not None and person.state.asked.id != "baby_movement":
        question = standing(flow, person.state)
        assert question is not None
        keys = {c.id: c.key for c in question.choices}
        told = str(facts.get(question.findings[0], "no"))
        person.text("0" if len(question.findings) > 1 else keys.get(told, told))
    reply = person.text("i lost the baby this morning, it was stillborn")
    assert person.state.asked is not None and "baby" not in reply.lower()


# ---- worse, once ---------------------------------------------------------------------------------------
def told_a_day(flow: Flow) -> Person:
    """Return somebody who was told to be seen within a day, and hears no more questions."""
    person = Person(flow)
    person.now = MORNING
    person.text("7 weeks, spotting, a scan showed it in the womb")
    finish(person, {"pregnant": "yes", "gestation_weeks": 7, "bleeding": "spotting", "scan_confirmed": "yes"})
    assert person.state.disposition == "within_24_hours"
    return person


def test_worse_is_compared_with_the_advice_before_it_and_not_with_its_own(flow: Flow) -> None:
    """Worse after "within a day" is four hours; the advice just given does not make it hospital."""
    person = told_a_day(flow)
    person.text("worse")
    assert person.state.disposition == "urgent"


def test_worse_again_after_that_advice_is_hospital(flow: Flow) -> None:
    """Said again in a later message it is worse than when four hours were advised."""
    person = told_a_day(flow)
    person.text("worse")
    person.text("worse", after=timedelta(minutes=5))
    assert person.state.disposition == "emergency_department"
