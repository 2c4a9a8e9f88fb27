"""What RQ imports: the jobs. They name people; everything else is read when they run.

The process that runs them says once, with `use`, how to get the helpline's `Line`.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from itertools import islice

from helpline.observe import log, metrics, trace
from helpline.service import Line, StoreUnavailable, agenda, recordings
from helpline.service.reconcile import reconcile as settle_unknown
from helpline.service.rota_report import report_if_due
from helpline.service.technical import open_technical
from helpline.triage.state import PersonId

_LOG = logging.getLogger("helpline.workers")

THREADS = 32
"""Sends at once in one process: at 100 ms a send about 300 a second."""


@dataclass
class _Bench:
    """What the jobs of this process work with. The pool belongs to one process: threads do not outlive a
    fork."""

    line: Callable[[], Line] | None = None
    pool: ThreadPoolExecutor | None = None
    pid: int = 0


_BENCH = _Bench()


def use(line: Callable[[], Line]) -> None:
    """Say how the jobs of this process get the line; called once, before the first job."""
    _BENCH.line = line


def wake(persons: Sequence[str]) -> int:
    """Look at these people, many at a time; return how many sends were accepted so far.

    Of a large batch the last are still in hand when this returns, so that no thread idles while the next job
    is fetched; should they die with this process, the agenda still has them.
    """
    line = _line()
    if len(persons) == 1:
        return _look_at(line, persons[0])
    pool = _pool()
    looks = [pool.submit(_look_at, line, person) for person in persons]
    enough = len(looks) - THREADS if len(looks) > 2 * THREADS else len(looks)
    return sum(look.result() for look in islice(as_completed(looks), enough))


def reconcile() -> int:
    """Settle what can be settled of sends whose outcome is unknown; return how many."""
    trace.begin()
    line = _line()
    try:
        settled = settle_unknown(line, line.now())
        recordings.sweep(line, line.now())
        return settled
    except StoreUnavailable as error:
        log.event(_LOG, "store away", level=logging.WARNING, why=str(error))
        return 0


def report_rota() -> int:
    """Tell supervisors once a day what the rota lacks; return how many were told."""
    trace.begin()
    try:
        return report_if_due(_line())
    except StoreUnavailable as error:
        log.event(_LOG, "store away", level=logging.WARNING, why=str(error))
        return 0


def _look_at(line: Line, person: str) -> int:
    """Work one person. Whatever goes wrong with one must not end the batch of the others."""
    running = trace.begin()
    try:
        return agenda.wake(line, PersonId(person))
    except StoreUnavailable as error:
        # The person stays on the agenda, so the ticker hands them out again.
        log.event(_LOG, "store away", level=logging.WARNING, person=person, why=str(error))
    except Exception:
        log.failure(_LOG, "wake-up failed", person=person)
        metrics.count("wake_failures")
        _tell_staff(line, person, running)
    return 0


def _tell_staff(line: Line, person: str, running: str) -> None:
    try:
        open_technical(line, PersonId(person), running)
    except StoreUnavailable as error:
        log.event(_LOG, "store away", level=logging.ERROR, person=person, why=str(error))


def finish() -> None:
    """Let the threads of this process end what they have in hand."""
    if _BENCH.pool is not None and _BENCH.pid == os.getpid():
        _BENCH.pool.shutdown(wait=True)
        _BENCH.pool = None


def _line() -> Line:
    if _BENCH.line is None:
        raise RuntimeError("the jobs have no line: start them with `helpline worker`, not with `rq worker`")
    return _BENCH.line()


def _pool() -> ThreadPoolExecutor:
    if _BENCH.pool is None or _BENCH.pid != os.getpid():
        _BENCH.pool = ThreadPoolExecutor(THREADS, thread_name_prefix="wake")
        _BENCH.pid = os.getpid()
    return _BENCH.pool
