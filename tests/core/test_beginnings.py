"""How it begins, and begins again: after STOP, after a deletion, with a child, with a stranger."""

from __future__ import annotations

from datetime import timedelta

import pytest

from helpline.triage.effects import Erase
from helpline.triage.events import Acknowledged, CaseClosed
from helpline.triage.flow import Flow
from helpline.triage.state import StaffId
from tests.core.person import Person
from tests.core.test_same_person import asked


@pytest.mark.parametrize("before", [(), ("hi",), ("hi", "0"), ("im bleeding", "0", "1", "9")])
def test_after_start_whatever_question_stands_has_been_put(flow: Flow, before: tuple[str, ...]) -> None:
    """Nobody answers a question that she was not asked."""
    person = Person(flow)
    for words in before:
        person.text(words)
    person.text("STOP")
    reply = person.text("START")
    assert "911" in reply and "How are you now" in reply
    assert asked(person) is None or "?" in reply.rpartition("How are you now?")[2]


def test_after_everything_was_deleted_the_next_word_begins_anew(flow: Flow) -> None:
    """The open case goes on without content; she is asked for danger signs like anybody."""
    person = Person(flow)
    person.text("i passed out")
    person.text("forget me")
    person.text("1")
    assert person.state.case is not None
    reply = person.text("hi", after=timedelta(minutes=1))
    assert "automated" in reply and asked(person) == "danger"
    assert person.state.disposition is None and person.state.last_disposition is None
    assert person.state.case is not None and person.state.case.status == "open"


def test_whoever_takes_the_blank_case_ends_it_though_she_has_written_again(flow: Flow) -> None:
    """What was told before is gone; what she writes now is hers, and an emergency opens a case of its own."""
    person = Person(flow)
    person.text("i passed out")
    person.text("forget me")
    person.text("1")
    person.text("hi", after=timedelta(minutes=1))
    case = person.state.case
    assert case is not None
    person.give(Acknowledged("a", person.now, person.chance(), case.code, StaffId("s_ana")))
    assert person.state.case is None


def test_what_she_tells_after_a_deletion_has_somebody_and_goes_with_the_case(flow: Flow) -> None:
    """A new danger is no blank case: who takes it has it, and all is deleted once it is closed."""
    person = Person(flow)
    person.text("can i talk to a nurse")
    person.text("forget me")
    person.text("1")
    person.text("i passed out", after=timedelta(minutes=1))
    case, ana = person.state.case, StaffId("s_ana")
    assert case is not None and case.level == "emergency" and "fainted" in case.reason
    person.give(Acknowledged("a", person.now, person.chance(), case.code, ana))
    assert person.state.case is not None and person.state.case.owner == ana
    person.give(CaseClosed("c", person.now, person.chance(), case.code, ana, "reached care"))
    assert any(isinstance(e, Erase) for e in person.effects)


def test_a_child_is_greeted_before_it_hears_of_staff(flow: Flow) -> None:
    """First who this is and the emergency number, then that somebody can talk in private."""
    reply = Person(flow).text("im 14 and im pregnant and bleeding a bit")
    assert reply.index("automated") < reply.index("Our staff can talk with you in private")


def test_an_emergency_is_answered_before_any_greeting(flow: Flow) -> None:
    """The order of the rest is for those who have time."""
    reply = Person(flow).text("im 14 and i passed out")
    assert reply.index("Call 911 now") < reply.index("automated")


@pytest.mark.parametrize(
    "words",
    [
        "ACK 7F3K",
        "DONE 7F3K reached care",
        "OPEN +15555550177",
        "OPEN 7F3K",
        "GIVE 7F3K Bea",
        "BACK 7F3K",
        "CALL 7F3K",
        "7F3K: are you safe?",
        "7F3K",
    ],
)
def test_an_order_from_a_strange_phone_is_told_so_in_its_language(flow: Flow, words: str) -> None:
    """It does nothing, and what follows is the way for anybody."""
    person = Person(flow)
    reply = person.text(words)
    assert "Such codes work only from a phone on our staff list" in reply
    assert person.state.language == "en" and asked(person) == "danger"


@pytest.mark.parametrize(
    "words",
    ["back each time it hurts", "give me a call", "open wound", "10cm", "12pm: bled", "call back please"],
)
def test_words_of_a_person_are_no_order(flow: Flow, words: str) -> None:
    """Only a code with a digit, or a number behind OPEN, makes one."""
    assert "staff list" not in Person(flow).text(words)
