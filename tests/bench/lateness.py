"""How late what is due is done, when 1,000 people a second fall due; never early."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from redis import Redis

from helpline.store import keys
from helpline.triage.state import PersonId, Timer, TimerName
from tests.bench.places import Place, until, worker
from tests.bench.sending import line_of, plan_for, waiting
from tests.bench.table import Row, percentile

A_SECOND = 1000
FILL = 0.0012
"""Seconds, roughly, that it takes to write one person with a timer."""


def rows(at: Place, quick: bool) -> list[Row]:
    """Return the rows on lateness: a timer each, due one after the other, a thousand a second."""
    many = A_SECOND * (3 if quick else 10)
    with line_of(at) as line, at.client() as client:
        begin = line.now() + timedelta(seconds=many * FILL + 4)
        due: dict[PersonId, float] = {}
        for n in range(many):
            moment = begin + timedelta(milliseconds=1000 * n / A_SECOND)
            timer = Timer(TimerName("nudge"), moment, kind="nudge")
            due[plan_for(line, n, line.now(), items=False, timers=[timer])] = moment.timestamp()
        if line.now() >= begin:
            raise RuntimeError("this machine is too slow: the first were due before the last were written")
        with worker(at):
            time.sleep(max((begin - line.now()).total_seconds(), 0))
            until(lambda: not waiting(client), None, None, 90)
        late = _late(client, due)
    detail = {"p50": round(percentile(late, 0.5), 3), "earliest": round(min(late), 4), "people": many}
    return [
        Row("lateness at 1,000 due a second, p99", percentile(late, 0.99), "s", 2, 5, detail=detail),
        Row("of these done before they were due", sum(x < 0 for x in late), "", 0, 0),
    ]


def _late(client: Redis, due: dict[PersonId, float]) -> Sequence[float]:
    """Return by how many seconds each was late: a person's last change is the firing of the timer."""
    pipe: Any = client.pipeline(transaction=False)
    for person in due:
        pipe.hmget(keys.drawers(person).person, "rev", "when")
    late = []
    for told, moment in zip(pipe.execute(), due.values(), strict=True):
        if int(told[0]) != 2:
            raise RuntimeError("a timer did not fire exactly once")
        late.append(int(told[1].split()[0]) / 1000 - moment)
    return late
