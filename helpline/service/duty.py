"""What staff do by text: take a case, close it, see the list, go on and off duty.

A staff phone is a person like any other unless its whole text is a command; `ACK` and `DONE` need a code, so
that no cry for help is ever taken for one (design, section 3a).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from helpline.service import casework
from helpline.service.casework import Result
from helpline.service.line import Line
from helpline.service.logins import name_of
from helpline.service.rota import go_on_duty, on_duty
from helpline.store.port import Spoken, Staff
from helpline.triage.state import StaffId, State

_CODE = r"([0-9A-Za-z]{4})"
_ACK = re.compile(rf"\s*(?:ACK\s+)?#?{_CODE}\s*", re.IGNORECASE)
_DONE = re.compile(rf"\s*DONE\s+#?{_CODE}(?:\s+(.*))?", re.IGNORECASE | re.DOTALL)

SHOWN = 5
"""So many cases fit the answer to CASES."""


@dataclass(frozen=True, slots=True)
class Order:
    """One text of one member of staff. `event` is the carrier's id of it."""

    staff: Staff
    text: str
    event: str


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
    if asked is None and word in _WHOLE:
        return Spoken((_WHOLE[word](line, order),))
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
        return f"There is no case {code.upper()}. Text CASES for the list."
    match done.result:
        case Result.CLOSED:
            return f"Case {case.code} is closed already."
        case Result.MINE:
            return f"Case {case.code} is yours already."
        case Result.DONE:
            return f"Case {case.code} is yours. Text DONE {case.code} when it is over."
    return f"{_name(line, case.owner)} has case {case.code}."


def _close(line: Line, order: Order, code: str, outcome: str) -> str:
    act = casework.Act(code, order.staff.id, "by text", f"done:{order.event}")
    done = casework.close(line, act, outcome)
    case = done.case
    if case is None:
        return f"There is no case {code.upper()}. Text CASES for the list."
    match done.result:
        case Result.CLOSED:
            return f"Case {case.code} is closed already."
        case Result.TAKEN:
            return f"{_name(line, case.owner)} has case {case.code}; only they can close it by text."
    return f"Case {case.code} is closed. Thank you."


def _name(line: Line, staff: StaffId | None) -> str:
    name = name_of(line, staff) if staff else "someone"
    return name[0].upper() + name[1:]


def _cases(line: Line, order: Order) -> str:
    records = line.store.open_cases()
    if not records:
        return "No open cases."
    now = line.now()
    rows = []
    for record in records[:SHOWN]:
        case = record.case
        minutes = int((now - case.opened).total_seconds() // 60)
        owner = f", {_name(line, case.owner)}" if case.owner else ""
        rows.append(f"{case.code} {case.level.replace('_', ' ')}, {minutes} min{owner}")
    more = f"\nand {len(records) - SHOWN} more" if len(records) > SHOWN else ""
    return "\n".join(rows) + more


def _who(line: Line, order: Order) -> str:
    names = [s.name for s in on_duty(line.store.staff)]
    return "On call: " + ", ".join(names) if names else "Nobody is on call. Text ON to be."


def _on(line: Line, order: Order) -> str:
    go_on_duty(line.store.staff, order.staff.id, line.now())
    return "You are on call. Text OFF to end."


def _off(line: Line, order: Order) -> str:
    line.store.staff.set_duty(order.staff.id, line.now(), on=False)
    left = [s.name for s in on_duty(line.store.staff)]
    rest = ", ".join(left) if left else "nobody now: please find someone"
    return f"You are off call. On call: {rest}."


def _help(line: Line, order: Order) -> str:
    return (
        "ACK code: take a case. DONE code outcome: close it. CASES, WHO, ON, OFF."
        " Any other words count as your own."
    )


_WHOLE: dict[str, Callable[[Line, Order], str]] = {
    "CASES": _cases,
    "WHO": _who,
    "ON": _on,
    "OFF": _off,
    "STAFF HELP": _help,
}
