"""One look shows what `load` and `next_item` would, and whether more is ready."""

from __future__ import annotations

from helpline.store import RedisStore
from helpline.store.port import Look, Store
from tests.store.people import PERSON, after, give, item_of


def _apart(store: Store, seconds: float) -> tuple[object, object]:
    at = after(seconds)
    return store.load(PERSON, "never served", at), store.next_item(PERSON, at)


def test_a_look_shows_the_person_and_the_next_item(store: Store) -> None:
    """The same as both questions apart, before and after something is due."""
    give(store, item_of("aa"), item_of("bb", not_before=after(5)))
    for seconds in (-1, 0, 4, 5, 6):
        seen = store.look(PERSON, after(seconds))
        assert (seen.loaded, seen.item) == _apart(store, seconds)


def test_a_look_says_whether_more_is_ready(store: Store) -> None:
    """Only what may leave now counts."""
    give(store, item_of("aa"), item_of("bb", not_before=after(5)))
    assert [store.look(PERSON, after(s)).more for s in (0, 4, 5)] == [False, False, True]


def test_while_one_is_sent_a_look_shows_none(store: Store) -> None:
    """One at a time a person."""
    revision = give(store, item_of("aa"), item_of("bb"))
    assert store.claim(PERSON, revision, after(0)) is not None
    seen = store.look(PERSON, after(0))
    assert (seen.item, seen.more) == (None, False)


def test_a_look_at_nobody_is_empty(store: Store) -> None:
    """An unknown person is no error."""
    seen = store.look(PERSON, after(0))
    assert isinstance(seen, Look) and seen.item is None and seen.loaded.state is None


def test_a_look_is_one_round_trip(redis_store: RedisStore) -> None:
    """The state and the item come together."""
    give(redis_store, item_of("aa"))
    redis_store.look(PERSON, after(0))
    before = redis_store.wire.trips
    redis_store.look(PERSON, after(0))
    assert redis_store.wire.trips == before + 1
