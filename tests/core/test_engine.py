"""What `advance` promises whatever happens: urgency never falls, nothing is lost, every turn asks or ends."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpline.triage.engine import advance, begin
from helpline.triage.events import Called, HungUp, Pressed, Said, Silent, Texted
from helpline.triage.flow import Flow
from helpline.triage.state import Language
from tests.core.conftest import real_flow
from tests.core.person import PERSON, START, Person

ANSWERS = ["0", "1", "2", "1 3", "yes", "no", "not sure", "9", "9 weeks", "hi", "like a period", "none", ""]
ALARMS = ["i passed out", "im bleeding", "i want to die", "he hit me", "soaking 2 pads an hour", "me desmayé"]
WISHES = ["back", "start over", "can i talk to a nurse", "STOP", "START", "HELP", "español"]
OTHERS = ["delete everything", "6", "what causes miscarriage", "later", "worse", "thanks", "qwrt zz"]
WORDS = st.sampled_from([*ANSWERS, *ALARMS, *WISHES, *OTHERS])
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("text"), WORDS),
        st.tuples(st.just("say"), WORDS),
        st.tuples(st.just("key"), st.sampled_from(["0", "1", "2", "3", "9", "*", "**", "12"])),
        st.tuples(st.sampled_from(["call", "silent", "hangup"]), st.just("")),
        st.tuples(st.just("wait"), st.sampled_from(["11", "25", "200", "1600"])),
    ),
    max_size=14,
)


def _tell(person: Person, step: tuple[str, str]) -> None:
    what, words = step
    person.now += timedelta(seconds=15)
    chance, id = person.chance(), f"e{person.count}"
    match what:
        case "text":
            person.give(Texted(id, person.now, chance, words))
        case "say":
            person.give(Said(id, person.now, chance, "CA1", words))
        case "key":
            person.give(Pressed(id, person.now, chance, "CA1", words))
        case "call":
            person.give(Called(id, person.now, chance, "CA1"))
        case "silent":
            person.give(Silent(id, person.now, chance, "CA1"))
        case "hangup":
            person.give(HungUp(id, person.now, chance, "CA1"))
        case _:
            person.wait(timedelta(minutes=int(words)))


@settings(max_examples=120, deadline=None)
@given(steps=STEPS)
def test_urgency_never_falls_within_a_contact(steps: list[tuple[str, str]]) -> None:
    """Whatever is said, pressed or left unsaid, what she was told is never taken back."""
    person = Person(real_flow())
    for step in steps:
        contact, told = person.state.conversation, person.flow.table.urgency(person.state.disposition)
        flags = person.state.flags
        _tell(person, step)
        erased = person.state.step == "erased"  # by her own wish nothing is left of what was told
        if person.state.conversation == contact and not erased:
            assert person.flow.table.urgency(person.state.disposition) >= told
            assert flags <= person.state.flags


@settings(max_examples=120, deadline=None)
@given(steps=STEPS)
def test_every_text_gets_an_answer_and_every_turn_asks_or_ends(steps: list[tuple[str, str]]) -> None:
    """No text is left unanswered (but a STOP that the carrier answers), and no turn is a dead end."""
    person = Person(real_flow())
    for step in steps:
        _tell(person, step)
        if step[0] == "text":
            assert person.reply
            assert person.state.asked is not None or person.state.ended


@settings(max_examples=60, deadline=None)
@given(steps=STEPS)
def test_an_emergency_always_has_a_case_that_pages(steps: list[tuple[str, str]]) -> None:
    """Whoever is told emergency, or is in crisis, has an open case and a timer that goes on paging."""
    person = Person(real_flow())
    for step in steps:
        _tell(person, step)
        erased = person.state.step == "erased"
        if (person.state.disposition == "emergency" or "crisis" in person.state.flags) and not erased:
            assert person.state.case is not None
            assert any(t.name == "ladder" for t in person.state.timers)


@settings(max_examples=60, deadline=None)
@given(steps=STEPS)
def test_replaying_the_events_gives_the_same_state(steps: list[tuple[str, str]]) -> None:
    """The engine has no clock and no chance of its own: the same events make the same person."""
    flow, person = real_flow(), Person(real_flow())
    first = person.state
    for step in steps:
        _tell(person, step)

    again = first
    for event in person.events:
        again, _ = advance(flow, again, event)

    assert person.state == again


def test_the_core_needs_no_clock_socket_or_chance(flow: Flow, pure: None) -> None:
    """A whole conversation runs with all three forbidden."""
    person = Person(flow)

    for words in ("im bleeding and passing clots", "0", "1", "9", "4", "3", "0", "0", "0", "0"):
        person.text(words)

    assert person.state.findings


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_first_text_names_the_service_and_the_emergency_number(flow: Flow, language: str) -> None:
    """A stranger learns at once whom she talks to, that it is a machine, and whom to call."""
    person = Person(flow, language)

    reply = person.text("hola" if language == "es" else "hello")

    assert "Pregnancy Bleeding Helpline" in reply
    assert "911" in reply


def test_two_messages_lead_from_nothing_to_emergency_advice(flow: Flow) -> None:
    """A danger sign is found by the second message at the latest (the clinical table's order)."""
    person = Person(flow)

    person.text("hi")
    reply = person.text("3")

    assert person.state.disposition == "emergency"
    assert "911" in reply


def test_nobody_taking_a_case_climbs_until_she_is_told(flow: Flow) -> None:
    """Each wait pages the next rung; at the last she is told plainly that nobody could be reached."""
    person = Person(flow)
    person.text("i passed out")

    effects = person.wait(timedelta(minutes=15))

    assert {p.rung for p in person.pages(effects)} >= {1, 2, 3, 4, 5}
    assert any("could not reach" in t.body for t in person.texts(effects))


def test_begin_makes_a_conversation_in_the_persons_bucket(flow: Flow) -> None:
    """Ids begin with the bucket, so that no look-up table is needed."""
    state = begin(flow, PERSON, Language("en"), START, b"0" * 16)

    assert state.conversation.startswith("c_7f")
