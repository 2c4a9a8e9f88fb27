"""H30: what a recogniser is not sure of never counts as a no, and a spoken no to danger is said back."""

from __future__ import annotations

from typing import Any

import pytest

from tests.safety.conftest import Caller
from tests.stories.teller import Telling

DANGER = {"gushing", "fainted", "breathing_trouble", "shock_signs", "seizure"}


def _called(caller: Caller, language: str = "en") -> Telling:
    person = caller("voice", language=language)
    person.give(call="start")
    return person


def _asks(out: dict[str, Any]) -> set[str]:
    asks = out["conversation"]["asks"]
    return set(asks if isinstance(asks, list) else [asks])


def test_h30_a_no_of_low_confidence_is_asked_again_with_what_was_heard(caller: Caller) -> None:
    """Nothing is written down; she hears what was understood and that keys are safer."""
    person = _called(caller)
    out = person.give(speech="no", confidence=0.2)
    assert _asks(out) == DANGER
    assert not out["conversation"]["findings"]
    assert "I think I heard: no" in " ".join(out["replies"])
    assert "ress 1" in " ".join(out["replies"])

    assert _asks(person.give(digits="2")) == {"pregnant"}


def test_h30_twice_of_low_confidence_counts_as_not_sure_and_tells_a_person(caller: Caller) -> None:
    """The signs are then asked one by one, by keys."""
    person = _called(caller)
    person.give(speech="no", confidence=0.2)
    out = person.give(speech="no", confidence=0.3)
    findings = out["conversation"]["findings"]
    assert not [f for f in DANGER if findings.get(f) == "no"]
    assert _asks(out) == {"gushing"}
    assert "urgent" in person.levels


@pytest.mark.parametrize("words", ["yes", "yes i passed out", "i just passed out"])
def test_h30_a_danger_counts_however_badly_it_was_heard(caller: Caller, words: str) -> None:
    """In doubt the more urgent advice."""
    out = _called(caller).give(speech=words, confidence=0.1)
    assert out["conversation"]["disposition"] == "emergency"


def test_h30_what_she_tells_beside_is_not_written_down_when_badly_heard(caller: Caller) -> None:
    """"No bleeding" may have been "now bleeding": it is asked."""
    person = _called(caller)
    out = person.give(speech="im nine weeks pregnant and no bleeding", confidence=0.2)
    assert "bleeding" not in out["conversation"]["findings"]


@pytest.mark.parametrize("confidence", [None, 0.0, 0.9])
def test_h30_without_a_word_of_the_recogniser_about_itself_a_no_is_a_no(
    caller: Caller, confidence: float | None
) -> None:
    """Nought means that it says nothing of the kind; else no call would ever get on."""
    out = _called(caller).give(speech="no", confidence=confidence)
    assert _asks(out) == {"pregnant"}


@pytest.mark.parametrize(
    ("language", "no", "said", "back"),
    [("en", "no", "I heard: no", "go back"), ("es", "no", "Oí: no", "atrás")],
)
def test_h30_a_spoken_no_to_the_danger_signs_is_said_back_and_can_be_taken_back(
    caller: Caller, language: str, no: str, said: str, back: str
) -> None:
    """One word leads back to the danger signs; keys need no reading back."""
    person = _called(caller, language)
    if language == "es":
        person.give(speech="español")
    out = person.give(speech=no)
    assert said in " ".join(out["replies"])
    out = person.give(speech=back)
    assert _asks(out) == DANGER
    assert not [f for f in DANGER if f in out["conversation"]["findings"]]
    out = person.give(digits="2")
    assert said not in " ".join(out["replies"])
