"""What a sender may send: one number in the store, shared by all workers, urgent texts ahead of the others.

The real clock of the server counts here, also in a simulation: a carrier's patience is not simulated time.
"""

from __future__ import annotations

import hashlib
import time
from threading import Lock

from helpline.store import keys
from helpline.store.connect import Client
from helpline.store.wire import Script, Wire

AHEAD_SECONDS = 2.0
"""How far ahead a text may reserve its moment; the service sleeps no longer (`delivery.PATIENCE`)."""
SHARE_SECONDS = 0.1
"""How much one process takes from the store at once: a fast sender would ask it for every text otherwise."""

_RATE = Script("rate", prelude=False)


class Pace:
    """Take shares of a sender's segments per second. Urgent texts go at once; the others then wait longer."""

    def __init__(self, client: Client, sender: str, per_second: float, ahead: float = AHEAD_SECONDS) -> None:
        self._wire = Wire(client)
        free = keys.rate(hashlib.sha256(sender.encode()).hexdigest()[:16])
        self._keys = [free, f"{free}:line"]
        self._cost = 1 / per_second
        self._ahead = round(ahead * 1_000_000)
        self._lock = Lock()
        self._free = 0.0
        self._end = 0.0

    def __call__(self, segments: int, urgent: bool) -> float:
        """Return the seconds to wait before sending that many segments.

        More than `ahead`: nothing was taken, and there is a place in the line for coming back then. Raises
        StoreUnavailable.
        """
        cost = self._cost * segments
        if urgent:
            return self._take(cost, cost, urgent=True)
        with self._lock:
            now = time.monotonic()
            if self._free + cost > self._end or self._free < now - SHARE_SECONDS:
                share = max(cost, SHARE_SECONDS)
                wait = self._take(share, cost, urgent=False)
                if wait * 1_000_000 > self._ahead:
                    return wait
                self._free, self._end = now + wait, now + wait + share
            moment = self._free
            self._free += cost
            return max(moment - now, 0.0)

    def _take(self, share: float, cost: float, *, urgent: bool) -> float:
        args = [round(share * 1_000_000), int(urgent), self._ahead, round(cost * 1_000_000)]
        return int(self._wire.script("pace of the sender", _RATE, self._keys, args)) / 1_000_000
