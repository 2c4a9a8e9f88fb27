"""What happens by and by: small jobs at their time, and jobs that must keep their order."""

import heapq
import itertools
import queue
import threading
import time
import zlib
from collections.abc import Callable
from typing import final

Job = Callable[[], None]
WAITING_MOST = 100_000


class Timeline:
    """Run jobs later on a few threads; jobs given a key run one after another for that key."""

    def __init__(self, threads: int = 4) -> None:
        self._lanes: list[queue.Queue[Job]] = [queue.Queue(WAITING_MOST) for _ in range(threads)]
        self._heap: list[tuple[float, int, str, Job]] = []
        self._count = itertools.count()
        self._changed = threading.Condition()
        self._open = 0
        self.dropped = 0
        for lane in self._lanes:
            self._staff(lane)
        threading.Thread(target=self._watch, name="carrier-timeline", daemon=True).start()

    def soon(self, key: str, job: Job) -> None:
        """Run a job as soon as its lane is free, after those of the same key that were given before."""
        with self._changed:
            self._open += 1
        self._put(key, job)

    def after(self, seconds: float, key: str, job: Job) -> None:
        """Run a job in so many seconds of the machine's time."""
        if seconds <= 0:
            self.soon(key, job)
            return
        with self._changed:
            self._open += 1
            heapq.heappush(self._heap, (time.monotonic() + seconds, next(self._count), key, job))
            self._changed.notify_all()

    def later(self, seconds: float, key: str, job: Job) -> None:
        """

        Run a job in so many seconds without counting it as work in hand (a call that may ring for a
        minute).
        """
        unwaited: Job = _Uncounted(job)
        with self._changed:
            heapq.heappush(self._heap, (time.monotonic() + seconds, next(self._count), key, unwaited))
            self._changed.notify_all()

    @property
    def idle(self) -> bool:
        """Tell whether nothing is in hand."""
        return self._open == 0

    def settle(self, seconds: float) -> bool:
        """Wait until nothing is in hand any more, at most so long; tell whether that came about."""
        with self._changed:
            return self._changed.wait_for(lambda: self._open == 0, seconds)

    def _put(self, key: str, job: Job) -> None:
        lane = self._lanes[zlib.crc32(key.encode()) % len(self._lanes)]
        try:
            lane.put_nowait(job)
        except queue.Full:
            self.dropped += 1
            self._done(job)

    def _watch(self) -> None:
        while True:
            with self._changed:
                while not self._heap or self._heap[0][0] > time.monotonic():
                    pause = self._heap[0][0] - time.monotonic() if self._heap else None
                    self._changed.wait(pause if pause is None else max(pause, 0.0))
                _, _, key, job = heapq.heappop(self._heap)
            self._put(key, job)

    def _staff(self, lane: "queue.Queue[Job]") -> None:
        threading.Thread(target=self._work, args=(lane,), name="carrier-lane", daemon=True).start()

    def _work(self, lane: "queue.Queue[Job]") -> None:
        """Work through a lane; a job that fails ends its thread, loudly, and the lane gets another."""
        try:
            while True:
                job = lane.get()
                try:
                    job()
                finally:
                    self._done(job)
        finally:
            self._staff(lane)

    def _done(self, job: Job) -> None:
        if isinstance(job, _Uncounted):
            return
        with self._changed:
            self._open -= 1
            if self._open == 0:
                self._changed.notify_all()


@final
class _Uncounted:
    """Mark a job that nobody waits for."""

    __slots__ = ("_job",)

    def __init__(self, job: Job) -> None:
        self._job = job

    def __call__(self) -> None:
        self._job()
