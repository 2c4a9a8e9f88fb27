"""What staff do by text: take a case, close it, see the list, go on and off duty.

A staff phone is a person like any other unless its whole text is a command; what is about a case
(`service.orders`) needs a code, so that no cry for help is ever taken for one (design, section 3a).
"""

from __future__ import annotations

from helpline.service import phones
from helpline.service.line import Line
from helpline.service.orders import case_order
from helpline.service.staff_texts import WHOLE, Order, told
from helpline.store.port import Spoken
from helpline.triage.state import StaffId, State


def command(line: Line, phone: str, text: str, event: str) -> Spoken | None:
    """Do what a text from this phone says and return the answer; None: no staff phone, or no command.

    Raises StoreUnavailable.
    """
    staff = next((s for s in line.store.staff.staff_list() if s.phone == phone), None)
    return obey(line, text, event, staff.id, None) if staff else None


def obey(line: Line, text: str, event: str, staff: StaffId, state: State | None) -> Spoken | None:
    """Do what a text of a member of staff says; None when the words are her own.

    `state` is hers as a person: while a question to her is open, only what is about a case is a command,
    and a bare `1` takes a case only when its page is younger than that question.
    """
    who = next((s for s in line.store.staff.staff_list() if s.id == staff), None)
    if who is None:
        return None
    order = Order(who, text, event)
    asked = state.asked.at if state and state.asked else None
    answer = case_order(line, order, asked)
    word = text.strip().upper()
    if answer is None and word == "TEST" and phones.waits_for_answer(line, staff, asked):
        phones.answered(line, staff)
        answer = told(line, order, "staff.test.done")
    if answer is None and asked is None and word in WHOLE:
        answer = WHOLE[word](line, order)
    return Spoken((answer,)) if answer else None
