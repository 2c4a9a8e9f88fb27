"""A person has the thread: staff write as the helpline, the questions wait, dangers are still answered."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpline.triage.effects import ChangeCase, CloseCase, Note
from helpline.triage.events import Acknowledged, CaseClosed, HandedOver, StaffWrote, Undelivered
from helpline.triage.flow import Flow
from helpline.triage.state import Case, Channel, Language, Level, StaffId
from helpline.triage.thread import held, unreachable
from helpline.triage.understand import understand
from tests.core.conftest import real_flow
from tests.core.person import Person

ANA, BEA = StaffId("s_ana"), StaffId("s_bea")


def _case(person: Person) -> Case:
    assert person.state.case is not None
    return person.state.case


def _take(person: Person, by: StaffId = ANA) -> None:
    person.give(Acknowledged(f"a{person.count}", person.now, person.chance(), _case(person).code, by))


def _write(person: Person, words: str, by: StaffId = ANA) -> None:
    person.now += timedelta(seconds=5)
    code = _case(person).code
    person.give(StaffWrote(f"w{person.count}", person.now, person.chance(), code, by, words))


def _hand(person: Person, to: StaffId | None, owner: StaffId = ANA) -> None:
    code = _case(person).code
    person.give(HandedOver(f"h{person.count}", person.now, person.chance(), code, owner, owner, to))


@pytest.fixture
def person(flow: Flow) -> Person:
    """Someone who asked for a nurse in the middle of the questions, and Ana took the case."""
    person = Person(flow)
    person.text("im bleeding a bit")
    person.text("can i talk to a nurse")
    _take(person)
    return person


def test_staff_words_reach_her_as_they_are(person: Person) -> None:
    """One text of kind relay, sent even when its first try is uncertain."""
    _write(person, "Hello, this is Ana. Are you alone?")

    assert [(t.kind, t.body, t.urgent) for t in person.texts()] == [
        ("relay", "Hello, this is Ana. Are you alone?", True)
    ]


def test_the_line_asks_nothing_while_a_person_has_the_thread(person: Person) -> None:
    """Her answer to staff gets no automated reply and settles no question of the line."""
    _write(person, "Are you alone?")
    before = person.state.findings

    assert person.text("yes") == ""
    assert person.state.findings == before
    assert person.wait(timedelta(minutes=25)) == ()


def test_the_owner_hears_once_that_she_wrote_until_she_is_answered(person: Person) -> None:
    """No flood of pages: one, and one more after the owner wrote again."""
    _write(person, "Are you alone?")
    person.text("yes")
    assert [(p.to, p.why) for p in person.pages()] == [(ANA, "words")]

    person.text("my sister comes later")
    assert person.pages() == []

    _write(person, "Good.")
    person.text("ok")
    assert [p.to for p in person.pages()] == [ANA]


def test_a_red_flag_is_answered_at_once_and_shown_to_the_owner(person: Person) -> None:
    """Emergency advice goes out though a person has the thread, the case is raised, the owner is paged."""
    _write(person, "Are you alone?")
    person.text("yes")

    assert "911" in person.text("i just passed out and blood is pouring out")
    assert _case(person).level is Level.EMERGENCY
    assert ANA in [p.to for p in person.pages()]


def test_stop_is_obeyed_while_a_person_has_the_thread(person: Person) -> None:
    """STOP counts, whoever has the thread; nothing can be written to her then."""
    _write(person, "Are you alone?")
    person.text("STOP")
    assert unreachable(person.state) == "stopped"

    _write(person, "Hello?")
    assert person.texts() == []
    assert Note("not_sent", "stopped") in person.effects


def test_only_the_owner_can_write_to_her(person: Person) -> None:
    """Someone who lost the case meanwhile sends nothing."""
    _write(person, "Hello?", by=BEA)

    assert person.texts() == [] and not held(person.state)


def test_closing_tells_her_and_the_line_is_there_again(person: Person) -> None:
    """She hears that staff are done, and her next word is answered by the line."""
    _write(person, "Are you alone?")
    code = _case(person).code
    person.give(CaseClosed("done", person.now, person.chance(), code, ANA, "advised", "spoke with her"))

    assert [t.kind for t in person.texts()] == ["notice"]
    assert any(isinstance(e, CloseCase) for e in person.effects)
    assert person.text("im bleeding again") != ""


def test_an_owner_who_falls_silent_gives_the_thread_back(person: Person) -> None:
    """Nobody writes into the void: a reminder, then the case is on the ladder and the line answers."""
    _write(person, "Are you alone?")
    reminded = person.wait(timedelta(minutes=31))
    assert [(p.to, p.why) for p in person.pages(reminded)] == [(ANA, "quiet")]
    assert _case(person).owner == ANA

    effects = person.wait(timedelta(minutes=16))
    assert _case(person).owner is None
    assert ANA in [p.but for p in person.pages(effects)]
    assert person.text("im bleeding more now") != ""


def test_a_case_is_handed_over_and_its_new_owner_must_show_up(person: Person) -> None:
    """The new owner is paged by name; silence within one rung's wait puts the case back on the ladder."""
    _hand(person, BEA)
    assert _case(person).owner == BEA
    assert [(p.to, p.why) for p in person.pages()] == [(BEA, "handed")]

    person.wait(person.flow.policy.rung_waits[_case(person).level])
    assert _case(person).owner is None


def test_a_new_owner_who_confirms_keeps_the_case(person: Person) -> None:
    """ACK by the owner counts as a sign of life."""
    _hand(person, BEA)
    _take(person, BEA)
    person.wait(timedelta(minutes=20))

    assert _case(person).owner == BEA


def test_handing_back_pages_again(person: Person) -> None:
    """A case that its owner gives up is on the ladder at once."""
    _hand(person, None)

    assert _case(person).status == "open" and person.pages()
    assert any(isinstance(e, ChangeCase) and e.why == "handed back" for e in person.effects)


def test_a_hand_over_decided_on_old_news_changes_nothing(person: Person) -> None:
    """Who decided on another owner than the case has now is told so in the journal."""
    _hand(person, ANA, owner=BEA)

    assert _case(person).owner == ANA
    assert any(isinstance(e, Note) and e.what == "handed_late" for e in person.effects)


def test_the_owner_hears_when_her_words_did_not_arrive(person: Person) -> None:
    """A text of staff that the carrier lost pages whoever wrote it."""
    _write(person, "Are you alone?")
    person.give(Undelivered("r", person.now, person.chance(), "o_7f", "relay", 30003))

    assert [(p.to, p.why) for p in person.pages()] == [(ANA, "lost")]


HERS = st.sampled_from(
    [
        "yes",
        "1",
        "no",
        "0",
        "9 weeks",
        "hello?",
        "STOP",
        "START",
        "HELP",
        "",
        "menu",
        "gracias",
        "later",
        "worse",
    ]
)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.one_of(st.tuples(st.just("hers"), HERS), st.tuples(st.just("staff"), st.just("ok?"))), max_size=8
    )
)
def test_whatever_was_said_a_red_flag_gets_the_emergency_advice(steps: list[tuple[str, str]]) -> None:
    """With a person on the thread, before and after any words of hers or of staff."""
    person = Person(real_flow())
    person.text("can i talk to a nurse")
    _take(person)
    _write(person, "Hello")
    for side, words in steps:
        if side == "staff":
            _write(person, words)
        else:
            person.text(words)

    assert "911" in person.text("i just passed out")
    assert _case(person).level is Level.EMERGENCY
    assert person.pages()


UNFORESEEN = (
    "the voices say I have to go with the baby or they'll take us both",
    "pills n vodka n her blanket. thats the plan.",
    "its loud in my head n it wants me to drop him out the window",
    "pa morirse hay que tener valor y ya lo estoy agarrando",
)
"""Words in which no pattern finds a danger; all together they weigh as one."""


def test_what_only_all_words_together_tell_is_heard_in_the_thread_too(flow: Flow) -> None:
    """A nurse may not be looking: the second reading alarms while a person has the thread as ever."""
    read = {w: understand(w, None, flow.lexicons, Language("en"), Channel.SMS) for w in UNFORESEEN}
    only_weighed = [w for w, heard in read.items() if heard.weighed and not heard.interrupts]
    assert only_weighed, "patterns know all of these by now: put others in their place"
    for words in only_weighed:
        person = Person(flow)
        person.text("can i talk to a nurse")
        _take(person)
        _write(person, "Are you alone?")
        reply = person.text(words)
        assert "988" in reply or "911" in reply, words
