"""The store as the rest of the helpline sees it: one protocol, two real implementations.

One commit is one transaction for one person; times are aware UTC datetimes given by the caller, so that a
shifted clock works. Nothing here knows Redis. Sealing and hashing happen inside the implementations, which
are handed a vault; whoever calls passes and receives plain values.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NewType, Protocol

from helpline.store.console_port import LoginBook
from helpline.store.pager_port import PagerBook
from helpline.store.rota_port import Cover, Rota, Shift
from helpline.triage.effects import Prompt, Repeat
from helpline.triage.state import Case, CaseCode, PersonId, StaffId, State

ItemId = NewType("ItemId", str)
"""`o_`, the bucket, then hex digits: one message or call of ours. It stands in callback addresses."""


class StoreUnavailable(Exception):
    """The store did not answer in time, or refused (full, read-only). Says what was tried, never content."""


class Status(StrEnum):
    """Where an item stands. `ALLOWED` in `store.status` lists the moves."""

    READY = "ready"
    SENDING = "sending"
    ACCEPTED = "accepted"
    UNKNOWN = "unknown"
    DROPPED = "dropped"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Spoken:
    """What the carrier was told in answer to one webhook; replayed as it is when the webhook comes again.

    `texts` are the replies in order; `items` their ids (born `accepted`); on a call, `prompt` says how to go
    on, `hangup` ends it, `connect` is `staff:<case>`, `emergency` or `crisis`.
    """

    texts: tuple[str, ...] = ()
    items: tuple[ItemId, ...] = ()
    language: str = "en"
    prompt: Prompt | None = None
    hangup: bool = False
    connect: str | None = None
    case: str | None = None
    """Her open case, where the call records a message for it."""
    record: bool = False
    """A call records what she says next, before it goes on."""
    languages: tuple[str, ...] = ()
    """The language of each text where one differs from `language`; else empty."""
    facts: Mapping[str, object] = field(default_factory=dict)
    """For simulation and review only: what was understood. Empty in production."""


@dataclass(frozen=True, slots=True)
class Item:
    """A message or call. `to` and `body` are sealed at rest. `to` is E.164."""

    id: ItemId
    person: PersonId
    kind: str
    to: str
    body: str
    not_before: datetime
    expires: datetime
    repeat: Repeat = Repeat.NEVER
    urgent: bool = False
    status: Status = Status.READY
    attempt: int = 0
    lease: datetime | None = None
    sid: str | None = None
    delivery: str | None = None
    """`queued`, `sent`, `delivered`, `undelivered`, `failed`: only ever forward."""
    code: int | None = None
    """The carrier's error code, if any."""
    case: CaseCode | None = None
    staff: StaffId | None = None
    medium: str = "text"
    """`text` or `call`."""
    sent_at: datetime | None = None
    doubted: datetime | None = None
    """When it was sent that first time after which nobody knew its fate; kept when it is tried again."""
    tries: int = 0
    """How often the same words were lost on the way before and are sent once more with this item."""


@dataclass(frozen=True, slots=True)
class CaseRecord:
    """A case as staff see it. `outcome` and `closed` once it is over."""

    case: Case
    person: PersonId
    outcome: str | None = None
    closed: datetime | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a person's journal: who did what, when. `detail` is sealed at rest."""

    at: datetime
    what: str
    who: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything one event changes, written by one script or not at all.

    `revision` is the one the decision was made on (0: the person was unknown). `items` are new; `withdrawn`
    are kinds of waiting items to drop (None: none; empty set: all that we start). `case` is written when
    given; with `new_case` its code must be free. `phone` is E.164 (kept sealed). `due` and `due_urgent` are
    the earliest moments at which anything of this person falls due, timers only; the store adds the items'.
    `retention` says when the person's keys may go.
    """

    person: PersonId
    event: str
    revision: int
    state: State
    phone: str
    at: datetime
    spoken: Spoken
    items: tuple[Item, ...] = ()
    withdrawn: frozenset[str] | None = None
    case: CaseRecord | None = None
    new_case: bool = False
    journal: tuple[Entry, ...] = ()
    counts: tuple[tuple[str, int], ...] = ()
    due: datetime | None = None
    due_urgent: datetime | None = None
    retention: datetime | None = None


@dataclass(frozen=True, slots=True)
class Loaded:
    """A person as stored. `revision` 0 and `state` None: not known (or past retention)."""

    revision: int
    state: State | None
    phone: str | None
    staff: StaffId | None
    stopped: datetime | None = None
    """The opt-out mark. It outlives retention and erasing: a person unknown but stopped begins as stopped."""


@dataclass(frozen=True, slots=True)
class Answered:
    """This event was served before; `spoken` is what was said then."""

    spoken: Spoken


@dataclass(frozen=True, slots=True)
class Committed:
    """All is written. `revision` is the new one."""

    revision: int


@dataclass(frozen=True, slots=True)
class Conflict:
    """Someone else wrote first, or the new case's code is taken: load and decide again, on fresh entropy."""


@dataclass(frozen=True, slots=True)
class Settlement:
    """How a claimed send ended. `retry_at` makes a `ready` item wait; `sid` comes with `accepted`."""

    status: Status
    sid: str | None = None
    code: int | None = None
    retry_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Staff:
    """Someone who answers pages. `phone` is E.164; name and phone are sealed at rest.

    `role` is one of `nurse supervisor safeguarding reviewer admin`.
    """

    id: StaffId
    name: str
    phone: str
    role: str
    languages: tuple[str, ...]
    added: datetime


class StaffConflict(Exception):
    """A member of staff cannot be saved: the name or the phone is someone else's. Shows no number."""


class StaffBook(Protocol):
    """Staff and rota. Every method may raise StoreUnavailable."""

    def staff_list(self) -> Sequence[Staff]:
        """Return all staff in the order added."""

    def save_staff(self, staff: Staff, person: PersonId) -> None:
        """Write one; `person` is the person of the phone. Raises StaffConflict."""

    def remove_staff(self, staff: StaffId) -> bool:
        """Delete one, from the rota too; False when there is none with this id."""

    def rota(self) -> Rota:
        """Return who is on call."""

    def set_rota(self, order: Sequence[StaffId], at: datetime) -> None:
        """Put these on call from now on, in this order; no shifts count any more, nobody named is off."""

    def set_shifts(self, shifts: Sequence[Shift], covers: Sequence[Cover], at: datetime) -> None:
        """Let these shifts say who is on call, in place of an order; covers are added to those there are."""

    def set_covers(self, covers: Sequence[Cover], ended: Sequence[str] = ()) -> None:
        """Write these covers and delete those of the `ended` ids; what others write meanwhile stands."""

    def set_duty(self, staff: StaffId, at: datetime, *, on: bool) -> None:
        """Note that one of the staff went on or off duty."""


class RecordingBook(Protocol):
    """Recordings at the carrier, by its id, and when each has to go. May raise StoreUnavailable."""

    def keep(self, sid: str, until: datetime) -> None:
        """Let a recording go at `until`, or sooner if it was to go sooner."""

    def until(self, sid: str) -> datetime | None:
        """Return when a recording goes; None when it is gone."""

    def due(self, at: datetime) -> Sequence[str]:
        """Return the recordings whose time has come, oldest first."""

    def gone(self, sid: str) -> None:
        """Note that a recording is deleted at the carrier."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing the store's own check found. `remedy` is empty when all is well."""

    well: bool
    what: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Look:
    """A person, and the item of theirs that `claim` would take. `more`: others are ready behind it."""

    loaded: Loaded
    item: Item | None = None
    more: bool = False


class Store(Protocol):
    """All that the service asks of the memory of the helpline. Every method may raise StoreUnavailable."""

    @property
    def staff(self) -> StaffBook:
        """Return the book of staff and rota."""

    @property
    def logins(self) -> LoginBook:
        """Return the logins and sessions of the console."""

    @property
    def pagers(self) -> PagerBook:
        """Return what is known of the staff's phones and of how soon they answer."""

    @property
    def recordings(self) -> RecordingBook:
        """Return the recordings that still lie at the carrier."""

    def load(self, person: PersonId, event: str, at: datetime) -> Loaded | Answered:
        """Return the person, or the stored answer when this event was served. One round trip."""

    def commit(self, plan: Plan) -> Committed | Conflict | Answered:
        """Write all of the plan or nothing. One round trip; safe to run twice."""

    def due(self, at: datetime, limit: int = 2000) -> tuple[tuple[PersonId, ...], tuple[PersonId, ...]]:
        """Return who has something due: urgent ones, then the others, oldest first. One pipeline."""

    def claim(self, person: PersonId, revision: int, at: datetime, lease_seconds: int = 60) -> Item | None:
        """Take the person's oldest ready item that nothing holds back (`store.holds`).

        One at a time to each recipient, and a routine one not while the fate of the one before is unknown;
        what is urgent waits for another urgent one under way alone. None when nothing is left, or when the
        revision has moved. An item past `expires` is dropped instead; one whose lease ran out becomes
        `unknown` first.
        """

    def next_item(self, person: PersonId, at: datetime) -> Item | None:
        """Return the ready item that is next, without taking it, even one past `expires`.

        Tidies as `claim` does; when nothing is ready the person's agenda is written anew, so that nobody is
        looked at for ever because of something that is gone.
        """

    def look(self, person: PersonId, at: datetime) -> Look:
        """Return what `load` and `next_item` would, in one round trip."""

    def settle(self, item: Item, settlement: Settlement, at: datetime) -> bool:
        """Record how a send ended; False when the move is not allowed any more. Refreshes the agenda."""

    def drop(self, item: Item, why: str, at: datetime) -> bool:
        """Withdraw a ready item: it is not to be sent any more."""

    def postpone(self, item: Item, until: datetime, at: datetime) -> bool:
        """Let a ready item wait until `until`."""

    def item(self, item: ItemId) -> Item | None:
        """Return one item by its id."""

    def items(self, person: PersonId) -> Sequence[Item]:
        """Return the person's items that still exist, oldest first."""

    def unknown_items(self, at: datetime, limit: int = 200) -> Sequence[Item]:
        """Return items whose send may or may not have been accepted.

        What may be sent again comes first, urgent ones before all, then what may not be and was sent until
        `at`; of each kind the oldest.
        """

    def report(
        self, item: ItemId, delivery: str, sid: str | None, code: int | None, at: datetime
    ) -> Item | None:
        """Record a delivery report, only ever forward; None when nothing changed or the item is gone."""

    def note(self, person: PersonId, entries: Sequence[Entry]) -> bool:
        """Add to the journal of a known person outside a commit, as when staff read it; False: not known."""

    def find_case(self, code: str) -> CaseRecord | None:
        """Return the case with this code. `O`, `I`, `L` are read as `0`, `1`, `1`; case does not matter."""

    def open_cases(self) -> Sequence[CaseRecord]:
        """Return all cases not closed, worst level first, then oldest."""

    def journal(self, person: PersonId, limit: int = 500) -> Sequence[Entry]:
        """Return the person's journal, oldest first."""

    def counters(self, day: str) -> Mapping[str, int]:
        """Return the counters of one UTC day (`2026-11-23`), summed over all buckets."""

    def erase(self, person: PersonId, at: datetime, keep_opt_out: bool) -> bool:
        """Delete everything of a person at once, but the opt-out mark and an audit line without content.

        A case still open stays for staff to acknowledge, its reason replaced; False when nothing was there.
        """

    def save_case(self, record: CaseRecord, at: datetime, keep_days: int) -> bool:
        """Write a case that lost its person, as after erasing; it goes `keep_days` after closing."""

    def save_flow(self, name: str, version: int, checksum: str, body: bytes) -> bool:
        """Keep a flow version; False when the same version is stored with another checksum."""

    def flow(self, name: str, version: int) -> bytes | None:
        """Return a stored flow version."""

    def clock_shift(self) -> float:
        """Return the shift of the simulated clock in seconds."""

    def shift_clock(self, seconds: float) -> float:
        """Add to the shift and return the new one. Simulation only."""

    def ping(self) -> None:
        """Return when the store answers a write."""

    def check(self) -> Sequence[Finding]:
        """Return whether the store is fit to keep what must not be lost, one finding a subject."""
