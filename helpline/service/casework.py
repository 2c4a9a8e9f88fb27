"""What staff do with a case, by text or at the console: take it, hand it over, close it, write to her.

Each is one event through the core and one commit; the first to commit wins, and the others hear who did.
`event` is the id that makes it unrepeatable: a form sent twice does one thing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

from helpline.service.conversation import Sender, apply, receive
from helpline.service.line import Line
from helpline.service.logins import LEADING, TRAINED, trained
from helpline.service.records import LOOKING, state_of
from helpline.service.rota import PAGED_ROLES
from helpline.store.port import CaseRecord, Loaded
from helpline.triage.events import (
    Acknowledged,
    CaseClosed,
    Event,
    HandedOver,
    StaffCalled,
    StaffOpened,
    StaffWrote,
)
from helpline.triage.state import Case, CaseCode, Level, StaffId
from helpline.triage.thread import unreachable

LONGEST_TEXT, LONGEST_NOTE = 480, 1000
"""Characters that staff may write at once."""

OUTCOMES = (
    "reached care",
    "advised",
    "no answer",
    "wants no contact",
    "handled elsewhere",
    "false alarm",
    "other",
)
"""How a case may end."""


class Result(StrEnum):
    """What came of it."""

    DONE = "done"
    GONE = "gone"
    """There is no such case."""
    CLOSED = "closed"
    TAKEN = "taken"
    """Someone else has it."""
    MINE = "mine"
    """It was hers already."""
    LATE = "late"
    """It has changed since she looked."""
    UNFIT = "unfit"
    """Not for this role, or not to this colleague."""
    UNSENT = "unsent"
    """No text, or one that is too long."""
    UNREACHABLE = "unreachable"
    """She cannot be written to, or must not."""


@dataclass(frozen=True, slots=True)
class Done:
    """What came of an act, and the case as it is now."""

    result: Result
    case: Case | None = None


@dataclass(frozen=True, slots=True)
class Act:
    """One act of one member of staff on one case."""

    code: str
    by: StaffId
    role: str
    event: str


Make = Callable[[CaseCode, bytes], Event]


def take(line: Line, act: Act) -> Done:
    """Take a case, or confirm that one still has it."""
    record = line.store.find_case(act.code)
    refused = _refused(line, record, act)
    if record is None or refused is not None:
        return refused or Done(Result.GONE)
    owner = record.case.owner
    if owner not in (None, act.by):
        return Done(Result.TAKEN, record.case)
    now = _do(
        line, record, act, lambda code, chance: Acknowledged(act.event, line.now(), chance, code, act.by)
    )
    if now is None:
        return Done(Result.GONE)
    if owner == act.by:
        return Done(Result.MINE, now.case)
    return Done(Result.DONE if now.case.owner == act.by else Result.TAKEN, now.case)


def hand(line: Line, act: Act, to: StaffId | None) -> Done:
    """Give a case to someone else, or with None back to who is on call. The owner may, and who leads."""
    record = line.store.find_case(act.code)
    refused = _refused(line, record, act)
    if record is None or refused is not None:
        return refused or Done(Result.GONE)
    owner = record.case.owner
    if owner is None:
        return Done(Result.LATE, record.case)
    if owner != act.by and act.role not in LEADING:
        return Done(Result.TAKEN, record.case)
    if to is not None and (to == owner or not _fit(line, record.case, to)):
        return Done(Result.UNFIT, record.case)
    now = _do(
        line,
        record,
        act,
        lambda code, chance: HandedOver(act.event, line.now(), chance, code, act.by, owner, to),
    )
    return _expected(now, lambda case: case.owner == to)


def close(line: Line, act: Act, outcome: str, note: str = "") -> Done:
    """Close a case with an outcome: one's own, one that nobody has, and for who leads any."""
    record = line.store.find_case(act.code)
    refused = _refused(line, record, act)
    if record is None or refused is not None:
        return refused or Done(Result.GONE)
    if record.case.owner not in (None, act.by) and act.role not in LEADING:
        return Done(Result.TAKEN, record.case)
    words = _clean(note)[:LONGEST_NOTE]
    now = _do(
        line,
        record,
        act,
        lambda code, chance: CaseClosed(
            act.event, line.now(), chance, code, act.by, outcome[:80], note=words
        ),
    )
    return Done(Result.DONE if now and now.closed else Result.LATE, now.case if now else None)


def write(line: Line, act: Act, words: str, *, by_text: bool = False) -> Done:
    """Write to her as the helpline: the owner may, and who takes the case by it.

    `by_text`: from a staff phone, to which her answers then go.
    """
    record, refused = _theirs(line, act)
    if record is None or refused is not None:
        return refused or Done(Result.GONE)
    text = _clean(words)
    if not text or len(text) > LONGEST_TEXT:
        return Done(Result.UNSENT, record.case)
    if why_unreachable(line, record) is not None:
        return Done(Result.UNREACHABLE, record.case)
    now = _do(
        line,
        record,
        act,
        lambda code, chance: StaffWrote(act.event, line.now(), chance, code, act.by, text, by_text),
    )
    return _expected(now, lambda case: case.owner == act.by)


def call(line: Line, act: Act) -> Done:
    """Call her and join her with the owner, or with who takes the case by it."""
    record, refused = _theirs(line, act)
    if record is None or refused is not None:
        return refused or Done(Result.GONE)
    if why_uncallable(line, record) is not None:
        return Done(Result.UNREACHABLE, record.case)
    now = _do(
        line, record, act, lambda code, chance: StaffCalled(act.event, line.now(), chance, code, act.by)
    )
    return _expected(now, lambda case: case.owner == act.by)


def why_unreachable(line: Line, record: CaseRecord) -> str | None:
    """Return why no text can go to her: as `thread.unreachable`, or `gone`."""
    state = state_of(line, record.person)
    return "gone" if state is None else unreachable(state)


def why_uncallable(line: Line, record: CaseRecord) -> str | None:
    """Return why she cannot be called: `gone`, `withheld`, `unsafe`, or `busy` while she is on the phone."""
    loaded = line.store.load(record.person, LOOKING, line.now())
    if not isinstance(loaded, Loaded) or loaded.state is None:
        return "gone"
    if not loaded.phone:
        return "withheld"
    if unreachable(loaded.state) == "unsafe":
        return "unsafe"
    return "busy" if loaded.state.call is not None else None


def open_for(line: Line, act: Act, sender: Sender) -> Done:
    """Open a case for a person, known or not, and have it; one that is open and nobody's is taken.

    What `take` refuses, this refuses too: her number is no way around it.
    """
    before = state_of(line, sender.person)
    if before is not None and before.case is not None and not _may(line, before.case, act):
        return Done(Result.UNFIT, before.case)
    receive(line, sender, lambda chance: StaffOpened(act.event, line.now(), chance, act.by))
    state = state_of(line, sender.person)
    if state is None or state.case is None:
        return Done(Result.GONE)
    return Done(Result.DONE if state.case.owner == act.by else Result.TAKEN, state.case)


def _theirs(line: Line, act: Act) -> tuple[CaseRecord | None, Done | None]:
    record = line.store.find_case(act.code)
    refused = _refused(line, record, act)
    if record is not None and refused is None and record.case.owner not in (None, act.by):
        refused = Done(Result.TAKEN, record.case)
    return record, refused


def _refused(line: Line, record: CaseRecord | None, act: Act) -> Done | None:
    if record is None:
        return Done(Result.GONE)
    if record.closed is not None or record.case.status == "closed":
        return Done(Result.CLOSED, record.case)
    return None if _may(line, record.case, act) else Done(Result.UNFIT, record.case)


def _may(line: Line, case: Case, act: Act) -> bool:
    """Return whether this case is theirs to touch: reviewers none, safeguarding only who is trained."""
    if act.role == "reviewer":
        return False
    return case.level is not Level.SAFEGUARDING or case.owner == act.by or trained(line, act.role)


def _do(line: Line, record: CaseRecord, act: Act, make: Make) -> CaseRecord | None:
    """Let the event happen and return the case as it then is."""
    code = record.case.code
    if not apply(line, record.person, act.event, lambda chance: make(code, chance)):
        _without_person(line, record, act)
    now = line.store.find_case(code)
    if now is not None and now.closed is not None:
        line.store.logins.note_closed(code, now.closed)
    return now


def _without_person(line: Line, record: CaseRecord, act: Act) -> None:
    """Close a case whose person had everything deleted: to have seen it is all that is left to do."""
    if state_of(line, record.person) is not None:
        return
    seen = replace(record.case, owner=act.by, status="closed")
    over = replace(record, case=seen, outcome="erased on request", closed=line.now())
    line.store.save_case(over, line.now(), line.flow.policy.retention.days)


def _expected(record: CaseRecord | None, holds: Callable[[Case], bool]) -> Done:
    if record is None:
        return Done(Result.GONE)
    return Done(Result.DONE if holds(record.case) else Result.LATE, record.case)


def _fit(line: Line, case: Case, to: StaffId) -> bool:
    staff = next((s for s in line.store.staff.staff_list() if s.id == to), None)
    if staff is None or staff.role not in PAGED_ROLES:
        return False
    return case.level is not Level.SAFEGUARDING or staff.role in TRAINED


def _clean(words: str) -> str:
    """Return words without control characters, lines kept."""
    plain = words.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c for c in plain if c == "\n" or c.isprintable()).strip()
