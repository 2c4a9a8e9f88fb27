"""A wake-up names people and nothing else, waits once, and may be lost."""

from __future__ import annotations

import json
import zlib

import pytest
from redis import Redis

from helpline.workers.queues import JOB_SECONDS, LATER, SENDS, URGENT, Queues, job_id

ONE, TWO = "7f" * 16, "3a" * 16


class Seconds:
    """A machine's clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def seconds() -> Seconds:
    """Return such a clock."""
    return Seconds()


@pytest.fixture
def slow(client: Redis, seconds: Seconds) -> Queues:
    """Return queues on that clock."""
    return Queues(client, seconds)


def test_the_same_people_wait_once(slow: Queues, seconds: Seconds) -> None:
    """Within ten seconds a job for the same people is refused, in whatever order they are named."""
    assert slow.put([ONE, TWO], urgent=False)
    assert not slow.put([TWO, ONE], urgent=False)
    assert slow.put([ONE], urgent=False)
    seconds.now += 10
    assert slow.put([ONE, TWO], urgent=False)
    assert slow.waiting() == {URGENT: 0, SENDS: 3, LATER: 0}


def test_an_urgent_wake_up_is_not_refused_for_a_waiting_one(slow: Queues) -> None:
    """The same person may wait in both queues: the urgent one must not be held back."""
    assert slow.put([ONE], urgent=False) and slow.put([ONE], urgent=True)
    assert slow.waiting()[URGENT] == 1


def test_a_job_holds_people_and_nothing_else(slow: Queues, client: Redis) -> None:
    """What lies in the queue is JSON: the name of a function and pseudonyms."""
    slow.put([ONE, TWO], urgent=True)
    (key,) = client.keys("rq:job:*")
    job = client.hgetall(key)
    data = json.loads(zlib.decompress(job[b"data"]))  # type: ignore[arg-type]
    assert data == ["helpline.workers.jobs.wake", None, [[ONE, TWO]], {}]
    assert job[b"description"] == b"2 people"
    assert int(job[b"timeout"]) == JOB_SECONDS and int(job[b"result_ttl"]) == 0


def test_a_wake_up_that_cannot_be_queued_is_no_error() -> None:
    """The turn is committed; the ticker will find whoever was missed."""
    Queues(Redis(unix_socket_path="/nowhere/at/all")).wake([ONE])


def test_job_ids_are_what_the_queue_admits() -> None:
    """Letters and digits only; other people, another queue or another slice make another id."""
    ids = {
        job_id(URGENT, "f", [ONE], 1), job_id(SENDS, "f", [ONE], 1), job_id(SENDS, "g", [ONE], 1),
        job_id(SENDS, "f", [TWO], 1), job_id(SENDS, "f", [ONE], 2),
    }  # fmt: skip
    assert len(ids) == 5 and all(i.isalnum() for i in ids)


def test_who_is_missing_is_said(queues: Queues) -> None:
    """Readiness names the queue that nobody serves, and the command that helps."""
    problem = queues.crew().problem
    assert problem is not None
    assert "urgent" in problem and "sends" in problem and "ticker" in problem and "helpline worker" in problem
    queues.beat()
    assert "ticker" not in str(queues.crew().problem)
