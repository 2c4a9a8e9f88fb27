"""What both stores promise of sends: order, one at a time, leases, moves, reports, the agenda."""

from __future__ import annotations

from dataclasses import replace

import pytest

from helpline.store.port import Item, ItemId, Settlement, Status, Store
from helpline.triage.state import StaffId
from tests.store.people import NOON, OTHER, PERSON, after, commit, give, item_of, look, plan_of

ACCEPTED = Settlement(Status.ACCEPTED, sid="SM77")


def claimed(store: Store, at_seconds: float = 0) -> Item:
    """Claim what is next; it must be there."""
    item = store.claim(PERSON, look(store).revision, after(at_seconds))
    assert item is not None
    return item


def status(store: Store, item: Item) -> Status:
    """Return where an item stands."""
    found = store.item(item.id)
    assert found is not None
    return found.status


def test_an_item_comes_back_as_it_was(store: Store) -> None:
    """Every field of it, the sealed ones too."""
    item = replace(item_of("a"), urgent=True, staff=StaffId("s_1"), medium="call", kind="page")
    give(store, item)
    assert store.item(item.id) == item
    assert store.items(PERSON) == [item]
    assert store.item(ItemId("o_00nothing")) is None


def test_a_claim_takes_the_oldest_ready_item(store: Store) -> None:
    """With a lease, an attempt and the time of sending."""
    give(store, item_of("b", not_before=after(2)), item_of("a", not_before=after(1)))
    item = claimed(store, 5)
    assert item == replace(
        item_of("a", not_before=after(1)),
        status=Status.SENDING,
        attempt=1,
        lease=after(65),
        sent_at=after(5),
    )
    assert store.item(item.id) == item


def test_items_of_one_commit_keep_their_order(store: Store) -> None:
    """Though they may go at the same moment, and whatever their ids."""
    names = ["z", "y", "a", "m"]
    give(store, *(item_of(n) for n in names))
    taken = []
    for _ in names:
        item = claimed(store)
        taken.append(item.id[4:])
        assert store.settle(item, ACCEPTED, NOON)
    assert taken == names


def test_nothing_goes_before_its_time(store: Store) -> None:
    """Not a millisecond early."""
    revision = give(store, item_of("a", not_before=after(10)))
    assert store.claim(PERSON, revision, after(9.999)) is None
    assert store.claim(PERSON, revision, after(10)) is not None


def test_one_send_at_a_time(store: Store) -> None:
    """While one is under way the others of this person wait."""
    revision = give(store, item_of("a"), item_of("b"))
    first = claimed(store)
    assert store.claim(PERSON, revision, NOON) is None
    assert store.next_item(PERSON, NOON) is None
    assert store.settle(first, ACCEPTED, NOON)
    assert claimed(store).id == item_of("b").id


def test_a_claim_needs_the_revision_decided_on(store: Store) -> None:
    """Whatever changed since, STOP say, changed the decision."""
    revision = give(store, item_of("a"))
    commit(store, plan_of("STOP", revision))
    assert store.claim(PERSON, revision, NOON) is None
    assert store.claim(PERSON, revision + 1, NOON) is not None


def test_a_claim_drops_what_has_expired(store: Store) -> None:
    """`next_item` still shows it, so that the core can hear of it first."""
    revision = give(store, item_of("a"))
    seen = store.next_item(PERSON, after(3600))
    assert seen is not None and seen.id == item_of("a").id
    assert store.claim(PERSON, revision, after(3600)) is None
    assert status(store, seen) is Status.DROPPED


def test_a_lost_lease_makes_a_send_unknown(store: Store) -> None:
    """Nobody may send it again without asking."""
    give(store, item_of("a"), replace(item_of("b"), urgent=True))
    lost = store.items(PERSON)[0]
    assert claimed(store).id == lost.id
    claimed(store, 60)
    found = store.item(lost.id)
    assert found is not None and (found.status, found.lease) == (Status.UNKNOWN, None)
    assert (found.sent_at, found.doubted) == (NOON, NOON)
    assert [i.id for i in store.unknown_items(after(60))] == [lost.id]


def test_next_item_finds_a_lost_lease_too(store: Store) -> None:
    """A person without further items is tidied all the same."""
    give(store, item_of("a"))
    lost = claimed(store)
    assert store.next_item(PERSON, after(61)) is None
    assert status(store, lost) is Status.UNKNOWN
    assert store.due(after(61)) == ((), ())


@pytest.mark.parametrize(
    "end", [Status.ACCEPTED, Status.UNKNOWN, Status.FAILED, Status.READY, Status.DROPPED]
)
def test_a_send_ends_in_one_of_five_ways(store: Store, end: Status) -> None:
    """And is there to be read afterwards, with what the carrier said."""
    give(store, item_of("a"))
    item = claimed(store)
    assert store.settle(item, Settlement(end, sid="SM1", code=30003, retry_at=after(30)), after(1))
    found = store.item(item.id)
    assert found is not None
    assert (found.status, found.sid, found.code, found.lease) == (end, "SM1", 30003, None)
    assert found.not_before == (after(30) if end is Status.READY else NOON)


def test_a_settled_send_is_not_settled_again(store: Store) -> None:
    """Accepted stays accepted."""
    give(store, item_of("a"))
    item = claimed(store)
    assert store.settle(item, ACCEPTED, NOON)
    for end in Status:
        assert not store.settle(item, Settlement(end), NOON)
    assert status(store, item) is Status.ACCEPTED


def test_a_late_worker_does_not_settle_the_next_attempt(store: Store) -> None:
    """What it knows is about an attempt that is over."""
    give(store, item_of("a"))
    first = claimed(store)
    assert store.settle(first, Settlement(Status.READY, retry_at=after(2)), NOON)
    second = claimed(store, 2)
    assert second.attempt == 2
    assert not store.settle(first, Settlement(Status.FAILED), after(3))
    assert store.settle(second, ACCEPTED, after(3))


def test_an_unknown_send_is_found_or_sent_again(store: Store) -> None:
    """Accepted when the carrier has it, ready when policy says so."""
    give(store, item_of("a"), item_of("b"))
    for end in (Status.ACCEPTED, Status.READY):
        item = claimed(store)
        assert store.settle(item, Settlement(Status.UNKNOWN), NOON)
        (unknown,) = store.unknown_items(NOON)
        assert store.settle(unknown, Settlement(end, sid="SM1", retry_at=after(90)), after(61))
        assert store.unknown_items(after(99)) == []
    assert store.claim(PERSON, look(store).revision, after(89)) is None
    assert claimed(store, 90).attempt == 2


def test_only_a_ready_item_is_dropped_or_postponed(store: Store) -> None:
    """One under way cannot be called back."""
    give(store, item_of("a"), item_of("b"))
    a, b = store.items(PERSON)
    assert store.postpone(a, after(50), NOON)
    assert store.drop(b, "no longer wanted", NOON)
    assert status(store, b) is Status.DROPPED
    assert store.next_item(PERSON, after(49)) is None
    sending = claimed(store, 50)
    assert sending.not_before == after(50)
    assert not store.postpone(sending, after(70), after(51))
    assert not store.drop(sending, "no longer wanted", after(51))


def test_withdrawing_drops_what_we_start_but_no_page(store: Store) -> None:
    """STOP cancels plans, never a ladder; named kinds go alone."""
    page = replace(item_of("p", "page"), staff=StaffId("s_1"))
    revision = give(store, item_of("n", "nudge"), item_of("c", "checkin"), page)
    commit(store, replace(plan_of("SM2", revision), withdrawn=frozenset({"checkin"})))
    assert [i.status.value for i in store.items(PERSON)] == ["dropped", "ready", "ready"]
    new = item_of("k", "notice")
    commit(store, replace(plan_of("SM3", revision + 1), withdrawn=frozenset(), items=(new,)))
    left = {i.kind for i in store.items(PERSON) if i.status is Status.READY}
    assert left == {"page", "notice"}


def test_a_reply_is_an_item_born_accepted(store: Store) -> None:
    """Without number and words; reports may follow it."""
    reply = replace(item_of("r", "reply"), to="", body="", status=Status.ACCEPTED, sent_at=NOON)
    give(store, reply)
    assert store.item(reply.id) == reply
    assert store.due(after(5)) == ((), ())
    changed = store.report(reply.id, "delivered", "SM5", None, after(2))
    assert changed == replace(reply, delivery="delivered", sid="SM5")


def test_delivery_only_moves_forward(store: Store) -> None:
    """Late, doubled and unheard-of reports change nothing."""
    give(store, item_of("a"))
    item = claimed(store)
    assert store.settle(item, ACCEPTED, NOON)
    assert store.report(item.id, "sent", "SM77", None, NOON) is not None
    for late in ("queued", "sent", "what is this"):
        assert store.report(item.id, late, "SM77", None, NOON) is None
    delivered = store.report(item.id, "delivered", "SM77", None, NOON)
    assert delivered is not None and delivered.delivery == "delivered"
    assert store.report(item.id, "failed", "SM77", 30003, NOON) is None
    assert store.report(ItemId("o_00nothing"), "sent", None, None, NOON) is None


@pytest.mark.parametrize("before", ["ready", "sending", "unknown"])
@pytest.mark.parametrize(("word", "then"), [("queued", Status.ACCEPTED), ("undelivered", Status.FAILED)])
def test_a_report_proves_that_the_carrier_took_it(store: Store, before: str, word: str, then: Status) -> None:
    """Whatever we believed until then; it will not be sent again."""
    give(store, item_of("a"))
    item = claimed(store)
    if before == "unknown":
        store.settle(item, Settlement(Status.UNKNOWN), NOON)
    if before == "ready":
        store.settle(item, Settlement(Status.READY, retry_at=after(2)), NOON)
    changed = store.report(item.id, word, "SM4", 30005, after(1))
    assert changed is not None
    assert (changed.status, changed.sid, changed.code) == (then, "SM4", 30005)
    assert store.unknown_items(after(9)) == []
    assert store.claim(PERSON, look(store).revision, after(100)) is None
    assert store.due(after(100)) == ((), ())


def test_the_agenda_holds_the_earliest_of_timers_and_items(store: Store) -> None:
    """Urgent things apart, and nobody twice."""
    plan = replace(plan_of("SM1"), due=after(100), items=(item_of("a", not_before=after(50)),))
    commit(store, plan)
    assert store.due(after(49.999)) == ((), ())
    assert store.due(after(50)) == ((), (PERSON,))
    commit(store, replace(plan_of("SM2", 1), due=after(100), due_urgent=after(100)))
    item = claimed(store, 50)
    assert store.due(after(60)) == ((), ())
    assert store.settle(item, ACCEPTED, after(60))
    assert store.due(after(99)) == ((), ())
    assert store.due(after(100)) == ((PERSON,), ())


def test_an_urgent_item_is_due_urgently(store: Store) -> None:
    """Before the others, the oldest first."""
    give(store, replace(item_of("u", not_before=after(5)), urgent=True))
    give(store, item_of("v", person=OTHER))
    assert store.due(after(4)) == ((), (OTHER,))
    assert store.due(after(5)) == ((PERSON,), (OTHER,))
    assert store.due(after(5), limit=1) == ((PERSON,), ())


def test_a_lease_keeps_the_others_off_the_agenda(store: Store) -> None:
    """Nobody looks in vain while one is being sent; they do when the lease ends."""
    give(store, item_of("a"), item_of("b"))
    claimed(store)
    assert store.due(after(59)) == ((), ())
    assert store.due(after(60)) == ((), (PERSON,))


def test_nobody_is_due_for_ever(store: Store) -> None:
    """Looking at someone whose retention is over takes her off the agenda."""
    commit(store, replace(plan_of("SM1"), due=after(50), due_urgent=after(60), retention=after(40)))
    assert store.due(after(60)) == ((PERSON,), ())
    assert store.next_item(PERSON, after(60)) is None
    assert store.due(after(60)) == ((), ())
