"""What goes back to the carrier is always a document it can act on."""

from __future__ import annotations

from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st
from twilio.twiml.messaging_response import MessagingResponse

from helpline.carrier.twiml_reader import Document, read_messaging, read_voice
from helpline.channels.twiml import (
    LONGEST_SAY,
    NOTHING,
    XML_TYPE,
    Ear,
    Through,
    Voice,
    breaths,
    clean,
    dial,
    document,
    gather,
    message,
    say,
)

VOICE = Voice("es-US", "Polly.Lupe-Neural")
ordinary = st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff")
plain = st.text(ordinary, max_size=40)
anything = st.text(st.characters(exclude_categories=()), max_size=60)


def heard(xml: str) -> Document:
    """Read a document as the local carrier reads it, without a warning."""
    found = read_voice(XML_TYPE, xml.encode())
    assert not found.warnings
    return found


def test_saying_nothing_is_an_empty_response() -> None:
    """The carrier takes an empty document for no reply."""
    assert not read_messaging(XML_TYPE, NOTHING.encode()).verbs


@given(anything)
def test_any_words_come_back_as_they_went_in(words: str) -> None:
    """Whatever is said arrives unchanged, but for characters that XML cannot hold."""
    found = ElementTree.fromstring(document(message(words)))
    kept = clean(words).replace("\r\n", "\n").replace("\r", "\n")
    assert (found[0].text or "") == kept


@given(plain)
def test_it_says_what_the_library_would_say(words: str) -> None:
    """Our writer and the carrier's own library give the same document."""
    library = MessagingResponse()
    library.message(words, action="https://h.example/sms/status?o=o_1&x=2", method="POST")
    ours = document(message(words, "https://h.example/sms/status?o=o_1&x=2"))
    assert ElementTree.canonicalize(ours) == ElementTree.canonicalize(str(library))


def test_an_attribute_cannot_break_out() -> None:
    """Quotes and brackets in an address stay inside it."""
    found = ElementTree.fromstring(document(message("x", 'https://h/?a="><Hangup/>&b=1')))
    assert found[0].attrib["action"] == 'https://h/?a="><Hangup/>&b=1'


def test_a_question_hears_keys_and_speech_and_even_silence() -> None:
    """Speech is not censored, pauses are allowed, and no input is an answer too."""
    ear = Ear("https://h.example/voice/turn?n=2&q=soaking_pads", VOICE.language, ("yes, I do", "no"))
    verb, after = heard(document(gather(ear, say("¿Cuántas?", VOICE)))).verbs
    assert (after.name, after.text) == ("Redirect", ear.action)
    assert verb.name == "Gather"
    assert verb.attributes["input"] == "dtmf speech"
    assert verb.attributes["actionOnEmptyResult"] == "true"
    assert verb.attributes["profanityFilter"] == "false"
    assert verb.attributes["numDigits"] == "1"
    assert verb.attributes["hints"] == "yes  I do,no"
    assert float(verb.attributes["speechTimeout"]) >= 2
    assert [(v.name, v.attributes["language"]) for v in verb.children] == [("Say", "es-US")]


def test_a_number_takes_every_key_up_to_the_hash() -> None:
    """Where a number is asked `#`, its last possible key or two seconds end it; there is time to think."""
    verb, _ = heard(document(gather(Ear("/voice/turn?n=1&q=weeks", "en-US", number=True, most=3)))).verbs
    assert verb.attributes["finishOnKey"] == "#"
    assert verb.attributes["numDigits"] == "3"
    assert verb.attributes["timeout"] == "2"
    assert [(v.name, v.attributes["length"]) for v in verb.children] == [("Pause", "5")]


def test_a_connection_shows_our_number() -> None:
    """The person connected to sees the helpline, not the caller."""
    verbs = heard(document(dial(Through("+15555550199", "+15005550006", "/voice/dialed?n=2")))).verbs
    assert [v.name for v in verbs] == ["Dial"]
    assert verbs[0].attributes["action"] == "/voice/dialed?n=2"
    assert verbs[0].attributes["answerOnBridge"] == "true"
    assert verbs[0].attributes["callerId"] == "+15005550006"


def test_long_words_are_cut_where_sentences_end() -> None:
    """No voice is given more than it takes, and no word is lost."""
    text = " ".join(f"This is sentence number {n}." for n in range(200))
    parts = breaths(text)
    assert " ".join(parts) == text
    assert max(map(len, parts)) <= LONGEST_SAY
