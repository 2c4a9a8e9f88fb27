"""Answers to the open question: keys, words, numbers with their units; unsure and unclear."""

from __future__ import annotations

import pytest

from helpline.triage.heard import Choice, Question, QuestionKind
from helpline.triage.state import FindingId
from tests.core.test_understand import ANY, DANGER, SCREEN, answered, hear, number, yes_no


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1", "yes"),
        ("2", "no"),
        ("3", "unsure"),
        ("1.", "yes"),
        ("yeah", "yes"),
        ("yed", "yes"),
        ("nah", "no"),
        ("👍🏽", "yes"),
        ("👎", "no"),
        ("idk", "unsure"),
        ("not sure", "unsure"),
        ("i dont know", "unsure"),
        ("No sé", "unsure"),
        ("creo que si", "yes"),
        ("nel", "no"),
        ("simón", "yes"),
        ("Know.", "no"),
        ("fr fr", "yes"),
        ("certainly not", "no"),
        ("hmm", "unsure"),
        ("thank god no", "no"),
        ("🤷", "unsure"),
        ("i did yeah like last night", "yes"),
        ("más o menos", "unsure"),
        ("para nada", "no"),
        ("a huevo", "yes"),
        ("qué va", "no"),
        ("pues como que sí pero como que no", "unsure"),
        ("tes", "yes"),
        ("no cap yeah", "yes"),
        ("💯", "yes"),
        ("e dey", "yes"),
        ("was positive", "yes"),
        ("la tengo desde el martes", "yes"),
        ("npo", "no"),
        ("e no dey at all", "no"),
        ("he says she doesnt", "no"),
        ("fíjate que no eh", "no"),
        ("mabey", "unsure"),
        ("nto sure", "unsure"),
        ("knot sure", "unsure"),
        ("🤔", "unsure"),
        ("50/50", "unsure"),
        ("they havent told me yet", "unsure"),
        ("ni pajolera idea", "unsure"),
        ("a ratos", "unsure"),
    ],
)
def test_yes_no_and_unsure_are_read_in_every_wording(text: str, value: str) -> None:
    """An answer in her words settles a yes or no question."""
    assert answered(hear(text, yes_no("leg_swelling"))) == {"leg_swelling": value}


@pytest.mark.parametrize(
    "text",
    [
        *("maybe", "not sure tbh", "no idea", "no estoy segura", "puede ser", "no se", "?"),
        *("nae idea", "i no fit talk", "no i havent checked", "no me queda claro", "no lo he checado"),
        *("no tengo con qué medir", "no me han dado los resultados", "no but sometimes"),
    ],
)
def test_unsure_is_never_read_as_no(text: str) -> None:
    """Unsure counts as yes for danger signs, so it must not become a no."""
    assert answered(hear(text, yes_no("fainted"))).get("fainted") in ("unsure", None)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("yes wait no sorry no", "no"),
        ("sí digo no perdón no", "no"),
        ("no sorry yes", "yes"),
        ("comes and goes so yes and no", "unsure"),
        ("a veces sí y a veces no", "unsure"),
    ],
)
def test_a_reply_put_right_counts_as_it_was_put_right(text: str, value: str) -> None:
    """What she said last counts when she corrects herself; yes and no at once is unsure."""
    assert answered(hear(text, yes_no("leg_swelling"))) == {"leg_swelling": value}


@pytest.mark.parametrize(
    ("text", "value"),
    [("option one", "yes"), ("press two", "no"), ("la 2", "no"), ("la primera", "yes"), ("key 3", "unsure")],
)
def test_a_choice_may_be_pointed_at_in_words(text: str, value: str) -> None:
    """The number of a choice counts in words, too."""
    assert answered(hear(text, yes_no("leg_swelling"))) == {"leg_swelling": value}


@pytest.mark.parametrize(
    "text", ["no but a little", "no pero un poco", "no, well, i'm not so sure about that"]
)
def test_a_no_with_a_but_is_no_plain_no(text: str) -> None:
    """A danger is only ruled out by a plain no."""
    assert answered(hear(text, yes_no("gushing"))).get("gushing") != "no"


@pytest.mark.parametrize(
    ("text", "ticked"),
    [("1 3", {0, 2}), ("1,3", {0, 2}), ("1 and 3", {0, 2}), ("13", {0, 2}), ("1 y 3", {0, 2}), ("2", {1})],
)
def test_several_keys_tick_several_signs(text: str, ticked: set[int]) -> None:
    """A screen takes all the numbers that fit, however they are parted."""
    assert answered(hear(text, SCREEN)) == {DANGER[n]: "yes" for n in ticked}


def test_labels_tick_signs_too() -> None:
    """Writing out the words of the list is as good as its number."""
    heard = hear("Passed out today and A fit", SCREEN)
    assert answered(heard) == {"fainted": "yes", "seizure": "yes"}


@pytest.mark.parametrize("text", ["0", "none", "no, ninguna", "nope", "none of these", "nada", "no"])
def test_none_settles_a_screen(text: str) -> None:
    """None of them is an answer of its own."""
    assert answered(hear(text, SCREEN)) == {"none": "yes"}


def test_a_key_that_is_not_offered_is_no_answer() -> None:
    """A number out of the list is asked again, not guessed."""
    assert hear("7", SCREEN).unclear
    assert hear("0 2", SCREEN).unclear


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1", {"any": "yes"}),
        ("2", {"none": "yes"}),
        ("yes", {"any": "yes"}),
        ("no", {"none": "yes"}),
        ("not sure", {"any": "unsure"}),
    ],
)
def test_a_spoken_screen_is_answered_as_one(text: str, expected: dict[str, str]) -> None:
    """On a call a screen is one yes or no."""
    assert answered(hear(text, ANY)) == expected


@pytest.mark.parametrize(
    ("text", "weeks"),
    [
        ("9", 9),
        ("bout 9 wks", 9),
        ("8wks4d", 8),
        ("diez semanas", 10),
        ("6s3d", 6),
        ("11+3", 11),
        ("9weaks", 9),
        ("onse semanas", 11),
        ("thirty two weeks", 32),
        ("sorry i meant 10 not 11", 10),
        ("between 8 and 9 weeks", 9),
        ("entre 9 y 10", 10),
        ("seis... no, siete semanas", 7),
        ("5 meses", 21),
        ("voy para las 13 semanas", 12),
        ("treinta y seis semanas", 36),
        ("12/40 +1", 12),
        ("2O weeks", 20),
        ("7½ weeks", 7),
        ("sevenish weeks", 7),
        ("sex weeks", 6),
        ("twelv wks", 12),
        ("nuebe semanas", 9),
        ("cuatro meses y medio", 19),
        ("como diez, eleven weeks", 11),
        ("1️⃣0️⃣ weeks", 10),
        ("casi tres meses", 12),
    ],
)
def test_weeks_are_read_from_what_people_write(text: str, weeks: int) -> None:
    """Weeks come in figures, words, months, with days, and corrected."""
    assert answered(hear(text, number("gestation_weeks", 44))) == {"gestation_weeks": weeks}


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("yesterday", 1),
        ("a fortnight", 14),
        ("about a fortnight", 14),
        ("una semana", 7),
        ("2 weeks ago", 14),
        ("3 months ago", 90),
        ("today", 0),
        ("antier", 2),
        ("hace ocho dias", 8),
        ("ten days", 10),
        ("a day and a half", 1),
        ("día y medio", 1),
        ("36 hours", 1),
        ("72 hrs ago", 3),
        ("half an hour ago", 0),
        ("a whole week", 7),
    ],
)
def test_days_are_read_in_their_units(text: str, days: int) -> None:
    """A question for days takes weeks, months and yesterday."""
    assert answered(hear(text, number("days_since_event", 366))) == {"days_since_event": days}


@pytest.mark.parametrize(
    ("text", "weeks"),
    [
        ("nearly 8 weeks", 7),
        ("coming up on eleven weeks", 10),
        ("ill be 16 weeks on sunday", 15),
        ("casi 10 semanas", 9),
        ("mañana cumplo 20 semanas", 19),
        ("bit over 18 weeks", 18),
        ("she's twenty weeks tuesday just gone", 20),
        ("ayer cumplí 11 semanas", 11),
    ],
)
def test_weeks_count_when_they_are_completed(text: str, weeks: int) -> None:
    """What is nearly eight weeks is seven."""
    assert answered(hear(text, number("gestation_weeks", 44))) == {"gestation_weeks": weeks}


@pytest.mark.parametrize(
    ("text", "weeks"),
    [
        ("21 semanas perdon 12", 12),
        ("4. no 3", 3),
        ("6 weeks *7", 7),
        ("thirteen no I tell a lie fourteen weeks", 14),
        ("10 weeks, not 11", 10),
        ("nueve no sorry ten semanas", 10),
    ],
)
def test_a_number_put_right_counts_as_it_was_put_right(text: str, weeks: int) -> None:
    """The number behind a correction is the one she means, the denied one is not."""
    assert answered(hear(text, number("gestation_weeks", 44))) == {"gestation_weeks": weeks}


@pytest.mark.parametrize("text", ["3 pads", "i have 2 kids", "3 days", "see you at 5", "not 8"])
def test_a_number_of_something_else_is_no_number_of_weeks(text: str) -> None:
    """Pads, children and hours of the clock are not taken for weeks."""
    assert "gestation_weeks" not in answered(hear(text, number("gestation_weeks", 44)))


@pytest.mark.parametrize(
    ("text", "soaking"),
    [
        ("4 pads", "unsure"),
        ("too padz", "unsure"),
        ("dos toallas", "unsure"),
        ("half a pad", "no"),
        ("cero toallas", "no"),
        ("one pad all night", "no"),
        ("ten pads all day", "unsure"),
        ("3 pads an hour", "yes"),
    ],
)
def test_a_count_of_pads_without_its_hours_is_unsure(text: str, soaking: str) -> None:
    """How many pads she used says nothing of one an hour, unless it is plainly less."""
    assert answered(hear(text, yes_no("pad_per_hour"))) == {"pad_per_hour": soaking}


@pytest.mark.parametrize(
    ("text", "fever"),
    [
        ("one oh one point four", "yes"),
        ("thirty eight and a half", "yes"),
        ("a hundred and one point two", "yes"),
        ("ninety ate point four", "no"),
        ("37 y 3 decimas", "no"),
        ("treinta y ocho con cuatro", "yes"),
    ],
)
def test_degrees_are_read_as_they_are_spoken(text: str, fever: str) -> None:
    """A temperature comes with point, con, décimas and oh."""
    assert answered(hear(text, yes_no("fever"))) == {"fever": fever}


@pytest.mark.parametrize(
    ("text", "group"),
    [("nearly 18", "age_16_17"), ("she'll be 16 in march so 15", "age_13_15"), ("twenty nine yrs", "adult")],
)
def test_an_age_not_yet_reached_is_not_hers(text: str, group: str) -> None:
    """Of several ages told the lowest counts: under 18 is cared for differently."""
    question = Question("age_group", QuestionKind.CHOICE, (FindingId("age_group"),))
    assert answered(hear(text, question)) == {"age_group": group}


@pytest.mark.parametrize("text", ["99", "45 weeks"])
def test_a_number_out_of_range_is_no_answer(text: str) -> None:
    """What cannot be is asked again."""
    assert "gestation_weeks" not in answered(hear(text, number("gestation_weeks", 44)))


def test_an_offer_takes_yes_and_no() -> None:
    """The offer of check-ins is answered like any question."""
    offer = Question(
        "offer.checkins", QuestionKind.MENU, (), (Choice("accept", "1", "Yes"), Choice("decline", "2", "No"))
    )
    assert answered(hear("yeah ok", offer)) == {"accept": "accept"}
    assert answered(hear("no thanks", offer)) == {"decline": "decline"}


def test_tenths_are_spoken_and_the_latest_number_counts() -> None:
    """A fever is told with its point, and what it is now beats what it was."""
    from_point = hear("three point two", number("days_since_event", 366))
    assert answered(from_point) == {"days_since_event": 3}
    assert answered(hear("was a 6 this morning now 3", number("pain_score", 10))) == {"pain_score": 3}


def test_a_yes_that_holds_a_know_is_no_misheard_no() -> None:
    """Speech recognition writes "know" for no; "you know it" is a yes."""
    assert answered(hear("you know it", yes_no("fever"))) == {"fever": "yes"}
