"""What 100,000 planned check-ins cost: memory each, and finding who is due, beside a bare sorted set."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from redis import Redis

from helpline.privacy import Identity, Vault
from helpline.store import codec, keys
from helpline.store.connect import connect
from helpline.store.redis_store import RedisStore
from helpline.triage.state import Timer, TimerName
from helpline.workers.ticker import MOST
from tests.bench.engine import state_of_forty
from tests.bench.people import number
from tests.bench.places import Place
from tests.bench.table import Row, middle

MANY = 100_000
DUE = (0, 200, 5_000)
"""How many of them are due when it is asked: the quiet tick, a usual one, nine in the morning."""
LIMITS = ((5, 50), (8, 60), (60, 300))
"""Milliseconds for each: the goal, and what must hold. A tick is a second."""
BARE = "bare"
PART = 2_000


def rows(at: Place, quick: bool) -> list[Row]:
    """Return the rows on planned check-ins; the agenda's entries are those that a commit writes."""
    many = MANY // 5 if quick else MANY
    now = datetime.now(UTC)
    with at.client() as client:
        planned = _planned(many, now)
        bare = _grown(client, [(BARE, person, due) for person, due in planned])
        ours = _grown(client, [(keys.drawers(person).agenda, person, due) for person, due in planned])
        store = RedisStore(connect(at.url, timeout=30.0), Vault({1: os.urandom(32)}, 1))
        found = [_finding(client, store, planned, due, 5 if quick else 25) for due in DUE]
    detail = {"people": many, "timer_in_the_state": _timer_in_state(now)}
    return [
        Row("a planned check-in, memory in the agenda", ours, "bytes", 100, 250, bare, detail=detail),
        *(
            Row(f"finding {due:,} due among {many:,}", mine, "ms", goal, hold, floor)
            for due, (mine, floor), (goal, hold) in zip(DUE, found, LIMITS, strict=True)
        ),
    ]


def _planned(many: int, now: datetime) -> list[tuple[str, int]]:
    """Return people, and when their check-ins fall due in milliseconds: over the next six weeks."""
    identity, begin = Identity(bytes(32)), int(now.timestamp() * 1000)
    step = 42 * 86_400_000 // many
    return [(identity.person(number(n)), begin + 3_600_000 + n * step) for n in range(many)]


def _grown(client: Redis, entries: Sequence[tuple[str, str, int]]) -> float:
    """Write entries; return by how many bytes each the server has grown."""
    before = _used(client)
    for start in range(0, len(entries), PART):
        pipe: Any = client.pipeline(transaction=False)
        for key, person, due in entries[start : start + PART]:
            pipe.zadd(key, {person: due})
        pipe.execute()
    return (_used(client) - before) / len(entries)


def _used(client: Redis) -> int:
    cast(Any, client).memory_purge()
    time.sleep(0.2)
    return int(cast(Any, client).info("memory")["used_memory"])


def _finding(
    client: Redis, store: RedisStore, planned: Sequence[tuple[str, int]], due: int, times: int
) -> tuple[float, float]:
    """Return the milliseconds, the median, in which our store and a bare set find so many who are due."""
    moment = planned[due][1] - 1
    when = datetime.fromtimestamp(moment / 1000, UTC)
    assert len(store.due(when, MOST)[1]) == due
    ours, floor = [], []
    for _ in range(times):
        ours.append(_timed(lambda: store.due(when, MOST)))
        floor.append(_timed(lambda: client.zrangebyscore(BARE, "-inf", moment, 0, MOST, withscores=True)))
    return middle(ours), middle(floor)


def _timed(step: Callable[[], object]) -> float:
    begun = time.perf_counter()
    step()
    return 1000 * (time.perf_counter() - begun)


def _timer_in_state(now: datetime) -> float:
    """Return by how many bytes a sealed state of forty answers grows with a check-in, mean of twenty."""
    vault, grown = Vault({1: os.urandom(32)}, 1), []
    for seed in range(1, 21):
        state = state_of_forty(seed)
        timer = Timer(TimerName("checkin_1w"), now + timedelta(days=7, seconds=seed), kind="checkin_1w")
        key = keys.drawers(state.person).person
        bare, planned = (
            len(codec.seal_state(vault, replace(state, timers=timers), key, 1)) for timers in ((), (timer,))
        )
        grown.append(planned - bare)
    return sum(grown) / len(grown)
