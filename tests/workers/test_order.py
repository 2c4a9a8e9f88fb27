"""Texts to one person keep their order though nobody knows of one of them, and danger waits for none.

Real workers and a real carrier over HTTP; time is moved on for both.
"""

from __future__ import annotations

import os
import signal
from datetime import timedelta

from redis import Redis

from helpline.carrier.faults import Rule
from helpline.carrier.server import ThreadedCarrier
from helpline.store.port import ItemId, Status
from helpline.triage.effects import Repeat
from tests.service.house import House, text
from tests.workers.conftest import Start
from tests.workers.crew import pass_by, pids, ticks
from tests.workers.patience import until

FIRST, SECOND, DANGER = "first", "second", "call for help now"


def _plan(house: House) -> tuple[ItemId, ...]:
    """Plan two routine texts, the first of them to be sent again in doubt."""
    now = house.clock.now()
    more = {"not_before": now, "expires": now + timedelta(hours=1)}
    return house.plan(text(FIRST, repeat=Repeat.SAFE, **more), text(SECOND, **more))[1]


def _danger(house: House) -> None:
    """Plan what she has to know at once."""
    now = house.clock.now()
    more = {"not_before": now, "expires": now + timedelta(hours=1), "kind": "notice", "urgent": True}
    house.plan(text(DANGER, repeat=Repeat.SAFE, **more))


def _bodies(carrier: ThreadedCarrier) -> list[str]:
    return [m.body for m in carrier.station.ledger.messages.values()]


def test_the_next_text_waits_for_one_the_carrier_lost_and_danger_does_not(
    house: House, worker: Start, carrier: ThreadedCarrier
) -> None:
    """A 500 for the first: the second leaves after it, when it was sent again; what is urgent leaves now."""
    carrier.station.faults.set([Rule("rest", "error", next=1)])
    first, second = _plan(house)
    with worker():
        assert until(lambda: house.status(first) is Status.UNKNOWN)
        _danger(house)
        assert until(lambda: _bodies(carrier) == [DANGER])
        assert house.status(second) is Status.READY
        pass_by(house, carrier, 61)
        assert until(lambda: house.status(second) is Status.ACCEPTED)
    assert _bodies(carrier) == [DANGER, FIRST, SECOND]


def test_danger_does_not_wait_for_the_lease_of_a_worker_that_died(
    house: House, worker: Start, client: Redis, carrier: ThreadedCarrier
) -> None:
    """SIGKILL while a routine text is under way: what is urgent goes while the lease still runs."""
    carrier.station.faults.set([Rule("rest", "slow", next=1, seconds=2.0)])
    first, second = _plan(house)
    with worker():
        assert until(lambda: carrier.station.faults.report()[0]["fired"] == 1)
        (victim,) = pids(client, "sends")
        os.kill(victim, signal.SIGKILL)
        _danger(house)
        assert until(lambda: DANGER in _bodies(carrier))
        assert house.status(first) is Status.SENDING and house.status(second) is Status.READY
        assert until(lambda: len(_bodies(carrier)) == 2)
        ticks(client)
        pass_by(house, carrier, 61)
        assert until(lambda: house.status(first) is Status.UNKNOWN)
        ticks(client)
        pass_by(house, carrier, 31)
        assert until(lambda: house.status(second) is Status.ACCEPTED)
    assert [b for b in _bodies(carrier) if b != DANGER] == [FIRST, SECOND]
