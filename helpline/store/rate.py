"""What a sender may send: one number in the store, shared by all workers, urgent texts ahead of the others.

The real clock of the server counts here, also in a simulation: a carrier's patience is not simulated time.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from redis.exceptions import RedisError

from helpline.store import keys
from helpline.store.port import StoreUnavailable

AHEAD_SECONDS = 3.0
"""How far ahead a text may reserve its moment: long enough to keep 32 threads busy, short enough for urgent
ones."""

_SCRIPT = (Path(__file__).parent / "scripts" / "rate.lua").read_text(encoding="utf-8")


class Pace:
    """Take shares of a sender's segments per second. Urgent texts go at once; the others then wait longer."""

    def __init__(self, client: Any, sender: str, per_second: float, ahead: float = AHEAD_SECONDS) -> None:
        self._key = keys.rate(hashlib.sha256(sender.encode()).hexdigest()[:16])
        self._cost = 1_000_000 / per_second
        self._ahead = round(ahead * 1_000_000)
        self._script = client.register_script(_SCRIPT)

    def __call__(self, segments: int, urgent: bool) -> float | None:
        """Return the seconds to wait before sending that many segments; None when too many are before it.

        Raises StoreUnavailable.
        """
        cost = round(self._cost * segments)
        try:
            wait = int(self._script(keys=[self._key], args=[cost, int(urgent), self._ahead]))
        except RedisError as error:
            raise StoreUnavailable(f"pace of the sender ({type(error).__name__})") from error
        return None if wait < 0 else wait / 1_000_000
