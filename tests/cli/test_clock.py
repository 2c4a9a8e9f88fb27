"""Time: never backwards, and in a simulation as the store says."""

from __future__ import annotations

from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from datetime import UTC, datetime, timedelta
from threading import Event

from helpline.clock import ShiftedClock, SystemClock

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


class Times:
    """The machine's clocks, moved by hand."""

    def __init__(self) -> None:
        self.wall = NOON
        self.steady = 0.0

    def passes(self, seconds: float, *, wall: float | None = None) -> None:
        """Let time pass; the wall clock may say otherwise."""
        self.steady += seconds
        self.wall += timedelta(seconds=seconds if wall is None else wall)


def test_time_is_utc_and_as_the_machine_says() -> None:
    """Without trouble the clock is the machine's."""
    times = Times()
    clock = SystemClock(lambda: times.wall, lambda: times.steady)
    times.passes(5)
    assert clock.now() == NOON + timedelta(seconds=5)
    assert SystemClock().now().tzinfo is UTC


def test_a_clock_set_back_neither_runs_backwards_nor_stands_still() -> None:
    """After a step back time goes on at half its pace until the machine has caught up."""
    times = Times()
    clock = SystemClock(lambda: times.wall, lambda: times.steady)
    times.passes(1, wall=-10)
    seen = [clock.now()]
    for _ in range(40):
        times.passes(1)
        seen.append(clock.now())
    assert seen == sorted(seen)
    assert len(set(seen)) >= len(seen) - 1  # at the moment of meeting both say the same
    assert seen[0] >= NOON
    assert seen[-1] == times.wall


def test_the_shift_moves_time_and_is_not_asked_for_each_time() -> None:
    """The store is asked once in the time given, and again when told to forget."""
    asked: list[float] = []
    clock = ShiftedClock(lambda: asked.append(3600.0) or 3600.0, keep=60)
    ahead = clock.now() - SystemClock().now()
    assert timedelta(minutes=59) < ahead <= timedelta(hours=1, seconds=1)
    clock.now()
    assert len(asked) == 1
    clock.forget()
    clock.now()
    assert len(asked) == 2


def test_a_store_that_cannot_say_leaves_the_shift_as_it_was() -> None:
    """Losing the store does not throw time back."""
    told: list[float | None] = [7200.0, None]
    clock = ShiftedClock(lambda: told.pop(0), keep=0)
    before = clock.now()
    assert clock.now() >= before


def test_nobody_tells_the_time_before_the_shift_is_known() -> None:
    """Threads that all begin at once wait for the first answer of the store: no one tells an old time."""
    asked, answer = list[int](), Event()

    def when_let() -> float:
        asked.append(1)
        answer.wait()
        return 3600.0

    clock = ShiftedClock(when_let, keep=60)
    began = SystemClock().now()
    with ThreadPoolExecutor(8) as pool:
        times = [pool.submit(clock.now) for _ in range(8)]
        early = wait(times, timeout=0.1, return_when=FIRST_COMPLETED).done
        answer.set()
    assert not early
    assert all(told.result() - began >= timedelta(minutes=59) for told in times)
    assert len(asked) == 1
