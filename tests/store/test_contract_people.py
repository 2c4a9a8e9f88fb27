"""What both stores promise of people: load, commit, retention, erasing, journal, counters, flows, clock."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from helpline.store.port import (
    Answered,
    Committed,
    Conflict,
    Entry,
    Loaded,
    Settlement,
    Spoken,
    Status,
    Store,
)
from helpline.triage.state import Agreement, Channel, Consent
from tests.store.people import (
    NOON,
    OTHER,
    PERSON,
    PHONE,
    WORDS,
    after,
    case_of,
    commit,
    give,
    item_of,
    look,
    plan_of,
    state_of,
)


def test_someone_unknown_has_no_state(store: Store) -> None:
    """Revision 0 and nothing else."""
    assert store.load(PERSON, "SM1", NOON) == Loaded(0, None, None, None, None)


def test_what_is_committed_is_loaded(store: Store) -> None:
    """State, number and revision come back as they were."""
    state = replace(state_of(), consent=Consent((Agreement("checkins", "YES", NOON, Channel.SMS),)), turn=3)
    assert store.commit(replace(plan_of("SM1"), state=state)) == Committed(1)
    assert store.load(PERSON, "SM2", NOON) == Loaded(1, state, PHONE, None, None)


def test_a_repeated_event_gets_the_stored_answer(store: Store) -> None:
    """Both on load and on commit, and nothing is written twice."""
    first = plan_of("SM1")
    commit(store, first)
    again = replace(first, spoken=Spoken(("something else",)))
    assert store.load(PERSON, "SM1", after(60)) == Answered(first.spoken)
    assert store.commit(again) == Answered(first.spoken)
    assert look(store).revision == 1
    assert len(store.journal(PERSON)) == 1


def test_an_event_is_remembered_for_24_hours(store: Store) -> None:
    """By the clock of the caller, not of the server."""
    commit(store, plan_of("SM1"))
    assert isinstance(store.load(PERSON, "SM1", after(86_399)), Answered)
    assert isinstance(store.load(PERSON, "SM1", after(86_400)), Loaded)
    assert store.commit(plan_of("SM1", 1, after(86_400))) == Committed(2)


def test_whoever_writes_second_is_refused(store: Store) -> None:
    """The revision decided on must still be the one that is stored."""
    commit(store, plan_of("SM1"))
    assert store.commit(plan_of("SM2", 0)) == Conflict()
    assert store.commit(plan_of("SM2", 2)) == Conflict()
    assert store.commit(plan_of("SM2", 1)) == Committed(2)


def test_a_refused_commit_writes_nothing(store: Store) -> None:
    """No item, no case, no counter, no journal entry of it."""
    commit(store, plan_of("SM1"))
    refused = replace(
        plan_of("SM2", 7), items=(item_of("a"),), case=case_of(), new_case=True, counts=(("turn", 1),)
    )
    assert store.commit(refused) == Conflict()
    assert store.items(PERSON) == []
    assert store.open_cases() == []
    assert store.counters("2026-11-23") == {}
    assert len(store.journal(PERSON)) == 1


def test_a_person_is_gone_when_retention_is_over(store: Store) -> None:
    """Judged by the clock of the caller; the next word begins afresh, and nothing old is left."""
    commit(store, replace(plan_of("SM1"), retention=after(100), items=(item_of("a"),)))
    assert look(store, at=after(99)).state is not None
    assert look(store, at=after(100)) == Loaded(0, None, None, None, None)
    assert store.commit(plan_of("SM2", 1, after(100))) == Conflict()
    assert store.commit(plan_of("SM2", 0, after(100))) == Committed(1)
    assert [e.at for e in store.journal(PERSON)] == [after(100)]
    assert store.items(PERSON) == []


def test_the_opt_out_mark_outlives_retention_and_erasing(store: Store) -> None:
    """Only START takes it away."""
    stopped = replace(state_of(), consent=Consent(stopped=after(5)))
    commit(store, replace(plan_of("SM1"), state=stopped, retention=after(100)))
    assert look(store).stopped == after(5)
    assert look(store, at=after(200)).stopped == after(5)
    assert store.erase(PERSON, after(300), keep_opt_out=True)
    assert look(store, at=after(300)) == Loaded(0, None, None, None, after(5))
    commit(store, plan_of("SM2", 0, after(400)))
    assert look(store, at=after(400)).stopped is None


def test_erasing_leaves_nothing_of_a_person(store: Store) -> None:
    """No state, item, answer, journal entry or place in the agenda; others are untouched."""
    commit(store, plan_of("SM9", person=OTHER))
    revision = commit(store, replace(plan_of("SM1"), items=(item_of("a"), item_of("b")), due=after(5)))
    claimed = store.claim(PERSON, revision, NOON)
    assert claimed is not None
    assert store.erase(PERSON, NOON, keep_opt_out=False)
    assert store.load(PERSON, "SM1", NOON) == Loaded(0, None, None, None, None)
    assert store.items(PERSON) == []
    assert store.item(claimed.id) is None
    assert store.journal(PERSON) == []
    assert store.due(after(10)) == ((), ())
    assert not store.erase(PERSON, NOON, keep_opt_out=False)
    assert look(store, OTHER).revision == 1


def test_erasing_keeps_an_open_case_without_its_reason(store: Store) -> None:
    """Staff must still acknowledge it; closed ones go."""
    commit(store, replace(plan_of("SM1"), case=case_of("3K"), new_case=True))
    closed = replace(case_of("4K"), outcome="advised", closed=after(5))
    commit(store, replace(plan_of("SM2", 1), case=case_of("4K"), new_case=True))
    commit(store, replace(plan_of("SM3", 2), case=closed))
    store.erase(PERSON, NOON, keep_opt_out=True)
    left = store.find_case(case_of("3K").case.code)
    assert left is not None and left.case.reason == "erased on request"
    assert store.find_case(closed.case.code) is None
    assert store.save_case(replace(left, outcome="erased", closed=after(9)), after(9), 30)
    assert store.open_cases() == []
    assert not store.save_case(closed, after(9), 30)


def test_the_journal_is_read_oldest_first(store: Store) -> None:
    """With the newest kept when there is a limit; a note is added without a commit."""
    for n in range(4):
        commit(store, plan_of(f"SM{n}", n, after(n)))
    assert store.note(PERSON, [Entry(after(9), "looked", "s_1", "")])
    assert [e.at for e in store.journal(PERSON)] == [after(n) for n in (0, 1, 2, 3, 9)]
    assert [e.at for e in store.journal(PERSON, limit=2)] == [after(3), after(9)]
    assert store.journal(PERSON)[0].detail == WORDS
    assert not store.note(OTHER, [Entry(NOON, "looked", "s_1", "")])
    commit(store, plan_of("SM9", 4, after(10)))
    assert [e.at for e in store.journal(PERSON)][-1] == after(10)


def test_counters_are_summed_over_all_people(store: Store) -> None:
    """One day at a time, by UTC."""
    commit(store, replace(plan_of("SM1"), counts=(("turn", 1), ("flag.crisis", 2))))
    commit(store, replace(plan_of("SM2", person=OTHER), counts=(("turn", 1),)))
    commit(store, replace(plan_of("SM3", 1, after(days=1)), counts=(("turn", 5),)))
    assert store.counters("2026-11-23") == {"turn": 2, "flag.crisis": 2}
    assert store.counters("2026-11-24") == {"turn": 5}


def test_a_flow_version_never_changes(store: Store) -> None:
    """The same version with another checksum is refused."""
    assert store.save_flow("triage", 1, "abc", b"text\nmore")
    assert store.save_flow("triage", 1, "abc", b"text\nmore")
    assert not store.save_flow("triage", 1, "def", b"other")
    assert store.flow("triage", 1) == b"text\nmore"
    assert store.flow("triage", 2) is None


def test_the_shift_of_the_clock_adds_up(store: Store) -> None:
    """Seconds, fractions too."""
    assert store.clock_shift() == 0
    store.shift_clock(600)
    assert store.shift_clock(0.5) == 600.5
    assert store.clock_shift() == 600.5
    store.ping()


def test_ids_in_another_bucket_are_refused(store: Store) -> None:
    """They would lie in another slot, where the commit cannot reach them."""
    with pytest.raises(ValueError, match="bucket"):
        store.commit(replace(plan_of("SM1"), items=(item_of("a", person=OTHER),)))
    with pytest.raises(ValueError, match="bucket"):
        store.commit(replace(plan_of("SM1"), case=case_of(person=OTHER)))


def test_a_withheld_number_is_a_person_without_a_number(store: Store) -> None:
    """The empty number comes back as it is."""
    commit(store, replace(plan_of("CA1:1"), phone=""))
    assert look(store).phone == ""


def test_words_no_codec_likes_come_back(store: Store) -> None:
    """Emoji, control characters and halves of surrogate pairs."""
    odd = replace(plan_of("SM1"), spoken=Spoken(("\U0001f49a\x00\ud83d\n",)))
    commit(store, odd)
    assert store.load(PERSON, "SM1", NOON) == Answered(odd.spoken)


def test_items_of_an_erased_person_are_not_settled(store: Store) -> None:
    """A send that was under way leaves no trace."""
    revision = give(store, item_of("a"))
    claimed = store.claim(PERSON, revision, NOON)
    assert claimed is not None
    store.erase(PERSON, NOON, keep_opt_out=True)

    assert not store.settle(claimed, Settlement(Status.ACCEPTED, sid="SM5"), NOON + timedelta(seconds=1))
    assert store.item(claimed.id) is None
