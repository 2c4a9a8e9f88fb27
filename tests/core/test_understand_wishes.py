"""What she wants beside answering, in her words: stop, a person, erase, start over, later, a language."""

from __future__ import annotations

import pytest

from tests.core.test_understand import ES, answered, hear, yes_no


def wants(text: str) -> dict[str, str | int | None]:
    """Return the wishes that an English text holds, with their values."""
    return {hit.id: hit.value for hit in hear(text).intents}


@pytest.mark.parametrize(
    "text",
    [
        "please stop texting me",
        "stpo",
        "kindly discontinue the messages",
        "please don't be sending me message again",
        "I don't want any more of your calls thank you goodbye",
        "take this number off your system please",
        "this isnt her number anymore stop sending stuff",
        "no texts",
        "no more textos gracias",
        "borradme de la lista de envíos",
        "Le agradezco pero ya no deseo recibir mensajes.",
    ],
)
def test_who_wants_no_more_texts_is_stopped(text: str) -> None:
    """STOP is obeyed in polite, angry, misspelt and mixed words as well."""
    assert "stop" in wants(text)


@pytest.mark.parametrize(
    "text",
    [
        "STOP bleeding?",
        "it wont stop",
        "stop hitting me",
        "make it stop please",
        "he wont stop texting me",
        "my ex wont stop messaging me",
        "i told him to stop calling me names",
        "he wont leave me alone",
        "i cant stop shaking",
        "i want to end it",
        "que pare el sangrado",
        "el no deja de llamarme",
        "no para de sangrar",
        "ya no quiero vivir",
    ],
)
def test_words_of_blood_pain_or_somebody_else_are_no_opt_out(text: str) -> None:
    """Whoever tells of bleeding, or of somebody who will not stop, goes on being heard."""
    assert "stop" not in wants(text)


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("??help", "help"),
        ("hepl", "help"),
        ("i dont get how to answer these", "help"),
        ("who am I through to please", "help"),
        ("¿con quién tengo el gusto?", "help"),
        ("Would it be possible to speak with a member of staff please?", "human"),
        ("kindly arrange one staff to talk", "human"),
        ("gonnae put a real yin on", "human"),
        ("opera tor", "human"),
        ("kiero ablar con una enfermera", "human"),
        ("bin everything ive told you please", "erase"),
        ("a race my data", "erase"),
        ("que no quede nada guardado por favor", "erase"),
        ("may I begin the questions again?", "restart"),
        ("re start", "restart"),
        ("regréseme al menú principal", "restart"),
        ("l8r", "snooze"),
        ("hold yer horses gimme a bit", "snooze"),
        ("bancame un toque que ya vuelvo", "snooze"),
        ("bet hmu in the am", "accept"),
        ("si porfa aganme seguimiento", "accept"),
        ("not required to follow up", "decline"),
        ("asi dejelo, gracias, no me marque", "decline"),
    ],
)
def test_a_wish_is_understood_in_her_words(text: str, wish: str) -> None:
    """Polite, tired, misspelt, from everywhere, and as speech recognition writes it."""
    assert wish in wants(text)


def test_a_refused_call_back_is_neither_a_stop_nor_a_call_for_a_person() -> None:
    """Words within a no to check-ins are no wish of their own."""
    assert wants("no don't call me back thanks") == {"decline": None}


def test_a_yes_with_a_time_puts_nothing_off() -> None:
    """Whoever agrees to be rung in the morning does not put the talk off until then."""
    assert wants("oh would you dear yes ring me in the morning") == {"accept": None}


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("i no speak english good, spanish", "es"),
        ("span pls", "es"),
        ("um sorry no English, español", "es"),
        ("dont understand this, english?", "en"),
        ("inglish", "en"),
        ("why is it in spanish", "en"),
    ],
)
def test_the_language_she_asks_for_is_the_one_she_cannot_do_without(text: str, language: str) -> None:
    """Broken, short and mixed words still name the language she wants."""
    assert wants(text)["language"] == language


def test_a_wish_in_spanish_is_heard_while_spanish_is_spoken() -> None:
    """The language spoken so far changes nothing in what she wants."""
    assert [hit.id for hit in hear("páseme con el doctor de guardia", None, ES).intents] == ["human"]


@pytest.mark.parametrize(
    "text", ["help my wife is bleeding so much she passed out", "borren todo me quiero morir hoy mismo"]
)
def test_no_wish_hides_an_alarm(text: str) -> None:
    """Danger in the same words is heard beside the wish."""
    assert hear(text).interrupts


@pytest.mark.parametrize("text", ["i wanna unsubscribe from this", "no kiero mas mensages", "wipe me"])
def test_a_plain_wish_is_not_weighed(text: str) -> None:
    """A wish with hardly a word beside it tells of no danger, however its words weigh elsewhere."""
    assert not hear(text).weighed


def test_a_plain_answer_is_not_weighed() -> None:
    """Who cannot say is unsure about what was asked, and tells of nothing else."""
    heard = hear("I am unable to say.", yes_no("leg_swelling"))
    assert answered(heard) == {"leg_swelling": "unsure"} and not heard.weighed


def test_a_wish_in_a_longer_story_is_weighed_all_the_same() -> None:
    """A STOP at the end takes nothing from what she tells before it."""
    heard = hear("there is so much blood it ran down to my shoes and i am cold and grey stop texting me")
    assert heard.interrupts or heard.weighed
