"""Time: the only caller of `datetime.now`.

Both clocks give aware UTC and never run backwards within a process: when the machine's clock is set back,
time goes on at half its pace until the machine has caught up, so nothing falls due twice and nothing stands
still.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Lock

_NEVER = float("-inf")


class SystemClock:
    """Tell the machine's time. `wall` and `steady` (seconds) are handed in by tests only."""

    def __init__(
        self,
        wall: Callable[[], datetime] = lambda: datetime.now(UTC),
        steady: Callable[[], float] = time.monotonic,
    ) -> None:
        self._wall = wall
        self._steady = steady
        self._lock = Lock()
        self._last = wall()
        self._last_steady = steady()

    def now(self) -> datetime:
        """Return the time, aware UTC."""
        with self._lock:
            wall, steady = self._wall(), self._steady()
            if wall < self._last:
                wall = self._last + timedelta(seconds=(steady - self._last_steady) / 2)
            self._last, self._last_steady = wall, steady
            return wall


class ShiftedClock:
    """Tell the time of a simulation: the machine's, moved by a shift that lies in the store.

    `read_shift` gives seconds, or None when the store cannot say: then the last known shift goes on to hold.
    It is asked at most once in `keep` seconds, by one thread at a time; the others do not wait for it, except
    for the first answer: without any they would tell a time hours away.
    """

    def __init__(self, read_shift: Callable[[], float | None], *, keep: float = 1.0) -> None:
        self._clock = SystemClock()
        self._read_shift = read_shift
        self._keep = keep
        self._shift = 0.0
        self._until = _NEVER
        self._lock = Lock()

    def now(self) -> datetime:
        """Return the shifted time, aware UTC."""
        asked = self._until
        if time.monotonic() >= asked and self._lock.acquire(blocking=asked == _NEVER):
            try:
                if asked == self._until:  # else another thread has asked in the meantime
                    self._refresh()
            finally:
                self._lock.release()
        return self._clock.now() + timedelta(seconds=self._shift)

    def forget(self) -> None:
        """Read the shift anew at the next look."""
        self._until = _NEVER

    def _refresh(self) -> None:
        shift = self._read_shift()
        if shift is not None:
            self._shift = max(self._shift, shift)
        self._until = time.monotonic() + self._keep
