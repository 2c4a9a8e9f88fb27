"""A worker may be killed between any two steps: nothing is lost, and nothing doubled that must not be."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from helpline.carrier.server import ThreadedCarrier
from helpline.service.agenda import wake
from helpline.store.port import ItemId, Status
from helpline.triage.effects import Repeat
from tests.service.house import House, text, timer
from tests.workers.victim import Order
from tests.workers.victims import Victims

MOST_HOPS = 40


Victim = Callable[[int, str], bool]


@pytest.fixture
def die_at(house: House, server_url: str, carrier: ThreadedCarrier) -> Iterator[Victim]:
    """Return what lets a worker die at a step; it tells whether it came that far."""
    victims = Victims(server_url, carrier.base)

    def die(which: int, side: str) -> bool:
        (end,) = victims.work(Order(house.clock.now().isoformat(), which, side=side))
        return end.killed

    yield die
    victims.close()


def _recover(house: House, carrier: ThreadedCarrier) -> None:
    """Go on as the next worker does: what hangs is unknown after a minute, and looked for a minute later."""
    for _ in range(4):
        house.work()
        house.clock.pass_by(seconds=61)
        carrier.station.clock.advance(61)
        house.settle()
    house.work()


def _arrived(carrier: ThreadedCarrier) -> list[str]:
    return [m.body for m in carrier.station.ledger.messages.values()]


def _planned(house: House, repeat: Repeat) -> tuple[ItemId, ...]:
    now = house.clock.now()
    items = [text(f"{n}", not_before=now, expires=now + timedelta(hours=1), repeat=repeat) for n in (1, 2)]
    return house.plan(*items, timers=(timer("anything", now),))[1]


@pytest.fixture
def hops(house: House, carrier: ThreadedCarrier) -> int:
    """Return how many steps the whole of it takes, counted on one that lives."""
    seen = 0

    class Counting:
        def __init__(self, real: object) -> None:
            self._real = real

        def __getattr__(self, name: str) -> object:
            nonlocal seen
            seen += 1
            return getattr(self._real, name)

    _planned(house, Repeat.SAFE)
    line = replace(house.line, store=Counting(house.store), carrier=Counting(house.carrier))  # type: ignore[arg-type]
    wake(line, house.person())
    assert len(_arrived(carrier)) == 2
    carrier.station.reset()
    return seen


@pytest.mark.parametrize("repeat", [Repeat.SAFE, Repeat.NEVER])
def test_killed_at_every_hop_nothing_is_lost_or_doubled(
    house: House, die_at: Victim, carrier: ThreadedCarrier, hops: int, repeat: Repeat
) -> None:
    """Two texts and a timer, a kill at each step, before it and after it, then the next worker."""
    assert 8 <= hops <= MOST_HOPS
    for which in range(1, hops + 1):
        for side in ("before", "after") if which == hops else ("before",):
            ids = _planned(house, repeat)
            assert die_at(which, side), (which, side)
            _recover(house, carrier)
            _judge(house, carrier, ids, repeat, which)
            carrier.station.reset()


def _judge(
    house: House, carrier: ThreadedCarrier, ids: tuple[ItemId, ...], repeat: Repeat, which: int
) -> None:
    arrived = _arrived(carrier)
    statuses = [house.status(i) for i in ids]
    assert len(arrived) == len(set(arrived)), f"doubled at hop {which}"
    if repeat is Repeat.SAFE:
        assert (sorted(arrived), statuses) == (["1", "2"], [Status.ACCEPTED] * 2), f"hop {which}"
        return
    # What is never sent twice may stay unknown when nobody can say: then staff see it.
    assert sum(s is Status.ACCEPTED for s in statuses) == len(arrived), f"hop {which}"
    assert all(s in (Status.ACCEPTED, Status.UNKNOWN) for s in statuses), f"hop {which}"
    assert statuses.count(Status.UNKNOWN) <= 1
