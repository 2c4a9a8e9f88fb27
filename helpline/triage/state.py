"""What is known about one person: the state that `advance` reads and returns.

Everything here is frozen; collections are tuples, frozensets or mappings that nobody changes. Times are
aware UTC datetimes and always come from an event, never from a clock.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NewType

PersonId = NewType("PersonId", str)
"""32 hex digits: the keyed hash of an E.164 number. The first two are the bucket."""
ConversationId = NewType("ConversationId", str)
"""`c_`, the bucket, then hex digits: one contact."""
CaseCode = NewType("CaseCode", str)
"""Bucket and two letters or digits without look-alikes: `7F3K`."""
FindingId = NewType("FindingId", str)
Language = NewType("Language", str)
"""ISO 639-1: `en`, `es`."""
StaffId = NewType("StaffId", str)
TimerName = NewType("TimerName", str)


class Channel(StrEnum):
    """How a person speaks to us."""

    SMS = "sms"
    VOICE = "voice"


class Flag(StrEnum):
    """What is never lost, however low the disposition (evidence, section 1)."""

    CRISIS = "crisis"
    SAFEGUARDING = "safeguarding"


class Level(StrEnum):
    """How bad a case is, worst first (design, section 3d)."""

    EMERGENCY = "emergency"
    CRISIS = "crisis"
    SAFEGUARDING = "safeguarding"
    EMERGENCY_DEPARTMENT = "emergency_department"
    URGENT = "urgent"
    TECHNICAL = "technical"
    ROUTINE = "routine"

    @property
    def rank(self) -> int:
        """Return 0 for the worst level, rising as levels get milder."""
        return list(Level).index(self)


@dataclass(frozen=True, slots=True)
class Answer:
    """One finding as she told it. `heard` holds her own words; `how` the channel."""

    finding: FindingId
    value: str | int
    at: datetime
    how: Channel
    heard: str
    asked: bool = True
    """False when she told it without being asked."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The open question. `id` names its wording; `findings` are what an answer settles."""

    id: str
    findings: tuple[FindingId, ...]
    at: datetime
    turn: int
    misses: int = 0
    one_by_one: tuple[FindingId, ...] = ()
    """What is still to be asked one at a time, after a screen was answered yes or unsure."""


@dataclass(frozen=True, slots=True)
class Timer:
    """Something due. `urgent` timers are looked at first; `kind` is what `scheduled` shows."""

    name: TimerName
    due: datetime
    urgent: bool = False
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """The person's open case as the core needs it; the full record lies with the store."""

    code: CaseCode
    level: Level
    flags: frozenset[Flag]
    reason: str
    opened: datetime
    status: str = "open"
    """`open`, `acknowledged` or `closed`."""
    owner: StaffId | None = None
    rung: int = 0
    version: int = 0
    """The version of the content under which it was opened (hazard H27); 0: opened before cases had one."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """One opt-in: to what, in which words, when and how she said it."""

    purpose: str
    wording: str
    at: datetime
    how: Channel


@dataclass(frozen=True, slots=True)
class Consent:
    """What she agreed to. `stopped` holds since STOP; opt-ins are kept so that START restores only them."""

    agreements: tuple[Agreement, ...] = ()
    stopped: datetime | None = None
    safe_to_text: bool | None = None

    def covers(self, purpose: str) -> bool:
        """Return whether texts for `purpose` (`checkins`, `support`) are welcome now."""
        return self.stopped is None and any(a.purpose == purpose for a in self.agreements)


@dataclass(frozen=True, slots=True)
class State:
    """All that the engine knows of one person.

    `disposition` is what she has been told in this contact and never falls within it; `last_disposition`
    is the result given last, of an earlier contact or of this one. `done` holds step ids of this contact,
    `trail` the questions answered, oldest first, for "back". `extra` is room for small facts of a flow
    (strings only), such as the topic last shown.
    """

    person: PersonId
    conversation: ConversationId
    flow: str
    version: int
    language: Language
    channel: Channel
    begun: datetime
    step: str | None = None
    findings: Mapping[FindingId, Answer] = field(default_factory=dict)
    flags: frozenset[Flag] = frozenset()
    disposition: str | None = None
    last_disposition: str | None = None
    asked: Asked | None = None
    done: frozenset[str] = frozenset()
    trail: tuple[str, ...] = ()
    timers: tuple[Timer, ...] = ()
    case: Case | None = None
    consent: Consent = Consent()
    unclear: int = 0
    ended: bool = False
    turn: int = 0
    call: str | None = None
    """CallSid of a call in progress."""
    heard: datetime | None = None
    """When she last said anything."""
    contacts: tuple[datetime, ...] = ()
    """Beginnings of her contacts, this one included, newest last; older than 72 h may be dropped."""
    extra: Mapping[str, str] = field(default_factory=dict)

    @property
    def bucket(self) -> str:
        """Return the two hex digits that name the person's slot."""
        return self.person[:2]
