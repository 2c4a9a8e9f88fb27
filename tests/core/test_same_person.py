"""H28: one phone, two people: nothing of the one is taken for the other (docs/safety/hazards.md)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from helpline.triage.effects import Note
from helpline.triage.flow import Flow
from helpline.triage.state import FindingId
from tests.core.looked_after import finish, hours
from tests.core.person import Person

FIRST = {"pregnant": "yes", "gestation_weeks": 30, "bleeding": "none", "scan_confirmed": "yes"}


def came_back(flow: Flow, after: timedelta = timedelta(hours=26)) -> Person:
    """Return someone who told of thirty weeks, and whose phone writes again later."""
    person = Person(flow)
    person.text("im 30 weeks pregnant and just checking this works")
    finish(person, FIRST)
    person.wait(after)
    return person


def value(person: Person, finding: str) -> str | int | None:
    """Return what is written down of a finding."""
    answer = person.state.findings.get(FindingId(finding))
    return answer.value if answer else None


def asked(person: Person) -> str | None:
    """Return the id of the question that stands."""
    return person.state.asked.id if person.state.asked else None


def test_h28_danger_comes_before_the_question_whether_it_is_the_same_person(flow: Flow) -> None:
    """The danger signs first, as ever; then whether it is the same person, before anything else."""
    person = came_back(flow)
    person.text("hi, some spots of blood now")
    assert asked(person) == "danger"
    assert "same person" in person.text("0")
    assert asked(person) == "same_person"


def test_h28_the_same_person_is_not_asked_for_her_weeks_again(flow: Flow) -> None:
    """What she told before counts again from her yes on."""
    person = came_back(flow)
    person.text("hi, some spots of blood now")
    person.text("0")
    person.text("yes")
    assert value(person, "gestation_weeks") == 30
    assert person.state.disposition == "emergency_department"


@pytest.mark.parametrize(
    ("reply", "taken", "next_"),
    [
        ("2", "no", "pregnant"),
        ("no", "no", "pregnant"),
        ("no, my sister", "no", "confused_drowsy"),
        ("3", "unsure", "since_last"),
        ("idk", "unsure", "since_last"),
    ],
)
def test_h28_of_somebody_else_everything_is_asked_anew(
    flow: Flow, reply: str, taken: str, next_: str
) -> None:
    """Not sure counts as somebody else for facts, and as the same for what was advised: it only raises."""
    person = came_back(flow)
    before = person.state.disposition
    person.text("hi, some spots of blood now")
    person.text("0")
    person.text(reply)
    assert value(person, "gestation_weeks") is None
    assert value(person, "bleeding") == "spotting"
    assert asked(person) == next_
    assert person.state.last_disposition == (before if taken == "unsure" else None)
    assert Note("same_person", taken) in person.effects


def test_h28_until_she_says_nothing_of_before_decides(flow: Flow) -> None:
    """Thirty weeks of the one would make spots of the other a matter of hospital, or the other way round."""
    person = came_back(flow)
    person.text("hi, some spots of blood now")
    person.text("0")
    assert person.state.disposition is None
    facts = person.state.findings
    assert FindingId("gestation_weeks") in facts and FindingId("bleeding") in facts


def test_h28_an_emergency_waits_for_no_such_question(flow: Flow) -> None:
    """A danger sign is one, whoever has it."""
    person = came_back(flow)
    assert "911" in person.text("i passed out")
    assert asked(person) is None


def test_h28_weeks_that_do_not_fit_are_asked_about_within_a_day_too(flow: Flow) -> None:
    """Thirty weeks at noon and seven in the evening are two people, or a slip: she says which."""
    person = came_back(flow, hours(5))
    person.text("im 7 weeks pregnant and bleeding a bit")
    if asked(person) == "danger":
        person.text("0")
    assert asked(person) == "same_person"
    person.text("no")
    assert value(person, "gestation_weeks") == 7
    assert value(person, "scan_confirmed") is None


def test_h28_weeks_counted_on_or_set_right_raise_no_question(flow: Flow) -> None:
    """A week more after a week fits, and so does "sorry, i meant 9"."""
    person = came_back(flow, timedelta(hours=5))
    person.text("31 weeks now and a bit of blood")
    if asked(person) == "danger":
        person.text("0")
    assert asked(person) != "same_person"


def test_h28_who_answers_a_check_in_is_not_asked(flow: Flow) -> None:
    """It was sent to that person, and begins by asking how things are since."""
    person = Person(flow)
    person.text("im 9 weeks pregnant and bleeding a bit")
    finish(person, {"gestation_weeks": 9, "bleeding": "spotting", "offer.checkins": "accept"})
    person.wait(timedelta(hours=40))
    assert asked(person) == "since_last"
    person.text("2")
    assert asked(person) != "same_person"


def test_h28_silence_at_the_question_is_silence_in_the_middle(flow: Flow) -> None:
    """She is reminded, then told what to do, and staff have a case."""
    person = came_back(flow)
    person.text("hi, bleeding a bit now")
    person.text("0")
    effects = person.wait(timedelta(minutes=25))
    assert [t.kind for t in person.texts(effects)][:2] == ["nudge", "nudge"]
    assert person.state.case is not None
    assert person.state.disposition is not None


def test_h28_an_answer_nobody_understands_counts_as_not_sure(flow: Flow) -> None:
    """Asked twice, then everything is asked anew; it does not come a third time."""
    person = came_back(flow)
    person.text("hi, bleeding a bit now")
    person.text("0")
    person.text("qwrtz plmk")
    person.text("zzkrf vbn")
    assert value(person, "gestation_weeks") is None
    assert asked(person) == "pregnant"
