"""The two stores agree step by step, whatever is done to them in whatever order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpline.privacy import Vault
from helpline.store import MemoryStore, RedisStore
from helpline.store.connect import connect
from helpline.store.port import CaseRecord, Item, Loaded, Plan, Settlement, Status, Store
from helpline.store.status import ALLOWED, PROVEN
from helpline.triage.state import Consent, PersonId, StaffId
from tests.store.people import NOON, OTHER, PERSON, case_of, item_of, plan_of, state_of

PEOPLE = (PERSON, PERSON, PERSON, OTHER)
JUMPS = (0.001, 1, 1, 5, 30, 30, 61, 61, 1000, 3000, 90_000, 700_000, -50, -3600)
WAITS = (0, 0, 0, 0.0005, 1, 30, 90)
WORDS = ("queued", "sent", "delivered", "undelivered", "nonsense")
STEPS = 60


class Agreement:
    """Do the same to both stores and compare every answer and everything that can be read."""

    def __init__(self, address: str, seed: int) -> None:
        vault = Vault({1: bytes(32)}, 1)
        self.client = connect(address)
        self.client.flushall()
        self.memory: Store = MemoryStore(vault)
        self.redis: Store = RedisStore(self.client, vault)
        self.chance = Random(seed)
        self.now: datetime = NOON
        self.n = 0
        self.history: list[str] = []
        self.late: list[Item] = []
        self.before: dict[str, Status] = {}

    def run(self) -> None:
        """Take a history of steps, the usual ones more often."""
        steps = [
            (self.commit, 8),
            (self.send, 8),
            (self.time_passes, 4),
            (self.report, 3),
            (self.leave, 3),
            (self.settle_any, 2),
            (self.settle_late, 2),
            (self.peek, 2),
            (self.erase, 1),
        ]
        for step in self.chance.choices([s for s, _ in steps], [w for _, w in steps], k=STEPS):
            step()
            self.compare()
        self.client.close()

    def both(self, what: str, ask: Callable[[Store], Any]) -> Any:
        """Do one thing to both stores; return the answer that both gave."""
        self.history.append(what)
        in_memory, in_redis = ask(self.memory), ask(self.redis)
        assert in_memory == in_redis, "\n".join([*self.history, repr(in_memory), repr(in_redis)])
        return in_memory

    def rarely(self) -> bool:
        """Return true one time in eight."""
        return self.chance.random() < 0.125

    def soon(self) -> datetime:
        """Return a moment not far away."""
        return self.now + timedelta(seconds=self.chance.choice(WAITS))

    def revision(self, person: PersonId) -> int:
        """Return the person's revision, now and then a wrong one."""
        loaded = self.both("load", lambda s: s.load(person, "look", self.now))
        assert isinstance(loaded, Loaded)
        return loaded.revision + self.rarely()

    def time_passes(self) -> None:
        """Let time pass, a little or a lot."""
        self.now += timedelta(seconds=self.chance.choice(JUMPS))
        self.history.append(f"now {self.now}")

    def commit(self) -> None:
        """Commit a plan, now and then on a wrong revision or for an old event."""
        person = self.chance.choice(PEOPLE)
        self.n += 1
        event = f"E{self.n // 2 if self.rarely() else self.n}"
        plan = self.plan(event, person)
        self.both(f"commit {plan}", lambda s: s.commit(plan))
        self.both("load it", lambda s: s.load(person, event, self.now))

    def plan(self, event: str, person: PersonId) -> Plan:
        """Return a plan of this and that."""
        chance = self.chance
        stopped = NOON if self.rarely() else None
        case = self.case(person)
        return replace(
            plan_of(event, self.revision(person), self.now, person),
            state=replace(state_of(person), consent=Consent(stopped=stopped), turn=self.n),
            items=tuple(self.item(person, n) for n in range(chance.choice((0, 1, 1, 2, 3)))),
            withdrawn=frozenset(chance.sample(("nudge", "checkin", "page"), chance.randrange(3)))
            if self.rarely()
            else None,
            case=case,
            new_case=case is not None and case.closed is None and chance.random() < 0.5,
            counts=(("turn", 1),),
            due=self.soon() if chance.random() < 0.5 else None,
            due_urgent=self.soon() if chance.random() < 0.3 else None,
            retention=self.now + timedelta(seconds=chance.choice((100, 80_000, 9_000_000, 9_000_000))),
        )

    def item(self, person: PersonId, place: int) -> Item:
        """Return a new item."""
        kind = self.chance.choice(("nudge", "checkin", "page", "reply"))
        name = f"{self.chance.randrange(1000):03}{self.n}{place}"
        item = item_of(name, kind, person, self.soon())
        if kind == "reply":
            return replace(item, status=Status.ACCEPTED, to="", body="")
        if kind == "page":
            return replace(item, urgent=True, staff=StaffId(self.chance.choice(("s_1", "s_2"))))
        return replace(item, urgent=self.chance.random() < 0.3)

    def case(self, person: PersonId) -> CaseRecord | None:
        """Return a case, open or closed, or none."""
        if self.chance.random() < 0.6:
            return None
        case = case_of(self.chance.choice(("3K", "4K")), person)
        return case if self.chance.random() < 0.6 else replace(case, closed=self.now, outcome="advised")

    def send(self) -> None:
        """Claim what is next and settle it, unless the worker dies meanwhile."""
        person = self.chance.choice(PEOPLE)
        revision = self.revision(person)
        item = self.both(f"claim {person} {revision}", lambda s: s.claim(person, revision, self.now))
        if item is not None:
            self.late.append(item)
            self.compare()
            if self.chance.random() < 0.7:
                self.settle(item, self.chance.choice(list(Status)))

    def settle(self, item: Item, end: Status) -> None:
        """Settle an item in this way."""
        how = Settlement(end, "SM1" if self.rarely() else None, None, self.soon())
        self.both(f"settle {item.id} {how}", lambda s: s.settle(item, how, self.now))

    def settle_late(self) -> None:
        """Settle a send of long ago, as a worker does that was asleep."""
        if self.late:
            self.settle(self.chance.choice(self.late), self.chance.choice(list(Status)))

    def any_item(self) -> Item | None:
        """Return one of someone's items."""
        person = self.chance.choice(PEOPLE)
        items = self.both("items", lambda s: list(s.items(person)))
        return self.chance.choice(items) if items else None

    def settle_any(self) -> None:
        """Settle any item in any way."""
        if item := self.any_item():
            self.settle(item, self.chance.choice(list(Status)))

    def leave(self) -> None:
        """Drop or postpone any item."""
        if (item := self.any_item()) is None:
            return
        if self.chance.random() < 0.5:
            self.both(f"drop {item.id}", lambda s: s.drop(item, "why", self.now))
        else:
            until = self.soon()
            self.both(f"postpone {item.id} {until}", lambda s: s.postpone(item, until, self.now))

    def report(self) -> None:
        """Report something of any item."""
        if item := self.any_item():
            word = self.chance.choice(WORDS)
            code = 30005 if self.rarely() else None
            self.both(f"report {item.id} {word}", lambda s: s.report(item.id, word, None, code, self.now))

    def peek(self) -> None:
        """Look at what is next."""
        person = self.chance.choice(PEOPLE)
        self.both(f"next {person}", lambda s: s.next_item(person, self.now))

    def erase(self) -> None:
        """Erase someone."""
        person, keep = self.chance.choice(PEOPLE), self.chance.random() < 0.5
        self.both(f"erase {person} {keep}", lambda s: s.erase(person, self.now, keep))

    def compare_person(self, person: PersonId) -> list[Item]:
        """Read everything of one person from both; return her items."""
        self.both("compare people", lambda s: s.load(person, "look", self.now))
        self.both("compare journals", lambda s: s.journal(person))
        items: list[Item] = self.both("compare items", lambda s: list(s.items(person)))
        return items

    def compare(self) -> None:
        """Read everything from both; and no item made a move that is not allowed."""
        seen: dict[str, Status] = {}
        for person in (PERSON, OTHER):
            for item in self.compare_person(person):
                seen[item.id] = item.status
        for name, status in seen.items():
            old = self.before.get(name, status)
            assert status is old or status in ALLOWED[old] | PROVEN[old], (name, old, status)
        self.before = seen
        if len(self.history) % 3:
            return
        soon = self.now + timedelta(seconds=self.chance.choice((0, 60)))
        limit = self.chance.choice((1, 2000, 2000))
        self.both("compare who is due", lambda s: s.due(soon, limit))
        self.both("compare open cases", lambda s: list(s.open_cases()))
        self.both("compare unknown sends", lambda s: list(s.unknown_items(self.now)))
        self.both("compare counters", lambda s: s.counters(self.now.strftime("%Y-%m-%d")))


@settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
@given(seed=st.integers(0, 2**32))
def test_the_two_stores_agree_step_by_step(server_url: str, seed: int) -> None:
    """Random histories, the same answers: what is tested on memory holds on Redis."""
    Agreement(server_url, seed).run()
