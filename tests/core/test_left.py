"""A call back is kept or honestly withdrawn, however she can be reached."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from helpline.flowbook.proof.person import Person
from helpline.triage.cases import PROMISED
from helpline.triage.effects import Call, Count, Effect, Text
from helpline.triage.events import Called, PutThrough, StaffWrote, Texted, TimerFired
from helpline.triage.flow import Flow
from helpline.triage.state import Answer, Channel, FindingId, Language, StaffId, TimerName

CHANCE = bytes(range(16))


def promised(flow: Flow, *, textable: bool = True) -> Person:
    """Return somebody in danger whom nobody could take, and who asked for a call back."""
    person = Person(flow, Channel.VOICE, Language("en"))
    person = person.give(Called("e", person.now, CHANCE, "CA0", textable=textable)).key("1")
    person = person.give(PutThrough("e", person.now, CHANCE, "CA0", "staff", False)).key("1")
    assert PROMISED in person.state.extra
    return person.hang_up()


def due(person: Person) -> Person:
    """Let the time of the promise come."""
    timer = next(t for t in person.state.timers if t.name == PROMISED)
    return person.give(TimerFired("e", timer.due, CHANCE, TimerName(PROMISED), timer.due))


def told(effects: tuple[Effect, ...]) -> list[str]:
    """Return what is sent to her about it: words, or that she is called."""
    texts = [e.body for e in effects if isinstance(e, Text) and "could call" in e.body]
    return texts + [e.kind for e in effects if isinstance(e, Call)]


def test_the_time_fits_the_ladder(flow: Flow) -> None:
    """By then every rung was paged once: ten minutes for an emergency."""
    person = promised(flow)
    timer = next(t for t in person.state.timers if t.name == PROMISED)
    assert timer.urgent and timer.due - person.now <= timedelta(minutes=10)


def test_nobody_called_and_she_is_told_so_by_text(flow: Flow) -> None:
    """With what to do instead."""
    after = due(promised(flow))
    assert len(told(after.effects)) == 1 and "911" in told(after.effects)[0]
    assert PROMISED not in after.state.extra


def test_where_no_text_can_go_a_call_says_it(flow: Flow) -> None:
    """A landline is rung; who answers with the key hears that nobody could call."""
    after = due(promised(flow, textable=False))
    assert told(after.effects) == ["callback"]
    back = after.give(Called("e", after.now, CHANCE, "CA1", textable=False))
    assert "could call you so far" in back.heard
    assert "could call you so far" not in back.hang_up().start().heard


def test_after_stop_the_promise_is_withdrawn_by_a_call(flow: Flow) -> None:
    """STOP ends texts; it does not end what she was promised."""
    person = promised(flow)
    stopped = person.give(Texted("e", person.now, CHANCE, "STOP", opt_out="STOP"))
    assert told(due(stopped).effects) == ["callback"]


def test_a_phone_that_is_not_safe_hears_nothing(flow: Flow) -> None:
    """Somebody else may read or answer."""
    person = promised(flow)
    no = Answer(FindingId("safe_to_text"), "no", person.now, Channel.VOICE, "no")
    unsafe = person.at(replace(person.state, findings={**person.state.findings, no.finding: no}))
    assert told(due(unsafe).effects) == []


def test_a_talk_with_a_nurse_keeps_it(flow: Flow) -> None:
    """Put through and joined: there is nothing left to withdraw."""
    person = promised(flow).start()
    talked = person.give(PutThrough("e", person.now, CHANCE, "CA0", "staff", True))
    assert PROMISED not in talked.state.extra
    assert Count("call_back", "kept") in talked.effects
    assert not any(t.name == PROMISED for t in talked.state.timers)


def test_words_of_the_nurse_keep_it_and_taking_the_case_alone_does_not(flow: Flow) -> None:
    """She has heard nothing from who only pressed a key."""
    person = promised(flow)
    case = person.state.case
    assert case is not None
    taken = person.at(replace(person.state, case=replace(case, owner=StaffId("ana"), status="acknowledged")))
    assert len(told(due(taken).effects)) == 1
    wrote = taken.give(StaffWrote("e", taken.now, CHANCE, case.code, StaffId("ana"), "I am Ana, a nurse."))
    assert PROMISED not in wrote.state.extra


def test_a_second_call_back_is_not_promised_while_the_first_stands(flow: Flow) -> None:
    """Asked for again and not reached again: the questions go on."""
    person = promised(flow).start()
    again = person.give(PutThrough("e", person.now, CHANCE, "CA0", "staff", False))
    assert "call back" not in again.heard and "leave a message" not in again.heard
