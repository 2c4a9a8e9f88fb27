"""A job works its people side by side, and one person's fault is nobody else's."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from redis import Redis
from rq import Queue, SimpleWorker

from helpline.carrier.server import ThreadedCarrier
from helpline.observe import log
from helpline.service import Line
from helpline.store.port import Look, StoreUnavailable
from helpline.triage.state import Level, PersonId
from helpline.workers import jobs
from helpline.workers.queues import SENDS, URGENT, Queues
from tests.service.house import House, text


@pytest.fixture(autouse=True)
def _leave_no_threads() -> Iterator[None]:
    yield
    jobs.finish()


@pytest.fixture
def logged() -> Iterator[StringIO]:
    """Return what the workers log, as it would be written."""
    written = StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(log.JsonLines())
    logging.getLogger("helpline.workers").addHandler(handler)
    yield written
    logging.getLogger("helpline.workers").removeHandler(handler)


def _plan(house: House, number: str, **more: Any) -> PersonId:
    now = house.clock.now()
    item = text(f"hello {number[-4:]}", not_before=now, expires=now + timedelta(minutes=5), **more)
    return house.plan(item, number=number)[0]


def _run(client: Redis, *names: str) -> None:
    queues = [Queue(name, connection=client, serializer="json") for name in names]
    SimpleWorker(queues, connection=client, serializer="json").work(burst=True, logging_level="ERROR")
    jobs.finish()


def _bodies(carrier: ThreadedCarrier) -> list[str]:
    return [m.body for m in carrier.station.ledger.messages.values()]


def test_a_job_sends_what_waits_for_its_people(
    house: House, queues: Queues, client: Redis, carrier: ThreadedCarrier
) -> None:
    """Through RQ and over HTTP, every text of a batch arrives at the carrier once."""
    jobs.use(lambda: house.line)
    people = [_plan(house, f"+1555555{n:04d}") for n in range(40)]
    queues.put(people, urgent=False)
    _run(client, SENDS)
    assert sorted(_bodies(carrier)) == [f"hello {n:04d}" for n in range(40)]
    assert client.keys("rq:job:*") == []


def test_doubled_jobs_send_once(
    house: House, queues: Queues, client: Redis, carrier: ThreadedCarrier
) -> None:
    """The same people woken in both queues, alone and together, get one text each."""
    jobs.use(lambda: house.line)
    people = [_plan(house, f"+1555555{n:04d}") for n in range(10)]
    queues.put(people, urgent=False)
    queues.put(people[::2], urgent=False)
    for person in people:
        queues.put([person], urgent=True)
    _run(client, URGENT, SENDS)
    assert len(_bodies(carrier)) == 10


def test_two_workers_at_once_send_once(house: House, carrier: ThreadedCarrier) -> None:
    """Many threads that look at the same person at the same moment claim each text once."""
    jobs.use(lambda: house.line)
    person = _plan(house, "+15555550100")
    assert jobs.wake([person] * 16) == 1
    assert len(_bodies(carrier)) == 1


def test_a_person_nobody_knows_is_no_error(house: House) -> None:
    """A wake-up may come after everything about a person is gone."""
    jobs.use(lambda: house.line)
    assert jobs.wake(["00" * 16]) == 0


class Faulty:
    """The real store, with one function that fails for one person."""

    def __init__(self, store: Any, person: PersonId, error: Exception) -> None:
        self._store, self._person, self._error = store, person, error

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def look(self, person: PersonId, at: datetime) -> Look:
        """Fail for the one, look for all others."""
        if person == self._person:
            raise self._error
        return self._store.look(person, at)  # type: ignore[no-any-return]


def _faulty(house: House, person: PersonId, error: Exception) -> Line:
    return replace(house.line, store=Faulty(house.store, person, error))


def test_one_persons_fault_never_ends_a_batch(
    house: House, carrier: ThreadedCarrier, logged: StringIO
) -> None:
    """The others get their texts; the fault becomes a technical case that names the trace in the log."""
    people = [_plan(house, f"+1555555{n:04d}") for n in range(5)]
    jobs.use(lambda: _faulty(house, people[2], ZeroDivisionError("+15555550002 said")))
    assert jobs.wake(people) == 4
    assert len(_bodies(carrier)) == 4
    (record,) = house.store.open_cases()
    assert record.case.level is Level.TECHNICAL and record.person == people[2]
    failure = json.loads(next(line for line in logged.getvalue().splitlines() if "wake-up failed" in line))
    assert failure["trace"] in record.case.reason and failure["error"] == "ZeroDivisionError"
    assert "15555550002" not in logged.getvalue()


def test_a_fault_that_comes_again_opens_no_second_case(house: House) -> None:
    """One open case a person; a worse one would stay as it is."""
    person = _plan(house, "+15555550100")
    jobs.use(lambda: _faulty(house, person, ZeroDivisionError()))
    jobs.wake([person])
    jobs.wake([person])
    assert len(house.store.open_cases()) == 1


def test_a_store_that_is_away_is_no_fault_of_hers(house: House) -> None:
    """She stays on the agenda and is handed out again; nobody is told of a case."""
    person = _plan(house, "+15555550100")
    jobs.use(lambda: _faulty(house, person, StoreUnavailable("claim a send: away")))
    assert jobs.wake([person]) == 0
    assert not house.store.open_cases()
    assert person in house.store.due(house.clock.now())[1]
