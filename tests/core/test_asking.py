"""Who tells is not taken for somebody who asks: facts never end a contact in which something may be wrong."""

from __future__ import annotations

import pytest

from helpline.triage.flow import Flow
from tests.core.person import Person
from tests.core.test_same_person import asked
from tests.core.test_understand import hear


def topics(text: str) -> list[str | int | None]:
    """Return the topics heard in a first text."""
    return [hit.value for hit in hear(text).intents if hit.id == "topic"]


@pytest.mark.parametrize(
    "text",
    [
        "tylenol does nothing",
        "i feel rotten since the mva, can hardly do stairs",
        "had my d and c on monday and still feel awful",
        "the pain is still there after the pills",
        "my scan is tomorrow",
        "ya pasaron 13 semanas de mi perdida, rh negativo",
        "hace dos semanas que perdi a mi bebe",
        "aborte la semana pasada",
        "2 semanas del legrado",
    ],
)
def test_who_tells_how_she_is_asks_for_no_topic(text: str) -> None:
    """Words like "does", "can" and "que" stand in statements as well as in questions."""
    assert topics(text) == []


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("tylenol ok after a d and c?", "care"),
        ("had a d and c yesterday how long will i bleed", "process"),
        ("quisiera saber cuanto dura el sangrado despues de un legrado", "process"),
        ("miscarriage causes", "causes"),
    ],
)
def test_a_question_is_heard_without_its_mark(text: str, topic: str) -> None:
    """Who speaks, or types in haste, sets no mark; a few words that tell nothing are a search."""
    assert topics(text) == [topic]


def test_facts_for_who_may_have_told_something_go_on_to_the_danger_signs(flow: Flow) -> None:
    """What was taken for a question without looking like one may be a report."""
    person = Person(flow)
    person.text("the midwife said ibuprofen is fine")
    assert person.state.extra.get("topic") and asked(person) == "danger"


def test_who_plainly_asks_gets_facts_and_the_way_back(flow: Flow) -> None:
    """A question is answered, and nobody is led through questions that she did not come for."""
    person = Person(flow)
    reply = person.text("what causes a miscarriage?")
    assert "Text BLEEDING" in reply and person.state.asked is None


@pytest.mark.parametrize(
    ("first", "name"),
    [
        ("im spotting at 8 weeks. what causes a miscarriage?", "causes"),
        ("perdi a mi bebe hace 10 dias, cuando puedo intentar otra vez?", "future_pregnancy"),
    ],
)
def test_what_was_asked_beside_a_symptom_is_named_after_the_advice(flow: Flow, first: str, name: str) -> None:
    """The advice comes first, and her question is not forgotten over it."""
    person = Person(flow)
    replies = [person.text(first)]
    own = {"bleeding": "2", "pain_score": "0", "injury": "1", "age_group": "30"}
    while (here := person.state.asked) and not here.id.startswith("offer"):
        replies.append(person.text(own.get(here.id, "0" if len(here.findings) > 1 else "2")))
    named = person.flow.message(person.state.language, f"topic.{name}.name").text
    assert named in replies[-1]
    person.text(named)
    assert person.state.extra.get("topic") == name
