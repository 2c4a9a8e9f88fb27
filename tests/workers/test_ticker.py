"""Each second, whoever has something due is put into a queue, however many tickers there are."""

from __future__ import annotations

from datetime import timedelta

import pytest
from redis import Redis

from helpline.service.rota_report import report_if_due
from helpline.service.staff import Newcomer, add_staff
from helpline.store.port import Loaded
from helpline.workers.queues import LATER, SENDS, URGENT, Queues
from helpline.workers.ticker import BATCH, Ticker
from tests.service.house import House, text, timer


class Steady:
    """Seconds that pass by hand."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def steady() -> Steady:
    """Return such seconds."""
    return Steady()


@pytest.fixture
def ticker(house: House, queues: Queues, steady: Steady) -> Ticker:
    """Return a ticker that has settled in: the first look for unknown sends is behind it."""
    made = Ticker(lambda: house.line, queues, steady)
    made.tick()
    return made


def _waiting(queues: Queues) -> tuple[int, int]:
    waiting = queues.waiting()
    return waiting[URGENT], waiting[SENDS] - 1


def _due(house: House, number: str = "+15555550100", *, urgent: bool = False) -> None:
    house.plan(timers=(timer("anything", house.clock.now(), urgent=urgent),), number=number)


def test_who_is_due_is_handed_out_once(house: House, ticker: Ticker, queues: Queues) -> None:
    """The next ticks leave out whom this one handed out."""
    _due(house)
    assert (ticker.tick(), ticker.tick(), ticker.tick()) == (1, 0, 0)
    assert _waiting(queues) == (0, 1)


def test_who_is_not_due_is_left_alone(house: House, ticker: Ticker) -> None:
    """Nobody is woken early."""
    house.plan(timers=(timer("anything", house.clock.now() + timedelta(seconds=1)),))
    assert ticker.tick() == 0
    house.clock.pass_by(seconds=1)
    assert ticker.tick() == 1


def test_after_ten_seconds_who_is_still_due_is_handed_out_again(
    house: House, ticker: Ticker, steady: Steady
) -> None:
    """A job that was killed with its worker blocks nobody for long."""
    _due(house)
    assert ticker.tick() == 1
    steady.now += 9
    assert ticker.tick() == 0
    steady.now += 1
    assert ticker.tick() == 1


def test_who_was_done_and_is_due_again_is_handed_out_at_once(house: House, ticker: Ticker) -> None:
    """Ten seconds are for those who are still due, not for something newer."""
    _due(house)
    assert ticker.tick() == 1
    house.work()
    assert ticker.tick() == 0
    _due(house)
    assert ticker.tick() == 1


def test_what_becomes_urgent_does_not_wait_for_the_ten_seconds(
    house: House, ticker: Ticker, queues: Queues
) -> None:
    """Who waits for a routine text is handed out again, in the urgent queue, once there is danger."""
    _due(house)
    assert ticker.tick() == 1
    _due(house, urgent=True)
    assert (ticker.tick(), ticker.tick()) == (1, 0)
    assert _waiting(queues) == (1, 1)


def test_two_tickers_make_one_job(house: House, ticker: Ticker, queues: Queues, steady: Steady) -> None:
    """No leader is needed: the queue refuses the second."""
    other = Ticker(lambda: house.line, queues, steady)
    other.tick()
    _due(house)
    ticker.tick()
    other.tick()
    assert _waiting(queues) == (0, 1)


def test_a_lost_queue_is_rebuilt_at_the_next_tick(
    house: House, ticker: Ticker, queues: Queues, client: Redis
) -> None:
    """Everything of RQ is deleted; a second later all who are due wait again."""
    for n in range(5):
        _due(house, f"+1555555010{n}")
    ticker.tick()
    client.delete(*client.keys("rq:*"))
    assert ticker.tick() == 5
    assert queues.waiting()[SENDS] == 1


def test_the_urgent_come_one_by_one_in_their_own_queue(house: House, ticker: Ticker, queues: Queues) -> None:
    """Nothing urgent waits behind a batch."""
    _due(house, urgent=True)
    _due(house, "+15555550101", urgent=True)
    _due(house, "+15555550102")
    assert ticker.tick() == 3
    assert _waiting(queues) == (2, 1)


def test_many_are_handed_out_in_batches(house: House, ticker: Ticker, queues: Queues) -> None:
    """A job holds at most two hundred people."""
    assert BATCH <= 200
    for n in range(BATCH + 1):
        _due(house, f"+1555556{n:04d}")
    assert ticker.tick() == BATCH + 1
    assert _waiting(queues) == (0, 2)


def test_unknown_sends_are_looked_for_at_each_beat(house: House, ticker: Ticker, queues: Queues) -> None:
    """Every half minute of the helpline's time a job settles what is unknown."""
    assert queues.waiting()[SENDS] == 1
    house.clock.pass_by(seconds=29)
    ticker.tick()
    assert queues.waiting()[SENDS] == 1
    queues._connection.delete(*queues._connection.keys("rq:job*"))
    house.clock.pass_by(seconds=1)
    ticker.tick()
    assert queues.waiting()[SENDS] == 2


def test_a_look_that_is_refused_is_asked_for_at_the_next_tick(
    house: House, ticker: Ticker, queues: Queues, client: Redis
) -> None:
    """A look still at work has perhaps passed by what has been unknown for long enough only since."""
    house.clock.pass_by(seconds=30)
    ticker.tick()
    assert queues.waiting()[SENDS] == 1
    client.delete(*client.keys("rq:job*"))
    house.clock.pass_by(seconds=1)
    ticker.tick()
    assert queues.waiting()[SENDS] == 2


def test_a_clock_set_back_does_not_end_the_looking(house: House, ticker: Ticker, queues: Queues) -> None:
    """A day that is to come again is no day without looks for unknown sends."""
    queues._connection.delete(*queues._connection.keys("rq:job*"))
    house.clock.pass_by(days=-1)
    ticker.tick()
    assert queues.waiting()[SENDS] == 2


def test_a_tick_changes_nothing(house: House, ticker: Ticker) -> None:
    """The ticker reads and hands out; whoever is woken decides."""
    _due(house)
    before = house.store.load(house.person(), "look", house.clock.now())
    ticker.tick()
    after = house.store.load(house.person(), "look", house.clock.now())
    assert isinstance(before, Loaded) and before == after


def test_a_planned_text_is_due_like_a_timer(house: House, ticker: Ticker) -> None:
    """The outbox stands in the same agenda."""
    house.plan(text(not_before=house.clock.now(), expires=house.clock.now() + timedelta(minutes=5)))
    assert ticker.tick() == 1


def test_the_rota_is_reported_by_a_job_once_the_hour_has_come(
    house: House, queues: Queues, steady: Steady
) -> None:
    """Several tickers put one job into the queue, none before the hour, and none once it is done."""
    assert not isinstance(add_staff(house.line, Newcomer("Ana Ruiz", "+12025550190", "nurse")), str)
    two = [Ticker(lambda: house.line, queues, steady) for _ in range(2)]
    house.clock.time = house.clock.time.replace(hour=12)  # seven in New York
    assert [t.tick() for t in two] == [0, 0] and queues.waiting()[LATER] == 0

    house.clock.pass_by(hours=2)
    assert [t.tick() for t in two] == [0, 0] and queues.waiting()[LATER] == 1

    assert report_if_due(house.line) == 1
    house.clock.pass_by(minutes=5)
    for one in two:
        one.tick()
    assert queues.waiting()[LATER] == 1
