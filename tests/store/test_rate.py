"""What a sender may send is shared by all, and what is urgent goes ahead."""

from __future__ import annotations

from helpline.store.connect import Client
from helpline.store.rate import SHARE_SECONDS, Pace

SENDER = "+15005550006"


def slow(client: Client, sender: str = SENDER) -> Pace:
    """Return the pace of a sender of one segment in 100 seconds, two of which may be reserved."""
    return Pace(client, sender, 0.01, ahead=200.0)


def near(wait: float, seconds: float) -> bool:
    """Return whether a wait is this long, as far as a slow machine can tell."""
    return seconds - 50 < wait <= seconds


def test_a_slow_sender_is_taken_from_one_by_one(client: Client) -> None:
    """Each text waits for those before it, whoever takes."""
    waits = [slow(client)(1, False) for _ in range(3)]
    assert [near(wait, 100 * n) for n, wait in enumerate(waits)] == [True] * 3


def test_whoever_finds_too_much_before_it_gets_a_place_in_the_line(client: Client) -> None:
    """Each comes back a text later than the one before, and nothing was taken for them."""
    pace = slow(client)
    waits = [pace(1, False) for _ in range(8)]
    assert [near(wait, 100 * n) for n, wait in enumerate(waits)] == [True] * 8
    assert near(pace(1, False), 800)


def test_long_texts_take_more(client: Client) -> None:
    """The segments count, not the texts."""
    assert slow(client)(2, False) == 0.0
    assert near(slow(client)(1, False), 200)


def test_what_is_urgent_never_waits_and_the_others_wait_for_it(client: Client) -> None:
    """Urgent texts go at once, however many; what they took is missing for the rest."""
    assert [slow(client)(1, True) for _ in range(10)] == [0.0] * 10
    assert near(slow(client)(1, False), 1000)


def test_senders_do_not_share(client: Client) -> None:
    """Each sender has its own limit."""
    assert slow(client)(60, True) == 0.0
    assert slow(client, "+15005550099")(1, False) == 0.0


def test_a_fast_sender_is_asked_for_a_share_at_a_time(client: Client) -> None:
    """A tenth of a second's segments come from the store at once, and spread over that tenth."""
    pace = Pace(client, SENDER, 1000.0)
    waits = [pace(1, False) for _ in range(round(1000 * SHARE_SECONDS))]
    assert pace._wire.trips <= 3
    assert waits[0] == 0.0 and waits[-1] <= SHARE_SECONDS


def test_nothing_of_the_number_lies_in_the_store(client: Client) -> None:
    """The key holds a digest, and it goes by itself."""
    Pace(client, SENDER, 1.0)(1, False)
    (key,) = client.keys("*rate*")
    assert SENDER[1:].encode() not in key
    assert client.pttl(key) > 0
