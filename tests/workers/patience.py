"""Wait for something that another process does, and for no longer than it may take."""

from __future__ import annotations

import time
from collections.abc import Callable

SLOW_DISK = 20.0
"""Seconds that the store may take in a test: whole seconds pass while a busy machine writes to its disk."""


def until(holds: Callable[[], bool], seconds: float = 60.0) -> bool:
    """Return whether it came to hold within so many seconds."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if holds():
            return True
        time.sleep(0.02)
    return holds()
