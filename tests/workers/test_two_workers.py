"""Two whole workers at once, each with a ticker of its own: each due entry is worked once."""

from __future__ import annotations

from datetime import timedelta

from redis import Redis

from helpline.carrier.server import ThreadedCarrier
from helpline.store.port import Status
from helpline.workers.queues import TICKER, Queues
from tests.service.house import ZONES, House, by_day, text, timer
from tests.workers.conftest import Start
from tests.workers.patience import until

TIMERS = [f"+1555555{n:04d}" for n in range(30)]
TEXTS = [f"+1555556{n:04d}" for n in range(30)]


def _came(carrier: ThreadedCarrier, numbers: list[str]) -> list[int]:
    return [len(carrier.station.ledger.thread(number)) for number in numbers]


def test_two_tickers_and_two_workers_work_each_entry_once(
    house: House, worker: Start, queues: Queues, carrier: ThreadedCarrier
) -> None:
    """Thirty check-ins fall due and thirty texts lie ready, some urgent, while both are at work."""
    with worker(), worker():
        assert until(lambda: set(queues.crew().workers.values()) == {2})
        now = house.clock.now()
        for number in TIMERS:
            due = timer("checkin_24h", now)
            house.plan(timers=(due,), number=number, extra={ZONES: by_day(now)})
        more = {"not_before": now, "expires": now + timedelta(hours=1)}
        items = [
            house.plan(text(urgent=n % 3 == 0, **more), number=number)[1][0] for n, number in enumerate(TEXTS)
        ]
        assert until(lambda: all(house.status(i) is Status.ACCEPTED for i in items))
        assert until(lambda: all(_came(carrier, TIMERS)))
    assert _came(carrier, TIMERS) == _came(carrier, TEXTS) == [1] * 30
    for number in TIMERS:
        fired = [e for e in house.store.journal(house.person(number)) if e.what == "TimerFired"]
        assert len(fired) == 1


def test_one_of_two_is_enough(
    house: House, worker: Start, queues: Queues, client: Redis, carrier: ThreadedCarrier
) -> None:
    """One worker ends while both have work: the other does what is left, and nothing twice."""
    now = house.clock.now()
    more = {"not_before": now, "expires": now + timedelta(hours=1)}
    with worker():
        with worker():
            assert until(lambda: set(queues.crew().workers.values()) == {2})
            items = [house.plan(text(**more), number=number)[1][0] for number in TEXTS]
            assert until(lambda: any(_came(carrier, TEXTS)))
        assert until(lambda: all(house.status(i) is Status.ACCEPTED for i in items))
        assert client.exists(TICKER)
    assert _came(carrier, TEXTS) == [1] * 30
