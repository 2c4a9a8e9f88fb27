"""What staff do by text: take a case, close it, see the list, go on and off duty.

A staff phone is a person like any other unless its whole text is a command; `ACK` and `DONE` need a code, so
that no cry for help is ever taken for one (design, section 3a).
"""

from __future__ import annotations

import re
from datetime import datetime

from helpline.service import casework, phones
from helpline.service.casework import Result
from helpline.service.line import Line
from helpline.service.staff_texts import WHOLE, Order, called, told
from helpline.store.port import Spoken
from helpline.triage.state import StaffId, State

_CODE = r"([0-9A-Za-z]{4})"
_ACK = re.compile(rf"\s*(?:ACK\s+)?#?{_CODE}\s*", re.IGNORECASE)
_DONE = re.compile(rf"\s*DONE\s+#?{_CODE}(?:\s+(.*))?", re.IGNORECASE | re.DOTALL)


def command(line: Line, phone: str, text: str, event: str) -> Spoken | None:
    """Do what a text from this phone says and return the answer; None: no staff phone, or no command.

    Raises StoreUnavailable.
    """
    staff = next((s for s in line.store.staff.staff_list() if s.phone == phone), None)
    return obey(line, text, event, staff.id, None) if staff else None


def obey(line: Line, text: str, event: str, staff: StaffId, state: State | None) -> Spoken | None:
    """Do what a text of a member of staff says; None when the words are her own.

    `state` is hers as a person: while a question to her is open, only ACK and DONE with a code are commands,
    and a bare `1` takes a case only when its page is younger than that question.
    """
    who = next((s for s in line.store.staff.staff_list() if s.id == staff), None)
    if who is None:
        return None
    order = Order(who, text, event)
    done, taken = _DONE.fullmatch(text), _ACK.fullmatch(text)
    word = text.strip().upper()
    if done:
        return Spoken((_close(line, order, done[1], (done[2] or "advised").strip()),))
    if taken and (word.startswith("ACK") or line.store.find_case(taken[1])):
        return Spoken((_take(line, order, taken[1]),))
    asked = state.asked.at if state and state.asked else None
    if word == "1":
        return _take_newest(line, order, asked)
    if word == "TEST" and phones.waits_for_answer(line, staff, asked):
        phones.answered(line, staff)
        return Spoken((told(line, order, "staff.test.done"),))
    if asked is None and word in WHOLE:
        return Spoken((WHOLE[word](line, order),))
    return None


def _take_newest(line: Line, order: Order, asked: datetime | None) -> Spoken | None:
    """Take the case last paged to this phone; None when there is none, so that `1` stays an answer."""
    pages = [
        (item.not_before, record.case.code)
        for record in line.store.open_cases()
        if record.case.status == "open"
        for item in line.store.items(record.person)
        if item.kind == "page" and item.staff == order.staff.id and (asked is None or item.not_before > asked)
    ]
    if not pages:
        return None
    return Spoken((_take(line, order, max(pages)[1]),))


def _take(line: Line, order: Order, code: str) -> str:
    done = casework.take(line, casework.Act(code, order.staff.id, order.staff.role, f"ack:{order.event}"))
    case = done.case
    if case is None:
        return told(line, order, "staff.unknown", case=code.upper())
    match done.result:
        case Result.CLOSED:
            return told(line, order, "staff.closed.already", case=case.code)
        case Result.MINE:
            return told(line, order, "staff.taken.mine", case=case.code)
        case Result.DONE:
            return told(line, order, "staff.taken", case=case.code)
    return told(line, order, "staff.taken.other", case=case.code, name=called(line, order, case.owner))


def _close(line: Line, order: Order, code: str, outcome: str) -> str:
    act = casework.Act(code, order.staff.id, "by text", f"done:{order.event}")
    done = casework.close(line, act, outcome)
    case = done.case
    if case is None:
        return told(line, order, "staff.unknown", case=code.upper())
    match done.result:
        case Result.CLOSED:
            return told(line, order, "staff.closed.already", case=case.code)
        case Result.TAKEN:
            name = called(line, order, case.owner)
            return told(line, order, "staff.closed.other", case=case.code, name=name)
    return told(line, order, "staff.closed", case=case.code)
