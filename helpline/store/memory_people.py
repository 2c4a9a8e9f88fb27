"""What the memory store keeps: the same sealed values as in Redis, in dictionaries."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import floor

from helpline.store.holds import HOLD, MOST_LEASE, Fields, Holds, holds, rank, runs
from helpline.store.writes import DAY, WEEK, ItemWrite, Writes


@dataclass(slots=True)
class Person:
    """One person: what her drawers hold. Times are milliseconds."""

    revision: int
    state: bytes
    phone: bytes
    over: int | None
    due: int | None
    urgent: int | None
    cases: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Bins:
    """Everything there is, by the names that the Redis store uses for its keys."""

    people: dict[str, Person] = field(default_factory=dict)
    seen: dict[str, dict[str, tuple[int, bytes]]] = field(default_factory=dict)
    outbox: dict[str, dict[str, float]] = field(default_factory=dict)
    sent: dict[str, dict[str, int]] = field(default_factory=dict)
    items: dict[str, Fields] = field(default_factory=dict)
    agenda: dict[str, int] = field(default_factory=dict)
    agenda_urgent: dict[str, int] = field(default_factory=dict)
    unknown: dict[str, int] = field(default_factory=dict)
    journal: dict[str, list[bytes]] = field(default_factory=dict)
    stop: dict[str, int] = field(default_factory=dict)
    cases: dict[str, Fields] = field(default_factory=dict)
    open: dict[str, int] = field(default_factory=dict)
    counts: dict[str, dict[str, int]] = field(default_factory=dict)
    audit: list[tuple[int, str]] = field(default_factory=list)
    flows: dict[tuple[str, int], tuple[str, bytes]] = field(default_factory=dict)

    def current(self, person: str, at: int) -> Person | None:
        """Return the person, unless retention is over."""
        known = self.people.get(person)
        return None if known is None or (known.over is not None and known.over <= at) else known

    def served(self, person: str, event: str, at: int) -> bytes | None:
        """Return the sealed answer to an event served in the last 24 h."""
        served = self.seen.get(person, {}).get(event)
        return served[1] if served is not None and served[0] + DAY > at else None

    def waiting(self, person: str) -> list[tuple[float, str]]:
        """Return the waiting items in their order, with the moment each may go."""
        return sorted((score, name) for name, score in self.outbox.get(person, {}).items())

    def settle(self, person: str, name: str, at: int) -> None:
        """Take an item out of the waiting ones."""
        self.outbox.get(person, {}).pop(name, None)
        self.sent.setdefault(person, {})[name] = at

    def doubt(self, person: str, name: str, at: int) -> None:
        """Let an item be of unknown fate. It remembers since when, also when it is tried again."""
        item = self.items[name]
        item[b"status"] = b"unknown"
        item.pop(b"lease", None)
        item.setdefault(b"doubted", item.get(b"sent", b"0"))
        self.settle(person, name, at)
        self.unknown[name] = rank(item)

    def tidy(self, person: str, at_micros: int) -> None:
        """Let every send whose lease ran out be of unknown fate."""
        for _, name in self.waiting(person):
            item = self.items[name]
            if item[b"status"] == b"sending" and not runs(item, at_micros):
                self.doubt(person, name, at_micros // 1000)

    def holds(self, person: str, at: int) -> Holds:
        """Return what keeps this person's waiting items back."""
        waiting = [(score, self.items[name]) for score, name in self.waiting(person)]
        lately = [n for n, moment in self.sent.get(person, {}).items() if moment > at - HOLD]
        return holds(waiting, [self.items[name] for name in lately], at)

    def ready(self, person: str, at: int) -> list[str]:
        """Return the items that may go now, oldest first."""
        held, found = self.holds(person, at), []
        for score, name in self.waiting(person):
            item = self.items[name]
            if item[b"status"] == b"ready" and floor(score) <= at and held.until(item) <= at:
                found.append(name)
        return found

    def refresh(self, person: str, at: int) -> None:
        """Write into both agendas when this person is due next, as `refresh` in the scripts does."""
        known = self.current(person, at)
        due, urgent = (known.due, known.urgent) if known else (None, None)
        held = self.holds(person, at)
        for score, name in self.waiting(person):
            item, moment = self.items[name], floor(score)
            if item[b"status"] == b"ready":
                moment = max(moment, held.until(item))
            elif moment > at + MOST_LEASE:
                moment = at
            if b"urgent" in item:
                urgent = moment if urgent is None else min(urgent, moment)
            else:
                due = moment if due is None else min(due, moment)
        _put(self.agenda, person, None if due == urgent else due)
        _put(self.agenda_urgent, person, urgent)

    def forget(self, person: str) -> bool:
        """Delete the person's items, journal, served events and state; True when there was anything."""
        names = [*self.outbox.pop(person, {}), *self.sent.pop(person, {})]
        for name in names:
            self.items.pop(name, None)
            self.unknown.pop(name, None)
        known = [
            self.people.pop(person, None),
            self.seen.pop(person, None),
            self.journal.pop(person, None),
            self.agenda.pop(person, None),
            self.agenda_urgent.pop(person, None),
        ]
        return bool(names) or any(k is not None for k in known)

    def add_item(self, person: str, item: ItemWrite, at: int) -> None:
        """Write a new item."""
        self.items[item.id] = encoded(item.fields)
        if item.settled:
            self.settle(person, item.id, at)
        else:
            self.outbox.setdefault(person, {})[item.id] = item.score

    def withdraw(self, person: str, kinds: frozenset[str], at: int) -> None:
        """Drop the person's ready items of these kinds; with none named, all but those for staff."""
        for _, name in self.waiting(person):
            item = self.items[name]
            named = item[b"kind"].decode() in kinds
            ours = not kinds and b"staff" not in item and item[b"kind"] != b"page"
            if item[b"status"] == b"ready" and (named or ours):
                item[b"status"] = b"dropped"
                self.settle(person, name, at)

    def sweep(self, person: str, at: int) -> None:
        """Forget what was settled or served too long ago; Redis does this by itself."""
        for name, moment in list(self.sent.get(person, {}).items()):
            if moment <= at - WEEK:
                del self.sent[person][name]
                self.items.pop(name, None)
                self.unknown.pop(name, None)
        events = self.seen.get(person, {})
        for event in [e for e, (moment, _) in events.items() if moment <= at - DAY]:
            del events[event]


def write_person(bins: Bins, person: str, event: str, writes: Writes) -> int:
    """Write the person and the event of a plan that passed the guards; return the new revision."""
    old = bins.people.get(person)
    if old is not None and writes.revision == 0:
        bins.forget(person)
        old = None
    phone = writes.phone if writes.phone is not None else old.phone if old else b""
    written = writes.revision + 1
    cases = old.cases if old else []
    bins.people[person] = Person(written, writes.state, phone, writes.over, writes.due, writes.urgent, cases)
    if writes.stop is None:
        bins.stop.pop(person, None)
    else:
        bins.stop[person] = writes.stop
    bins.seen.setdefault(person, {})[event] = (writes.at, writes.answer)
    if written % 8 == 0:
        bins.sweep(person, writes.at)
    return written


def encoded(fields: dict[str, str | bytes]) -> Fields:
    """Return fields as a server would give them back."""
    return {
        name.encode(): value if isinstance(value, bytes) else value.encode() for name, value in fields.items()
    }


def _put(agenda: dict[str, int], person: str, moment: int | None) -> None:
    if moment is None:
        agenda.pop(person, None)
    else:
        agenda[person] = moment
