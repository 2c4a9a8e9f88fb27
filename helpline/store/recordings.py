"""Recordings that still lie at the carrier, and when each has to go. On a shelf, so that nothing but deleting
them there takes them off: not retention, not erasing, not a lost queue."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from helpline.privacy import Vault
from helpline.store import codec, keys
from helpline.store.records import micros, moment
from helpline.store.shelf import Change, Shelf


class ShelvedRecordings:
    """The list, sealed: a field is the end of a recording's id, which tells nothing without the account."""

    def __init__(self, shelf: Shelf, vault: Vault) -> None:
        self._shelf = shelf
        self._vault = vault

    def keep(self, sid: str, until: datetime) -> None:
        """Let a recording go at `until`, or sooner if it was to go sooner."""
        known = self._known().get(sid)
        if known is None or until < known:
            sealed = codec.seal(self._vault, [sid, micros(until)], self._place(sid))
            self._shelf.write([Change(keys.RECORDINGS, _field(sid), sealed)])

    def until(self, sid: str) -> datetime | None:
        """Return when a recording goes; None when it is gone."""
        return self._known().get(sid)

    def due(self, at: datetime) -> Sequence[str]:
        """Return the recordings whose time has come, oldest first."""
        return [sid for sid, until in sorted(self._known().items(), key=lambda k: k[1]) if until <= at]

    def gone(self, sid: str) -> None:
        """Note that a recording is deleted at the carrier."""
        self._shelf.write([Change(keys.RECORDINGS, _field(sid), None)])

    def _known(self) -> dict[str, datetime]:
        found = {}
        for field, sealed in self._shelf.read(keys.RECORDINGS).items():
            sid, until = codec.unseal(self._vault, sealed, f"{keys.RECORDINGS}#{field}")
            found[str(sid)] = moment(int(until))
        return found

    @staticmethod
    def _place(sid: str) -> str:
        return f"{keys.RECORDINGS}#{_field(sid)}"


def _field(sid: str) -> str:
    return sid[-12:]
