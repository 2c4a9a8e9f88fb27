"""Every step of a call, in both languages, is a document that the carrier takes as it is meant."""

from __future__ import annotations

from xml.etree.ElementTree import Element

import pytest

from helpline.carrier.twiml_reader import read_voice
from helpline.channels.twiml import Voice, breaths, say
from tests.channels.strict import held
from tests.channels.webhooks import Carrier, sid


def step(carrier: Carrier, path: str, call: str, **told: str) -> Element:
    """Take a step of a call and hold the answer to the table."""
    answer = carrier.call(path, call, **told)
    assert answer.status_code == 200
    assert not read_voice(answer.content_type, answer.data).warnings
    return held(answer.data)


def onward(carrier: Carrier, root: Element) -> str | None:
    """Return the path at which the call goes on; None when it ends."""
    verb = next((e for e in root if e.tag in ("Gather", "Dial")), None)
    return verb.attrib["action"].removeprefix(carrier.settings.public_url) if verb is not None else None


def words_of(said: Element) -> str:
    """Return the words of one Say."""
    return "".join(said.itertext())


def words(root: Element) -> str:
    """Return all that is said."""
    return " ".join(map(words_of, root.iter("Say")))


@pytest.mark.parametrize("language", ["english", "español"])
@pytest.mark.parametrize("key", ["1", "2", "3", "4", "*", "0", "9", "**", "#", "12", "777"])
def test_every_step_of_a_call_by_keys_holds_to_the_table(carrier: Carrier, language: str, key: str) -> None:
    """Whatever key is pressed all the way through, each answer is a document without fault, to the end."""
    call = sid("CA")
    path = onward(carrier, step(carrier, "/voice", call))
    assert path
    path = onward(carrier, step(carrier, path, call, SpeechResult=language))
    for n in range(14):
        if path is None:
            break
        pressed = {"Digits": key if n % 2 else "2"} if not path.startswith("/voice/dialed") else {}
        path = onward(carrier, step(carrier, path, call, **pressed))


@pytest.mark.parametrize(
    "said",
    [
        "music playing la la la " * 60,
        "\x00\x07 ffff",
        "eeee",
        '<Hangup/> & "quotes"',
        "ich brauche hilfe",
        "is this the pizza place",
        "💔💔💔",
        "no " * 700,
    ],
)
def test_noise_is_answered_kindly_and_leads_on(carrier: Carrier, said: str) -> None:
    """Music, a fax, another language, a prank: asked again, then a way to a person, and never silence."""
    call = sid("CA")
    path = onward(carrier, step(carrier, "/voice", call))
    for _ in range(4):
        assert path
        root = step(carrier, path, call, SpeechResult=said, Confidence="0.1")
        assert words(root)
        path = onward(carrier, root)


def test_a_caller_who_only_breathes_is_told_what_to_do_before_the_call_ends(carrier: Carrier) -> None:
    """Asked again, asked for keys, then advice with the emergency number: no hang-up without it."""
    call = sid("CA")
    path, last = onward(carrier, step(carrier, "/voice", call)), None
    while path:
        last = step(carrier, path, call)
        path = onward(carrier, last)
    assert last is not None and "911" in words(last)
    assert [e.tag for e in last][-1] == "Hangup"


def test_the_greeting_offers_the_other_language_in_its_own_voice(carrier: Carrier) -> None:
    """Three short things in the first answer: who we are, the emergency number, and Spanish in Spanish."""
    said = list(step(carrier, "/voice", sid("CA")).iter("Say"))
    assert "911" in words_of(said[0])
    offers = [s for s in said if s.attrib["language"] == "es-US"]
    assert len(offers) == 1 and "español" in words_of(offers[0])


def test_noise_is_listened_to_no_more_once_it_was_twice_not_understood(carrier: Carrier) -> None:
    """Then the call hears keys only, and says so; nothing about speech is left in the question."""
    call = sid("CA")
    path = onward(carrier, step(carrier, "/voice", call))
    for _ in range(2):
        assert path
        root = step(carrier, path, call, SpeechResult="la la la la", Confidence="0.1")
        path = onward(carrier, root)
    gather = root.find("Gather")
    assert gather is not None and gather.attrib["input"] == "dtmf"
    assert gather.attrib["actionOnEmptyResult"] == "true"


def test_numbers_to_dial_are_read_digit_by_digit_and_quantities_are_not() -> None:
    """911, 988 and phone numbers are spelled; pads, hours and degrees stay numbers."""
    voice = Voice("en-US", "Polly.Joanna-Neural", frozenset({"911", "988"}))
    spoken = say("Call 911, or 988. Poison help is 1-800-222-1222. 2 pads in 24 hours, 100 point 4.", voice)
    for number in ("911", "988", "1-800-222-1222"):
        assert f'<say-as interpret-as="telephone">{number}</say-as>' in spoken
    assert spoken.count("<say-as") == 3
    assert spoken.count("<break") == 2


def test_even_words_without_an_end_are_cut() -> None:
    """A sentence that never ends is cut between words, so that no voice refuses it."""
    assert max(map(len, breaths("word " * 900))) <= 1000


@pytest.mark.parametrize(("key", "way"), [("**", "not_reached"), ("*", "number"), ("9", "number")])
def test_where_a_number_is_asked_every_digit_belongs_to_it(carrier: Carrier, key: str, way: str) -> None:
    """`9` is nine weeks and not back; two stars lead to a person; `*` repeats."""
    call = sid("CA")
    path = onward(carrier, step(carrier, "/voice", call))
    assert path
    path = onward(carrier, step(carrier, path, call, Digits="2"))
    assert path
    root = step(carrier, path, call, Digits="1")
    asked = onward(carrier, root)
    assert asked and "q=gestation_weeks" in asked
    gather = root.find("Gather")
    assert gather is not None and gather.attrib["finishOnKey"] == "#" and gather.attrib["timeout"] == "2"
    after = step(carrier, asked, call, Digits=key)
    if key == "**":
        assert "nurse" in words(after)
    elif key == "*":
        assert "q=gestation_weeks" in (onward(carrier, after) or "")
    else:
        assert "q=gestation_weeks" not in (onward(carrier, after) or "")


def test_an_older_step_gets_the_question_that_stands_and_the_newest_the_same_answer(carrier: Carrier) -> None:
    """A step from long ago leads back to where the call is, not into answers that count no more."""
    call = sid("CA")
    first = onward(carrier, step(carrier, "/voice", call))
    assert first
    second = onward(carrier, step(carrier, first, call, Digits="2"))
    assert second
    third = onward(carrier, step(carrier, second, call, Digits="1"))
    assert third
    again = step(carrier, first, call, Digits="2")
    assert third.partition("q=")[2] == (onward(carrier, again) or "").partition("q=")[2]
    assert "q=gestation_weeks" not in (onward(carrier, step(carrier, third, call, Digits="8")) or "")
