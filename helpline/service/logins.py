"""Who is at the console: logins, tries that are counted, sessions that can be revoked.

`now` is the real time, not the simulated one: a jump of the clock logs nobody out.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from helpline.privacy.passwords import (
    SHORTEST,
    check_password,
    hash_password,
    matching_step,
    new_password,
    new_seed,
)
from helpline.service.line import Line
from helpline.store.console_port import Login, LoginBook, Session
from helpline.store.port import Staff, StoreUnavailable
from helpline.triage.state import StaffId

LONGEST, IDLE = timedelta(hours=12), timedelta(hours=1)
"""A session ends after so long, and after so long without a person doing anything."""
MOST_TRIES, REST = 5, timedelta(minutes=15)
"""After so many failed tries a login accepts nothing for so long, whoever tries."""
ADMIN = StaffId("s_admin")
"""The administrator that a simulation makes by itself; no member of staff."""

TRAINED = frozenset({"safeguarding", "supervisor", "admin"})
LEADING = frozenset({"supervisor", "admin"})
_NOTED = timedelta(minutes=1)

__all__ = [
    "ADMIN",
    "IDLE",
    "LEADING",
    "LONGEST",
    "MOST_TRIES",
    "REST",
    "SHORTEST",
    "TRAINED",
    "Member",
    "begin_second_factor",
    "end_second_factor",
    "log_in",
    "log_out",
    "log_out_everywhere",
    "make_admin",
    "member",
    "name_of",
    "new_seed",
    "right_password",
    "sessions_of",
    "set_password",
    "start_password",
    "trained",
]


@dataclass(frozen=True, slots=True)
class Member:
    """Who is logged in. `trained`: may read what is told about safety at home."""

    id: StaffId
    name: str
    role: str
    session: Session
    trained: bool
    once: bool = False
    """True: a new password is due first."""
    second_factor: bool = False

    @property
    def leads(self) -> bool:
        """Return whether she arranges for others: supervisors and administrators."""
        return self.role in LEADING

    @property
    def handles(self) -> bool:
        """Return whether cases are hers to read and take; reviewers review content."""
        return self.role != "reviewer"


def log_in(line: Line, name: str, password: str, digits: str, now: datetime) -> str | None:
    """Return the id of a new session, None when anything is wrong. It never says what was wrong.

    The try is counted before it is looked at, so that many at once gain nothing. Raises StoreUnavailable.
    """
    book = line.store.logins
    found = _named(line, name)
    login = _counted(book, found.id, now) if found else None
    if not check_password(password, login.password if login else None) or login is None:
        return None
    step = matching_step(login.seed, digits, now.timestamp(), login.step) if login.seed else login.step
    if step is None:
        return None
    if not book.save_login(replace(login, tries=0, rests_until=None, step=step), login):
        return None
    return _begin(book, login.id, now)


def member(line: Line, id: str, now: datetime, *, active: bool) -> Member | None:
    """Return who holds this session id; None when it ran out, was ended, or she has left the staff.

    `active` counts as something done by a person, as against a page that reloads itself.
    """
    book = line.store.logins
    session = book.session(_key(id))
    if session is None or _over(session, now):
        return None
    login, staff = book.login(session.staff), _staff(line, session.staff)
    if login is None or (staff is None and not login.name):
        return None
    if active and now - session.seen >= _NOTED:
        session = replace(session, seen=now)
        book.save_session(session)
    name, role = (staff.name, staff.role) if staff else (login.name, "admin")
    return Member(
        login.id, name, role, session, trained(line, role), login.once, second_factor=bool(login.seed)
    )


def trained(line: Line, role: str) -> bool:
    """Return whether a role may read safeguarding; where nobody is trained or leads, whoever is there may."""
    if role in TRAINED:
        return True
    return role != "reviewer" and not any(s.role in TRAINED for s in line.store.staff.staff_list())


def log_out(line: Line, session: Session) -> None:
    """End one session."""
    line.store.logins.end_sessions([session.key])


def log_out_everywhere(line: Line, id: StaffId) -> None:
    """End all sessions of one login."""
    book = line.store.logins
    book.end_sessions([s.key for s in book.sessions() if s.staff == id])


def right_password(line: Line, id: StaffId, password: str, now: datetime) -> bool:
    """Return whether this is the password of a login; a wrong one counts as a failed try."""
    book = line.store.logins
    login = _counted(book, id, now)
    if not check_password(password, login.password if login else None) or login is None:
        return False
    return book.save_login(replace(login, tries=0, rests_until=None), login)


def set_password(line: Line, id: StaffId, password: str, now: datetime, *, once: bool = False) -> None:
    """Give someone a password and log her out everywhere; with `once` she must replace it herself."""
    kept = hash_password(password)

    def change(old: Login) -> Login:
        return replace(old, password=kept, changed=now, once=once, tries=0, rests_until=None)

    _change(line, id, change)
    log_out_everywhere(line, id)


def start_password(line: Line, id: StaffId, now: datetime) -> str:
    """Give someone a new password to begin with and return it. A second factor is taken away too."""
    password = new_password()
    set_password(line, id, password, now, once=True)
    end_second_factor(line, id)
    return password


def begin_second_factor(line: Line, id: StaffId, seed: str, digits: str, now: datetime) -> bool:
    """Ask for a second factor at login from now on; False when the digits are not those of the seed."""
    step = matching_step(seed, digits, now.timestamp(), 0)
    if step is None:
        return False
    _change(line, id, lambda old: replace(old, seed=seed, step=step))
    return True


def end_second_factor(line: Line, id: StaffId) -> None:
    """Ask for the password only."""
    _change(line, id, lambda old: replace(old, seed=None, step=0))


def make_admin(line: Line, password: str, now: datetime) -> None:
    """Make the administrator of a simulation, unless there is one."""
    book = line.store.logins
    if book.login(ADMIN) is None:
        book.save_login(Login(ADMIN, hash_password(password), now, name="admin"), None)


def name_of(line: Line, id: StaffId | str) -> str:
    """Return what to call someone on the staff or at the console."""
    staff = _staff(line, StaffId(id))
    if staff is not None:
        return staff.name
    login = line.store.logins.login(StaffId(id))
    return login.name if login and login.name else "someone who left"


def sessions_of(line: Line, id: StaffId, now: datetime) -> int:
    """Return in how many browsers someone is logged in."""
    return sum(s.staff == id and not _over(s, now) for s in line.store.logins.sessions())


def _begin(book: LoginBook, staff: StaffId, now: datetime) -> str:
    id = secrets.token_urlsafe(32)
    book.end_sessions([s.key for s in book.sessions() if _over(s, now)])
    book.save_session(Session(_key(id), staff, secrets.token_urlsafe(24), now, now))
    return id


def _key(id: str) -> str:
    return hashlib.sha256(id.encode()).hexdigest()


def _over(session: Session, now: datetime) -> bool:
    return now - session.begun >= LONGEST or now - session.seen >= IDLE


def _staff(line: Line, id: StaffId) -> Staff | None:
    return next((s for s in line.store.staff.staff_list() if s.id == id), None)


def _named(line: Line, name: str) -> Login | None:
    wanted = " ".join(name.split()).casefold()
    staff = {s.id: s.name.casefold() for s in line.store.staff.staff_list()}
    return next((g for g in line.store.logins.logins() if staff.get(g.id, g.name) == wanted), None)


def _counted(book: LoginBook, id: StaffId, now: datetime) -> Login | None:
    """Count a try and return the login as it then is; None while it rests."""
    for _ in range(MOST_TRIES * 4):
        login = book.login(id)
        if login is None or (login.rests_until is not None and login.rests_until > now):
            return None
        tries = login.tries + 1
        full = tries >= MOST_TRIES
        counted = replace(login, tries=0 if full else tries, rests_until=now + REST if full else None)
        if book.save_login(counted, login):
            return counted
    return None


def _change(line: Line, id: StaffId, change: Callable[[Login], Login]) -> None:
    book = line.store.logins
    for _ in range(10):
        before = book.login(id)
        if book.save_login(change(before or Login(id, "", line.now())), before):
            return
    raise StoreUnavailable("change a login: someone else kept writing first")
