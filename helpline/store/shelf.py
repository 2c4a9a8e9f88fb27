"""Small hashes in `{all}`: keys, staff, rota. One protocol, two implementations, so that what lies on them is
written once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from threading import RLock
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Change:
    """One field of one hash to write, or with None to delete."""

    hash: str
    field: str
    value: bytes | None


@dataclass(frozen=True, slots=True)
class Guard:
    """A field that must still have this value (None: not be there) for a change to be made."""

    hash: str
    field: str
    value: bytes | None


class Shelf(Protocol):
    """Hashes that change together."""

    def read(self, name: str) -> Mapping[str, bytes]:
        """Return all fields of a hash."""

    def write(self, changes: Sequence[Change], guard: Guard | None = None) -> bool:
        """Make all changes at once, or none when the guard does not hold."""


class MemoryShelf:
    """The hashes in a dictionary."""

    def __init__(self) -> None:
        self._hashes: dict[str, dict[str, bytes]] = {}
        self._lock = RLock()

    def read(self, name: str) -> Mapping[str, bytes]:
        """Return all fields of a hash."""
        with self._lock:
            return dict(self._hashes.get(name, {}))

    def field(self, name: str, field: str) -> bytes | None:
        """Return one field of a hash."""
        return self._hashes.get(name, {}).get(field)

    def write(self, changes: Sequence[Change], guard: Guard | None = None) -> bool:
        """Make all changes at once, or none when the guard does not hold."""
        with self._lock:
            if guard and (self.field(guard.hash, guard.field) or b"") != (guard.value or b""):
                return False
            for c in changes:
                fields = self._hashes.setdefault(c.hash, {})
                if c.value is None:
                    fields.pop(c.field, None)
                else:
                    fields[c.field] = c.value
            return True
