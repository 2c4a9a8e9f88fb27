"""A helpline in memory with staff, for what the rota does: Monday 2026-11-23, noon in New York."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from helpline.cli.phone_bench import Bench
from helpline.service.line import Line
from helpline.service.rota import on_duty
from helpline.service.staff import Newcomer, add_staff

NOON = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
PHONES = {
    "Ana Ruiz": "+12025550190",
    "Bea Stone": "+12025550191",
    "Cleo Park": "+12025550192",
    "Ren Poe": "+12025550193",
}
ROLES = {"Ana Ruiz": "nurse", "Bea Stone": "nurse", "Cleo Park": "supervisor", "Ren Poe": "reviewer"}


@dataclass
class RotaHouse:
    """One helpline whose clock stands where the test puts it."""

    bench: Bench

    @classmethod
    def open(cls, names: Sequence[str] = tuple(PHONES)) -> RotaHouse:
        """Put these on the staff, in this order."""
        bench = Bench.open(memory=True)
        house = cls(bench)
        for n, name in enumerate(names):
            house.at(NOON - timedelta(days=1) + timedelta(seconds=n))
            made = add_staff(bench.line, Newcomer(name, PHONES[name], ROLES[name], "en,es"))
            assert not isinstance(made, str)
        house.at(NOON)
        return house

    @property
    def line(self) -> Line:
        """Return the line."""
        return self.bench.line

    def at(self, moment: datetime) -> None:
        """Let it be that moment."""
        self.bench.line = replace(self.bench.line, now=lambda: moment)

        def shift(seconds: float) -> None:
            self.at(moment + timedelta(seconds=seconds))

        self.bench.shift = shift

    def pass_by(self, **span: float) -> dict[str, Any]:
        """Let time pass as a worker would; return what the phone in the terminal shows."""
        return self.give(advance=f"{timedelta(**span).total_seconds()}s")

    def give(self, **entry: Any) -> dict[str, Any]:
        """Give the bench one line."""
        out: dict[str, Any] = self.bench.answer(json.dumps(entry))
        return out

    def text(self, name: str, words: str) -> str:
        """Let a member of staff text; return the answer."""
        out = self.give(staff=PHONES[name], body=words)
        assert out["error"] is None and len(out["replies"]) == 1, out
        return str(out["replies"][0])

    def here(self) -> list[str]:
        """Return who is on call, in the order to be paged."""
        return [s.name for s in on_duty(self.line.store.staff, self.line.now())]
