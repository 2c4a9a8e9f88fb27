"""What one worker and two send to the local carrier, beside bare RQ jobs and the library's client."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import patch

from redis import Redis
from rq import Queue
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from helpline.service import Line
from helpline.store import keys
from helpline.store.port import Committed, Item, ItemId, Plan, Spoken
from helpline.triage.contact import CHECKIN
from helpline.triage.engine import begin
from helpline.triage.state import Agreement, Channel, Consent, Language, PersonId, Timer
from helpline.triage.timing import ZONES
from helpline.workers.ticker import BATCH
from tests.bench import floor_jobs
from tests.bench.people import content, number
from tests.bench.places import ACCOUNT, NUMBER, ROOT, TOKEN, Place, carrier, until, worker
from tests.bench.table import Row, middle

BODY = "Hello, how are you today? Send 1 better, 2 the same, 3 worse. Send STOP to end these texts."


@contextmanager
def line_of(at: Place) -> Iterator[Line]:
    """Open the line of a place in this process."""
    with patch.dict(os.environ, at.environment, clear=True):
        from helpline.config import read_settings
        from helpline.wiring import build

        with build(read_settings()) as helpline:
            yield helpline.line()


def rows(at: Place, quick: bool) -> list[Row]:
    """Return the rows on sending."""
    rounds, many, slow = (1, 3 * BATCH, 5 * BATCH) if quick else (4, 7 * BATCH, 11 * BATCH)
    with carrier(at), line_of(at) as line, at.client() as client:
        pairs = []
        for n in range(rounds + 1):
            ours = _sent(at, (line, client), many if n else 2 * BATCH, n)
            floor = _loop(at, 0.8 if quick else 2.0)
            if n:
                pairs.append((ours, floor))
        crowd = _with_jobs(at, line, client, many, rounds)
        _faults(at, [{"point": "rest", "kind": "slow", "seconds": 0.1}])
        late = _sent(at, (line, client), slow, 90)
    ours, floor = (middle(p[n] for p in pairs) for n in (0, 1))
    shown = [{"ours": round(a, 1), "loop": round(b, 1)} for a, b in pairs]
    return [
        Row(
            "one worker sends, carrier at 0 ms",
            ours,
            "/s",
            0.6,
            0.4,
            floor,
            by_ratio=True,
            more=True,
            pairs=tuple(a / b for a, b in pairs),
            detail={"rounds": shown},
        ),
        *crowd,
        Row("one worker sends, carrier at 100 ms, 32 threads", late, "/s", 280, 200, more=True),
        Row("segments a second by one machine (a short code: 100)", late, "/s", 100, 100, more=True),
    ]


def _with_jobs(at: Place, line: Line, client: Redis, many: int, rounds: int) -> list[Row]:
    """Return the rows on one worker and two beside as many workers of bare RQ jobs, in turn."""
    found = []
    for workers in (1, 2):
        pairs = []
        for n in range(rounds):
            ours = _sent(at, (line, client), many, 10 * workers + n + 20, workers)
            pairs.append((ours, _jobs(at, client, many, workers)))
        ours, floor = (middle(p[n] for p in pairs) for n in (0, 1))
        name = f"{'one worker' if workers == 1 else 'two workers'} beside bare RQ jobs"
        ratios = tuple(a / b for a, b in pairs)
        found.append(Row(name, ours, "/s", 1.0, 0.6, floor, by_ratio=True, more=True, pairs=ratios))
    return found


def _jobs(at: Place, client: Redis, many: int, workers: int) -> float:
    """Return how many texts a second bare RQ jobs send, from their first to their last."""
    waiting_jobs, api = floor_jobs.queue(client), f"http://127.0.0.1:{at.carrier_port}"
    for start in range(0, many, BATCH):
        told = [
            Queue.prepare_data(floor_jobs.SEND, (api, number(n), BODY), result_ttl=0, timeout=60)
            for n in range(start, min(start + BATCH, many))
        ]
        waiting_jobs.enqueue_many(told)
    command = [sys.executable, "-m", "tests.bench.floor_jobs", at.url]
    running = [
        subprocess.Popen(command, cwd=ROOT, env=dict(at.environment), stdout=subprocess.PIPE)
        for _ in range(workers)
    ]
    ends = [json.loads(each.communicate(timeout=120)[0]) for each in running]
    ends = [end for end in ends if end["count"]]
    return sum(e["count"] for e in ends) / (max(e["last"] for e in ends) - min(e["first"] for e in ends))


def _sent(at: Place, opened: tuple[Line, Redis], many: int, tag: int, workers: int = 1) -> float:
    """Put texts into as many outboxes, let workers send them; return how many a second.

    The first batch is left out: in it the worker makes its connections.
    """
    line, client = opened
    now = line.now()
    for n in range(many):
        plan_for(line, tag * 100_000 + n, now, items=True)
    with ExitStack() as crew:
        for _ in range(workers):
            crew.enter_context(worker(at))
        until(lambda: not waiting(client), None, None, 60)
    moments = sorted(_claimed(client, tag, line, many))[BATCH:]
    return (len(moments) - 1) / (moments[-1] - moments[0])


def plan_for(line: Line, n: int, now: datetime, *, items: bool, timers: Sequence[Timer] = ()) -> PersonId:
    """Commit a person with a text that is due now, or with timers; return who it is."""
    flow, phone = content(), number(n)
    person = line.identity.person(phone)
    state = begin(flow, person, Language("en"), now, os.urandom(16))
    agreed = Consent((Agreement("checkins", "Yes", now, Channel.SMS),))
    extra = {ZONES: by_day(now), CHECKIN: "yes"}
    plan = Plan(
        person=person,
        event=f"planned:{n}",
        revision=0,
        state=replace(state, consent=agreed, timers=tuple(timers), extra=extra),
        phone=phone,
        at=now,
        spoken=Spoken(),
        items=(_text(person, phone, n, now),) if items else (),
        due=min((t.due for t in timers), default=None),
        retention=now + timedelta(days=90),
    )
    if not isinstance(line.store.commit(plan), Committed):
        raise RuntimeError("a commit was refused")
    return person


def by_day(now: datetime) -> str:
    """Return a time zone in which it is noon: nobody who measures at night is to wait for morning."""
    ahead = 12 - now.astimezone(UTC).hour
    return f"Etc/GMT{-ahead:+d}"


def item_id(person: str, n: int) -> ItemId:
    """Return the id of the text planned for the n-th person."""
    return ItemId(f"o_{person[:2]}{hashlib.sha256(str(n).encode()).hexdigest()[:20]}")


def _text(person: PersonId, phone: str, n: int, now: datetime) -> Item:
    return Item(item_id(person, n), person, "checkin", phone, BODY, now, now + timedelta(hours=1))


def waiting(client: Redis) -> int:
    """Return how many people have something due, ever."""
    pipe: Any = client.pipeline(transaction=False)
    for name in (*keys.AGENDAS, *keys.URGENT_AGENDAS):
        pipe.zcard(name)
    return sum(pipe.execute())


def overdue(client: Redis, now: datetime) -> int:
    """Return how many people have something due by now; what is planned for later does not count."""
    pipe: Any = client.pipeline(transaction=False)
    for name in (*keys.AGENDAS, *keys.URGENT_AGENDAS):
        pipe.zcount(name, "-inf", int(now.timestamp() * 1000))
    return sum(pipe.execute())


def _claimed(client: Redis, tag: int, line: Line, many: int) -> list[float]:
    """Return when each text was taken for sending, in seconds; all must have been accepted."""
    pipe: Any = client.pipeline(transaction=False)
    for n in range(many):
        person = line.identity.person(number(tag * 100_000 + n))
        pipe.hmget(keys.item(item_id(person, tag * 100_000 + n)), "status", "sent")
    told = pipe.execute()
    if any(status != b"accepted" for status, _ in told):
        raise RuntimeError("some texts were not accepted by the carrier")
    return [int(sent) / 1e6 for _, sent in told]


class _Rerouted(TwilioHttpClient):  # type: ignore[misc]
    """The library's own HTTP client, sent to another address."""

    def __init__(self, base: str) -> None:
        super().__init__(timeout=10)
        self._base = base

    def request(self, method: str, url: str, *more: Any, **others: Any) -> Any:
        """Make a request at our address."""
        return super().request(method, url.replace("https://api.twilio.com", self._base), *more, **others)


def _loop(at: Place, seconds: float) -> float:
    """Return how many texts a second the library's `messages.create` makes in a loop."""
    client = Client(ACCOUNT, TOKEN, http_client=_Rerouted(f"http://127.0.0.1:{at.carrier_port}"))
    begun, count = time.perf_counter(), 0
    while time.perf_counter() - begun < seconds:
        client.messages.create(to=number(count), from_=NUMBER, body=BODY, validity_period=3600)
        count += 1
    return count / (time.perf_counter() - begun)


def _faults(at: Place, rules: list[dict[str, Any]]) -> None:
    _request(at, "/faults", {"rules": rules})


def _request(at: Place, path: str, body: dict[str, Any]) -> bytes:
    request = urllib.request.Request(
        f"http://127.0.0.1:{at.carrier_port}{path}",
        json.dumps(body).encode(),
        {"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        return bytes(answer.read())
