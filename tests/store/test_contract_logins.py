"""Logins and sessions: the same rules on both stores."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from helpline.store.console_port import Login, Session
from helpline.store.port import Store
from helpline.triage.state import CaseCode, StaffId

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
ANA, BEA = StaffId("s_ana"), StaffId("s_bea")


def session(key: str, staff: StaffId) -> Session:
    """Return a session that has just begun."""
    return Session(key, staff, "token", NOW, NOW)


def test_a_login_is_written_only_over_what_was_read(store: Store) -> None:
    """Of two who change it at once one has to look again."""
    first = Login(ANA, "digest", NOW, seed="SEED", rests_until=NOW)
    assert store.logins.save_login(first, None)
    assert not store.logins.save_login(replace(first, tries=1), None)
    assert store.logins.save_login(replace(first, tries=1), first)
    assert not store.logins.save_login(replace(first, tries=9), first)
    assert store.logins.login(ANA) == replace(first, tries=1)
    assert store.logins.login(BEA) is None


def test_sessions_come_back_and_end(store: Store) -> None:
    """One by one, or all of someone with her login."""
    for one in (session("k1", ANA), session("k2", ANA), session("k3", BEA)):
        store.logins.save_session(one)
    assert store.logins.session("k1") == session("k1", ANA)
    store.logins.end_sessions(["k1"])
    store.logins.end_sessions([])
    assert store.logins.session("k1") is None
    store.logins.remove_login(ANA)
    assert [s.key for s in store.logins.sessions()] == ["k3"]


def test_closed_cases_are_listed_for_two_days(store: Store) -> None:
    """Older ones go when the next is closed."""
    store.logins.note_closed(CaseCode("7F3K"), NOW)
    assert store.logins.closed() == {"7F3K": NOW}
    later = NOW + timedelta(hours=49)
    store.logins.note_closed(CaseCode("7F3M"), later)
    assert store.logins.closed() == {"7F3M": later}
