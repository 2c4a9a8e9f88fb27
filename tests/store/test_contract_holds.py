"""What both stores promise of order: what holds the next item back, for whom, and for how long at most."""

from __future__ import annotations

from dataclasses import replace

import pytest

from helpline.store.port import Item, Settlement, Status, Store
from helpline.triage.state import StaffId
from tests.store.people import NOON, PERSON, after, give, item_of, look
from tests.store.test_contract_outbox import claimed, status

UNKNOWN = Settlement(Status.UNKNOWN)


def urgent(name: str, staff: str | None = None) -> Item:
    """Return a text that must not wait, to her or to one of the staff."""
    return replace(item_of(name), urgent=True, staff=StaffId(staff) if staff else None)


def doubted(store: Store, *others: Item) -> Item:
    """Let a routine text be of unknown fate, with others behind it; return it."""
    give(store, item_of("a"), *others)
    item = claimed(store)
    assert store.settle(item, UNKNOWN, after(10))
    return item


def free(store: Store, seconds: float) -> str | None:
    """Return the name of what could be claimed at a moment."""
    item = store.next_item(PERSON, after(seconds))
    return item.id[4:] if item else None


def test_a_text_of_unknown_fate_holds_the_next_for_two_minutes(store: Store) -> None:
    """Counted from its sending; the agenda says when to look again, and nobody looks in vain."""
    doubted(store, item_of("b"))
    assert store.claim(PERSON, look(store).revision, after(119.999)) is None
    assert store.due(after(119.999)) == ((), ())
    assert store.due(after(120)) == ((), (PERSON,))
    assert claimed(store, 120).id == item_of("b").id


def test_a_lost_lease_holds_as_well(store: Store) -> None:
    """A worker that died in the middle of a send leaves the same doubt."""
    give(store, item_of("a"), item_of("b"))
    claimed(store)
    assert (free(store, 60), free(store, 119)) == (None, None)
    assert store.due(after(119)) == ((), ()) and store.due(after(120)) == ((), (PERSON,))
    assert free(store, 120) == "b"


@pytest.mark.parametrize("told", ["found", "failed", "reported"])
def test_once_its_fate_is_known_the_next_goes(store: Store, told: str) -> None:
    """Found at the carrier, given up, or reported: nothing is left to wait for."""
    item = doubted(store, item_of("b"))
    if told == "reported":
        assert store.report(item.id, "sent", "SM1", None, after(30)) is not None
    else:
        end = Status.ACCEPTED if told == "found" else Status.FAILED
        assert store.settle(item, Settlement(end), after(30))
    assert store.due(after(30)) == ((), (PERSON,)) and free(store, 30) == "b"


def test_what_is_sent_again_in_its_place_goes_first(store: Store) -> None:
    """It kept its moment, and with it its place."""
    item = doubted(store, item_of("b", not_before=after(1)))
    assert store.settle(item, Settlement(Status.READY, retry_at=item.not_before), after(70))
    assert claimed(store, 70).id == item.id


def test_urgent_texts_are_never_held_by_one_of_unknown_fate(store: Store) -> None:
    """Not by a routine one, and not by an urgent one."""
    doubted(store, urgent("u"), urgent("v"), item_of("b"))
    item = claimed(store, 10)
    assert item.id == urgent("u").id and store.due(after(10)) == ((), ())
    assert store.settle(item, UNKNOWN, after(11))
    assert store.due(after(11)) == ((PERSON,), ())
    assert claimed(store, 11).id == urgent("v").id


def test_an_urgent_text_does_not_wait_for_a_routine_one_under_way(store: Store) -> None:
    """Whoever sends it may be dead: a minute of lease is too long for a danger."""
    give(store, item_of("a"), item_of("b"))
    claimed(store)
    give(store, urgent("u", "s_1"), urgent("v"))
    assert store.due(NOON) == ((PERSON,), ())
    taken = [claimed(store).id, claimed(store).id]
    assert taken == [urgent("u").id, urgent("v").id]
    assert store.due(after(59)) == ((), ())


def test_urgent_texts_to_one_recipient_leave_one_at_a_time(store: Store) -> None:
    """Two that are under way at once could overtake one another."""
    give(store, urgent("u"), urgent("v"))
    claimed(store)
    assert free(store, 59) is None


def test_pages_to_others_do_not_wait_for_one_another(store: Store) -> None:
    """The page of the second nurse does not hang on that of the first."""
    give(store, urgent("u", "s_1"), urgent("v", "s_1"), urgent("w", "s_2"))
    claimed(store)
    assert claimed(store).id == urgent("w", "s_2").id
    assert free(store, 59) is None


def test_a_text_to_staff_holds_none_to_her(store: Store) -> None:
    """Order is that of one recipient."""
    note = replace(item_of("n"), staff=StaffId("s_1"))
    give(store, note, item_of("b"), replace(item_of("m"), staff=StaffId("s_1")))
    assert store.settle(claimed(store), UNKNOWN, NOON)
    assert claimed(store).id == item_of("b").id
    assert free(store, 60) is None and free(store, 120) == "m"


def test_no_item_holds_others_for_more_than_five_minutes(store: Store) -> None:
    """However often it is sent again and doubted again."""
    item = doubted(store, item_of("b"))
    for sent in (100, 200, 299):
        assert store.settle(item, Settlement(Status.READY, retry_at=NOON), after(sent))
        item = claimed(store, sent)
        assert store.settle(item, UNKNOWN, after(sent))
    found = store.item(item.id)
    assert found is not None and (found.doubted, found.sent_at) == (NOON, after(299))
    assert free(store, 299.9) is None and store.due(after(300)) == ((), (PERSON,))
    assert free(store, 300) == "b"


def test_a_clock_set_back_holds_nothing(store: Store) -> None:
    """A lease, and a doubt, of a time that is not to be believed: what is new now goes now."""
    give(store, item_of("a"))
    lost = claimed(store)
    give(store, item_of("b", not_before=after(-3600)), at=after(-3600))
    assert store.due(after(-3600)) == ((), (PERSON,))
    assert free(store, -3600) == "b" and status(store, lost) is Status.UNKNOWN
