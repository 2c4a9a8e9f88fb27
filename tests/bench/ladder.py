"""How late the ladder of a case climbs when many climb at once; never early."""

from __future__ import annotations

import os
import time
from dataclasses import replace
from datetime import datetime, timedelta

from helpline.service import Line
from helpline.store.port import CaseRecord, Committed, Plan, Spoken
from helpline.triage.cases import CODE_LETTERS
from helpline.triage.engine import begin
from helpline.triage.state import Case, CaseCode, Language, Level, PersonId, Timer, TimerName
from helpline.workers.queues import Queues
from tests.bench.lateness import lates
from tests.bench.people import content, number
from tests.bench.places import Place, until, worker
from tests.bench.sending import line_of
from tests.bench.table import Row, percentile

A_SECOND = 10
FIRST = 80_000


def rows(at: Place, quick: bool) -> list[Row]:
    """Return the rows on the ladder: cases whose page went unanswered, ten a second."""
    many = A_SECOND * (5 if quick else 20)
    with line_of(at) as line, at.client() as client, worker(at):
        until(lambda: Queues(client).crew().problem is None, None, None, 60)
        start = line.now() + timedelta(seconds=many * 0.15 + 3)
        due: dict[PersonId, float] = {}
        for n in range(many):
            moment = start + timedelta(milliseconds=1000 * n / A_SECOND)
            due[_unanswered(line, n, line.now(), moment)] = moment.timestamp()
        if line.now() >= start:
            raise RuntimeError("this machine is too slow: the first were due before the last were written")
        time.sleep(max(max(due.values()) - line.now().timestamp(), 0))
        until(lambda: all(r.case.rung for r in line.store.open_cases()), None, None, 60)
        late = lates(client, due)
    detail = {"p50": round(percentile(late, 0.5), 3), "slowest": round(max(late), 3), "cases": many}
    return [
        Row("ladder steps late, the slowest of ten a second", max(late), "s", 2, 2, detail=detail),
        Row("of these early", sum(x < 0 for x in late), "", 0, 0),
    ]


def _unanswered(line: Line, n: int, now: datetime, due: datetime) -> PersonId:
    """Commit a person with an open emergency whose ladder is due at `due`."""
    phone = number(FIRST + n)
    person = line.identity.person(phone)
    letters = CODE_LETTERS[n // len(CODE_LETTERS) % len(CODE_LETTERS)] + CODE_LETTERS[n % len(CODE_LETTERS)]
    case = Case(CaseCode(person[:2].upper() + letters), Level.EMERGENCY, frozenset(), "bench", now)
    timer = Timer(TimerName("ladder"), due, urgent=True, kind="ladder")
    state = begin(content(), person, Language("en"), now, os.urandom(16))
    plan = Plan(
        person=person,
        event=f"case:{n}",
        revision=0,
        state=replace(state, case=case, timers=(timer,)),
        phone=phone,
        at=now,
        spoken=Spoken(),
        case=CaseRecord(case, person),
        new_case=True,
        due_urgent=due,
        due=due,
        retention=now + timedelta(days=90),
    )
    if not isinstance(line.store.commit(plan), Committed):
        raise RuntimeError("a commit was refused")
    return person
