"""The rota and the staff: who is on call, in which order, and where the gaps are."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from flask import abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from helpline.console import words
from helpline.console.desk import Desk
from helpline.console.sessions import me, this_line
from helpline.console.told import said
from helpline.observe import log
from helpline.service import Staff
from helpline.service.logins import start_password
from helpline.service.overview import overview
from helpline.service.phones import test, tested
from helpline.service.rota import PAGED_ROLES, go_on_duty, on_duty, put_in_order
from helpline.service.staff import ROLES, Newcomer, add_staff, found, remove_staff
from helpline.triage.state import StaffId

_LOG = logging.getLogger("helpline.console")


@dataclass(frozen=True, slots=True)
class Person:
    """One of the staff, in words. `place` is where she is paged, 0 when she is not on call."""

    id: str
    name: str
    role: str
    languages: str
    tail: str
    place: int
    paged: bool
    login: bool


def show() -> str:
    """Show the rota and the staff."""
    return _page()


def duty() -> Response:
    """Put someone on call or off it: oneself, or for who leads anybody."""
    line, who = this_line(), _named()
    if who is None:
        return _back("nobody")
    if who.id != me().id and not me().leads:
        abort(403)
    on = request.form.get("do") == "on"
    if on:
        go_on_duty(line.store.staff, who.id, line.now())
    else:
        line.store.staff.set_duty(who.id, line.now(), on=False)
    _note("duty changed", who.id, on=on)
    return _back("on" if on else "off")


def order() -> Response:
    """Move someone one place up or down among those on call."""
    if not me().leads:
        abort(403)
    line, who = this_line(), _named()
    if line.store.staff.rota().shifts:
        return _back("shifts")
    here = [s.id for s in on_duty(line.store.staff, line.now())]
    if who is None or who.id not in here:
        return _back("nobody")
    place = here.index(who.id)
    to = place + (-1 if request.form.get("do") == "up" else 1)
    if 0 <= to < len(here):
        here[place], here[to] = here[to], here[place]
        everybody = line.store.staff.rota().order or [s.id for s in line.store.staff.staff_list()]
        put_in_order(line.store.staff, [*here, *(s for s in everybody if s not in here)], line.now())
        _note("order changed", who.id)
    return _back("order")


def test_page() -> Response:
    """Send a test page to everybody who can be paged."""
    if not me().leads:
        abort(403)
    sent = test(this_line())
    _note("test pages sent", me().id)
    return _back("tested" if sent else "nobody")


def add() -> Response | str:
    """Add someone to the staff."""
    _admin()
    form = request.form
    new = Newcomer(
        form.get("name", ""), form.get("phone", ""), form.get("role", ""), form.get("languages", "")
    )
    made = add_staff(this_line(), new)
    if isinstance(made, str):
        return _page(wrong=made, new=new)
    _note("staff added", made.id, role=made.role)
    return _back("added")


def remove() -> Response:
    """Remove someone from the staff, the rota and the console."""
    _admin()
    who = _named()
    if who is None or not remove_staff(this_line(), who.id):
        return _back("nobody")
    _note("staff removed", who.id)
    return _back("removed")


def password(desk: Desk) -> Response | str:
    """Give someone a start password and show it once."""
    _admin()
    who = _named()
    if who is None:
        return _back("nobody")
    made = start_password(this_line(), who.id, desk.now())
    _note("start password made", who.id)
    return _page(password=(who.name, made))


def _page(
    *, wrong: str | None = None, new: Newcomer | None = None, password: tuple[str, str] | None = None
) -> str:
    line, mine = this_line(), me()
    here = on_duty(line.store.staff, line.now())
    staff = line.store.staff.staff_list()
    logins = {g.id for g in line.store.logins.logins()}
    rows = [_row(s, [h.id for h in here], logins) for s in (*here, *(s for s in staff if s not in here))]
    return render_template(
        "rota.html",
        me=mine,
        here=[r for r in rows if r.place and r.paged],
        away=[r for r in rows if not (r.place and r.paged) and r.paged],
        others=[r for r in rows if not r.paged],
        everybody=rows,
        mine=next((r for r in rows if r.id == mine.id), None),
        seen=overview(line),
        phones={one.staff.id: one for one in tested(line)},
        roles={id: words.ROLES[id] for id in ROLES},
        wrong=wrong,
        new=new,
        password=password,
        said=said(),
    )


def _row(staff: Staff, here: list[StaffId], logins: set[StaffId]) -> Person:
    return Person(
        staff.id,
        staff.name,
        words.ROLES.get(staff.role, staff.role),
        ", ".join(words.LANGUAGES.get(language, language) for language in staff.languages),
        staff.phone[-3:],
        here.index(staff.id) + 1 if staff.id in here else 0,
        staff.role in PAGED_ROLES,
        staff.id in logins,
    )


def _named() -> Staff | None:
    return found(this_line().store.staff.staff_list(), request.form.get("who", ""))


def _admin() -> None:
    if me().role != "admin":
        abort(403)


def _note(what: str, about: StaffId, **more: str | bool) -> None:
    log.event(_LOG, what, level=logging.INFO, by=me().id, about=about, **more)


def _back(word: str) -> Response:
    return redirect(url_for("console.rota", said=word), 303)
