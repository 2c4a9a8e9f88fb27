"""The small hashes of `{all}` in Redis."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from helpline.store.redis_people import pairs
from helpline.store.shelf import Change, Guard
from helpline.store.wire import Arg, Script, Wire

SHELF = Script("shelf", prelude=False)


class RedisShelf:
    """The hashes in Redis."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def read(self, name: str) -> Mapping[str, bytes]:
        """Return all fields of a hash."""
        found = pairs(self._wire.call("read what belongs to all", "HGETALL", name))
        return {field.decode(): value for field, value in found.items()}

    def write(self, changes: Sequence[Change], guard: Guard | None = None) -> bool:
        """Make all changes at once, or none when the guard does not hold."""
        names = sorted({c.hash for c in changes})
        args: list[Arg] = ["=", guard.field, guard.value or b""] if guard else ["", "", ""]
        for name in names:
            mine = [c for c in changes if c.hash == name]
            args.append(len(mine))
            for c in mine:
                args += (c.field, "-", "") if c.value is None else (c.field, "+", c.value)
        place = [guard.hash if guard else names[0], *names]
        return bool(self._wire.script("write what belongs to all", SHELF, place, args))
