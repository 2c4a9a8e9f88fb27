"""What people cost at rest: 20,000 of them with states of 40 answers, kind of key by kind of key.

They are written by real commits; then each kind of key is put back alone into the emptied server, so that
`used_memory` tells what that kind costs.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

from redis import Redis

from helpline.privacy import Identity, Vault
from helpline.store.connect import connect
from helpline.store.embedded import Embedded
from helpline.store.port import Committed, Entry, Item, ItemId, Plan, Spoken, Status
from helpline.store.redis_store import RedisStore
from helpline.triage.state import PersonId, State, Timer, TimerName
from tests.bench.engine import state_of_forty
from tests.bench.people import number, sid
from tests.bench.table import Row

REPLY = "Have you passed clots, and how big was the biggest? Send 1 for a pea, 2 for a coin, 3 for more."
MILLION = 1_000_000


def rows(quick: bool) -> list[Row]:
    """Return the rows on memory."""
    people = 4_000 if quick else 20_000
    with TemporaryDirectory(prefix="helpline-bench-") as folder:
        with Embedded(Path(folder), linger=0.1) as server:
            client = cast(Redis, connect(server.url, timeout=30.0))
            _fill(RedisStore(client, Vault({1: os.urandom(32)}, 1)), people)
            found = _Costs(client, people).found()
            client.close()
        time.sleep(0.5)
    person, agenda = found["person"], found["agenda"]
    journal, items, seen = found["journal"], found["item"] + found["sent"], found["seen"] + found["events"]
    each = {kind: round(bytes_, 1) for kind, bytes_ in found.items()}
    return [
        Row(
            "a million people at rest: person and agenda",
            (person + agenda) * MILLION / 1e9,
            "GB",
            2.0,
            2.5,
            detail={"people": people, "bytes_each": each},
        ),
        Row("beside: journal, a turn", journal, "bytes", 600, None),
        Row("beside: items, a turn (seven days)", items, "bytes", 800, None),
        Row("beside: answers kept for repeats, a turn (a day)", seen, "bytes", 800, None),
        Row("memory a due entry", agenda, "bytes", 250, 500),
    ]


def _fill(store: RedisStore, people: int) -> None:
    """Commit one turn for each of so many people."""
    identity, now = Identity(bytes(32)), datetime.now(UTC)
    models = [state_of_forty(seed) for seed in range(1, 25)]
    for n in range(people):
        person = identity.person(number(n))
        plan = _plan(person, n, models[n % len(models)], now)
        if not isinstance(store.commit(plan), Committed):
            raise RuntimeError("a commit was refused")


def _plan(person: PersonId, n: int, model: State, now: datetime) -> Plan:
    due = now + timedelta(seconds=600 + n)
    answers = {
        f: replace(a, at=a.at + timedelta(milliseconds=n * 37 % 50_000)) for f, a in model.findings.items()
    }
    state = replace(model, person=person, findings=answers, timers=(Timer(TimerName("nudge"), due),))
    item = ItemId(f"o_{person[:2]}{sid(n, 1)[2:22]}")
    return Plan(
        person=person,
        event=sid(n, 1),
        revision=0,
        state=state,
        phone=number(n),
        at=now,
        spoken=Spoken((REPLY,), (item,)),
        items=(
            Item(
                item,
                person,
                "reply",
                "",
                "",
                now,
                now + timedelta(hours=4),
                status=Status.ACCEPTED,
                sent_at=now,
            ),
        ),
        journal=(
            Entry(now, "Texted", "person", "2"),
            Entry(now, "understood", "helpline", "answer\tpain_score\t2\t2"),
            Entry(now, "said", "helpline", REPLY),
        ),
        due=due,
        retention=now + timedelta(days=90),
    )


@dataclass
class _Costs:
    """What lies in the server, kind by kind."""

    client: Redis
    people: int

    def found(self) -> dict[str, float]:
        """Return bytes a person for each kind of key."""
        kinds: dict[str, list[bytes]] = {}
        for key in self.client.scan_iter(count=5000):
            kinds.setdefault(key.decode().split(":")[2], []).append(key)
        kept = {kind: list(self._dumped(names)) for kind, names in kinds.items()}
        wanted = ("person", "agenda", "journal", "item", "sent", "seen", "events")
        return {kind: self._cost(kept.get(kind, [])) for kind in wanted}

    def _dumped(self, names: Sequence[bytes]) -> Iterable[tuple[bytes, bytes, int]]:
        for part in _parts(names):
            pipe: Any = self.client.pipeline(transaction=False)
            for name in part:
                pipe.dump(name)
                pipe.pttl(name)
            told = pipe.execute()
            yield from zip(part, told[::2], told[1::2], strict=True)

    def _cost(self, kept: Sequence[tuple[bytes, bytes, int]]) -> float:
        self.client.flushall()
        empty = self._used()
        for part in _parts(kept):
            pipe: Any = self.client.pipeline(transaction=False)
            for name, value, life in part:
                pipe.restore(name, max(life, 0), value)
            pipe.execute()
        return (self._used() - empty) / self.people

    def _used(self) -> int:
        client: Any = self.client
        client.memory_purge()
        time.sleep(0.2)
        return int(client.info("memory")["used_memory"])


def _parts(many: Sequence[Any], size: int = 500) -> Iterable[Sequence[Any]]:
    return (many[n : n + size] for n in range(0, len(many), size))
