"""The carrier's clock: the machine's time plus a shift, moved on together with the helpline's."""

import threading
import time
from datetime import UTC, datetime
from email.utils import format_datetime


class Clock:
    """Tell the time in UTC; can be moved on, never back."""

    def __init__(self) -> None:
        self._shift = 0.0
        self._lock = threading.Lock()

    def now(self) -> float:
        """Give seconds since the epoch, shift included."""
        return time.time() + self._shift

    def advance(self, seconds: float) -> None:
        """Move on by so many seconds; a negative number is refused with ValueError."""
        if seconds < 0:
            raise ValueError("a clock moves on, never back")
        with self._lock:
            self._shift += seconds

    @property
    def shift(self) -> float:
        """Give the seconds by which this clock is ahead of the machine's."""
        return self._shift


_last_stamp: tuple[int, str] = (0, "")


def rfc2822(seconds: float | None) -> str | None:
    """Write a time as the REST interface does: `Mon, 23 Nov 2026 10:00:00 +0000`; None stays None.

    The last answer is kept: under load nearly every message of a second carries the same stamp.
    """
    global _last_stamp
    if seconds is None:
        return None
    whole = int(seconds)
    last = _last_stamp
    if last[0] == whole:
        return last[1]
    text = format_datetime(datetime.fromtimestamp(whole, UTC))
    _last_stamp = (whole, text)
    return text
