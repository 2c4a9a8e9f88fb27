"""Calls in: a question after every word, the same step again for the same step, and never silence."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from werkzeug.test import TestResponse

from helpline.carrier.twiml_reader import read_voice
from helpline.wiring import Helpline
from tests.channels.webhooks import Carrier, sid, texts


def action(carrier: Carrier, answer: TestResponse) -> str:
    """Return the path to which the answer of a call goes; the answer must be a document without warning."""
    assert answer.status_code == 200
    assert not read_voice(answer.content_type, answer.data).warnings
    gather = ElementTree.fromstring(answer.data).find("Gather")
    assert gather is not None
    return gather.attrib["action"].removeprefix(carrier.settings.public_url)


def test_a_call_is_answered_with_words_and_a_question(carrier: Carrier) -> None:
    """The first webhook already says something useful, and listens."""
    answer = carrier.call("/voice", sid("CA"))
    path = action(carrier, answer)
    assert texts(answer)
    assert path.startswith("/voice/turn?n=")
    assert "&q=" in path


def test_keys_speech_and_silence_all_lead_on(carrier: Carrier) -> None:
    """Whatever the caller does, there is a next question or the end after advice."""
    call = sid("CA")
    answer = carrier.call("/voice", call)
    for told in ({"Digits": "2"}, {"SpeechResult": "no", "Confidence": "0.9"}, {}, {"Digits": "*"}):
        answer = carrier.call(action(carrier, answer), call, **told)
        assert texts(answer)


def test_a_step_that_comes_again_gets_the_same_answer(carrier: Carrier) -> None:
    """A repeated webhook is no second answer of hers."""
    call = sid("CA")
    path = action(carrier, carrier.call("/voice", call))
    first = carrier.call(path, call, Digits="2")
    assert carrier.call(path, call, Digits="2").data == first.data
    assert carrier.call("/voice", call).status_code == 200


@pytest.mark.parametrize("number", ["", "+266696687", "sip:someone@example.org", "anonymous", "client:ann"])
def test_a_withheld_number_is_helped_for_this_call(carrier: Carrier, helpline: Helpline, number: str) -> None:
    """Without a number the conversation belongs to the call alone, and works as any other."""
    carrier.number, call = number, sid("CA")
    path = action(carrier, carrier.call("/voice", call))
    assert texts(carrier.call(path, call, Digits="2"))
    line = helpline.line()
    assert line.store.journal(line.identity.person(f"call:{call}"))
    assert carrier.call("/voice/status", call, CallStatus="completed").status_code == 204


def test_a_red_flag_said_aloud_gets_the_emergency_words(carrier: Carrier) -> None:
    """Free words on the phone are heard as in a text."""
    call = sid("CA")
    path = action(carrier, carrier.call("/voice", call))
    said = " ".join(
        texts(carrier.call(path, call, SpeechResult="I passed out a minute ago", Confidence="0.4"))
    )
    assert "911" in said.replace(" ", "")


def test_hanging_up_is_noted_once(carrier: Carrier, helpline: Helpline) -> None:
    """The end of a call is an event; other states of it are no news."""
    call = sid("CA")
    carrier.call("/voice", call)
    for status in ("ringing", "in-progress", "completed", "completed"):
        assert carrier.call("/voice/status", call, CallStatus=status).status_code == 204
    line = helpline.line()
    journal = line.store.journal(line.identity.person(carrier.number))
    assert [e.what for e in journal].count("HungUp") == 1


@pytest.mark.parametrize("query", ["", "?n=-1", "?n=x&q=", "?n=99999999999&q=%00", "?q=no_such_question"])
def test_a_broken_address_does_not_break_the_call(carrier: Carrier, query: str) -> None:
    """Nonsense in the address is taken for silence or an old question."""
    call = sid("CA")
    carrier.call("/voice", call)
    assert texts(carrier.call(f"/voice/turn{query}", call, Digits="2"))


def test_a_call_without_its_id_is_refused_by_name(carrier: Carrier) -> None:
    """400 says what is missing."""
    answer = carrier.post("/voice", From=carrier.number)
    assert answer.status_code == 400
    assert "CallSid" in answer.text
