"""Work shared out over cores. Jobs are closures: the workers are forked, so a flow need not be copied."""

from __future__ import annotations

import gc
import multiprocessing
from collections.abc import Callable, Sequence
from typing import TypeVar

Result = TypeVar("Result")

_jobs: Sequence[Callable[[], object]] = ()


def run(jobs: Sequence[Callable[[], Result]], cores: int) -> list[Result]:
    """Return the results of all jobs, in their order. With one core nothing is forked."""
    if cores < 2 or "fork" not in multiprocessing.get_all_start_methods():
        return [job() for job in jobs]
    global _jobs
    _jobs = jobs
    with multiprocessing.get_context("fork").Pool(cores, gc.disable) as pool:  # little is thrown away
        return pool.map(_job, range(len(jobs)), chunksize=1)


def _job(number: int) -> Result:  # type: ignore[type-var]
    result: Result = _jobs[number]()  # type: ignore[assignment]
    return result
