"""Whom a page goes to: the rota and the roles, read at the moment of the commit.

Safeguarding goes only to those trained in it, else to supervisors, else to who is on call. An emergency with
nobody on call goes to everybody on the staff: better woken than silent (hazard H16).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from helpline.service.line import Duty
from helpline.store.port import Rota, Staff, StaffBook
from helpline.triage.effects import Page
from helpline.triage.ladder import RUNGS
from helpline.triage.state import Level, StaffId

PAGED_ROLES = frozenset({"nurse", "supervisor", "safeguarding"})
"""Reviewers and admins are not woken."""


def reached(book: StaffBook, page: Page) -> Sequence[Duty]:
    """Return whom this page goes to, in order; empty when there is no staff at all."""
    if page.to is not None:
        return [duty_of(s) for s in book.staff_list() if s.id == page.to]
    everybody = [s for s in book.staff_list() if s.role in PAGED_ROLES]
    on_call = _in_order(everybody, book.rota())
    pool = _fit(everybody, on_call, page.level)
    chosen = _RUNGS[RUNGS[min(page.rung, len(RUNGS) - 1)].who](everybody, pool)
    return [duty_of(s) for s in chosen]


def duty_of(staff: Staff) -> Duty:
    """Return a member of staff as someone to be paged."""
    return Duty(staff.id, staff.name, staff.phone, staff.languages)


def on_duty(book: StaffBook) -> list[Staff]:
    """Return who is on call now, in the order to be paged: by the rota, else in the order added."""
    return _in_order([s for s in book.staff_list() if s.role in PAGED_ROLES], book.rota())


def _in_order(everybody: Sequence[Staff], rota: Rota) -> list[Staff]:
    staff = {s.id: s for s in everybody}
    order = [staff[i] for i in rota.order if i in staff] if rota.order else list(staff.values())
    return [s for s in order if s.id not in rota.off]


def go_on_duty(book: StaffBook, staff: StaffId, at: datetime) -> None:
    """Put someone on call: where she stood in the order, or at its end."""
    rota = book.rota()
    if rota.order and staff not in rota.order:
        put_in_order(book, [*rota.order, staff], at)
    book.set_duty(staff, at, on=True)


def put_in_order(book: StaffBook, order: Sequence[StaffId], at: datetime) -> None:
    """Set the order of paging; who is off duty stays so."""
    off = book.rota().off
    book.set_rota(order, at)
    for staff in order:
        if staff in off:
            book.set_duty(staff, at, on=False)


def gaps(book: StaffBook, languages: Sequence[str]) -> list[str]:
    """Return what is missing from who is on call, in plain words; empty when nothing is."""
    everybody = [s for s in book.staff_list() if s.role in PAGED_ROLES]
    here = on_duty(book)
    found = []
    if not everybody:
        return ["Nobody on the staff can be paged: add a nurse with a phone."]
    if not here:
        found.append("Nobody is on call: a page goes to everybody on the staff.")
    elif len(here) == 1:
        found.append(f"Only {here[0].name} is on call: there is no next to page.")
    if not any(s.role == "safeguarding" for s in everybody):
        found.append(
            "Nobody is trained in safeguarding: such cases go to supervisors, else to who is on call."
        )
    if not any(s.role == "supervisor" for s in everybody):
        found.append("There is no supervisor: the last rung of the ladder pages everybody on call again.")
    spoken = {language for s in here for language in s.languages}
    found += [f"Nobody on call speaks {name}." for name in languages if here and name not in spoken]
    return found


def _fit(everybody: list[Staff], on_call: list[Staff], level: Level) -> list[Staff]:
    if level is Level.SAFEGUARDING:
        trained = [s for s in on_call if s.role == "safeguarding"] or _role(everybody, "safeguarding")
        return trained or _role(everybody, "supervisor") or on_call or everybody
    nurses = [s for s in on_call if s.role != "safeguarding"] or on_call
    return nurses or everybody


def _role(staff: list[Staff], role: str) -> list[Staff]:
    return [s for s in staff if s.role == role]


def _first(everybody: list[Staff], pool: list[Staff]) -> list[Staff]:
    return pool[:1]


def _next(everybody: list[Staff], pool: list[Staff]) -> list[Staff]:
    return pool[1:2] or pool[:1]


def _all(everybody: list[Staff], pool: list[Staff]) -> list[Staff]:
    return pool


def _supervisors(everybody: list[Staff], pool: list[Staff]) -> list[Staff]:
    return _role(everybody, "supervisor") or pool


def _whole_staff(everybody: list[Staff], pool: list[Staff]) -> list[Staff]:
    return everybody


_RUNGS: dict[str, Callable[[list[Staff], list[Staff]], list[Staff]]] = {
    "first": _first,
    "next": _next,
    "everybody": _all,
    "supervisors": _supervisors,
    "safety_net": _whole_staff,
}
