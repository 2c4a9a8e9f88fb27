"""The store in this process: for `chat --memory`, for stories and for tests. Nothing outlives the process.

It keeps the same sealed values as the Redis store and obeys the same rules, so whoever runs on it exercises
sealing and the codec too.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from threading import RLock

from helpline.privacy import Identity, Vault
from helpline.store import codec, keys
from helpline.store.console_port import LoginBook
from helpline.store.holds import Fields
from helpline.store.logins import ShelvedLogins
from helpline.store.memory_people import Bins, Person, encoded, write_person
from helpline.store.moves import Move, dropping, moved_fields, settling, waiting
from helpline.store.opening import Opened, open_keys
from helpline.store.pager_port import PagerBook
from helpline.store.pagers import ShelvedPagers
from helpline.store.port import (
    Answered,
    CaseRecord,
    Committed,
    Conflict,
    Entry,
    Finding,
    Item,
    ItemId,
    Loaded,
    Look,
    Plan,
    RecordingBook,
    Settlement,
    StaffBook,
    Status,
)
from helpline.store.recordings import ShelvedRecordings
from helpline.store.records import micros, millis, millis_up, moment
from helpline.store.shelf import MemoryShelf
from helpline.store.staff import ShelvedStaff
from helpline.store.status import after_report, rank
from helpline.store.writes import CaseWrite, case_write, writes_of
from helpline.triage.state import PersonId, StaffId


class MemoryStore:
    """See `helpline.store.port.Store`; the docstrings there hold here. Threads may share it."""

    def __init__(self, vault: Vault, shelf: MemoryShelf | None = None) -> None:
        self._vault = vault
        self._shelf = shelf or MemoryShelf()
        self._staff = ShelvedStaff(self._shelf, vault)
        self._logins = ShelvedLogins(self._shelf, vault)
        self._pagers = ShelvedPagers(self._shelf)
        self._recordings = ShelvedRecordings(self._shelf, vault)
        self._bins = Bins()
        self._shift = 0.0
        self._lock = RLock()

    @property
    def staff(self) -> StaffBook:
        """Return the book of staff and rota."""
        return self._staff

    @property
    def logins(self) -> LoginBook:
        """Return the logins and sessions of the console."""
        return self._logins

    @property
    def pagers(self) -> PagerBook:
        """Return what is known of the staff's phones and of how soon they answer."""
        return self._pagers

    @property
    def recordings(self) -> RecordingBook:
        """Return the recordings that still lie at the carrier."""
        return self._recordings

    def load(self, person: PersonId, event: str, at: datetime) -> Loaded | Answered:
        """Return the person, or the stored answer when this event was served."""
        with self._lock:
            seen = self._bins.served(person, event, millis(at))
            known = self._bins.current(person, millis(at))
            known = replace(known) if known else None
            stop = self._bins.stop.get(person)
        if seen is not None:
            return Answered(codec.open_spoken(self._vault, seen, keys.seen_prefix(person) + event)[1])
        owner = self._shelf.field(keys.PHONES, person)
        staff = StaffId(owner.decode()) if owner is not None else None
        return self._loaded(person, known, staff, moment(stop * 1000) if stop is not None else None)

    def _loaded(
        self, person: PersonId, known: Person | None, staff: StaffId | None, stopped: datetime | None
    ) -> Loaded:
        if known is None:
            return Loaded(0, None, None, staff, stopped)
        key = keys.drawers(person).person
        state = codec.open_state(self._vault, known.state, key, known.revision)
        phone = codec.open_phone(self._vault, known.phone, key)
        return Loaded(known.revision, state, phone, staff, stopped)

    def commit(self, plan: Plan) -> Committed | Conflict | Answered:
        """Write all of the plan or nothing."""
        writes = writes_of(plan, self._vault)
        with self._lock:
            bins = self._bins
            seen = bins.served(plan.person, plan.event, writes.at)
            if seen is not None:
                mark = keys.seen_prefix(plan.person) + plan.event
                return Answered(codec.open_spoken(self._vault, seen, mark)[1])
            known = bins.current(plan.person, writes.at)
            taken = writes.case is not None and writes.case.fresh and writes.case.code in bins.cases
            if (known.revision if known else 0) != plan.revision or taken:
                return Conflict()
            revision = write_person(bins, plan.person, plan.event, writes)
            if writes.case is not None:
                self._write_case(writes.case)
                codes = bins.people[plan.person].cases
                codes += [] if writes.case.code in codes else [writes.case.code]
            if plan.withdrawn is not None:
                bins.withdraw(plan.person, plan.withdrawn, writes.at)
            for item in writes.items:
                bins.add_item(plan.person, item, writes.at)
            if writes.journal is not None:
                bins.journal.setdefault(plan.person, []).append(writes.journal)
            for name, n in writes.counts:
                day = bins.counts.setdefault(writes.day, {})
                day[name] = day.get(name, 0) + n
            bins.refresh(plan.person, writes.at)
            return Committed(revision)

    def _write_case(self, case: CaseWrite) -> None:
        self._bins.cases.setdefault(case.code, {}).update(encoded(case.fields))
        if case.open:
            self._bins.open[case.code] = case.opened
        else:
            self._bins.open.pop(case.code, None)

    def due(self, at: datetime, limit: int = 2000) -> tuple[tuple[PersonId, ...], tuple[PersonId, ...]]:
        """Return who has something due: urgent ones, then the others."""
        now = millis(at)
        with self._lock:
            urgent = sorted((m, p) for p, m in self._bins.agenda_urgent.items() if m <= now)[:limit]
            others = sorted((m, p) for p, m in self._bins.agenda.items() if m <= now)
        first = tuple(PersonId(p) for _, p in urgent)
        known = frozenset(first)
        then = [PersonId(p) for _, p in others if p not in known]
        return first, tuple(then[: max(limit - len(first), 0)])

    def claim(self, person: PersonId, revision: int, at: datetime, lease_seconds: int = 60) -> Item | None:
        """Take the person's oldest ready item."""
        with self._lock:
            known = self._bins.current(person, millis(at))
            if (known.revision if known else 0) != revision:
                return None
            found = self._ready(person, at, drop_expired=True)
            if found:
                item, lease = self._bins.items[found[0]], at + timedelta(seconds=lease_seconds)
                item[b"attempt"] = str(int(item.get(b"attempt", b"0")) + 1).encode()
                item[b"status"] = b"sending"
                item[b"lease"] = str(micros(lease)).encode()
                item[b"sent"] = str(micros(at)).encode()
                self._bins.outbox[person][found[0]] = millis_up(lease)
            self._bins.refresh(person, millis(at))
            return self._read(found[0]) if found else None

    def next_item(self, person: PersonId, at: datetime) -> Item | None:
        """Return the ready item that is next, without taking it."""
        return self.look(person, at).item

    def look(self, person: PersonId, at: datetime) -> Look:
        """Return the person and the ready item that is next."""
        with self._lock:
            loaded = self.load(person, "-", at)
            assert isinstance(loaded, Loaded)
            found = self._ready(person, at, drop_expired=False)
            if not found:
                self._bins.refresh(person, millis(at))
                return Look(loaded)
            return Look(loaded, self._read(found[0]), len(found) > 1)

    def _ready(self, person: PersonId, at: datetime, *, drop_expired: bool) -> list[str]:
        """Return what may go now, oldest first, once what ran out is tidied."""
        bins, now = self._bins, millis(at)
        bins.tidy(person, micros(at))
        found = bins.ready(person, now)
        while drop_expired and found and int(bins.items[found[0]][b"expires"]) <= now:
            bins.items[found[0]][b"status"] = b"dropped"
            bins.settle(person, found.pop(0), now)
        return found

    def settle(self, item: Item, settlement: Settlement, at: datetime) -> bool:
        """Record how a send ended."""
        return self._move(item, settling(settlement, at), at)

    def drop(self, item: Item, why: str, at: datetime) -> bool:
        """Withdraw a ready item."""
        return self._move(item, dropping(why), at)

    def postpone(self, item: Item, until: datetime, at: datetime) -> bool:
        """Let a ready item wait until `until`."""
        return self._move(item, waiting(until), at)

    def _move(self, item: Item, step: Move, at: datetime) -> bool:
        with self._lock:
            bins = self._bins
            fields = bins.items.get(item.id)
            if fields is None or Status(fields[b"status"].decode()) not in step.sources:
                return False
            if int(fields.get(b"attempt", b"0")) != item.attempt:
                return False
            fields[b"status"] = step.to.value.encode()
            fields.update(encoded(dict(moved_fields(step))))
            fields.pop(b"lease", None)
            bins.unknown.pop(item.id, None)
            if step.to is Status.READY:
                bins.sent.get(item.person, {}).pop(item.id, None)
                bins.outbox.setdefault(item.person, {})[item.id] = millis_up(step.again or at)
            elif step.to is Status.UNKNOWN:
                bins.doubt(item.person, item.id, millis(at))
            else:
                bins.settle(item.person, item.id, millis(at))
            bins.refresh(item.person, millis(at))
            return True

    def item(self, item: ItemId) -> Item | None:
        """Return one item by its id."""
        with self._lock:
            return self._read(item) if item in self._bins.items else None

    def items(self, person: PersonId) -> Sequence[Item]:
        """Return the person's items that still exist, oldest first."""
        with self._lock:
            sent = sorted((moment, name) for name, moment in self._bins.sent.get(person, {}).items())
            names = [name for _, name in (*sent, *self._bins.waiting(person))]
            return sorted((self._read(name) for name in names), key=lambda i: i.not_before)

    def unknown_items(self, at: datetime, limit: int = 200) -> Sequence[Item]:
        """Return items whose outcome is unknown, those foremost that may be sent again."""
        with self._lock:
            found = sorted((sent, name) for name, sent in self._bins.unknown.items() if sent <= millis(at))
            return [self._read(name) for _, name in found[:limit]]

    def report(
        self, item: ItemId, delivery: str, sid: str | None, code: int | None, at: datetime
    ) -> Item | None:
        """Record a delivery report."""
        with self._lock:
            fields = self._bins.items.get(item)
            if fields is None or rank(delivery) <= int(fields.get(b"rank", b"-1")):
                return None
            told = {"delivery": delivery, "rank": rank(delivery), "sid": sid, "code": code}
            fields.update(encoded({k: str(v) for k, v in told.items() if v not in (None, "")}))
            self._prove(item, fields, after_report(Status(fields[b"status"].decode()), delivery), at)
            return self._read(item)

    def _prove(self, item: ItemId, fields: Fields, status: Status, at: datetime) -> None:
        if fields[b"status"].decode() == status:
            return
        person = fields[b"person"].decode()
        fields[b"status"] = status.value.encode()
        fields.pop(b"lease", None)
        self._bins.settle(person, item, millis(at))
        self._bins.unknown.pop(item, None)
        self._bins.refresh(person, millis(at))

    def _read(self, name: str) -> Item:
        return codec.read_item(self._vault, name, self._bins.items[name])

    def note(self, person: PersonId, entries: Sequence[Entry]) -> bool:
        """Add to the journal of a known person."""
        with self._lock:
            if person not in self._bins.people:
                return False
            key = keys.drawers(person).journal
            sealed = codec.seal_entries(self._vault, entries, key)
            self._bins.journal.setdefault(person, []).append(sealed)
            return True

    def find_case(self, code: str) -> CaseRecord | None:
        """Return the case with this code."""
        folded = codec.fold_code(code)
        fields = self._bins.cases.get(folded) if folded else None
        return codec.read_case(self._vault, folded, fields) if folded and fields else None

    def open_cases(self) -> Sequence[CaseRecord]:
        """Return all cases not closed."""
        with self._lock:
            return codec.worst_first(
                codec.read_case(self._vault, code, self._bins.cases[code]) for code in self._bins.open
            )

    def save_case(self, record: CaseRecord, at: datetime, keep_days: int) -> bool:
        """Write a case that exists without its person."""
        with self._lock:
            if record.case.code not in self._bins.cases:
                return False
            self._write_case(case_write(self._vault, record))
            return True

    def journal(self, person: PersonId, limit: int = 500) -> Sequence[Entry]:
        """Return the person's journal, oldest first."""
        key = keys.drawers(person).journal
        with self._lock:
            rows = self._bins.journal.get(person, [])[-limit:]
        return [e for row in rows for e in codec.open_entries(self._vault, row, key)][-limit:]

    def counters(self, day: str) -> Mapping[str, int]:
        """Return the counters of one UTC day."""
        with self._lock:
            return dict(Counter(self._bins.counts.get(day, {})))

    def erase(self, person: PersonId, at: datetime, keep_opt_out: bool) -> bool:
        """Delete everything of a person."""
        with self._lock:
            bins = self._bins
            for code in bins.people[person].cases if person in bins.people else ():
                if code in bins.open:
                    bins.cases[code].pop(b"reason", None)
                else:
                    bins.cases.pop(code, None)
            gone = bins.forget(person)
            if not keep_opt_out:
                gone |= bins.stop.pop(person, None) is not None
            if gone:
                bins.audit.append((millis(at), person))
            return gone

    def save_flow(self, name: str, version: int, checksum: str, body: bytes) -> bool:
        """Keep a flow version."""
        stored = self._bins.flows.setdefault((name, version), (checksum, body))
        return stored[0] == checksum

    def flow(self, name: str, version: int) -> bytes | None:
        """Return a stored flow version."""
        stored = self._bins.flows.get((name, version))
        return None if stored is None else stored[1]

    def clock_shift(self) -> float:
        """Return the shift of the simulated clock in seconds."""
        return self._shift

    def shift_clock(self, seconds: float) -> float:
        """Add to the shift and return the new one."""
        with self._lock:
            self._shift += seconds
            return self._shift

    def ping(self) -> None:
        """Return at once."""

    def check(self) -> Sequence[Finding]:
        """Say plainly that nothing is kept."""
        return [Finding(False, "the store lies in this process: all is lost when it ends", "set REDIS_URL")]


def open_memory(secrets: Sequence[str] = ()) -> Opened:
    """Return a store in this process. Without a secret one is drawn that nobody will need again."""
    shelf = MemoryShelf()
    keyring, vault = open_keys(shelf, secrets or (os.urandom(16).hex(),))
    return Opened(MemoryStore(vault, shelf), Identity(keyring.index))
