"""What the console keeps, as the rest of the helpline sees it: logins, sessions, cases closed lately.

It lies apart from people's data, on the shelf of `{all}`, sealed like everything else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from helpline.triage.state import CaseCode, StaffId


@dataclass(frozen=True, slots=True)
class Login:
    """How someone gets into the console. `password` is salted and slow to guess, never the words.

    `name` is set for an administrator who is no member of staff; else name and role are the staff's own.
    """

    id: StaffId
    password: str
    changed: datetime
    name: str = ""
    once: bool = False
    """True: a start password, to be replaced at the first login."""
    seed: str | None = None
    """Seed of the second factor, base32; None: there is none."""
    step: int = 0
    """The last time step of the second factor that was used; none counts twice."""
    tries: int = 0
    """Failed tries in a row."""
    rests_until: datetime | None = None
    """After too many failed tries nothing is accepted until then."""


@dataclass(frozen=True, slots=True)
class Session:
    """One browser, logged in. `key` is the digest of the id in its cookie; `token` guards its forms."""

    key: str
    staff: StaffId
    token: str
    begun: datetime
    seen: datetime
    """When a person last did something, as against a page that reloads itself."""


class LoginBook(Protocol):
    """Logins and sessions. Every method may raise StoreUnavailable."""

    def login(self, id: StaffId) -> Login | None:
        """Return a login."""

    def logins(self) -> Sequence[Login]:
        """Return all logins."""

    def save_login(self, login: Login, before: Login | None) -> bool:
        """Write a login if it still is as it was; False when someone else wrote first."""

    def remove_login(self, id: StaffId) -> None:
        """Delete a login and its sessions."""

    def session(self, key: str) -> Session | None:
        """Return a session by the digest of its id, None when it was ended."""

    def sessions(self) -> Sequence[Session]:
        """Return all sessions, those that ran out included."""

    def save_session(self, session: Session) -> None:
        """Write a session."""

    def end_sessions(self, ended: Sequence[str]) -> None:
        """Delete sessions: whoever holds their ids is logged out at once."""

    def note_closed(self, code: CaseCode, at: datetime) -> None:
        """Remember that a case was closed, for a day or two."""

    def closed(self) -> Mapping[CaseCode, datetime]:
        """Return the cases closed lately."""
