"""A million people at rest, really there: each with a state of forty answers and a planned check-in.

Two dozen are written by real commits; the others get copies of what those left in the server, under their
own keys, since sealing a million states takes longer than anybody waits. Nobody could open the copies, but
they take the room that real ones take.
"""

from __future__ import annotations

import os
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from helpline.privacy import Identity, Vault
from helpline.store import keys
from helpline.store.connect import connect
from helpline.store.port import Committed, Plan, Spoken
from helpline.store.redis_store import RedisStore
from helpline.triage.state import Timer, TimerName
from tests.bench.engine import state_of_forty
from tests.bench.people import number
from tests.bench.places import Place
from tests.bench.table import Row

MILLION = 1_000_000
MODELS, PART = 24, 1_000


def rows(at: Place, quick: bool) -> list[Row]:
    """Return the row on a million people; quickly a tenth of them, times ten."""
    many = MILLION // 10 if quick else MILLION
    with at.client() as client:
        now = datetime.now(UTC)
        store = RedisStore(connect(at.url, timeout=30.0), Vault({1: os.urandom(32)}, 1))
        models = _models(store, client, now)
        empty, begun = _used(client), time.perf_counter()
        for start in range(0, many, PART):
            _write(client, models, range(start, min(start + PART, many)), now)
        taken = _used(client) - empty
    seconds, each = round(time.perf_counter() - begun), taken / many
    detail = {"people": many, "seconds": seconds, "bytes_each": round(each)}
    whole = each * MILLION / 1e9
    return [Row("a million people with a check-in planned", whole, "GB", 2.0, 2.5, detail=detail)]


def _models(store: RedisStore, client: Any, now: datetime) -> list[tuple[dict[bytes, bytes], int]]:
    """Commit some people; return the fields of their hashes, and how long those live in milliseconds."""
    identity, found = Identity(bytes(32)), []
    for n in range(MODELS):
        phone = number(9_000_000 + n)
        person, due = identity.person(phone), now + timedelta(days=7, seconds=n)
        timer = Timer(TimerName("checkin_1w"), due, kind="checkin_1w")
        state = replace(state_of_forty(n + 1), person=person, timers=(timer,))
        plan = Plan(
            person=person, event=f"planned:{n}", revision=0, state=state, phone=phone, at=now,
            spoken=Spoken(), due=due, retention=now + timedelta(days=90),
        )  # fmt: skip
        if not isinstance(store.commit(plan), Committed):
            raise RuntimeError("a commit was refused")
        key = keys.drawers(person).person
        found.append((client.hgetall(key), client.pttl(key)))
    return found


def _write(client: Any, models: list[tuple[dict[bytes, bytes], int]], people: range, now: datetime) -> None:
    begin = int(now.timestamp() * 1000)
    pipe = client.pipeline(transaction=False)
    for n in people:
        fields, life = models[n % MODELS]
        person = f"{n % 256:02x}{os.urandom(15).hex()}"
        drawers = keys.drawers(cast(Any, person))
        pipe.hset(drawers.person, mapping=fields)
        pipe.pexpire(drawers.person, max(life, 1))
        pipe.zadd(drawers.agenda, {person: begin + 604_800_000 + n})
    pipe.execute()


def _used(client: Any) -> int:
    client.memory_purge()
    time.sleep(0.2)
    return int(client.info("memory")["used_memory"])
