"""Calls and staff: whom a caller is put through to, who takes the case by key, and pages by call."""

from __future__ import annotations

from helpline.service import casework
from helpline.service.casework import Result
from helpline.service.delivery import report
from helpline.service.line import Duty, Line
from helpline.service.records import state_of
from helpline.store.port import CaseRecord, Item, ItemId, Staff
from helpline.triage.effects import Page
from helpline.triage.ladder import WHO
from helpline.triage.state import Case
from helpline.triage.through import JOINED

MOST_TRIED = 3
"""Staff rung one after the other while she waits on the line: a minute in all; then the ladder goes on."""


def open_record(line: Line, code: str) -> CaseRecord | None:
    """Return a case that is not closed."""
    record = line.store.find_case(code)
    return record if record is not None and record.closed is None else None


def whom(line: Line, code: str, caller: str) -> list[Duty]:
    """Return whom to ring about a case, in order: who has it, else who is on call, then the next.

    Never the caller's own phone. Raises StoreUnavailable.
    """
    record = open_record(line, code)
    if record is None:
        return []
    case = record.case
    pages = [_page(case, to_owner=True)] if case.owner else [_page(case, who) for who in WHO[:3]]
    duties = (duty for page in pages for duty in line.on_call(page, line.now()))
    found = {duty.id: duty for duty in duties if duty.phone != caller}
    return list(found.values())[:MOST_TRIED]


def _page(case: Case, who: str = "first", *, to_owner: bool = False) -> Page:
    return Page(case.code, case.level, 0, to=case.owner if to_owner else None, who=who)


def staff_at(line: Line, phone: str) -> Staff | None:
    """Return the member of staff with this phone."""
    return next((s for s in line.store.staff.staff_list() if s.phone == phone), None)


def take(line: Line, code: str, staff: Staff, event: str) -> bool:
    """Take a case by a key on a call; return whether it is hers now. Raises StoreUnavailable."""
    done = casework.take(line, casework.Act(code, staff.id, staff.role, f"ack:{event}"))
    return done.result in (Result.DONE, Result.MINE)


def rang(line: Line, item: Item, status: str, sid: str) -> None:
    """Take in how a call of ours ended. A page that nobody took by key has reached nobody.

    `status` is the carrier's: `completed`, `busy`, `no-answer`, `failed` or `canceled`.
    """
    delivered = status == "completed"
    if item.kind == "page" and item.case is not None:
        record = open_record(line, item.case)
        delivered = record is None or record.case.owner is not None
    elif item.kind == "call" and item.case is not None and delivered:
        state = state_of(line, item.person)
        delivered = state is not None and state.extra.get(JOINED) == sid
    report(line, ItemId(item.id), "delivered" if delivered else "undelivered", sid, None)
