"""A clock that jumps, forwards into the night and back: each check-in comes once, by day, and none is lost.

Real workers on the shift of the simulation. A clock is set back while a machine is started anew: within a
process time never runs backwards (`helpline.clock`).
"""

from __future__ import annotations

from datetime import timedelta

import pytest
from redis import Redis

from helpline.carrier.server import ThreadedCarrier
from helpline.store.port import Status
from helpline.triage.effects import Repeat
from tests.service.house import ZONES, House, by_day, text, timer
from tests.workers.conftest import Start
from tests.workers.crew import ticks
from tests.workers.patience import until

PEOPLE = [f"+1555555{n:04d}" for n in range(6)]
NAME = "checkin_24h"


def _plan(house: House) -> None:
    """Let it be noon for all, and plan a check-in for ten o'clock tomorrow."""
    now = house.clock.now()
    for number in PEOPLE:
        due = timer(NAME, now + timedelta(hours=22))
        house.plan(timers=(due,), number=number, extra={ZONES: by_day(now)})


def _jump(house: House, hours: float) -> None:
    house.store.shift_clock(hours * 3600)
    house.clock.pass_by(hours=hours)


def _moved(house: House) -> bool:
    """Return whether nobody's check-in is due at this hour any more."""
    timers = [t for number in PEOPLE for t in house.state(number).timers if t.name == NAME]
    return len(timers) == len(PEOPLE) and all(t.due > house.clock.now() for t in timers)


def _came(carrier: ThreadedCarrier) -> list[int]:
    return [len(carrier.station.ledger.thread(number)) for number in PEOPLE]


def _works(house: House, number: str) -> bool:
    """Wait until a worker has sent something else; whatever was due before it has been looked at."""
    now = house.clock.now() - timedelta(seconds=1)
    _, (item,) = house.plan(
        text("and now", repeat=Repeat.SAFE, urgent=True, not_before=now, expires=now + timedelta(hours=1)),
        number=number,
    )
    return until(lambda: house.status(item) is Status.ACCEPTED)


def test_a_jump_into_the_night_lets_all_sleep_and_they_are_asked_in_the_morning(
    house: House, worker: Start, client: Redis, carrier: ThreadedCarrier
) -> None:
    """From noon to three at night of the day after: nothing until eight, then each once."""
    _plan(house)
    with worker():
        _jump(house, 39)
        assert until(lambda: _moved(house)) and _came(carrier) == [0] * 6
        ticks(client)
        _jump(house, 6)
        assert until(lambda: all(_came(carrier)))
        assert _works(house, "+15555550900")
    assert _came(carrier) == [1] * 6


@pytest.mark.parametrize("sent", [False, True])
def test_a_clock_set_back_asks_nobody_twice_and_forgets_nobody(
    house: House, worker: Start, client: Redis, carrier: ThreadedCarrier, sent: bool
) -> None:
    """Back by twelve hours, before it left or after it; when its time has come again it has come once."""
    _plan(house)
    with worker():
        _jump(house, 45 if sent else 39)
        assert until(lambda: all(_came(carrier)) if sent else _moved(house))
    _jump(house, -12)
    with worker():
        assert _works(house, "+15555550900") and _came(carrier) == [int(sent)] * 6
        ticks(client)
        _jump(house, 12 if sent else 18)
        assert until(lambda: all(_came(carrier)))
        assert _works(house, "+15555550901")
    assert _came(carrier) == [1] * 6


def test_a_clock_set_back_keeps_no_danger_waiting(house: House, worker: Start) -> None:
    """A text that a worker had in hand when it died, in a time that is to come again, holds nothing back."""
    _jump(house, 24)
    now = house.clock.now()
    item = text(repeat=Repeat.SAFE, urgent=True, not_before=now, expires=now + timedelta(days=1))
    person, _ = house.plan(item, number=PEOPLE[0])
    assert house.store.claim(person, 1, now) is not None
    _jump(house, -12)
    with worker():
        assert _works(house, PEOPLE[0])
