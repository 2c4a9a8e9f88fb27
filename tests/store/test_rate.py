"""What a sender may send is shared by all, and what is urgent goes ahead."""

from __future__ import annotations

from helpline.store.connect import Client
from helpline.store.rate import AHEAD_SECONDS, SHARE_SECONDS, Pace

SENDER = "+15005550006"


def test_a_slow_sender_is_taken_from_one_by_one(client: Client) -> None:
    """At one segment a second the second text waits a second, and the fifth finds too much before it."""
    waits = [Pace(client, SENDER, 1.0)(1, False) for _ in range(5)]
    assert [w is None for w in waits] == [False, False, False, False, True]
    for n, wait in enumerate(waits[:4]):
        assert wait is not None and n - 0.5 < wait <= n


def test_long_texts_take_more(client: Client) -> None:
    """The segments count, not the texts."""
    first, second = Pace(client, SENDER, 1.0), Pace(client, SENDER, 1.0)
    assert first(3, False) == 0.0
    wait = second(1, False)
    assert wait is not None and 2.5 < wait <= 3.0


def test_what_is_urgent_never_waits_and_the_others_wait_for_it(client: Client) -> None:
    """Urgent texts go at once, however many; what they took is missing for the rest."""
    urgent, other = Pace(client, SENDER, 1.0), Pace(client, SENDER, 1.0)
    assert [urgent(1, True) for _ in range(10)] == [0.0] * 10
    assert other(1, False) is None


def test_senders_do_not_share(client: Client) -> None:
    """Each sender has its own limit."""
    assert Pace(client, SENDER, 1.0)(60, True) == 0.0
    assert Pace(client, "+15005550099", 1.0)(1, False) == 0.0


def test_a_fast_sender_is_asked_for_a_share_at_a_time(client: Client) -> None:
    """A tenth of a second's segments come from the store at once, and spread over that tenth."""
    pace = Pace(client, SENDER, 1000.0)
    waits = [pace(1, False) for _ in range(round(1000 * SHARE_SECONDS))]
    assert pace._wire.trips <= 3
    assert waits[0] == 0.0 and waits[-1] is not None and waits[-1] <= SHARE_SECONDS


def test_nothing_of_the_number_lies_in_the_store(client: Client) -> None:
    """The key holds a digest, and it goes by itself."""
    Pace(client, SENDER, 1.0)(1, False)
    (key,) = client.keys("*rate*")
    assert SENDER[1:].encode() not in key and 0 < client.pttl(key) <= (AHEAD_SECONDS + 60) * 1000
