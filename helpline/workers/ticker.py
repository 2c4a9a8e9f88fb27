"""Each second: who has something due is put into a queue. No leader, no memory that matters.

Any number of tickers may run: the same job is refused twice, and a person looked at twice is no harm.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from itertools import islice
from threading import Event

from redis.exceptions import RedisError

from helpline.observe import log, trace
from helpline.service import Line, StoreUnavailable, rota_report
from helpline.service.reconcile import BEAT
from helpline.workers.jobs import THREADS
from helpline.workers.queues import SLICE, Queues

_LOG = logging.getLogger("helpline.workers")

BATCH = 192
"""People in one job, six rounds of a pool of 32 threads; at most 200 by design."""
MOST = 10_000
"""People read in one tick; the rest follow as these are done."""


class Ticker:
    """Hand out whoever has something due.

    Whom it handed out within the last ten seconds is left out, unless they were done in between, the queue
    was lost, or something of theirs has become urgent. `steady` tells seconds and never runs backwards.
    """

    def __init__(
        self, line: Callable[[], Line], queues: Queues, steady: Callable[[], float] = time.monotonic
    ) -> None:
        self._line = line
        self._queues = queues
        self._steady = steady
        self._handed: dict[tuple[str, bool], float] = {}
        self._sentinel = ""
        self._reconciled: datetime | None = None

    def run(self, stop: Event, period: float = 1.0) -> None:
        """Tick each `period` seconds until told to stop; a store or queue that is away is waited for."""
        due = self._steady()
        while not stop.is_set():
            trace.begin()
            try:
                self.tick()
            except (StoreUnavailable, RedisError) as error:
                log.event(_LOG, "tick failed", level=logging.WARNING, why=type(error).__name__)
            due = max(due + period, self._steady())
            stop.wait(max(due - self._steady(), 0.0))

    def tick(self) -> int:
        """Hand out everybody who is due; return how many. Raises StoreUnavailable, RedisError."""
        self._notice_loss(self._queues.beat())
        line = self._line()
        urgent, others = line.store.due(line.now(), MOST)
        self._forget({*((p, True) for p in urgent), *((p, False) for p in others)})
        count = 0
        first = self._new(urgent, urgent=True)
        for people in _batches(first, _together(len(first))):
            count += self._hand_out(people, urgent=True)
        for people in _batches(self._new(others, urgent=False), BATCH):
            count += self._hand_out(people, urgent=False)
        self._settle_unknown(line)
        return count

    def _settle_unknown(self, line: Line) -> None:
        now = line.now()
        if self._reconciled is None or abs(now - self._reconciled) >= BEAT:  # The clock may be set back.
            if self._queues.reconcile():  # Refused, one at work may have looked too early: asked for again.
                self._reconciled = now
            if rota_report.due(line):
                self._queues.report_rota()

    def _notice_loss(self, sentinel: str) -> None:
        if sentinel != self._sentinel:
            self._handed.clear()
            self._sentinel = sentinel

    def _forget(self, due: set[tuple[str, bool]]) -> None:
        """Keep in mind only who is still due: who was done and is due again has something newer."""
        now = self._steady()
        self._handed = {p: at for p, at in self._handed.items() if p in due and now - at < SLICE}

    def _new(self, people: Iterable[str], *, urgent: bool) -> list[str]:
        return [p for p in people if (p, urgent) not in self._handed]

    def _hand_out(self, people: Sequence[str], *, urgent: bool) -> int:
        self._queues.put(people, urgent=urgent)
        now = self._steady()
        self._handed.update(((p, urgent), now) for p in people)
        return len(people)


def _together(urgent: int) -> int:
    """Return how many urgent people share a job: one, and in a surge as many as the pool works at once.

    A job costs some ten writes; many emergencies one by one would make the last ones late.
    """
    return min(max(urgent // 2, 1), THREADS)


def _batches(people: Sequence[str], size: int) -> Iterable[list[str]]:
    rest = iter(people)
    while batch := list(islice(rest, size)):
        yield batch
