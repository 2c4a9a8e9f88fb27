"""Whom a page goes to: the rota and the roles, read at the moment of the commit.

Safeguarding goes only to those trained in it, else to supervisors, else to who is on call. An emergency with
nobody on call goes to everybody on the staff: better woken than silent (hazard H16).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from helpline.service import shifts
from helpline.service.line import Duty
from helpline.service.shifts import Span
from helpline.store.port import Staff, StaffBook
from helpline.triage.effects import Page
from helpline.triage.ladder import WHO
from helpline.triage.state import Level, StaffId

PAGED_ROLES = frozenset({"nurse", "supervisor", "safeguarding"})
"""Reviewers and admins are not woken."""


def reached(book: StaffBook, page: Page, at: datetime) -> Sequence[Duty]:
    """Return whom this page goes to, in order; empty when there is no staff at all."""
    if page.to is not None:
        return [duty_of(s) for s in book.staff_list() if s.id == page.to]
    everybody = paged_staff(book)
    on_call = _on_duty(book, everybody, at)
    chosen = [] if page.who == "trained" else _chosen(everybody, on_call, page, page.level)
    if page.beside or page.who == "trained":
        trained = _RUNGS_WITH_TRAINED.get(page.who, page.who)
        beside = _chosen(everybody, on_call, replace(page, who=trained), Level.SAFEGUARDING, beside=True)
        chosen += [s for s in beside if s not in chosen]
    return [duty_of(s) for s in chosen if page.why != "taken" or s.id != page.owner]


_RUNGS_WITH_TRAINED = {"trained": "first"}


def _chosen(
    everybody: list[Staff], on_call: list[Staff], page: Page, level: Level, *, beside: bool = False
) -> list[Staff]:
    """Return whom a rung reaches, of those fit for the level; who speaks her language comes first."""
    pool = _beside(everybody, on_call) if beside else _fit(everybody, on_call, level)
    pool = [s for s in pool if s.id != page.but] or pool
    pool.sort(key=lambda s: page.language is not None and page.language not in s.languages)
    if len(pool) and page.but is not None and page.who == "next":
        return pool[:1]
    if page.why == "taken":
        return _so_far(everybody, pool, page.who, level)
    return _RUNGS[page.who](_staff_for(everybody, pool, level), pool)


def _staff_for(everybody: list[Staff], pool: list[Staff], level: Level) -> list[Staff]:
    """Return the whole staff that a case of this level may go to: safeguarding stays with those trained."""
    if level is not Level.SAFEGUARDING or not any(s.role in ("safeguarding", "supervisor") for s in pool):
        return everybody
    return [s for s in everybody if s.role in ("safeguarding", "supervisor")]


def _so_far(everybody: list[Staff], pool: list[Staff], who: str, level: Level) -> list[Staff]:
    """Return all whom the rungs up to this one have reached."""
    reached = [_RUNGS[w](_staff_for(everybody, pool, level), pool) for w in WHO[: WHO.index(who) + 1]]
    return list({s.id: s for some in reached for s in some}.values())


def _beside(everybody: list[Staff], on_call: list[Staff]) -> list[Staff]:
    """Return who is told beside those on call when safety at home is at stake: trained, else supervisors."""
    trained = [s for s in on_call if s.role == "safeguarding"] or _role(everybody, "safeguarding")
    return trained or _role(everybody, "supervisor")


def duty_of(staff: Staff) -> Duty:
    """Return a member of staff as someone to be paged."""
    return Duty(staff.id, staff.name, staff.phone, staff.languages)


def paged_staff(book: StaffBook) -> list[Staff]:
    """Return everybody who can be paged, in the order added."""
    return [s for s in book.staff_list() if s.role in PAGED_ROLES]


def on_duty(book: StaffBook, at: datetime) -> list[Staff]:
    """Return who is on call, in the order to be paged: by shifts, by the order set, or in the order added."""
    return _on_duty(book, paged_staff(book), at)


def _on_duty(book: StaffBook, everybody: Sequence[Staff], at: datetime) -> list[Staff]:
    known = {s.id: s for s in everybody}
    return [known[id] for id in shifts.on_call(book.rota(), tuple(known), at)]


def ahead(book: StaffBook, at: datetime, length: timedelta) -> list[Span]:
    """Return who is on call from `at` on, for so long, in as few spans as tell it."""
    return shifts.spans(book.rota(), [s.id for s in paged_staff(book)], at, at + length)


def go_on_duty(book: StaffBook, staff: StaffId, at: datetime) -> None:
    """Put someone on call: where she stood in the order, or at its end. With shifts for `shifts.ON_LASTS`."""
    rota = book.rota()
    if not rota.shifts and rota.order and staff not in rota.order:
        put_in_order(book, [*rota.order, staff], at)
    book.set_duty(staff, at, on=True)


def put_in_order(book: StaffBook, order: Sequence[StaffId], at: datetime) -> None:
    """Set the order of paging; who is off duty stays so."""
    off = book.rota().off
    book.set_rota(order, at)
    for staff in order:
        if staff in off:
            book.set_duty(staff, at, on=False)


def _fit(everybody: list[Staff], on_call: list[Staff], level: Level) -> list[Staff]:
    if level is Level.SAFEGUARDING:
        return _beside(everybody, on_call) or list(on_call) or list(everybody)
    nurses = [s for s in on_call if s.role != "safeguarding"] or on_call
    return nurses or list(everybody)


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
