"""What somebody writes at two in the morning, and what must not come of it: an alarm, a STOP, a guess."""

from __future__ import annotations

from datetime import timedelta

import pytest

from helpline.triage.events import Acknowledged, Called, HungUp, Silent, StaffWrote
from helpline.triage.flow import Flow
from helpline.triage.state import FindingId, StaffId
from tests.core.person import Person
from tests.core.test_followup import LOSS, after_loss, finish, planned

ANA = StaffId("s_ana")


def test_a_nought_sent_to_a_question_wakes_no_nurse(flow: Flow) -> None:
    """By text it is no wish for a person while a question is open: "0 for none" stands under many."""
    person = Person(flow)
    for words in ("im 8 weeks and spotting", "0", "1"):
        person.text(words)
    assert person.state.asked is not None and person.state.asked.id == "scan_confirmed"
    person.text("0")

    assert "your wish for a person" not in person.reply.casefold()


def test_asking_what_to_do_is_no_call_for_the_rules_of_the_line(flow: Flow) -> None:
    """Who asks for somebody who bleeds gets the welcome and the questions, not rates and STOP."""
    reply = Person(flow).text("my girlfriend is 7 weeks pregnant and bleeding what do i do")

    assert "rates" not in reply and "a few short questions" in reply


def test_a_no_within_an_alarm_answers_nothing(flow: Flow) -> None:
    """"i dont want to live" is not "no bleeding"."""
    person = Person(flow)
    person.text("im 9 weeks and bleeding")
    person.text("0")
    person.text("i dont want to live anymore")

    assert person.state.disposition == "emergency"
    assert FindingId("bleeding") not in person.state.findings


def test_a_wish_for_the_evening_is_no_stop(flow: Flow) -> None:
    """Nothing is lost: plans stay, by day; only a STOP that stands alone ends them."""
    person = after_loss(flow)
    person.text("please dont text me after 8 pm")

    assert person.state.consent.stopped is None and planned(person)
    assert any(key.endswith("_hour") for key in person.state.extra)


def test_stop_beside_a_wish_is_still_obeyed(flow: Flow) -> None:
    """A STOP that has a sentence of its own is one, whatever else is wished."""
    person = after_loss(flow)
    person.text("take me off this list. only after 6 pm")

    assert person.state.consent.stopped is not None


def test_low_mood_after_a_loss_is_answered_as_such(flow: Flow) -> None:
    """Who cannot enjoy anything and has no hope hears of people, not of blood groups and pads to buy."""
    person = after_loss(flow)
    person.wait(timedelta(days=13))
    facts: dict[str, str | int] = {"phq2_interest": 3, "phq2_mood": 3, "self_harm_thoughts": "no"}
    finish(person, {**LOSS, "bleeding": "none", **facts})

    assert person.state.disposition == "within_24_hours"
    assert "how low you feel" in person.reply and "blood group" not in person.reply


def test_company_told_to_the_owner_of_a_case_makes_no_other_patient(flow: Flow) -> None:
    """"my sister is here" tells a nurse who is there, and changes nothing about whom the case is for."""
    person = Person(flow)
    person.text("im bleeding a bit")
    person.text("can i talk to a nurse")
    case = person.state.case
    assert case is not None
    person.give(Acknowledged("a1", person.now, person.chance(), case.code, ANA))
    person.give(StaffWrote("w1", person.now, person.chance(), case.code, ANA, "Is anyone with you?"))
    person.text("my sister is here")

    assert FindingId("for_whom") not in person.state.findings


def test_who_said_nothing_on_a_call_is_told_nothing_that_takes_something_for_granted(flow: Flow) -> None:
    """No word of a test to somebody who could not speak: whether she is pregnant was never said."""
    person = Person(flow)
    person.give(Called("k1", person.now, person.chance(), "CA1"))
    for n in range(3):
        person.now += timedelta(seconds=10)
        person.give(Silent(f"s{n}", person.now, person.chance(), "CA1"))
    said = person.reply
    person.give(HungUp("h1", person.now, person.chance(), "CA1"))

    assert "911" in said and "pregnancy test" not in said


def test_the_words_named_are_those_that_raised_it(flow: Flow) -> None:
    """A fever after birth is quoted, not the birth."""
    reply = Person(flow).text("i gave birth a week ago and i have a fever")

    assert "fever" in reply.splitlines()[0]


def test_blows_told_in_spanish_are_answered_in_spanish(flow: Flow) -> None:
    """The first words are often few: family words tell the language too."""
    reply = Person(flow).text("mi marido me golpeó, revisa mi celular")

    assert "You can reach us" not in reply


@pytest.mark.parametrize(
    ("words", "language"),
    [
        ("i have a cold and cough", "en"),
        ("i almost fainted when i saw the test was positive", "en"),
        ("it started 45 minutes ago", "en"),
        ("im in the bathroom", "en"),
        ("my boyfriend is driving me", "en"),
        ("please help me understand my results", "en"),
        ("me duele dar pecho", "es"),
        ("casi me desmayo cuando vi la prueba", "es"),
        ("hace 2 horas", "es"),
        ("estoy en el baño", "es"),
        ("mi pareja me lleva", "es"),
    ],
)
def test_ordinary_words_raise_no_alarm(flow: Flow, words: str, language: str) -> None:
    """Times, places and kind people are no danger."""
    person = Person(flow, language)
    reply = person.text(words)

    assert person.state.disposition is None and not person.state.flags, reply
