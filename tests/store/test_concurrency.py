"""Many at once: exactly one wins, and nothing is lost or doubled."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TypeVar

from helpline.store.port import Answered, Committed, Conflict, Item, Loaded, Settlement, Status, Store
from tests.store.people import NOON, PERSON, case_of, commit, give, item_of, look, plan_of

T = TypeVar("T")
CROWD = 12


def at_once(do: Callable[[int], T], count: int = CROWD) -> list[T]:
    """Let many do this at the same time."""
    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(do, range(count)))


def test_of_many_who_decide_on_one_revision_one_wins(store: Store) -> None:
    """All others are told to decide again."""
    results = at_once(lambda n: store.commit(plan_of(f"SM{n}")))
    assert results.count(Committed(1)) == 1
    assert results.count(Conflict()) == CROWD - 1


def test_of_many_who_bring_one_event_one_writes(store: Store) -> None:
    """All others get its answer."""
    results = at_once(lambda _: store.commit(plan_of("SM1")))
    assert results.count(Committed(1)) == 1
    assert results.count(Answered(plan_of("SM1").spoken)) == CROWD - 1
    assert len(store.journal(PERSON)) == 1


def test_whoever_tries_again_gets_through(store: Store) -> None:
    """Every event is written once, and the revision counts them."""

    def turn(n: int) -> None:
        while True:
            loaded = store.load(PERSON, f"SM{n}", NOON)
            assert isinstance(loaded, Loaded)
            if isinstance(store.commit(plan_of(f"SM{n}", loaded.revision)), Committed):
                return

    at_once(turn)
    assert look(store).revision == CROWD
    assert len(store.journal(PERSON)) == CROWD


def test_of_many_who_claim_one_item_one_gets_it(store: Store) -> None:
    """It is sent once."""
    revision = give(store, item_of("a"))
    found = [i for i in at_once(lambda _: store.claim(PERSON, revision, NOON)) if i is not None]
    assert len(found) == 1
    settled = at_once(lambda _: store.settle(found[0], Settlement(Status.ACCEPTED, sid="SM1"), NOON))
    assert settled.count(True) == 1


def test_many_workers_empty_an_outbox_in_order(store: Store) -> None:
    """One at a time, each item once."""
    names = [f"{n:02}" for n in range(20)]
    revision = give(store, *(item_of(n) for n in names))
    sent: list[Item] = []

    def work(_: int) -> None:
        while len(sent) < len(names):
            item = store.claim(PERSON, revision, NOON)
            if item is not None:
                sent.append(item)
                assert store.settle(item, Settlement(Status.ACCEPTED, sid="SM"), NOON)

    at_once(work, 6)
    assert [i.id[4:] for i in sent] == names


def test_two_cases_never_share_a_code(store: Store) -> None:
    """The second to open one is refused, whoever it is about."""
    revision = commit(store, plan_of("SM0"))
    results = at_once(
        lambda n: store.commit(replace(plan_of(f"C{n}", revision), case=case_of(), new_case=True))
    )
    assert sum(isinstance(r, Committed) for r in results) == 1
    assert len(store.open_cases()) == 1
