"""H23: a second crisis line where there is one, then our own staff (docs/safety/hazards.md)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from helpline.flowbook.load import load
from helpline.flowbook.proof.person import Person
from helpline.triage.effects import Connect, Count
from helpline.triage.events import PutThrough
from helpline.triage.flow import Flow
from helpline.triage.state import Channel, Language
from helpline.triage.where import TOLD
from tests.core.conftest import FLOWS


def in_crisis(flow: Flow, **extra: str) -> Person:
    """Return somebody on a call who was offered a crisis line, if there is one."""
    person = Person(flow, Channel.VOICE, Language("en")).start()
    person.state = replace(person.state, extra={**person.state.extra, **extra})
    return person.say("sometimes i think of hurting myself")


def connects(person: Person) -> list[str]:
    """Return to whom the call is put through."""
    return [e.to for e in person.effects if isinstance(e, Connect)]


def back(person: Person, to: str, *, reached: bool) -> Person:
    """Let the call come back from being put through."""
    return person.give(PutThrough(f"t:{to}", person.now, bytes(range(16)), "CA0", to, reached))


@pytest.mark.parametrize(("region", "second"), [("uk", "111"), ("ie", "1800 247 247")])
def test_h23_the_second_line_is_tried_before_our_staff(flow: Flow, region: str, second: str) -> None:
    """Each once; what did not answer is counted."""
    there = load(FLOWS, name="Helpline", region=region, languages=("en", "es"), words=flow.lexicons)
    assert there.region.crisis_lines[1] == second
    person = in_crisis(there).key("1")
    assert connects(person) == ["crisis"]
    person = back(person, "crisis", reached=False)
    assert connects(person) == ["crisis_2"]
    person = back(person, "crisis_2", reached=False)
    assert connects(person) == ["staff"]
    assert Count("put_through", "crisis_2.not_reached") in person.effects


def test_h23_a_line_that_answers_ends_the_search(flow: Flow) -> None:
    """The question whether it is now stands when she comes back."""
    person = back(in_crisis(flow).key("1"), "crisis", reached=True)
    assert connects(person) == []
    assert person.state.asked is not None and person.state.asked.id == "suicide_now"


def test_h23_no_line_of_another_country_is_rung(flow: Flow) -> None:
    """She is told its number; the offer is for lines that can be called from here."""
    person = in_crisis(flow, **{TOLD: "uk"})
    assert "116 123" in person.heard
    assert person.state.asked is not None and person.state.asked.id == "suicide_now"
