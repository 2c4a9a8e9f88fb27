"""One worker: a supervisor over four children, the ticker and a process for each queue.

Children are forked after everything is imported, so they share memory and start at once. Whoever dies is
started again, later each time. On SIGTERM or SIGINT each finishes what it has in hand. A child whose
supervisor is gone ends by itself.
"""

from __future__ import annotations

import logging
import os
import select
import signal
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module

from redis import Redis
from rq import Queue, SimpleWorker, Worker
from rq.exceptions import StopRequested

from helpline.observe import log
from helpline.service import Line
from helpline.workers import jobs
from helpline.workers.queues import LATER, SENDS, URGENT, Queues
from helpline.workers.ticker import Ticker

_LOG = logging.getLogger("helpline.workers")

PAUSES = (0.1, 0.5, 1.0, 2.0, 5.0)
"""Seconds until a child that died is started again: the first time, the second …"""
STEADY = 30.0
"""Seconds after which a child counts as well again."""
GRACE = 30.0
"""Seconds that children get to finish before they are killed; leases mend what that breaks."""
WORKER_TTL = 60


@dataclass(frozen=True, slots=True)
class Crew:
    """What the children work with, each made anew in its own process.

    `queue` returns a connection to RQ's Redis without a short read time-out: workers wait on it. `prepare` is
    called once before the first fork, to import and load what children can share; it must open no connection.
    """

    line: Callable[[], Line]
    queue: Callable[[], Redis]
    prepare: Callable[[], None]


@dataclass
class _Child:
    role: str
    pid: int = 0
    born: float = 0.0
    deaths: int = 0
    start_at: float = 0.0
    told: bool = False
    """Asked to finish."""


@dataclass
class _Supervisor:
    crew: Crew
    children: list[_Child]
    stopping: float | None = None
    wake: tuple[int, int] = field(default_factory=os.pipe)

    def run(self) -> int:
        for end in self.wake:
            os.set_blocking(end, False)
        signal.set_wakeup_fd(self.wake[1], warn_on_full_buffer=False)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        while self._round():
            select.select([self.wake[0]], [], [], 0.5)
            self._drain_wake()
        return 0

    def _stop(self, *_: object) -> None:
        if self.stopping is None:
            self.stopping = time.monotonic()

    def _round(self) -> bool:
        """Bury, start or stop children; False when all is over."""
        for child in self.children:
            self._bury(child)
        if self.stopping is None:
            for child in self.children:
                if not child.pid and time.monotonic() >= child.start_at:
                    self._start(child)
            return True
        living = [child for child in self.children if child.pid]
        late = time.monotonic() - self.stopping > GRACE
        for child in living:
            self._end(child, late=late)
        return bool(living)

    def _bury(self, child: _Child) -> None:
        if not child.pid:
            return
        pid, status = os.waitpid(child.pid, os.WNOHANG)
        if not pid:
            return
        now = time.monotonic()
        child.deaths = 0 if now - child.born > STEADY else child.deaths + 1
        child.start_at = now + PAUSES[min(max(child.deaths - 1, 0), len(PAUSES) - 1)]
        child.pid = 0
        if self.stopping is None:
            code = os.waitstatus_to_exitcode(status)
            log.event(_LOG, "worker died", level=logging.ERROR, role=child.role, status=code)

    def _start(self, child: _Child) -> None:
        sys.stdout.flush()
        sys.stderr.flush()
        parent, child.born = os.getpid(), time.monotonic()
        child.pid = os.fork()
        if child.pid == 0:
            self._become(child.role, parent)

    def _become(self, role: str, parent: int) -> None:
        """Be the child: never returns."""
        status = 1
        try:
            signal.set_wakeup_fd(-1)
            for number in (signal.SIGTERM, signal.SIGINT, signal.SIGCHLD):
                signal.signal(number, signal.SIG_DFL)
            threading.Thread(target=_watch, args=(parent,), daemon=True).start()
            ROLES[role](self.crew)
            status = 0
        except StopRequested:
            status = 0
        except BaseException:  # noqa: BLE001 - the last line of a process; nothing may run on in a fork
            log.failure(_LOG, "worker failed", role=role)
        finally:
            jobs.finish()
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(status)

    def _end(self, child: _Child, *, late: bool) -> None:
        """Ask a child to finish, once; kill it when it is late."""
        if late:
            os.kill(child.pid, signal.SIGKILL)
        elif not child.told:
            child.told = True
            os.kill(child.pid, signal.SIGTERM)

    def _drain_wake(self) -> None:
        try:
            while os.read(self.wake[0], 64):
                continue
        except BlockingIOError:
            return


def main(wiring: str = "helpline.wiring") -> int:
    """Run one worker with the parts that the module of this name joins.

    It is imported by name, since it stands above this one. It has `line_for_process() -> Line` and
    `queue_connection() -> Redis`, each cached for the process that calls, and may have `prepare_worker()`.
    """
    parts = import_module(wiring)
    return run(
        Crew(parts.line_for_process, parts.queue_connection, getattr(parts, "prepare_worker", _nothing))
    )


def _nothing() -> None:
    return


def run(crew: Crew) -> int:
    """Run one worker until told to stop; return the exit status."""
    crew.prepare()
    return _Supervisor(crew, [_Child(role) for role in ROLES]).run()


def tick(crew: Crew) -> None:
    """Be the ticker until told to stop."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    Ticker(crew.line, Queues(crew.queue())).run(stop)


def work(crew: Crew, name: str, *, forking: bool = False) -> None:
    """Serve one queue until told to stop."""
    jobs.use(crew.line)
    connection = crew.queue()
    kind = Worker if forking else SimpleWorker
    queue = Queue(name, connection=connection, serializer="json")
    worker = kind(
        [queue],
        connection=connection,
        serializer="json",
        name=f"{name}-{os.getpid()}-{os.urandom(4).hex()}",
        worker_ttl=WORKER_TTL,
        log_job_description=False,
    )
    worker.max_connection_wait_time = 2.0
    worker.work(logging_level="WARNING")


ROLES: Mapping[str, Callable[[Crew], None]] = {
    "ticker": tick,
    URGENT: lambda crew: work(crew, URGENT),
    SENDS: lambda crew: work(crew, SENDS),
    LATER: lambda crew: work(crew, LATER, forking=True),
}


def _watch(parent: int) -> None:
    """End this process when its supervisor is gone."""
    while os.getppid() == parent:
        time.sleep(0.5)
    os.kill(os.getpid(), signal.SIGTERM)
