"""Whoever calls, however oddly: a kind, safe end with what to do and whom to call, and never a dead end."""

from __future__ import annotations

from xml.etree.ElementTree import Element

import pytest

from tests.channels.test_calls_strict import onward, step, words
from tests.channels.webhooks import Carrier, sid

MOST_STEPS = 60
HARSH = ("wrong", "invalid", "error", "illegal", "prank", "police")

FAX = {"SpeechResult": "\x00\x07beep ffff eeee beep", "Confidence": "0.0"}
CALLERS = {
    "wrong keys": {"Digits": "7"},
    "all keys at once": {"Digits": "123456789*0#"},
    "a long speech": {"SpeechResult": "and then she said to me well you know how it is " * 60},
    "another language": {"SpeechResult": "guten tag ich brauche bitte jemanden zum reden"},
    "music": {"SpeechResult": "la la la oh oh la la la"},
    "a song": {"SpeechResult": "oh yeah oh yeah baby yeah"},
    "a fax": FAX,
    "a robot": {"SpeechResult": "your car warranty has expired this is our final notice to you"},
    "a child": {"SpeechResult": "i am nine"},
    "a prank": {"SpeechResult": "one large pepperoni ha ha ha"},
    "only breath": {},
    "a bad line": {"SpeechResult": "h", "Confidence": "0.01"},
}


NOISES = ("music", "a song", "a fax", "a robot", "only breath", "another language", "a bad line", "a prank")


def whole_call(carrier: Carrier, told: dict[str, str]) -> list[Element]:
    """Answer everything the same way until the line ends the call; return all it said."""
    call = sid("CA")
    heard = [step(carrier, "/voice", call)]
    for _ in range(MOST_STEPS):
        path = onward(carrier, heard[-1])
        if path is None:
            return heard
        # Where noise is listened to no more the carrier reports that no key came.
        gather = heard[-1].find("Gather")
        silent = gather is None or (gather.attrib["input"] == "dtmf" and "Digits" not in told)
        heard.append(step(carrier, path, call, **({} if silent else told)))
    return heard


@pytest.mark.parametrize("who", CALLERS)
def test_every_caller_is_told_what_to_do_and_whom_to_call(carrier: Carrier, who: str) -> None:
    """In the first words and in the last; no step without words; kind to the end, whoever it was."""
    heard = whole_call(carrier, CALLERS[who])
    assert "911" in words(heard[0])
    assert all(words(root) for root in heard)
    said = " ".join(map(words, heard)).lower()
    assert not any(harsh in said for harsh in HARSH)
    if onward(carrier, heard[-1]) is None:
        assert "911" in words(heard[-1]) or "911" in words(heard[-2])


@pytest.mark.parametrize("who", [*NOISES])
def test_what_never_answers_does_not_keep_the_line_for_ever(carrier: Carrier, who: str) -> None:
    """Asked again, by keys only, twice more: then advice and the end, within nine steps."""
    heard = whole_call(carrier, CALLERS[who])
    assert onward(carrier, heard[-1]) is None and len(heard) <= 9
    assert [e.tag for e in heard[-1]][-1] == "Hangup"
    assert "911" in words(heard[-1])


def test_another_language_is_offered_once_more_when_nothing_was_understood(carrier: Carrier) -> None:
    """Who speaks neither hears the choice again, with its key; Spanish answers lead on in Spanish."""
    call = sid("CA")
    path = onward(carrier, step(carrier, "/voice", call))
    assert path
    again = step(carrier, path, call, **CALLERS["another language"])
    assert any(s.attrib["language"] == "es-US" for s in again.iter("Say"))
    path = onward(carrier, again)
    assert path
    chosen = step(carrier, path, call, Digits="8")
    assert {s.attrib["language"] for s in chosen.iter("Say")} == {"es-US"}


def test_a_child_is_a_case_and_is_asked_on(carrier: Carrier) -> None:
    """Under thirteen: words in private are offered, and the danger signs are asked all the same."""
    call = sid("CA")
    path = onward(carrier, step(carrier, "/voice", call))
    assert path
    root = step(carrier, path, call, SpeechResult="i am nine years old and my mommy is bleeding")
    assert "911" in words(root) and "danger signs" in words(root)


def test_an_emergency_told_by_text_is_the_next_thing_the_call_says(carrier: Carrier) -> None:
    """One person, one state: the key for an older question counts no more, what to do does."""
    call = sid("CA")
    path = onward(carrier, step(carrier, "/voice", call))
    assert path
    path = onward(carrier, step(carrier, path, call, Digits="2"))
    assert path
    assert any("911" in reply for reply in carrier.text("i just fainted and blood is gushing out"))
    said = words(step(carrier, path, call, Digits="1"))
    assert said.index("Call 911 now") < said.index("nurse")


def test_an_answer_to_an_older_question_is_no_mistake_of_hers(carrier: Carrier) -> None:
    """A text moved on meanwhile: the open question is put, without "I did not get that"."""
    call = sid("CA")
    path = onward(carrier, step(carrier, "/voice", call))
    assert path
    path = onward(carrier, step(carrier, path, call, Digits="2"))
    assert path
    carrier.text("yes im 9 weeks pregnant")
    assert "did not get that" not in words(step(carrier, path, call, Digits="1"))


def test_no_step_of_a_call_sets_a_cookie_or_is_plain_text(carrier: Carrier) -> None:
    """Carriers keep cookies for hours, and read plain text aloud before they hang up."""
    call = sid("CA")
    first = carrier.call("/voice", call)
    path = onward(carrier, step(carrier, "/voice", sid("CA")))
    assert path
    for answer in (
        first,
        carrier.call(path, call, Digits="2"),
        carrier.call("/voice/recorded?n=3", call),
        carrier.call("/voice/dialed?to=staff&n=4", call, DialCallStatus="no-answer"),
        carrier.call("/voice/fallback", call),
    ):
        assert answer.status_code == 200 and answer.content_type.startswith("text/xml")
        assert "Set-Cookie" not in answer.headers
