"""The list of recordings that still lie at the carrier, on both stores."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from helpline.store.port import Store

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
ONE, TWO = f"RE{'1' * 32}", f"RE{'2' * 32}"


def test_a_recording_is_due_when_its_time_has_come_and_until_it_is_gone(store: Store) -> None:
    """Not before, again and again after, the oldest first; deleting takes it off."""
    book = store.recordings
    book.keep(ONE, NOON + timedelta(hours=2))
    book.keep(TWO, NOON + timedelta(hours=1))
    assert list(book.due(NOON)) == []
    assert list(book.due(NOON + timedelta(hours=3))) == [TWO, ONE]
    book.gone(TWO)
    assert list(book.due(NOON + timedelta(hours=3))) == [ONE]
    assert book.until(TWO) is None and book.until(ONE) == NOON + timedelta(hours=2)
    book.gone(ONE)


def test_a_time_only_ever_moves_nearer(store: Store) -> None:
    """Told of twice or heard again, it does not stay longer."""
    book = store.recordings
    for hours in (5, 2, 9):
        book.keep(ONE, NOON + timedelta(hours=hours))
    assert book.until(ONE) == NOON + timedelta(hours=2)
    book.gone(ONE)
