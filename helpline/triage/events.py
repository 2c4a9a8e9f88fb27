"""What may happen to a person: past-tense facts, each with its id, its time and its chance.

`id` makes an event unrepeatable (the carrier's MessageSid, `CallSid:n`, a timer's name and due time);
`at` is aware UTC; `entropy` is at least 16 random bytes, so that the core can draw codes without chance of
its own and a replay draws the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from helpline.triage.state import CaseCode, Channel, StaffId, TimerName


@dataclass(frozen=True, slots=True)
class Texted:
    """She sent a text. `opt_out` is the carrier's `OptOutType`, if it sent one."""

    id: str
    at: datetime
    entropy: bytes
    text: str
    media: int = 0
    opt_out: str | None = None


@dataclass(frozen=True, slots=True)
class Called:
    """Her call was put through to us. `textable` is false for landlines and withheld numbers.

    `withheld`: her number is not known, so nobody can call her back.
    `join`: she has picked up the call that staff asked for, about this case, and pressed the key.
    """

    id: str
    at: datetime
    entropy: bytes
    call: str
    textable: bool = True
    withheld: bool = False
    join: CaseCode | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """She spoke. `question` is the id of the question the call had put, for answers that come too late."""

    id: str
    at: datetime
    entropy: bytes
    call: str
    text: str
    question: str | None = None
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class Pressed:
    """She pressed keys: digits, `*` and `#` in order, without the key that ended them."""

    id: str
    at: datetime
    entropy: bytes
    call: str
    digits: str
    question: str | None = None


@dataclass(frozen=True, slots=True)
class Silent:
    """The call heard neither key nor speech."""

    id: str
    at: datetime
    entropy: bytes
    call: str
    question: str | None = None


@dataclass(frozen=True, slots=True)
class HungUp:
    """The call ended. `textable` as in `Called`."""

    id: str
    at: datetime
    entropy: bytes
    call: str
    textable: bool = True


@dataclass(frozen=True, slots=True)
class PutThrough:
    """The call came back from being put through. `to` as in `Connect`.

    `reached` is true only when someone took it and both spoke; a voicemail that picked up is not.
    """

    id: str
    at: datetime
    entropy: bytes
    call: str
    to: str
    reached: bool


@dataclass(frozen=True, slots=True)
class Recorded:
    """A message of hers was recorded. `recording` is the carrier's id, empty when nothing was heard.

    `call` is None when the carrier reports it outside the call, which may have ended meanwhile.
    """

    id: str
    at: datetime
    entropy: bytes
    call: str | None
    recording: str
    seconds: int = 0


@dataclass(frozen=True, slots=True)
class TimerFired:
    """A timer of the state fell due. `due` is the time it was set for; `at` is when it was looked at."""

    id: str
    at: datetime
    entropy: bytes
    timer: TimerName
    due: datetime


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """A member of staff took the case."""

    id: str
    at: datetime
    entropy: bytes
    case: CaseCode
    by: StaffId
    how: Channel = Channel.SMS


@dataclass(frozen=True, slots=True)
class CaseClosed:
    """A member of staff closed the case with an outcome. `note` is for staff, in the journal."""

    id: str
    at: datetime
    entropy: bytes
    case: CaseCode
    by: StaffId
    outcome: str = "advised"
    note: str = ""


@dataclass(frozen=True, slots=True)
class HandedOver:
    """A taken case went to someone else, or with `to` None back to whoever is on call.

    `owner` is who had it when this was decided; `by` who decided it.
    """

    id: str
    at: datetime
    entropy: bytes
    case: CaseCode
    by: StaffId
    owner: StaffId
    to: StaffId | None = None


@dataclass(frozen=True, slots=True)
class StaffWrote:
    """Staff wrote to her, through the helpline. To write about a case that nobody has is to take it.

    `by_text`: from a staff phone, to which her answers go.
    """

    id: str
    at: datetime
    entropy: bytes
    case: CaseCode
    by: StaffId
    text: str
    by_text: bool = False


@dataclass(frozen=True, slots=True)
class StaffCalled:
    """Staff asked to be joined with her by phone. To call about a case that nobody has is to take it."""

    id: str
    at: datetime
    entropy: bytes
    case: CaseCode
    by: StaffId


@dataclass(frozen=True, slots=True)
class StaffOpened:
    """A member of staff opened a case, and has it."""

    id: str
    at: datetime
    entropy: bytes
    by: StaffId


@dataclass(frozen=True, slots=True)
class Paged:
    """The carrier took a page about this case: someone is being told.

    `minutes` that it took someone lately to take such a case; None when there are no figures.
    """

    id: str
    at: datetime
    entropy: bytes
    case: CaseCode
    minutes: int | None = None


@dataclass(frozen=True, slots=True)
class Unmanned:
    """A page had nobody to go to: there is no staff that can be paged."""

    id: str
    at: datetime
    entropy: bytes
    case: CaseCode


@dataclass(frozen=True, slots=True)
class Forgotten:
    """The operator was asked to delete everything about her."""

    id: str
    at: datetime
    entropy: bytes


@dataclass(frozen=True, slots=True)
class Delivered:
    """The carrier reported that an item of `kind` arrived."""

    id: str
    at: datetime
    entropy: bytes
    item: str
    kind: str


@dataclass(frozen=True, slots=True)
class Undelivered:
    """The carrier refused or lost an item for good. `code` is its code; `opted_out` says it is a STOP.

    `urgent`: it was a safety text, one that she has to have at once.
    `staff` is whom it was for, where it was not for her; `case` what it was about. `alone`: no other page
    about the case may still reach anybody.
    """

    id: str
    at: datetime
    entropy: bytes
    item: str
    kind: str
    code: int | None
    opted_out: bool = False
    urgent: bool = False
    staff: StaffId | None = None
    case: CaseCode | None = None
    alone: bool = True


Event = (
    Texted
    | Called
    | Said
    | Pressed
    | Silent
    | HungUp
    | PutThrough
    | Recorded
    | TimerFired
    | Acknowledged
    | CaseClosed
    | HandedOver
    | StaffWrote
    | StaffCalled
    | StaffOpened
    | Paged
    | Unmanned
    | Delivered
    | Undelivered
    | Forgotten
)
