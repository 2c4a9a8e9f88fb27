"""The store in Redis or Valkey: single, behind Sentinel, or as a cluster."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from helpline.privacy import Identity, Vault
from helpline.store import keys, moves, redis_cases, redis_check, redis_outbox, redis_people
from helpline.store.connect import Client
from helpline.store.console_port import LoginBook
from helpline.store.logins import ShelvedLogins
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
)
from helpline.store.recordings import ShelvedRecordings
from helpline.store.redis_people import Desk
from helpline.store.redis_shelf import RedisShelf
from helpline.store.staff import ShelvedStaff
from helpline.store.wire import Wire
from helpline.triage.state import PersonId


def _ignore() -> None:
    """Take no notice."""


class RedisStore:
    """See `helpline.store.port.Store`; the docstrings there hold here.

    `on_unsafe` is called when a commit that opened a case reached no replica in 200 ms, where there should be
    replicas. `retries`: how often a broken connection is tried again.
    """

    def __init__(
        self, client: Client, vault: Vault, on_unsafe: Callable[[], None] = _ignore, *, retries: int = 2
    ) -> None:
        self.wire = Wire(client, retries=retries)
        self._desk = Desk(self.wire, vault, on_unsafe)
        self._staff = ShelvedStaff(RedisShelf(self.wire), vault)
        self._logins = ShelvedLogins(RedisShelf(self.wire), vault)
        self._pagers = ShelvedPagers(RedisShelf(self.wire))
        self._recordings = ShelvedRecordings(RedisShelf(self.wire), vault)

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
        return redis_people.load(self._desk, person, event, at)

    def commit(self, plan: Plan) -> Committed | Conflict | Answered:
        """Write all of the plan or nothing."""
        return redis_people.commit(self._desk, plan)

    def due(self, at: datetime, limit: int = 2000) -> tuple[tuple[PersonId, ...], tuple[PersonId, ...]]:
        """Return who has something due: urgent ones, then the others."""
        return redis_outbox.due(self._desk, at, limit)

    def claim(self, person: PersonId, revision: int, at: datetime, lease_seconds: int = 60) -> Item | None:
        """Take the person's oldest ready item."""
        return redis_outbox.claim(self._desk, person, revision, at, lease_seconds)

    def next_item(self, person: PersonId, at: datetime) -> Item | None:
        """Return the ready item that is next, without taking it."""
        return redis_outbox.claim(self._desk, person, None, at, 0)

    def look(self, person: PersonId, at: datetime) -> Look:
        """Return the person and the ready item that is next."""
        return redis_outbox.look(self._desk, person, at)

    def settle(self, item: Item, settlement: Settlement, at: datetime) -> bool:
        """Record how a send ended."""
        return redis_outbox.move(self._desk, item, moves.settling(settlement, at), at)

    def drop(self, item: Item, why: str, at: datetime) -> bool:
        """Withdraw a ready item."""
        return redis_outbox.move(self._desk, item, moves.dropping(why), at)

    def postpone(self, item: Item, until: datetime, at: datetime) -> bool:
        """Let a ready item wait until `until`."""
        return redis_outbox.move(self._desk, item, moves.waiting(until), at)

    def item(self, item: ItemId) -> Item | None:
        """Return one item by its id."""
        return redis_outbox.item(self._desk, item)

    def items(self, person: PersonId) -> Sequence[Item]:
        """Return the person's items that still exist, oldest first."""
        return redis_outbox.items(self._desk, person)

    def unknown_items(self, at: datetime, limit: int = 200) -> Sequence[Item]:
        """Return items whose outcome is unknown, those foremost that may be sent again."""
        return redis_outbox.unknown_items(self._desk, at, limit)

    def report(
        self, item: ItemId, delivery: str, sid: str | None, code: int | None, at: datetime
    ) -> Item | None:
        """Record a delivery report."""
        return redis_outbox.report(self._desk, item, redis_outbox.Report(delivery, sid, code), at)

    def note(self, person: PersonId, entries: Sequence[Entry]) -> bool:
        """Add to the journal of a known person."""
        return redis_people.note(self._desk, person, entries)

    def find_case(self, code: str) -> CaseRecord | None:
        """Return the case with this code."""
        return redis_cases.find_case(self._desk, code)

    def open_cases(self) -> Sequence[CaseRecord]:
        """Return all cases not closed."""
        return redis_cases.open_cases(self._desk)

    def save_case(self, record: CaseRecord, at: datetime, keep_days: int) -> bool:
        """Write a case that exists without its person."""
        return redis_cases.save_case(self._desk, record, keep_days)

    def journal(self, person: PersonId, limit: int = 500) -> Sequence[Entry]:
        """Return the person's journal, oldest first."""
        return redis_people.journal(self._desk, person, limit)

    def counters(self, day: str) -> Mapping[str, int]:
        """Return the counters of one UTC day."""
        return redis_cases.counters(self._desk, day)

    def erase(self, person: PersonId, at: datetime, keep_opt_out: bool) -> bool:
        """Delete everything of a person."""
        return redis_people.erase(self._desk, person, at, keep_opt_out=keep_opt_out)

    def save_flow(self, name: str, version: int, checksum: str, body: bytes) -> bool:
        """Keep a flow version."""
        return redis_cases.save_flow(self._desk, keys.flow(name, version), checksum, body)

    def flow(self, name: str, version: int) -> bytes | None:
        """Return a stored flow version."""
        return redis_cases.flow(self._desk, keys.flow(name, version))

    def clock_shift(self) -> float:
        """Return the shift of the simulated clock in seconds."""
        return redis_cases.clock_shift(self._desk)

    def shift_clock(self, seconds: float) -> float:
        """Add to the shift and return the new one."""
        return redis_cases.shift_clock(self._desk, seconds)

    def ping(self) -> None:
        """Return when the store answers a write."""
        redis_cases.ping(self._desk)

    def check(self) -> Sequence[Finding]:
        """Return whether the store is fit for its work."""
        return redis_check.check(self.wire)


def open_redis(
    client: Client, secrets: Sequence[str], on_unsafe: Callable[[], None] = _ignore, *, retries: int = 2
) -> Opened:
    """Return the store behind a client, its keys made or unwrapped with the secrets (newest first).

    Raises StoreUnavailable (away, or older than Redis 6.2), WrongSecret and KeyringError.
    """
    wire = Wire(client, retries=retries)
    redis_check.refuse_old(wire)
    keyring, vault = open_keys(RedisShelf(wire), secrets)
    return Opened(RedisStore(client, vault, on_unsafe, retries=retries), Identity(keyring.index))
