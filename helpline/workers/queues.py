"""The three queues, and wake-ups that are put into them once.

A job names people and nothing else. Its id is the hash of its people and of a slice of ten seconds: whoever
wants to wake the same people within the slice is refused while the job waits, and a job killed with its
worker blocks nothing for longer than that.
"""

from __future__ import annotations

import hashlib
import logging
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from redis import Redis
from redis.exceptions import RedisError
from rq import Queue, SimpleWorker
from rq.exceptions import DuplicateJobError

from helpline.observe import log

_LOG = logging.getLogger("helpline.workers")

URGENT, SENDS, LATER = "urgent", "sends", "later"
"""One process serves `urgent` alone, so that nothing waits behind a batch; `later` is for exports and
reports."""
WAKE, RECONCILE = "helpline.workers.jobs.wake", "helpline.workers.jobs.reconcile"
REPORT = "helpline.workers.jobs.report_rota"
SLICE = 10
"""Seconds within which the same people are not put into a queue twice."""
JOB_SECONDS, FAILURE_SECONDS = 300, 600
TICKER_SECONDS = 10
"""How long a ticker counts as alive after its last beat."""
SENTINEL = "rq:helpline:sentinel"
"""Lost together with the queues; whoever finds it gone or changed knows that what was put into them may be
gone."""
TICKER = "rq:helpline:ticker"


@dataclass(frozen=True, slots=True)
class Crew:
    """Who is at work, by queue name, and whether some ticker has beaten lately."""

    workers: dict[str, int]
    ticker: bool

    @property
    def problem(self) -> str | None:
        """Say what is missing and how to mend it; None when everything is served."""
        idle = [name for name, count in self.workers.items() if not count]
        missing = [*(f"queue {name}" for name in idle), *(() if self.ticker else ("the ticker",))]
        return f"no worker serves {', '.join(missing)}: start `helpline worker`" if missing else None


class Queues:
    """Put wake-ups into the queues. `seconds` tells the machine's time since the epoch."""

    def __init__(self, connection: Redis, seconds: Callable[[], float] = time.time) -> None:
        self._connection = connection
        self._seconds = seconds
        self._queues = {
            name: Queue(name, connection=connection, serializer="json") for name in (URGENT, SENDS, LATER)
        }

    def wake(self, persons: Sequence[str], *, urgent: bool = True) -> None:
        """Ask the workers to look at these people. Best effort: the ticker finds whoever is missed."""
        try:
            self.put(persons, urgent=urgent)
        except RedisError as error:
            log.event(_LOG, "wake-up not queued", level=logging.WARNING, why=type(error).__name__)

    def put(self, persons: Sequence[str], *, urgent: bool) -> bool:
        """Enqueue one job for these people; False when it waits already. Raises RedisError."""
        return self._enqueue(URGENT if urgent else SENDS, WAKE, list(persons))

    def reconcile(self) -> bool:
        """Enqueue the settling of unknown sends; False when it waits already. Raises RedisError."""
        return self._enqueue(SENDS, RECONCILE, [])

    def report_rota(self) -> bool:
        """Enqueue the daily report on the rota; False when it waits already. Raises RedisError."""
        return self._enqueue(LATER, REPORT, [])

    def beat(self) -> str:
        """Say that a ticker lives, and return the sentinel, set anew when it was gone. Raises RedisError."""
        pipe = self._connection.pipeline(transaction=False)
        pipe.set(TICKER, int(self._seconds()), ex=TICKER_SECONDS)
        pipe.set(SENTINEL, os.urandom(8).hex(), nx=True)
        pipe.get(SENTINEL)
        found = pipe.execute()[2]
        return found.decode() if isinstance(found, bytes) else str(found)

    def crew(self) -> Crew:
        """Return who is at work. Raises RedisError."""
        counts = {name: SimpleWorker.count(queue=self._queues[name]) for name in (URGENT, SENDS)}
        return Crew(counts, bool(self._connection.exists(TICKER)))

    def waiting(self) -> dict[str, int]:
        """Return how many jobs wait in each queue. Raises RedisError."""
        return {name: len(queue) for name, queue in self._queues.items()}

    def _enqueue(self, name: str, function: str, persons: list[str]) -> bool:
        try:
            self._queues[name].enqueue_call(
                function,
                args=(persons,) if persons else (),
                timeout=JOB_SECONDS,
                result_ttl=0,
                failure_ttl=FAILURE_SECONDS,
                description=f"{len(persons)} people",
                job_id=job_id(name, function, persons, int(self._seconds()) // SLICE),
                unique=True,
            )
        except DuplicateJobError:
            return False
        return True


def job_id(name: str, function: str, persons: Sequence[str], slice_number: int) -> str:
    """Return the id under which these people are woken once in a slice, in whatever order they are named."""
    words = "\0".join((name, function, str(slice_number), *sorted(persons)))
    return hashlib.sha256(words.encode()).hexdigest()[:32]
