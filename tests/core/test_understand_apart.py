"""Numbers, amounts and everyday words that look like a danger sign and are none, and those that are one."""

from __future__ import annotations

import pytest

from helpline.triage.ask import open_question
from helpline.triage.flow import Flow
from helpline.triage.state import FindingId
from helpline.triage.turn import Turn
from tests.core.person import Person


def asked(flow: Flow, finding: str, language: str) -> Person:
    """Return a person before whom the question for one finding stands."""
    person = Person(flow, language)
    person.text("hola" if language == "es" else "hi")
    turn = Turn(flow, person.state, person.now, person.chance())
    turn.change(asked=None)
    open_question(turn, finding, (FindingId(finding),))
    person.state = turn.state
    return person


def told(person: Person, finding: str) -> str | int | None:
    """Return what is written down of a finding."""
    answer = person.state.findings.get(FindingId(finding))
    return answer.value if answer else None


@pytest.mark.parametrize(
    ("finding", "language", "words", "value"),
    [
        ("pain_score", "en", "lower back aches after work, 2 out of 10", 2),
        ("pain_score", "en", "hardly anything, maybe one", 1),
        ("pain_score", "en", "5 with the cramps, 0 in between", 5),
        ("pain_score", "en", "it was an 8 before but now its a 2", 2),
        ("pain_score", "en", "off the scale", 10),
        ("pain_score", "en", "worst pain of my life, 2 out of 10", 10),
        ("pain_score", "es", "antes era 8 pero ahora es un 3", 3),
        ("pain_score", "es", "11 de 10", 10),
        ("bleeding", "en", "i dont know its hard to say", "unsure"),
        ("bleeding", "en", "dry now but there was some this morning", "none"),
        ("bleeding", "en", "its not a lot, less than when i have my period", "light"),
        ("bleeding", "en", "brownish", "spotting"),
        ("bleeding", "es", "medio cafecito", "spotting"),
        ("baby_movement", "en", "not much today", "less"),
        ("baby_movement", "en", "he kicks me all the time", "normal"),
        ("baby_movement", "en", "yes he kick me", "normal"),
        ("baby_movement", "es", "el bebe me patea mucho", "normal"),
        ("person_with_caller", "en", "im holding her hand", "yes"),
        ("gestation_weeks", "en", "full term", 0),
        ("gestation_weeks", "es", "salgo de cuentas en marzo", 0),
    ],
)
def test_an_answer_in_her_own_words_is_the_answer(
    flow: Flow, finding: str, language: str, words: str, value: str | int
) -> None:
    """What she says to this one question counts, the number she gives before the words around it."""
    person = asked(flow, finding, language)
    person.text(words)
    assert told(person, finding) == value


@pytest.mark.parametrize(
    ("finding", "language", "words", "never"),
    [
        ("pain_score", "en", "cant talk long he goes through my phone", "pain_score"),
        ("pain_score", "en", "worst headache ever", "pain_score"),
        ("pain_score", "en", "pain in my thighs is terrible", "pain_score"),
        ("baby_movement", "en", "not much today", "bleeding"),
        ("baby_movement", "en", "he kicks me all the time", "injury"),
        ("baby_movement", "es", "si me pega patadas", "injury"),
        ("pain_score", "en", "5 with the cramps, 0 in between", "gestation_weeks"),
    ],
)
def test_an_answer_is_not_taken_for_something_worse(
    flow: Flow, finding: str, language: str, words: str, never: str
) -> None:
    """Kicks of a baby are no blows, a headache is no pain in the belly."""
    person = asked(flow, finding, language)
    person.text(words)
    assert told(person, never) is None


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "he hits me"),
        ("en", "he beats me a lot"),
        ("en", "my partner is kicking me a lot"),
        ("es", "me pega mucho"),
        ("es", "mi esposo me patea"),
    ],
)
def test_blows_told_when_the_baby_is_asked_about_stay_an_alarm(flow: Flow, language: str, words: str) -> None:
    """A baby kicks; who hits, punches or beats is taken for somebody else, whatever was asked."""
    person = asked(flow, "baby_movement", language)
    person.text(words)
    assert told(person, "injury") == "hurt_by_someone"


@pytest.mark.parametrize(
    ("language", "words", "never"),
    [
        ("en", "39 weeks, cramps every 6 minutes for 2 hours now", "soaking_pads"),
        ("en", "cant stop shivering", "gushing"),
        ("en", "having the baby on the floor", "fainted"),
        ("es", "tome las pastillas hace 6 dias y ya casi no sangro", "no_bleed_after_pills"),
        ("es", "le sale liquido amarillo a la herida", "waters_broken"),
        ("es", "tengo placenta previa y al limpiarme salio tantita sangre", "cord_or_part"),
        ("es", "ya casi me toca, 39 semanas", "injury"),
        ("es", "pegame un toque cuando puedas", "injury"),
        ("es", "el que se cayó fue mi suegro, yo estoy bien", "injury"),
        ("es", "me pego unas siestas buenísimas con este embarazo", "self_harm_thoughts"),
        ("es", "está lloviendo a chorros", "gushing"),
        ("es", "tengo la pierna hinchada, me picó una abeja y ya baja", "gushing"),
        ("es", "tristeza sí pero de quitarme la vida ni pensarlo", "suicide_now"),
        ("en", "got beat up by the stairmaster", "injury"),
        ("en", "sweating buckets, its 41 out here", "shock_signs"),
        ("en", "my last was an emergency section with loads of bleeding", "gushing"),
        ("es", "me esta bajando poquita sangre", "bleeding_trend"),
        ("en", "ive decided to wait at home", "suicide_now"),
        ("en", "ive decided to have the procedure", "suicide_now"),
        ("en", "ive made up my mind, taking the pills tomorrow", "suicide_now"),
        ("en", "dont want to make it worse", "suicide_now"),
        ("en", "i have to take the second tablets tonight", "suicide_now"),
        ("en", "my bf ordered abortion pills and says i have to take them tonight", "suicide_now"),
        ("en", "im so tired of waiting for this to be over", "suicide_now"),
        ("es", "no hay quien me lleve al hospital", "suicide_now"),
    ],
)
def test_everyday_words_raise_no_sign_of_their_own(flow: Flow, language: str, words: str, never: str) -> None:
    """An object that is ordinary, a verb of something else, minutes between pains and not between pads."""
    person = Person(flow, language)
    person.text(words)
    assert told(person, never) is None


@pytest.mark.parametrize(
    ("language", "words", "finding", "value"),
    [
        ("en", "ive decided to end it", "suicide_now", "yes"),
        ("en", "ive decided", "suicide_now", "yes"),
        ("en", "ive decided to take the pills", "suicide_now", "yes"),
        ("en", "i made up my mind, nobody will stop me", "suicide_now", "yes"),
        ("en", "dont want to make it to tomorrow", "suicide_now", "yes"),
        ("en", "im going to take all these tablets tonight", "suicide_now", "yes"),
        ("en", "so tired of waiting to die", "suicide_now", "yes"),
        ("es", "que dios me lleve", "suicide_now", "yes"),
        ("es", "que me lleve un carro", "suicide_now", "yes"),
        ("es", "ya lo decidi", "suicide_now", "yes"),
        ("en", "he kicks me all the time", "injury", "hurt_by_someone"),
        ("es", "cada vez que toma me toca a mi", "injury", "hurt_by_someone"),
        ("en", "cant stop bleeding", "gushing", "yes"),
        ("en", "i cant stop pushing", "cord_or_part", "yes"),
        ("en", "woke up on the floor", "fainted", "yes"),
        ("en", "soaking a pad every 20 minutes now", "soaking_pads", "yes"),
        ("es", "tengo placenta previa y se me salio el cordon", "cord_or_part", "yes"),
        ("es", "me sale liquido amarillo de la vagina", "waters_broken", "yes"),
        ("en", "wait i said 30 weeks but its 20", "gestation_weeks", 20),
        ("es", "le sale liquido amarillo a la herida", "wound_problem", "yes"),
        ("es", "tome las pastillas hace 6 dias y ya casi no sangro", "bleeding", "light"),
    ],
)
def test_what_is_a_sign_stays_one(
    flow: Flow, language: str, words: str, finding: str, value: str | int
) -> None:
    """The siblings of those words, which mean what they say."""
    person = Person(flow, language)
    person.text(words)
    assert told(person, finding) == value
