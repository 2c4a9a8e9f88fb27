"""How late what is due is done: 1,000 people a second, or 10,000 check-ins at once; and never early."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from redis import Redis

from helpline.service import Line
from helpline.store import keys
from helpline.triage.state import PersonId, Timer, TimerName
from tests.bench.places import Place, carrier, until, worker
from tests.bench.sending import line_of, overdue, plan_for, waiting
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
        late = lates(client, due)
    detail = {"p50": round(percentile(late, 0.5), 3), "earliest": round(min(late), 4), "people": many}
    return [
        Row("lateness at 1,000 due a second, p99", percentile(late, 0.99), "s", 2, 5, detail=detail),
        Row("of these done before they were due", sum(x < 0 for x in late), "", 0, 0),
    ]


def at_nine(at: Place, quick: bool) -> list[Row]:
    """Return the rows on check-ins that all fall due at the same moment and go out as texts.

    What must hold is what a short code takes for as many segments: a faster helpline would wait for it.
    """
    many = 2_000 if quick else 10_000
    with carrier(at), line_of(at) as line, at.client() as client:
        nine = line.now() + timedelta(seconds=many * 2 * _filling(line) + 4)
        timer = Timer(TimerName("checkin_24h"), nine, kind="checkin_24h")
        people = [plan_for(line, n, line.now(), items=False, timers=[timer]) for n in range(many)]
        if line.now() >= nine:
            raise RuntimeError("this machine is too slow: nine came before the last was written")
        with worker(at):
            time.sleep(max((nine - line.now()).total_seconds(), 0))
            until(lambda: line.now() > nine and not overdue(client, line.now()), None, None, 120)
            until(lambda: len(_sent(client, people)) >= many, None, None, 120)
        late = [when - nine.timestamp() for when in _sent_at(client, people)]
    detail = {"p50": round(percentile(late, 0.5), 2), "people": many, "earliest": round(min(late), 3)}
    what = f"{many:,} check-ins due at nine, the last is sent after"
    row = Row(what, max(late), "s", many / 300, many / 100, detail=detail)
    return [row, Row("of these sent before they were due", sum(x < 0 for x in late), "", 0, 0)]


def _filling(line: Line) -> float:
    """Return the seconds that it takes here and now to write one person."""
    some = 100
    plan_for(line, 500_000, line.now(), items=False)  # The first loads the content.
    begun = time.perf_counter()
    for n in range(1, some + 1):
        plan_for(line, 500_000 + n, line.now(), items=False)
    return max(FILL, (time.perf_counter() - begun) / some)


def _sent_at(client: Redis, people: Sequence[PersonId]) -> Sequence[float]:
    """Return when the one text of each was taken for sending, in seconds; none may be missing or doubled."""
    items = _sent(client, people)
    if len(items) != len(people) or any(len(found) != 1 for found in items):
        raise RuntimeError("somebody did not get exactly one text")
    pipe: Any = client.pipeline(transaction=False)
    for (item,) in items:
        pipe.hmget(keys.item(item.decode()), "status", "sent")
    told = pipe.execute()
    if any(status != b"accepted" for status, _ in told):
        raise RuntimeError("some texts were not accepted by the carrier")
    return [int(sent) / 1e6 for _, sent in told]


def lates(client: Redis, due: dict[PersonId, float]) -> Sequence[float]:
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


def _sent(client: Redis, people: Sequence[PersonId]) -> list[list[bytes]]:
    """Return the texts taken for sending, of each who has any."""
    pipe: Any = client.pipeline(transaction=False)
    for person in people:
        pipe.zrange(keys.drawers(person).sent, 0, -1)
    return [found for found in pipe.execute() if found]
