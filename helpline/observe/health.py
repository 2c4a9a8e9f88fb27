"""Whether all is in order: the checks behind `/readyz` and `doctor`.

A check is a function that returns what is wrong in plain words, with the remedy, or None. It must not
raise, and must end within about a second; what it needs is handed in by `wiring`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

Check = Callable[[], str | None]


@dataclass(frozen=True, slots=True)
class Health:
    """All checks by name, and what is worth knowing though it is in order (`notices`).

    `noticed` finds more of that at each look. `watched` are checks that are shown but take nothing out of
    service: the remedy is not another server.
    """

    checks: Mapping[str, Check]
    notices: tuple[str, ...] = field(default=())
    watched: Mapping[str, Check] = field(default_factory=dict)
    noticed: Callable[[], tuple[str, ...]] = tuple

    def report(self) -> Report:
        """Run every check once."""
        return Report(
            {name: check() for name, check in self.checks.items()},
            (*self.notices, *self.noticed()),
            {name: check() for name, check in self.watched.items()},
        )


@dataclass(frozen=True, slots=True)
class Report:
    """What the checks found: name -> what is wrong, None where all is well."""

    found: Mapping[str, str | None]
    notices: tuple[str, ...] = ()
    watched: Mapping[str, str | None] = field(default_factory=dict)
    """What is shown beside and does not count for `ready`."""

    @property
    def ready(self) -> bool:
        """Return whether nothing is wrong."""
        return not any(self.found.values())

    def as_json(self) -> dict[str, object]:
        """Return the report in plain values."""
        both = {**self.found, **self.watched}
        checks = {name: {"ok": wrong is None, "problem": wrong} for name, wrong in both.items()}
        return {"ready": self.ready, "checks": checks, "notices": list(self.notices)}
