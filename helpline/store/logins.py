"""Logins and sessions on a shelf, sealed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from helpline.privacy import Vault
from helpline.store import codec, keys
from helpline.store.console_port import Login, Session
from helpline.store.records import Record, micros, moment
from helpline.store.shelf import Change, Guard, Shelf
from helpline.triage.state import CaseCode, StaffId

_LOGIN: Record[Login] = Record(Login, ("id",))
_SESSION: Record[Session] = Record(Session, ("key",))

CLOSED_KEPT = timedelta(hours=48)
"""For so long a closed case is listed."""


class ShelvedLogins:
    """See `helpline.store.console_port.LoginBook`; the docstrings there hold here."""

    def __init__(self, shelf: Shelf, vault: Vault) -> None:
        self._shelf = shelf
        self._vault = vault

    def login(self, id: StaffId) -> Login | None:
        """Return a login."""
        sealed = self._shelf.read(keys.LOGINS).get(id)
        return self._login(id, sealed) if sealed else None

    def logins(self) -> Sequence[Login]:
        """Return all logins."""
        return [self._login(id, sealed) for id, sealed in sorted(self._shelf.read(keys.LOGINS).items())]

    def save_login(self, login: Login, before: Login | None) -> bool:
        """Write a login if it still is as it was."""
        sealed = self._shelf.read(keys.LOGINS).get(login.id)
        now = self._login(login.id, sealed) if sealed else None
        if now != before:
            return False
        new = codec.seal(self._vault, _LOGIN.write(login), f"{keys.LOGINS}#{login.id}")
        return self._shelf.write([Change(keys.LOGINS, login.id, new)], Guard(keys.LOGINS, login.id, sealed))

    def remove_login(self, id: StaffId) -> None:
        """Delete a login and its sessions."""
        mine = [Change(keys.SESSIONS, s.key, None) for s in self.sessions() if s.staff == id]
        self._shelf.write([Change(keys.LOGINS, id, None), *mine])

    def session(self, key: str) -> Session | None:
        """Return a session by the digest of its id."""
        sealed = self._shelf.read(keys.SESSIONS).get(key)
        return self._session(key, sealed) if sealed else None

    def sessions(self) -> Sequence[Session]:
        """Return all sessions."""
        return [self._session(key, sealed) for key, sealed in self._shelf.read(keys.SESSIONS).items()]

    def save_session(self, session: Session) -> None:
        """Write a session."""
        sealed = codec.seal(self._vault, _SESSION.write(session), f"{keys.SESSIONS}#{session.key}")
        self._shelf.write([Change(keys.SESSIONS, session.key, sealed)])

    def end_sessions(self, ended: Sequence[str]) -> None:
        """Delete sessions."""
        if ended:
            self._shelf.write([Change(keys.SESSIONS, key, None) for key in ended])

    def note_closed(self, code: CaseCode, at: datetime) -> None:
        """Remember that a case was closed, and forget the older ones."""
        old = [Change(keys.CLOSED, c, None) for c, when in self.closed().items() if when < at - CLOSED_KEPT]
        self._shelf.write([*old, Change(keys.CLOSED, code, str(micros(at)).encode())])

    def closed(self) -> Mapping[CaseCode, datetime]:
        """Return the cases closed lately."""
        return {CaseCode(code): moment(int(at)) for code, at in self._shelf.read(keys.CLOSED).items()}

    def _login(self, id: str, sealed: bytes) -> Login:
        return _LOGIN.read(codec.unseal(self._vault, sealed, f"{keys.LOGINS}#{id}"), id=StaffId(id))

    def _session(self, key: str, sealed: bytes) -> Session:
        return _SESSION.read(codec.unseal(self._vault, sealed, f"{keys.SESSIONS}#{key}"), key=key)
