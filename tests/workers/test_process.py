"""A worker is four processes that survive one another, the store and SIGTERM."""

from __future__ import annotations

import os
import signal
from datetime import timedelta
from functools import partial

from redis import Redis

from helpline.carrier.faults import Rule
from helpline.carrier.server import ThreadedCarrier
from helpline.store.embedded import Embedded
from helpline.store.port import ItemId, Status, StoreUnavailable
from helpline.triage.effects import Repeat
from helpline.workers.queues import Queues
from tests.service.house import House, text
from tests.workers.conftest import Start
from tests.workers.crew import lives, pass_by, pids
from tests.workers.patience import until


def _plan(house: House, number: str = "+15555550100", *, urgent: bool = False) -> ItemId:
    now = house.clock.now()
    item = text(
        f"hello {number[-4:]}",
        not_before=now,
        expires=now + timedelta(hours=1),
        repeat=Repeat.SAFE,
        urgent=urgent,
    )
    return house.plan(item, number=number)[1][0]


def _arrived(carrier: ThreadedCarrier) -> int:
    return len(carrier.station.ledger.messages)


def test_what_falls_due_is_sent(
    house: House, worker: Start, queues: Queues, carrier: ThreadedCarrier
) -> None:
    """Ticker, queue, worker and carrier together: everybody's text leaves, and everybody is at work."""
    items = [_plan(house, f"+1555555{n:04d}", urgent=n % 2 == 0) for n in range(20)]
    with worker():
        assert until(lambda: all(house.status(i) is Status.ACCEPTED for i in items))
        assert until(lambda: queues.crew().problem is None)
    assert _arrived(carrier) == 20


def test_a_killed_process_is_replaced_and_its_text_sent_once(
    house: House, worker: Start, client: Redis, carrier: ThreadedCarrier
) -> None:
    """SIGKILL in the middle of a send: the carrier had taken it, and it is found instead of sent again."""
    carrier.station.faults.set([Rule("rest", "slow", next=1, seconds=1.0)])
    item = _plan(house)
    with worker():
        assert until(lambda: carrier.station.faults.report()[0]["fired"] == 1)
        (victim,) = pids(client, "sends")
        os.kill(victim, signal.SIGKILL)
        assert until(lambda: _arrived(carrier) == 1)
        assert until(lambda: bool(pids(client, "sends")))
        pass_by(house, carrier, 61)
        assert until(lambda: house.status(item) is Status.UNKNOWN)
        pass_by(house, carrier, 61)
        assert until(lambda: house.status(item) is Status.ACCEPTED)
    assert _arrived(carrier) == 1


def _replaced(client: Redis, name: str, old: set[int]) -> bool:
    return bool(set(pids(client, name)) - old)


def test_every_process_is_replaced(house: House, worker: Start, client: Redis) -> None:
    """Whichever is killed, all four are back soon, and work goes on."""
    with worker():
        assert until(lambda: len(_crew(client)) == 3)
        for name in ("urgent", "later"):
            old = pids(client, name)
            os.kill(old[0], signal.SIGKILL)
            assert until(partial(_replaced, client, name, set(old)))
        item = _plan(house, urgent=True)
        assert until(lambda: house.status(item) is Status.ACCEPTED)


def test_sigterm_lets_a_send_finish(house: House, worker: Start, carrier: ThreadedCarrier) -> None:
    """Nobody is stopped between the carrier's answer and our writing it down."""
    carrier.station.faults.set([Rule("rest", "slow", next=1, seconds=1.5)])
    item = _plan(house)
    with worker() as running:
        assert until(lambda: carrier.station.faults.report()[0]["fired"] == 1)
        running.send_signal(signal.SIGTERM)
        assert running.wait(15) == 0
    assert house.status(item) is Status.ACCEPTED and _arrived(carrier) == 1


def _answers(house: House) -> bool:
    try:
        house.store.ping()
    except StoreUnavailable:
        return False
    return True


def _crew(client: Redis) -> list[int]:
    return [p for name in ("urgent", "sends", "later") for p in pids(client, name)]


def test_children_end_with_their_supervisor(worker: Start, client: Redis) -> None:
    """A supervisor that is killed leaves nobody behind."""
    with worker() as running:
        assert until(lambda: len(_crew(client)) == 3)
        left = _crew(client)
        running.kill()
        running.wait(5)
        assert until(lambda: not any(lives(p) for p in left))


def test_work_goes_on_after_the_store_was_away(
    house: House, worker: Start, server: Embedded, queues: Queues, carrier: ThreadedCarrier
) -> None:
    """The store dies and comes back with all it was told; nothing planned is lost."""
    with worker():
        assert until(lambda: queues.crew().problem is None)
        old = server.server_pid
        item = _plan(house)
        os.kill(old, signal.SIGKILL)
        assert until(lambda: not lives(old) and _answers(house))
        assert until(lambda: house.status(item) is Status.ACCEPTED)
        other = _plan(house, "+15555550101")
        assert until(lambda: house.status(other) is Status.ACCEPTED)
    assert _arrived(carrier) == 2
