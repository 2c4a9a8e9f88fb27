"""A soak: workers killed a thousand times in a row, the carrier in disorder, the store killed in between.

`python -m tests.workers.soak --kills 1000 --seed 1` (or `make soak`). Each kill is a SIGKILL at a step drawn
by chance, before it or after it, of a worker that is really at work, often with a second one beside it that
works the same people. All is judged batch by batch, and what came twice by policy is counted.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

from redis import Redis

from helpline.carrier.faults import Rule
from helpline.carrier.server import ThreadedCarrier
from helpline.carrier.settings import Settings
from helpline.privacy import Vault
from helpline.service.delivery import report
from helpline.service.reconcile import BEAT
from helpline.store.connect import connect
from helpline.store.embedded import Embedded
from helpline.store.holds import HOLD
from helpline.store.port import Item, ItemId, Status, StoreUnavailable
from helpline.store.redis_store import RedisStore
from helpline.triage.effects import Repeat
from tests.service.house import Clock, House, agreed, text, timer
from tests.workers.crew_parts import make_carrier
from tests.workers.patience import until
from tests.workers.victim import Order
from tests.workers.victims import Victims

PEOPLE, KILLS_A_BATCH, MOST_STEPS = 5, 8, 12
BEATS = 12
"""Rounds of the settling of unknown sends that a batch is given: six minutes."""
STORE_KILLED_EACH = 12
"""Batches between two kills of the store."""

KILLED, NO_ANSWER = "worker killed between claim and carrier", "no answer of the carrier"
UNEXPLAINED = "unknown, and nobody can say why"
DISORDER = ("busy", "error", "reset", "error_after", "reset_after", "slow")


@dataclass(frozen=True, slots=True)
class Planned:
    """One text of a batch: what it says, to whom, and what may be done when nobody knows."""

    item: ItemId
    body: str
    number: str
    repeat: Repeat
    stopped: bool


@dataclass
class Tally:
    """What a soak came to. Everything but `doubled_by_policy` and `unknown` must be as planned."""

    kills: int = 0
    store_kills: int = 0
    texts: int = 0
    arrived: int = 0
    unknown: Counter[str] = field(default_factory=Counter)
    """Texts of unknown fate by what made them so: they are never sent twice."""
    doubled_by_policy: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


class Soak:
    """A helpline whose workers die. `seed` decides everything that chance decides here."""

    def __init__(self, server: Embedded, carrier: ThreadedCarrier, seed: int, told: Path) -> None:
        carrier.station.reset()
        self.server, self.carrier, self.chance = server, carrier, random.Random(seed)
        self.url = server.start()
        client = cast(Redis, connect(self.url))
        client.flushall()
        clock = Clock(datetime.fromtimestamp(int(carrier.station.clock.now()), UTC))
        store = RedisStore(client, Vault({1: bytes(32)}, 1))
        store.shift_clock(carrier.station.clock.shift)
        self.house = House(store, make_carrier(carrier.base, clock.now), clock)
        self._faults = carrier.station.faults
        self._told = told
        self.victims = Victims(self.url, carrier.base, 2, told)
        self.tally = Tally()

    def run(self, kills: int) -> Tally:
        """Work batch after batch until so many workers were killed; return what came of it."""
        batch = 0
        while self.tally.kills < kills:
            batch += 1
            self._batch(batch)
            if batch % STORE_KILLED_EACH == 0:
                self.kill_store()
        return self.tally

    def _batch(self, batch: int) -> None:
        planned = self._plan(batch)
        self._faults.set(
            [Rule("rest", kind, probability=0.05, seconds=0.05) for kind in DISORDER],
            seed=self.chance.randrange(10**6),
        )
        dead = tries = 0
        while dead < KILLS_A_BATCH and tries < 3 * KILLS_A_BATCH:
            tries += 1
            both = 1 + (self.chance.random() < 0.4)
            dead += sum(end.killed for end in self.victims.work(*(self._order() for _ in range(both))))
            self._disordered_reports(planned)
            self._pass(self.chance.choice([1, 3, 61, 61]))
        self.tally.kills += dead
        self._recover()
        self._judge(planned)

    def _order(self) -> Order:
        side = self.chance.choice(["before", "after"])
        return Order(self.house.clock.now().isoformat(), self.chance.randint(1, MOST_STEPS), side=side)

    def _plan(self, batch: int) -> list[Planned]:
        """Plan a timer and two texts for each, one to be sent again in doubt; one of them has stopped."""
        made = []
        for n in range(PEOPLE):
            number, now = f"+1555556{batch % 1000:03d}{n}", self.house.clock.now()
            more = {"not_before": now, "expires": now + timedelta(hours=20)}
            repeats = (Repeat.SAFE, Repeat.NEVER)
            bodies = [f"batch {batch} person {n} {repeat.value}" for repeat in repeats]
            items = [text(b, repeat=r, **more) for b, r in zip(bodies, repeats, strict=True)]
            stopped = n == PEOPLE - 1
            consent = replace(agreed(now), stopped=now) if stopped else agreed(now)
            _, ids = self.house.plan(*items, number=number, timers=(timer("any", now),), consent=consent)
            made += [Planned(i, b, number, r, stopped) for i, b, r in zip(ids, bodies, repeats, strict=True)]
        return made

    def _disordered_reports(self, planned: list[Planned]) -> None:
        """Bring in some reports as carriers do: early, doubled, out of order, for some texts never."""
        sids = {m.body: m.sid for m in self.carrier.station.ledger.messages.values()}
        for one in planned:
            sid = sids.get(one.body)
            if sid and self.chance.random() < 0.2:
                order = self.chance.choice([("delivered", "sent"), ("sent", "sent"), ("delivered",) * 2])
                for delivery in order:
                    report(self.house.line, one.item, delivery, sid, None)

    def _recover(self) -> None:
        """Go on as workers that live: what hangs is unknown after a minute, and looked for after another."""
        self.tally.faults.update({str(r["kind"]): int(str(r["fired"])) for r in self._faults.report()})
        self._faults.set([])
        for _ in range(BEATS):
            self.house.work()
            self._pass(BEAT.total_seconds())
            self.house.settle()
        self.house.work()

    def _judge(self, planned: list[Planned]) -> None:
        came = [m.body for m in self.carrier.station.ledger.messages.values()]
        causes = doubts(self._told)
        for one in planned:
            count, item = came.count(one.body), self.house.store.item(one.item)
            assert item is not None
            self.tally.texts += not one.stopped
            self.tally.arrived += count > 0
            self.tally.doubled_by_policy += max(count - 1, 0) if one.repeat is Repeat.SAFE else 0
            if item.status is Status.UNKNOWN:
                self.tally.unknown[causes.get(one.item, UNEXPLAINED)] += 1
            fault = _fault(one, count, item.status)
            if item.status is Status.UNKNOWN and one.item not in causes:
                fault = UNEXPLAINED
            if fault:
                self.tally.wrong.append(f"{one.body}: {fault} (came {count} times, {item.status.value})")
        for first, second in zip(planned[::2], planned[1::2], strict=True):
            if _overtook(came, first, second, self.house.store.item):
                self.tally.wrong.append(f"{second.body}: came before the one it had to wait for")
        self.carrier.station.ledger.messages.clear()

    def _pass(self, seconds: float) -> None:
        """Let time pass for both: the carrier's clock also runs by itself, for as long as a soak takes."""
        self.carrier.station.clock.advance(seconds)
        self.house.clock.time = datetime.fromtimestamp(int(self.carrier.station.clock.now()), UTC)

    def kill_store(self) -> None:
        """Kill the store; all that was committed must be there when it is back."""
        old = self._server_pid()
        assert old is not None
        os.kill(old, signal.SIGKILL)
        self.tally.store_kills += 1
        if not until(lambda: self._server_pid() not in (None, old) and self._answers(), 30):
            self.tally.wrong.append("the store did not come back")

    def _server_pid(self) -> int | None:
        try:
            return self.server.server_pid
        except (OSError, ValueError):
            return None  # The new one is about to write it.

    def _answers(self) -> bool:
        try:
            self.house.store.ping()
        except StoreUnavailable:
            return False
        return True


def _fault(one: Planned, count: int, status: Status) -> str:
    """Return what is wrong with how a text ended, nothing when all is as promised."""
    if one.stopped:
        return "came after STOP" if count or status is not Status.DROPPED else ""
    if one.repeat is Repeat.SAFE:
        return "lost" if not count or status is not Status.ACCEPTED else ""
    if count > 1:
        return "doubled"
    if status is Status.ACCEPTED:
        return "" if count else "said to be accepted"
    return "" if status is Status.UNKNOWN and not count else "lost"


def doubts(told: Path) -> dict[str, str]:
    """Return what the workers said of sends of unknown fate: item -> what made it so, the last that was said.

    Whatever they had claimed when they died, or when the carrier's answer did not come, is in doubt; whether
    it is still unknown at the end, the store says.
    """
    found = {}
    for line in told.read_text().splitlines() if told.exists() else ():
        said = json.loads(line)
        if said["item"] and ("died" in said or said["raised"] == "CarrierUnknown"):
            found[said["item"]] = KILLED if "died" in said else NO_ANSWER
    return found


def _overtook(
    came: list[str], first: Planned, second: Planned, find: Callable[[ItemId], Item | None]
) -> bool:
    """Return whether the second text arrived before the first, though it had to wait for it."""
    if first.body not in came or second.body not in came or came.index(first.body) < came.index(second.body):
        return False
    one, other = find(first.item), find(second.item)
    assert one is not None and other is not None and other.sent_at is not None
    return one.doubted is None or other.sent_at < one.doubted + timedelta(milliseconds=HOLD)


@contextmanager
def soaking(seed: int) -> Iterator[Soak]:
    """Set up a soak with a server and a carrier of its own."""
    with tempfile.TemporaryDirectory(prefix="helpline-soak-", ignore_cleanup_errors=True) as folder:
        settings = Settings(callbacks="none", pace=0.0)
        with Embedded(Path(folder), linger=0.1) as server, ThreadedCarrier(settings) as carrier:
            soak = Soak(server, carrier, seed, Path(folder) / "told")
            try:
                yield soak
            finally:
                soak.victims.close()


def main(arguments: list[str]) -> int:
    """Soak, print what came of it as JSON; 1 when anything was lost, or doubled against policy."""
    parser = argparse.ArgumentParser(prog="python -m tests.workers.soak", description=__doc__)
    parser.add_argument("--kills", type=int, default=1000, help="workers to kill (1000)")
    parser.add_argument("--seed", type=int, default=1, help="decides all that chance decides (1)")
    told = parser.parse_args(arguments)
    begun = time.monotonic()
    with soaking(told.seed) as soak:
        tally = soak.run(told.kills)
        shown = {**vars(tally), "seconds": round(time.monotonic() - begun), "seed": told.seed}
        sys.stdout.write(json.dumps(shown, indent=1) + "\n")
        sys.stdout.flush()
    return 1 if tally.wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
