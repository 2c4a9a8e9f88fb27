"""Keys of a call: one meaning each, spoken with the question; another language by key; keys only in noise."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pytest

from helpline.flowbook.proof.person import Person
from helpline.triage.ask import CONFIRM, MENU, languages_by_key, numeric, put, standing
from helpline.triage.effects import Listen, Prompt, Reply
from helpline.triage.flow import Flow
from helpline.triage.state import Asked, Channel, FindingId, Language, State
from helpline.triage.where import COUNTRY

MUSIC = "la la la la la"
EVERYWHERE = {"0", "9", "*"}
"""Keys that mean a person, back and again wherever no number is asked."""


def on_call(flow: Flow, language: str = "en") -> Person:
    """Return somebody who has just called."""
    return Person(flow, Channel.VOICE, Language(language)).start()


def questions(flow: Flow) -> Iterable[State]:
    """Yield a state for every question that may stand on a call."""
    state = on_call(flow).state
    worded = (f for f in flow.table.findings if flow.has(Language("en"), f"ask.{f}"))
    asked = [(f"ask.{f}", (FindingId(f),)) for f in worded]
    asked += [(i.id, i.findings) for i in flow.table.interview if i.screen]
    asked += [(name, ()) for name in (*CONFIRM, COUNTRY, MENU, f"{MENU}:1", f"{MENU}:2")]
    for id, findings in asked:
        place = findings[0] if len(findings) == 1 else id
        yield replace(state, asked=Asked(place, findings, state.begun, 1))


def prompt(person: Person) -> Prompt:
    """Return how the call listens now."""
    return next(e.prompt for e in person.effects if isinstance(e, Listen))


def test_no_key_has_two_meanings_on_any_question(flow: Flow) -> None:
    """Choices never take the keys for a person, back and again, nor one that changes the language."""
    seen = 0
    for state in questions(flow):
        question = standing(flow, state)
        if question is None or numeric(question):
            continue
        keys = [c.key for c in question.choices]
        assert len(keys) == len(set(keys)), question.id
        assert not set(keys) & (EVERYWHERE | set(languages_by_key(state, flow))), question.id
        seen += 1
    assert seen > 50


def test_each_question_says_how_to_hear_it_again_and_how_to_get_a_person(flow: Flow) -> None:
    """Star and 0; where a number is asked star and two stars, for there every digit belongs to it."""
    for state in questions(flow):
        question = standing(flow, state)
        words = put(flow, state)
        if question is None or not (question.choices or question.findings):
            continue
        assert "Star repeats" in words, question.id
        assert ("two stars a person" if numeric(question) else "0 a person") in words, question.id


def test_the_key_back_is_named_once_there_is_a_step_to_go_back_to(flow: Flow) -> None:
    """With the second question, and with each that is asked again."""
    first = on_call(flow)
    assert "9 goes back" not in first.heard
    assert "9 goes back" in first.key("2").heard
    assert "9 goes back" in first.say(MUSIC).heard


def test_another_language_is_offered_in_that_language_by_key_and_by_word(flow: Flow) -> None:
    """In the greeting, before the first question; the key works until she has answered once."""
    person = on_call(flow)
    offers = [e for e in person.effects if isinstance(e, Reply) and e.language == "es"]
    assert len(offers) == 1 and "8" in offers[0].text and "español" in offers[0].text
    by_key, by_word = person.key("8"), person.say("español")
    for chosen in (by_key, by_word):
        assert chosen.state.language == "es"
        assert chosen.state.asked == person.state.asked and "Marca 1" in chosen.heard
    assert by_key.key("8").state.language == "en"
    assert person.key("2").key("8").state.language == "en"


def test_star_in_the_greeting_says_the_offer_again(flow: Flow) -> None:
    """Whoever missed it hears it again."""
    again = on_call(flow).key("*")
    assert any(isinstance(e, Reply) and e.language == "es" for e in again.effects)


def test_a_song_is_no_spanish(flow: Flow) -> None:
    """One word heard again and again in the noise does not change the language."""
    assert on_call(flow).say(MUSIC).state.language == "en"


def test_the_second_time_a_question_is_simpler_and_the_third_is_for_keys_only(flow: Flow) -> None:
    """Noise: asked again more simply, then a case and a question that hears keys and nothing else."""
    first = on_call(flow)
    once = first.say(MUSIC)
    assert "Just yes or no" in once.heard and not prompt(once).keys_only
    twice = once.say(MUSIC)
    assert prompt(twice).keys_only and "only the keys" in twice.heard
    assert twice.state.case is not None
    answered = twice.key("2")
    assert prompt(answered).keys_only
    assert not prompt(answered.hang_up().start()).keys_only


def test_noise_that_goes_on_ends_with_what_to_do_and_whom_to_call(flow: Flow) -> None:
    """Keys only, no key comes: asked twice more, then advice with the number, and only then the end."""
    person = on_call(flow).say(MUSIC).say(MUSIC)
    for _ in range(2):
        person = person.silent()
        assert prompt(person).keys_only
    last = person.silent()
    assert not any(isinstance(e, Listen) for e in last.effects)
    assert flow.region.emergency_number in last.heard


@pytest.mark.parametrize("key", ["4", "5", "6", "7", "#", "12"])
def test_a_key_that_means_nothing_is_kindly_asked_again(flow: Flow, key: str) -> None:
    """A wrong key is no answer: the same question once more."""
    first = on_call(flow)
    wrong = first.key(key)
    assert wrong.state.asked is not None and first.state.asked is not None
    assert wrong.state.asked.findings == first.state.asked.findings
    assert wrong.state.disposition is None
