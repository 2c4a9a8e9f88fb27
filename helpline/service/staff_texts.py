"""What staff ask by a text of one word: CASES, WHO, ON, OFF, HELP. One text goes back, in her language."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from helpline.service import staff_words
from helpline.service.gaps import local
from helpline.service.line import Line
from helpline.service.logins import name_of, trained
from helpline.service.rota import PAGED_ROLES, ahead, go_on_duty, on_duty
from helpline.service.shifts import ON_LASTS, occurrences
from helpline.store.port import CaseRecord, Staff
from helpline.triage.state import Level, StaffId
from helpline.triage.wording import MOST_SEGMENTS, segments

SHOWN = 8
"""So many cases are told with level and age in the answer to CASES; of the others the code alone."""


@dataclass(frozen=True, slots=True)
class Order:
    """One text of one member of staff. `event` is the carrier's id of it."""

    staff: Staff
    text: str
    event: str


def told(line: Line, order: Order, message: str, **fill: str) -> str:
    """Return one sentence in the language of whom it goes to."""
    return staff_words.told(line.flow, order.staff.languages, message, **fill)


def called(line: Line, order: Order, staff: StaffId | None) -> str:
    """Return what a member of staff is called at the beginning of a sentence."""
    name = name_of(line, staff) if staff else told(line, order, "staff.someone")
    return name[:1].upper() + name[1:]


def cases(line: Line, order: Order) -> str:
    """Return the open cases, the worst first; those about safety at home only to who is trained."""
    records = [r for r in line.store.open_cases() if _hers_to_see(line, order, r)]
    if not records:
        return told(line, order, "staff.cases.none")
    rows = [_row(line, order, record) for record in records[:SHOWN]]
    rest = [str(record.case.code) for record in records[SHOWN:]]
    while segments(text := _listed(line, order, rows, rest)) > MOST_SEGMENTS and rows[1:]:
        rest.insert(0, rows.pop().split()[0])
    return text


def _listed(line: Line, order: Order, rows: list[str], rest: list[str]) -> str:
    if not rest:
        return "\n".join(rows)
    return "\n".join([*rows, told(line, order, "staff.cases.more", key=str(len(rest)), items=" ".join(rest))])


def _hers_to_see(line: Line, order: Order, record: CaseRecord) -> bool:
    mine = record.case.owner == order.staff.id
    return mine or record.case.level is not Level.SAFEGUARDING or trained(line, order.staff.role)


def _row(line: Line, order: Order, record: CaseRecord) -> str:
    case, spoken = record.case, order.staff.languages
    time = staff_words.age(line.flow, spoken, line.now() - case.opened)
    label = staff_words.level_name(line.flow, spoken, case.level)
    if case.owner is None:
        return told(line, order, "staff.cases.row", case=case.code, label=label, time=time)
    name = called(line, order, case.owner)
    return told(line, order, "staff.cases.owned", case=case.code, label=label, time=time, name=name)


def _who(line: Line, order: Order) -> str:
    names = ", ".join(s.name for s in on_duty(line.store.staff, line.now()))
    now = told(line, order, "staff.who" if names else "staff.who.none", items=names)
    return " ".join([now, *_next(line, order)])


def _next(line: Line, order: Order) -> list[str]:
    """Return who comes next and when, if that is planned."""
    coming = ahead(line.store.staff, line.now(), line.flow.policy.rota_ahead)[1:2]
    names = {s.id: s.name for s in line.store.staff.staff_list()}
    nobody = told(line, order, "staff.who.nobody")
    return [
        told(
            line,
            order,
            "staff.who.next",
            time=_clock(line, span.start),
            items=", ".join(names[id] for id in span.staff) or nobody,
        )
        for span in coming
    ]


def _clock(line: Line, at: datetime) -> str:
    return staff_words.clock(local(line, at), local(line, line.now()))


def _on(line: Line, order: Order) -> str:
    if order.staff.role not in PAGED_ROLES:
        return told(line, order, "staff.on.unpaged")
    book, now = line.store.staff, line.now()
    go_on_duty(book, order.staff.id, now)
    if not book.rota().shifts or _has_shift(line, order.staff.id):
        return told(line, order, "staff.on")
    return told(line, order, "staff.on.until", time=_clock(line, now + ON_LASTS))


def _has_shift(line: Line, staff: StaffId) -> bool:
    """Return whether it is a shift of hers now."""
    now = line.now()
    return any(s.staff == staff and any(occurrences(s, now, now)) for s in line.store.staff.rota().shifts)


def _off(line: Line, order: Order) -> str:
    line.store.staff.set_duty(order.staff.id, line.now(), on=False)
    left = ", ".join(s.name for s in on_duty(line.store.staff, line.now()))
    return told(line, order, "staff.off" if left else "staff.off.alone", items=left)


def _help(line: Line, order: Order) -> str:
    return told(line, order, "staff.help")


WHOLE: dict[str, Callable[[Line, Order], str]] = {
    "CASES": cases,
    "WHO": _who,
    "ON": _on,
    "OFF": _off,
    "HELP": _help,
    "STAFF HELP": _help,
}
"""What a whole text may be, in capitals -> how it is done and answered."""
