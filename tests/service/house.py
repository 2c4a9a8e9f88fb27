"""A helpline small enough for a test: real content and store, a carrier, a clock that is moved by hand."""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from helpline.flowbook.load import load
from helpline.gateway.port import Carrier
from helpline.privacy.identity import Identity
from helpline.service import Line
from helpline.service.agenda import wake
from helpline.service.reconcile import reconcile
from helpline.store.port import Committed, Item, ItemId, Loaded, Plan, Spoken, Status, Store
from helpline.triage.contact import CHECKIN
from helpline.triage.effects import Repeat
from helpline.triage.engine import begin
from helpline.triage.flow import Flow
from helpline.triage.state import Agreement, Channel, Consent, Language, PersonId, State, Timer, TimerName
from helpline.triage.timing import ZONES

FLOWS = Path(__file__).resolve().parents[2] / "flows"
NOON = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
SHE = "+15555550100"
INDEX_KEY = bytes(range(32))


@lru_cache(1)
def flow() -> Flow:
    """Return the real content, loaded once."""
    return load(FLOWS, name="Test Helpline", region="us", languages=("en", "es"))


@dataclass
class Clock:
    """Tell the time that the test sets."""

    time: datetime = NOON

    def now(self) -> datetime:
        """Return the time, aware UTC."""
        return self.time

    def pass_by(self, **span: float) -> None:
        """Let time pass; the same words as timedelta's."""
        self.time += timedelta(**span)


@dataclass
class House:
    """One helpline. `woken`: for whom an urgent wake-up was asked; `counts`: what was counted."""

    store: Store
    carrier: Carrier
    clock: Clock = field(default_factory=Clock)
    woken: list[PersonId] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    planned: int = 0

    @property
    def line(self) -> Line:
        """Return the line as the service takes it."""
        return Line(
            flow=flow(),
            store=self.store,
            carrier=self.carrier,
            identity=Identity(INDEX_KEY),
            now=self.clock.now,
            entropy=lambda: os.urandom(16),
            wake=self.woken.extend,
            count=lambda name, label: self.counts.update([f"{name}:{label}" if label else name]),
        )

    def person(self, number: str = SHE) -> PersonId:
        """Return the person id of a number."""
        return Identity(INDEX_KEY).person(number)

    def plan(
        self, *items: Item, number: str = SHE, timers: Sequence[Timer] = (), **state: Any
    ) -> tuple[PersonId, tuple[ItemId, ...]]:
        """Commit items and timers for a person who agreed to check-ins; one is open. Return their ids."""
        person, now = self.person(number), self.clock.now()
        loaded = self.store.load(person, "look", now)
        assert isinstance(loaded, Loaded)
        old = loaded.state or begin(flow(), person, Language("en"), now, os.urandom(16))
        by_default = {"consent": agreed(now), "extra": {**old.extra, ZONES: by_day(now), CHECKIN: "yes"}}
        new = replace(old, timers=tuple(timers), **{**by_default, **state})
        self.planned += 1
        placed = tuple(self._placed(person, number, n, item) for n, item in enumerate(items))
        plan = Plan(
            person=person,
            event=f"planned:{self.planned}:{os.urandom(4).hex()}",
            revision=loaded.revision,
            state=new,
            phone=number,
            at=now,
            spoken=Spoken(),
            items=placed,
            due=min((t.due for t in timers), default=None),
            due_urgent=min((t.due for t in timers if t.urgent), default=None),
            retention=now + timedelta(days=90),
        )
        assert isinstance(self.store.commit(plan), Committed)
        return person, tuple(i.id for i in placed)

    def _placed(self, person: PersonId, number: str, n: int, item: Item) -> Item:
        digest = hashlib.sha256(f"{person}{self.planned}{n}{os.urandom(4).hex()}".encode()).hexdigest()
        return replace(item, id=ItemId(f"o_{person[:2]}{digest[:18]}"), person=person, to=item.to or number)

    def work(self, most: int = 50) -> None:
        """Do what is due, for everybody, until nothing is, as a worker would."""
        for _ in range(most):
            urgent, others = self.store.due(self.clock.now())
            people = dict.fromkeys((*urgent, *others))
            if not people:
                return
            for person in people:
                wake(self.line, person)

    def settle(self) -> int:
        """Look for what became of unknown sends."""
        return reconcile(self.line, self.clock.now())

    def state(self, number: str = SHE) -> State:
        """Return the state of a person."""
        loaded = self.store.load(self.person(number), "look", self.clock.now())
        assert isinstance(loaded, Loaded) and loaded.state is not None
        return loaded.state

    def status(self, item: ItemId) -> Status:
        """Return where an item stands."""
        found = self.store.item(item)
        assert found is not None
        return found.status


def agreed(at: datetime) -> Consent:
    """Return the consent of somebody who has said yes to check-ins."""
    return Consent((Agreement("checkins", "Yes", at, Channel.SMS),))


def by_day(now: datetime) -> str:
    """Return a time zone in which it is noon: no test may depend on the hour at which it is run."""
    ahead = 12 - now.astimezone(UTC).hour
    return f"Etc/GMT{-ahead:+d}"


def text(body: str = "How are you?", **more: Any) -> Item:
    """Return a check-in to be sent now, of use for ten minutes; it gets its id and number when planned."""
    values: dict[str, Any] = {
        "id": ItemId("o_00"),
        "person": PersonId("0" * 32),
        "kind": "checkin",
        "to": "",
        "body": body,
        "not_before": NOON,
        "expires": NOON + timedelta(minutes=10),
        "repeat": Repeat.NEVER,
    }
    return Item(**{**values, **more})


def timer(name: str, due: datetime = NOON, *, urgent: bool = False) -> Timer:
    """Return a timer of a person."""
    return Timer(TimerName(name), due, urgent=urgent, kind=name)
