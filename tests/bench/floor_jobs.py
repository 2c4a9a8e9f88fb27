"""The floor of sending: bare RQ jobs, one text each, calling the client that the helpline calls.

`python -m tests.bench.floor_jobs REDIS_URL` works the queue until it is empty and prints when its first and
last texts were taken, and how many. It decides nothing, keeps nothing, and a text lost with it is lost.
"""

from __future__ import annotations

import json
import sys
import time
from functools import lru_cache
from importlib import import_module
from typing import Any, cast

from redis import Redis
from rq import Queue, SimpleWorker

from helpline.gateway.twilio_rest import Account, rest_client
from helpline.store.connect import connect
from tests.bench.places import ACCOUNT, NUMBER, TOKEN

QUEUE, SEND = "floor", "tests.bench.floor_jobs.send"
_TAKEN: list[float] = []


@lru_cache(1)
def _client(api: str) -> Any:
    return rest_client(Account(ACCOUNT, TOKEN, api_url=api))


def send(api: str, to: str, body: str) -> None:
    """Send one text."""
    _client(api).messages.create(to=to, from_=NUMBER, body=body, validity_period=3600)
    _TAKEN.append(time.time())


def queue(client: Redis) -> Queue:
    """Return the queue of these jobs."""
    return Queue(QUEUE, connection=client, serializer="json")


def main(url: str) -> None:
    """Work until nothing waits."""
    client = cast(Redis, connect(url, timeout=60.0))
    worker = SimpleWorker([queue(client)], connection=client, serializer="json", log_job_description=False)
    worker.work(burst=True, logging_level="ERROR")
    taken = import_module(SEND.rpartition(".")[0])._TAKEN  # Jobs run in the module of that name, not in this.
    first, last = (taken[0], taken[-1]) if taken else (0.0, 0.0)
    sys.stdout.write(json.dumps({"first": first, "last": last, "count": len(taken)}) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
