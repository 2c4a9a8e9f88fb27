"""Short answers and bare words: each means what people mean by it, and nothing more."""

from __future__ import annotations

import pytest

from helpline.triage.effects import OpenCase
from helpline.triage.flow import Flow
from helpline.triage.state import FindingId
from helpline.triage.timing import FROM_HOUR, UNTIL_HOUR
from tests.core.person import Person
from tests.core.test_same_person import asked, value

EARLY = {
    "en": ("im 8 weeks pregnant, pain 2 of 10", "0", "2"),
    "es": ("estoy embarazada de 8 semanas, dolor 2 de 10", "0", "2"),
}
"""Answers after which a scan is asked for."""


def at_the_scan(flow: Flow, language: str = "en") -> Person:
    """Return somebody who is asked whether a scan showed the pregnancy in the womb."""
    person = Person(flow, language)
    for words in EARLY[language]:
        person.text(words)
    assert asked(person) == "scan_confirmed"
    return person


# ---- a plain no to a question that is none of yes and no ----------------------------------------------
@pytest.mark.parametrize(("language", "no"), [("en", "no"), ("en", "nope"), ("en", "0"), ("es", "no")])
def test_a_plain_no_to_the_scan_is_asked_about_once_more(flow: Flow, language: str, no: str) -> None:
    """No scan at all, and a scan that showed nothing, are two things: the second is the more urgent."""
    person = at_the_scan(flow, language)
    words = person.text(no)
    assert asked(person) == "scan_confirmed" and value(person, "scan_confirmed") is None
    assert "2" in words and "3" in words
    person.text(no)
    assert value(person, "scan_confirmed") == "not_seen"
    assert not [e for e in person.effects if isinstance(e, OpenCase)]


@pytest.mark.parametrize(
    ("words", "taken"),
    [("no scan yet", "no"), ("2", "no"), ("3", "not_seen"), ("idk", "unsure"), ("yes", "yes")],
)
def test_a_clear_answer_to_the_scan_counts_at_once(flow: Flow, words: str, taken: str) -> None:
    """By key, in words, or not sure, which counts as no scan (evidence 1.2)."""
    person = at_the_scan(flow)
    person.text(words)
    assert value(person, "scan_confirmed") == taken


def test_a_plain_no_to_less_same_or_worse_counts_as_the_same(flow: Flow) -> None:
    """Asked once more; the second is taken as neither less nor worse, and wakes nobody."""
    person = Person(flow)
    person.text("i had a miscarriage 3 days ago and im bleeding a bit")
    for _ in range(20):
        if asked(person) == "bleeding_trend":
            break
        person.text("0" if person.state.asked and len(person.state.asked.findings) > 1 else "1")
    assert asked(person) == "bleeding_trend"
    assert "Please send the number" in person.text("no")
    before = person.state.case
    person.text("no")
    assert value(person, "bleeding_trend") == "same"
    assert person.state.case == before
    assert "unsure" not in str(value(person, "bleeding_trend"))


# ---- what is only asked about -------------------------------------------------------------------------
def test_asking_if_one_can_get_pregnant_again_tells_of_no_pregnancy(flow: Flow) -> None:
    """The facts are given, and the question whether she is pregnant still stands."""
    person = Person(flow)
    person.text("hi")
    person.text("0")
    words = person.text("can i get pregnant again")
    assert "84 in 100" in words
    assert asked(person) == "pregnant" and value(person, "pregnant") is None


def test_a_loss_beside_a_question_is_not_lost(flow: Flow) -> None:
    """She told of it; whatever is asked in the same breath, nothing may speak of an ongoing pregnancy."""
    person = Person(flow)
    person.text("i had a loss 3 days ago can i get pregnant again")
    assert value(person, "recent_event") == "loss" and value(person, "days_since_event") == 3


@pytest.mark.parametrize("words", ["they told me there is no heartbeat", "they said theres no heartbeat"])
def test_no_heartbeat_is_news_and_no_question(flow: Flow, words: str) -> None:
    """She is not sent facts about scans: the danger screen comes, and what she told stands."""
    person = Person(flow)
    assert "Blood pouring out" in person.text(words)
    assert value(person, "recent_event") == "waiting"


@pytest.mark.parametrize(
    ("language", "words"), [("es", "perdí un bebé"), ("en", "i lost my baby"), ("en", "i had a miscarriage")]
)
def test_a_loss_told_without_a_day_is_asked_for_its_day(flow: Flow, language: str, words: str) -> None:
    """No day is made up: bleeding after a day and after a year are two things."""
    person = Person(flow, language)
    person.text(words)
    assert value(person, "pregnant") == "recent" and value(person, "days_since_event") is None
    person.text("0")
    assert asked(person) in ("days_since_event", "recent_event")


def test_a_loss_of_years_ago_is_no_recent_one(flow: Flow) -> None:
    """Told so when the day is asked for: whether she is pregnant now is asked then."""
    person = Person(flow)
    person.text("i lost my baby")
    person.text("0")
    person.text("3 years ago")
    assert value(person, "days_since_event") is None and value(person, "recent_event") is None
    assert asked(person) == "pregnant"


# ---- words that were taken for alarms -----------------------------------------------------------------
@pytest.mark.parametrize(
    "words", ["tengo carro", "tengo toallas", "tengo un coche", "traigo pantalon", "tengo cama"]
)
def test_things_one_has_are_no_alarm(flow: Flow, words: str) -> None:
    """A car for the way, a bed, pads in the house."""
    person = Person(flow, "es")
    person.text("hola")
    person.text("0")
    person.text(words)
    assert person.state.disposition is None and asked(person) == "pregnant"


@pytest.mark.parametrize(
    "words",
    ["tengo el pantalon lleno de sangre", "tengo la cama empapada", "traigo las sabanas llenas de sangre"],
)
def test_things_full_of_blood_are_one(flow: Flow, words: str) -> None:
    """With blood in the same words it is the sign that it was."""
    assert "911" in Person(flow, "es").text(words)
    person = Person(flow, "es")
    person.text(words)
    assert person.state.disposition == "emergency"


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "help me please"),
        ("en", "please help me"),
        ("en", "help me"),
        ("en", "HELP ME!!"),
        ("es", "ayúdame por favor"),
        ("es", "ayudame"),
    ],
)
def test_a_bare_cry_for_help_is_asked_for_danger_at_once(flow: Flow, language: str, words: str) -> None:
    """The danger screen decides; any sign of it is the emergency number."""
    person = Person(flow)
    reply = person.text(words)
    assert asked(person) == "danger" and "911" in reply
    assert person.state.disposition is None
    assert person.state.language == language
    assert "911" in person.text("1")
    assert person.state.disposition == "emergency"


def test_after_its_no_a_cry_for_help_gets_the_way_to_a_person(flow: Flow) -> None:
    """It is not asked twice."""
    person = Person(flow)
    person.text("help me please")
    person.text("0")
    assert "NURSE" in person.text("help me please")


# ---- facts by their names -----------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("language", "words", "topic"),
    [
        ("en", "causes", "causes"),
        ("en", "signs", "signs"),
        ("en", "Tests at the clinic", "tests"),
        ("en", "tests", "tests"),
        ("en", "care", "care"),
        ("en", "feelings", "emotions"),
        ("en", "chances", "future_pregnancy"),
        ("en", "future", "future_pregnancy"),
        ("en", "what happens in one", "process"),
        ("en", "when to get help", "when_to_seek_help"),
        ("en", "what to ask my doctor", "talking_to_provider"),
        ("es", "causas", "causes"),
        ("es", "señales", "signs"),
        ("es", "pruebas", "tests"),
        ("es", "cuidados", "care"),
        ("es", "sentimientos", "emotions"),
    ],
)
def test_the_name_of_a_topic_alone_asks_for_it(flow: Flow, language: str, words: str, topic: str) -> None:
    """As it stands in the menu, or in a word."""
    person = Person(flow, language)
    person.text(words)
    assert person.state.extra.get("topic") == topic


@pytest.mark.parametrize(("language", "word"), [("en", "menu"), ("en", "MENU"), ("es", "menú")])
def test_menu_gives_the_list_of_topics(flow: Flow, language: str, word: str) -> None:
    """As every topic promises: "Text MENU for more." The emergency number comes with it for who is new."""
    person = Person(flow, language)
    reply = person.text(word)
    assert asked(person) == "menu.topics" and "911" in reply
    assert "9 " in reply
    person.text("5")
    assert person.state.extra.get("topic") == "causes"


def test_menu_in_the_middle_of_the_questions_loses_none(flow: Flow) -> None:
    """She hears which facts there are, and the question that stood stands; a number answers it."""
    person = Person(flow)
    person.text("im bleeding a bit")
    person.text("0")
    reply = person.text("menu")
    assert "Causes" in reply and asked(person) == "pregnant"
    person.text("causes")
    assert person.state.extra.get("topic") == "causes" and asked(person) == "pregnant"


# ---- hours --------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("language", "words", "until"),
    [
        ("es", "no me escribas después de las 7", "19"),
        ("es", "no me escribas despues de las 7 de la noche", "19"),
        ("es", "por favor no me escriban despues de las 8", "20"),
        ("en", "dont text me after 7", "19"),
        ("en", "please dont text me after 7 pm", "19"),
        ("en", "dont text me after 10", "21"),
    ],
)
def test_no_texts_after_an_hour_is_a_wish_and_no_danger(
    flow: Flow, language: str, words: str, until: str
) -> None:
    """Neither a STOP nor a phone that is not safe; from that hour on nothing comes."""
    person = Person(flow, language)
    person.text("hi" if language == "en" else "hola")
    person.text(words)
    assert person.state.extra.get(UNTIL_HOUR) == until and FROM_HOUR not in person.state.extra
    assert person.state.consent.stopped is None and not person.state.flags
    assert FindingId("safe_to_text") not in person.state.findings


@pytest.mark.parametrize(
    "words",
    [
        "no me escribas por la noche, mi marido ve el celular",
        "no me escribas despues de las 7 que llega mi marido y revisa mi celular",
    ],
)
def test_an_hour_with_somebody_who_reads_is_a_phone_that_is_not_safe(flow: Flow, words: str) -> None:
    """What else stands there decides."""
    person = Person(flow, "es")
    person.text(words)
    assert person.state.flags


# ---- her language -------------------------------------------------------------------------------------
@pytest.mark.parametrize("word", ["nope", "y", "n", "k", "no", "ok"])
@pytest.mark.parametrize("language", ["en", "es"])
def test_a_short_answer_changes_no_language(flow: Flow, word: str, language: str) -> None:
    """A "y" is a yes in the one and an "and" in the other."""
    person = Person(flow, language)
    person.text("hi there" if language == "en" else "hola")
    person.text("0")
    person.text(word)
    assert person.state.language == language


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "dont call me at night"), ("en", "please don't text me at night"),
     ("es", "no me llames en la noche"), ("es", "no me escriban de noche")],
)
def test_no_texts_at_night_is_a_wish_for_the_day(flow: Flow, language: str, words: str) -> None:
    """Neither a STOP nor a no to check-ins."""
    person = Person(flow, language)
    person.text(words)
    assert person.state.extra.get("keep_until_hour") == "20" and person.state.consent.stopped is None
