"""H34: one phone that floods the line is answered no more for a while, but every text is read for danger."""

from __future__ import annotations

from datetime import timedelta

import pytest

from helpline.triage.effects import Count
from helpline.triage.events import Acknowledged, StaffWrote
from helpline.triage.flow import Flow
from helpline.triage.state import StaffId
from tests.core.person import Person

A_MOMENT = timedelta(milliseconds=200)


def flooding(flow: Flow) -> Person:
    """Return somebody who has sent as many texts in a row as are answered."""
    person = Person(flow)
    for n in range(flow.policy.flood_most):
        assert person.text(f"hello {n}", after=A_MOMENT)
    return person


def test_h34_beyond_the_limit_one_text_says_so_and_then_nothing_is_answered(flow: Flow) -> None:
    """No question moves on, no case is opened, each such text is counted."""
    person = flooding(flow)
    told = person.text("hello again", after=A_MOMENT)
    assert "911" in told and "2 minutes" in told
    before, case = person.state.asked, person.state.case
    for n in range(20):
        assert person.text(f"spam {n} 0", after=A_MOMENT) == ""
        assert Count("flooded") in person.effects
    assert person.state.asked == before and person.state.case == case


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("i just passed out", "911"),
        ("i dont want to live anymore", "988"),
        ("can i talk to a nurse", "person"),
        ("STOP", "no more texts"),
        ("exit", "Have a nice day"),
    ],
)
def test_h34_danger_and_wishes_that_cannot_wait_are_never_dropped(flow: Flow, words: str, said: str) -> None:
    """However many texts came before."""
    person = flooding(flow)
    for n in range(50):
        person.text(f"spam {n}", after=A_MOMENT)
    assert said in person.text(words, after=A_MOMENT)


def test_h34_after_a_pause_she_is_answered_as_ever(flow: Flow) -> None:
    """Nothing has to be told to be heard again."""
    person = flooding(flow)
    for n in range(5):
        assert not person.text(f"spam {n}", after=timedelta(0)) or n == 0
    assert "911" in person.text("hi", after=flow.policy.flood_within)


def test_h34_a_flood_reaches_no_nurse_who_writes_by_text(flow: Flow) -> None:
    """What she writes then stands in the console; a danger sign is passed on at once."""
    person = Person(flow)
    person.text("can i talk to a nurse")
    case, ana = person.state.case, StaffId("s_ana")
    assert case is not None
    person.give(Acknowledged("a", person.now, person.chance(), case.code, ana))
    person.give(StaffWrote("w", person.now, person.chance(), case.code, ana, "Hello", by_text=True))
    for n in range(flow.policy.flood_most + 10):
        person.text(f"well {n}", after=A_MOMENT)
    assert not person.pages()
    person.text("i passed out", after=A_MOMENT)
    assert "alarm" in [p.why for p in person.pages() if p.to == ana]
