"""What staff see of all cases at once: the open ones, worst first, and what needs a person besides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from helpline.service.dossier import may_open
from helpline.service.doubts import in_doubt
from helpline.service.line import Line
from helpline.service.logins import Member
from helpline.service.records import state_of
from helpline.store.port import CaseRecord, Item, ItemId, Settlement, Status
from helpline.triage.effects import Repeat
from helpline.triage.state import CaseCode, Flag
from helpline.triage.thread import OWNER_TOLD

MOST_CLOSED, MOST_UNSURE = 30, 50


@dataclass(frozen=True, slots=True)
class Row:
    """One case in the list. `private`: it is not this reader's to open, and its level is not said."""

    record: CaseRecord
    private: bool
    flags: tuple[str, ...]
    words: bool
    """She wrote to this reader, who has not answered."""


@dataclass(frozen=True, slots=True)
class Unsure:
    """A text that may or may not have left, and that is not sent twice by itself. `code`: her open case."""

    item: Item
    code: CaseCode | None


@dataclass(frozen=True, slots=True)
class Board:
    """Everything at a glance, at one moment. `counts` are those of the UTC day."""

    at: datetime
    rows: tuple[Row, ...]
    closed: tuple[Row, ...]
    unsure: tuple[Unsure, ...]
    counts: Mapping[str, int]


def board(line: Line, member: Member) -> Board:
    """Return the board as this reader may see it. Raises StoreUnavailable."""
    now = line.now()
    return Board(
        at=now,
        rows=tuple(_row(line, record, member) for record in line.store.open_cases()),
        closed=tuple(_closed_today(line, member, now)),
        unsure=tuple(_unsure(line)) if member.handles else (),
        counts=line.store.counters(now.date().isoformat()),
    )


def decide_unsure(line: Line, id: ItemId, *, again: bool) -> bool:
    """Send an uncertain text again, or leave it; False when it is not uncertain any more."""
    item = line.store.item(id)
    if item is None or item.status is not Status.UNKNOWN:
        return False
    settlement = Settlement(Status.READY, retry_at=line.now()) if again else Settlement(Status.FAILED)
    settled = line.store.settle(item, settlement, line.now())
    if settled and again:
        line.wake([item.person])
    return settled


def _row(line: Line, record: CaseRecord, member: Member) -> Row:
    flags = sorted(str(f) for f in record.case.flags if member.trained or f is not Flag.SAFEGUARDING)
    mine = record.case.owner == member.id
    state = state_of(line, record.person) if mine and record.closed is None else None
    words = state is not None and OWNER_TOLD in state.extra
    return Row(record, not may_open(record, member), tuple(flags), words)


def _closed_today(line: Line, member: Member, now: datetime) -> list[Row]:
    known = line.store.logins.closed()
    codes = sorted((c for c, at in known.items() if at.date() == now.date()), key=lambda c: known[c])
    found = (line.store.find_case(code) for code in reversed(codes[-MOST_CLOSED:]))
    return [_row(line, record, member) for record in found if record is not None and record.closed]


def _unsure(line: Line) -> list[Unsure]:
    never = [item for item in in_doubt(line) if item.repeat is Repeat.NEVER]
    return [Unsure(item, _code(line, item)) for item in never[:MOST_UNSURE]]


def _code(line: Line, item: Item) -> CaseCode | None:
    state = state_of(line, item.person)
    return state.case.code if state and state.case else None
