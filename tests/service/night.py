"""A night on a bench in memory: one person in need, a stranger, and staff, all by text."""

from __future__ import annotations

import json
from typing import Any

from helpline.cli.phone_bench import Bench
from helpline.store.port import Staff
from helpline.triage.state import Case, StaffId, State

HER, ANA, BEA, SUE, SAM = "+15555550100", "+12025550190", "+12025550191", "+12025550192", "+12025550193"
STRANGER = "+12025550199"
STAFF = (
    ("s1", "Ana Ruiz", ANA, "nurse", ("en",)),
    ("s2", "Bea Stone", BEA, "nurse", ("es", "en")),
    ("s3", "Sue Hart", SUE, "supervisor", ("en",)),
    ("s4", "Sam Fay", SAM, "safeguarding", ("en",)),
)


class Night:
    """A bench with staff; people and staff text, and what leaves is kept."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.out: list[dict[str, str]] = []

    def hire(self, *staff: tuple[str, str, str, str, tuple[str, ...]]) -> None:
        """Put people on the staff, on call in this order."""
        line = self.bench.line
        for id, name, phone, role, languages in staff:
            made = Staff(StaffId(id), name, phone, role, languages, line.now())
            line.store.staff.save_staff(made, line.identity.person(phone))

    def give(self, **entry: Any) -> str:
        """Give one line to the bench; return the reply."""
        out = self.bench.answer(json.dumps(entry))
        assert out["error"] is None, out["error"]
        self.out = [o for o in out["outbound"] if o["kind"] != "reply"]
        return "\n".join(out["replies"])

    def her(self, words: str) -> str:
        """Text as she does."""
        return self.give(**{"from": HER, "body": words})

    def staff(self, phone: str, words: str) -> str:
        """Text from a staff phone; `{c}` is the code of her case."""
        code = self.case.code if self.state.case else "0000"
        return self.give(staff=phone, body=words.replace("{c}", code))

    def wait(self, time: str) -> None:
        """Let time pass."""
        self.give(advance=time)

    @property
    def state(self) -> State:
        """Return her state."""
        state = self.bench.state_of(HER)
        assert state is not None
        return state

    @property
    def case(self) -> Case:
        """Return her case."""
        assert self.state.case is not None
        return self.state.case

    def sent(self, to: str, kind: str) -> list[str]:
        """Return what the last line sent to a phone."""
        return [o["body"] for o in self.out if o["to"] == to and o["kind"] == kind]
