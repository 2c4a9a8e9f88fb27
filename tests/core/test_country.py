"""H15: nobody is given the emergency number of a country in which she may not be (docs/safety/hazards.md)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from helpline.flowbook.load import load
from helpline.triage.flow import GENERIC, Flow
from helpline.triage.timing import ZONES
from helpline.triage.where import NUMBER, here
from tests.core.conftest import FLOWS
from tests.core.looked_after import finish
from tests.core.person import Person
from tests.core.test_same_person import asked


def with_number_of(flow: Flow, country: str) -> Person:
    """Return somebody whose number is of this country."""
    person = Person(flow)
    person.state = replace(person.state, extra={NUMBER: country})
    return person


def both(words: str) -> bool:
    """Return whether words name the two numbers that many countries share, and no other."""
    return "112 or 911" in words and "999" not in words and "988" not in words


def test_h15_a_number_of_another_country_hears_both_numbers_until_she_says_where_she_is(flow: Flow) -> None:
    """From the first text on; the danger signs come first, then the country."""
    person = with_number_of(flow, "uk")
    assert both(person.text("hi"))
    assert asked(person) == "danger"
    question = person.text("0")
    assert asked(person) == "country"
    assert question.index("United States") < question.index("United Kingdom") < question.index("Another")


@pytest.mark.parametrize(
    ("reply", "number"), [("2", "999"), ("uk", "999"), ("england", "999"), ("ireland", "112"), ("1", "911")]
)
def test_h15_from_her_answer_on_the_numbers_are_those_of_her_country(
    flow: Flow, reply: str, number: str
) -> None:
    """By key, by name, by any name people have for it; and the questions go on."""
    person = with_number_of(flow, "uk")
    person.text("hi")
    person.text("0")
    told = person.text(reply)
    assert f"emergency number there is {number}" in told
    assert asked(person) == "pregnant"
    assert number in person.text("i just passed out")


def test_h15_a_country_that_we_know_nothing_of_keeps_both_numbers_and_the_truth(flow: Flow) -> None:
    """No number is made up; she hears what the two are good for."""
    person = with_number_of(flow, "fr")
    person.text("hi")
    person.text("0")
    told = person.text("france")
    assert "do not know" in told and "112" in told and "911" in told
    assert asked(person) == "pregnant"
    assert both(person.text("i just passed out"))


def test_h15_an_emergency_before_the_answer_names_both_and_asks_to_be_told(flow: Flow) -> None:
    """Nothing is asked after it; her country is taken when she tells it."""
    person = with_number_of(flow, "uk")
    words = person.text("i passed out and im bleeding")
    assert both(words) and "country" in words
    assert asked(person) is None
    assert "emergency number there is 112" in person.text("im in ireland")


@pytest.mark.parametrize("words", ["im in ireland and i passed out", "estoy en irlanda y me desmayé"])
def test_h15_where_she_is_counts_within_the_same_words(flow: Flow, words: str) -> None:
    """Also of a number of this country, abroad: the advice of that very reply has the right number."""
    told = Person(flow).text(words)
    assert "112" in told and "911" not in told


def test_h15_who_is_at_home_is_not_asked(flow: Flow) -> None:
    """Neither a number of this country nor one that tells nothing."""
    for person in (Person(flow), with_number_of(flow, "us")):
        assert "911" in person.text("hi") and "112" not in person.reply
        person.text("0")
        assert asked(person) == "pregnant"


def test_h15_on_a_journey_it_is_asked_again_with_the_next_contact(flow: Flow) -> None:
    """Neither the country of her number nor ours: she may have gone home by then."""
    person = with_number_of(flow, "uk")
    person.text("hi")
    person.text("0")
    person.text("ireland")
    finish(person, {"pregnant": "no", "pregnancy_test": "negative"})
    person.wait(timedelta(hours=30))
    assert both(person.text("hi again"))

    person = with_number_of(flow, "uk")
    person.text("hi")
    person.text("0")
    person.text("uk")
    finish(person, {"pregnant": "no", "pregnancy_test": "negative"})
    person.wait(timedelta(hours=30))
    assert "999" in person.text("hi again")


def test_h15_plans_come_by_day_where_she_is(flow: Flow) -> None:
    """A number of ours in Ireland: the night is that of Dublin."""
    person = Person(flow)
    person.text("im in ireland, bleeding a bit")
    assert person.state.extra[ZONES] == "Europe/Dublin"


def test_h15_a_service_without_numbers_of_its_own_asks_everybody(flow: Flow) -> None:
    """Region generic: it says both numbers, and asks for the country."""
    nowhere = load(FLOWS, name="Helpline", region=GENERIC, languages=("en", "es"), words=flow.lexicons)
    person = Person(nowhere)
    assert both(person.text("hi"))
    person.text("0")
    assert asked(person) == "country"
    assert "000" in person.text("australia")


def test_h15_every_region_has_a_name_and_no_crisis_line_that_cannot_be_called_is_offered(flow: Flow) -> None:
    """The list of countries is that of the region files; without a line of that country none is offered."""
    regions = {path.stem for path in (FLOWS / "regions").glob("*.yaml")}
    for region in regions - {GENERIC}:
        for language in flow.languages:
            assert flow.message(language, f"choice.{region}").text
    for region in regions:
        there = flow.at(region)
        assert there.region.id == region
        assert bool(there.region.crisis_lines) is (region != GENERIC)


def test_h15_the_right_words_are_chosen_without_copying_the_table(flow: Flow) -> None:
    """One table, read once, for all countries; and the way back home is open."""
    uk = flow.at("uk")
    assert uk.rulebook is flow.rulebook and uk.at("us") is flow and flow.at("nowhere") is flow
    assert here(flow, Person(flow).state) is flow
