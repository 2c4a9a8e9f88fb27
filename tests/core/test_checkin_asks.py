"""What check-ins ask beside the body: results, sleep, the period, the follow-up visit (evidence, 9)."""

from __future__ import annotations

import pytest

from helpline.triage.events import TimerFired
from helpline.triage.flow import Flow
from helpline.triage.plans import checkins
from helpline.triage.state import FindingId, TimerName
from tests.core.looked_after import LOSS, MORNING, YES, after_loss, at_least, finish, planned
from tests.core.person import Person
from tests.core.test_same_person import asked, value

RESULTS, PERIOD = FindingId("results_known"), FindingId("period_back")


def pregnant_still(flow: Flow) -> Person:
    """Return somebody nine weeks pregnant with spots, told to be seen in a day, who wants check-ins."""
    person = Person(flow)
    person.now = MORNING
    person.text("9 weeks pregnant, a little spotting, the scan was fine")
    finish(person, {"pregnant": "yes", "scan_confirmed": "yes", "bleeding": "spotting", **YES})
    return person


def at_checkin(person: Person, name: str) -> Person:
    """Let the check-in of this name be sent at its time."""
    person.now = planned(person)[name]
    person.give(TimerFired(name, person.now, person.chance(), TimerName(name), person.now))
    assert person.state.extra.get("followup") == name
    return person


def until(person: Person, finding: str) -> None:
    """Answer calmly until this is asked."""
    for _ in range(12):
        if asked(person) == finding:
            return
        question = asked(person)
        assert question is not None, f"{finding} was never asked"
        keys = {"pain_score": "0", "bleeding": "1", "since_last": "2", "bleeding_trend": "2"}
        person.text(keys.get(question, "0" if question.startswith("phq") else "2"))
    raise AssertionError(f"{finding} was never asked")


def test_after_three_days_whoever_is_pregnant_is_asked_for_results(flow: Flow) -> None:
    """Not known yet changes nothing."""
    person = at_checkin(pregnant_still(flow), "checkin_72h")
    until(person, "results_known")
    reply = person.text("1")
    assert person.state.ended and "sounds good" in reply


def test_results_that_say_it_has_ended_change_the_path_at_once(flow: Flow) -> None:
    """How and when is asked; what was planned for a pregnancy is gone, and nothing speaks of one."""
    person = at_checkin(pregnant_still(flow), "checkin_72h")
    until(person, "results_known")
    reply = person.text("3")
    assert value(person, "pregnant") == "recent"
    assert "pregnancy goes on" not in reply
    seen = set()
    while person.state.asked is not None and not person.state.ended and len(seen) < 30:
        seen.add(asked(person))
        finish_one(person)
    assert "recent_event" in seen


def finish_one(person: Person) -> None:
    """Answer one question as somebody told of a loss a day ago."""
    question = person.state.asked
    assert question is not None
    keys = {"recent_event": "2", "days_since_event": "1", "bleeding": "3", "pain_score": "1"}
    person.text(keys.get(question.id, "0" if len(question.findings) > 1 else "2"))


def test_after_a_loss_nobody_is_asked_for_results_of_a_pregnancy(flow: Flow) -> None:
    """The question is for who is or may be pregnant."""
    seventy_two = next(s for s in checkins(flow) if s.id == "checkin_72h")
    loss = flow.rulebook.facts({FindingId(f): v for f, v in LOSS.items()})
    assert not flow.rulebook.layout.mask(seventy_two.only[RESULTS]).holds(flow.rulebook.closed(loss))


@pytest.mark.parametrize(("answer", "words"), [("1", "Sleep can be hard"), ("2", "sounds good")])
def test_after_a_week_sleep_is_asked_for_and_bad_nights_get_kind_words(
    flow: Flow, answer: str, words: str
) -> None:
    """Bad sleep alone is nothing urgent: where help is, and no interview."""
    person = at_checkin(after_loss(flow), "checkin_1w")
    until(person, "sleep_bad")
    assert words in person.text(answer)
    assert person.state.ended and not at_least(person, "routine")


@pytest.mark.parametrize(("answer", "result"), [("2", "routine"), ("3", "routine"), ("1", None)])
def test_six_weeks_after_a_loss_no_period_is_a_test_and_the_clinic_in_days(
    flow: Flow, answer: str, result: str | None
) -> None:
    """Not sure counts as no (evidence, section 9, six weeks)."""
    person = at_checkin(after_loss(flow), "checkin_6w")
    until(person, "period_back")
    person.text(answer)
    until(person, "followup_visit")
    reply = person.text("1")
    assert at_least(person, "routine") is (result is not None)
    assert ("test" in reply) is (result is not None)


def test_six_weeks_after_a_loss_a_visit_that_was_not_held_is_offered(flow: Flow) -> None:
    """She may ask for one; it is nothing urgent."""
    person = at_checkin(after_loss(flow), "checkin_6w")
    until(person, "period_back")
    person.text("1")
    until(person, "followup_visit")
    assert "follow-up visit" in person.text("2")
    assert not at_least(person, "routine")


def test_after_a_birth_the_period_is_not_asked_for(flow: Flow) -> None:
    """It may stay away for long."""
    six = next(s for s in checkins(flow) if s.id == "checkin_6w")
    told: dict[str, str | int] = {"pregnant": "recent", "recent_event": "birth", "days_since_event": 42}
    born = flow.rulebook.facts({FindingId(f): v for f, v in told.items()})
    assert not flow.rulebook.layout.mask(six.only[PERIOD]).holds(flow.rulebook.closed(born))


def sent_to_hospital(flow: Flow) -> Person:
    """Return somebody who was sent to hospital and is asked two hours later whether she got there."""
    person = Person(flow)
    person.now = MORNING
    person.text("baby has been really quiet today, 32 weeks")
    finish(person, {"baby_movement": "less"})
    return at_checkin(person, "checkin_2h")


@pytest.mark.parametrize(
    "answers", [("Yes, I was seen", "better"), ("1", "1"), ("they saw me", "much better")]
)
def test_who_was_seen_and_is_better_is_not_sent_to_hospital_again(
    flow: Flow, answers: tuple[str, str]
) -> None:
    """The new contact carries what she tells now, not the hospital of yesterday."""
    person = sent_to_hospital(flow)
    for words in answers:
        person.text(words)
    assert person.state.disposition == "routine"


@pytest.mark.parametrize("answers", [("3", "1"), ("2", "1"), ("1", "2")])
def test_who_was_not_seen_or_is_no_better_keeps_what_she_was_told(
    flow: Flow, answers: tuple[str, str]
) -> None:
    """On the way, waiting, or the same: hospital stands."""
    person = sent_to_hospital(flow)
    for key in answers:
        person.text(key)
    assert person.state.disposition == "emergency_department"


def test_who_was_seen_and_is_better_is_still_compared_with_the_hospital_at_the_next_check(flow: Flow) -> None:
    """What she was told last is kept for "worse than then"."""
    person = sent_to_hospital(flow)
    person.text("1")
    person.text("1")
    assert person.state.last_disposition == "emergency_department"
