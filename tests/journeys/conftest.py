"""One whole helpline for the journeys: `helpline run`, real processes, real HTTP, real signatures."""

from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest

from tests.cli.test_run import PATIENCE, Running, ask, eventually

NUMBERS = iter(range(200, 999))
"""The ends of numbers not yet given out."""


class Journey:
    """A running helpline seen from the phones around it. Each person gets a number of their own."""

    def __init__(self, running: Running) -> None:
        self.running = running
        self.nurses: list[str] = []

    def number(self) -> str:
        """Return a phone number that nobody has used yet."""
        return f"+14155550{next(NUMBERS)}"

    def nurse(self) -> str:
        """Put a nurse on call, alone; return her number."""
        number = self.number()
        name = f"Nurse {number[-3:]}"
        added = self.running.command("staff", "add", name, "--phone", number, "--role", "nurse")
        assert added.returncode == 0, added.stderr
        assert self.running.command("oncall", "set", name).returncode == 0
        self.nurses.append(number)
        return number

    def at_carrier(self, path: str, told: dict[str, object] | None = None) -> dict[str, object]:
        """Ask the local carrier."""
        found: dict[str, object] = ask(f"http://127.0.0.1:{self.running.carrier}{path}", told)
        return found

    def text(self, number: str, body: str, *, wait: bool = True) -> dict[str, object]:
        """Text from a phone and return what came of it."""
        return self.at_carrier("/phone/api/text", {"from": number, "body": body, "wait": wait})

    def heard(self, number: str) -> list[str]:
        """Return the texts that reached a phone, oldest first."""
        found = ask(f"http://127.0.0.1:{self.running.carrier}/phone/api/threads/{number}")
        return [m["body"] for m in found["messages"] if m["direction"].startswith("outbound")]

    def known(self, number: str) -> dict[str, object]:
        """Return what the line knows of a person, as the phone page shows it."""
        found: dict[str, object] = ask(f"http://127.0.0.1:{self.running.web}/simulation/person/{number}")
        return found

    def settle(self) -> None:
        """Wait until texts, webhooks and reports have run out."""
        self.at_carrier("/phone/api/settle", {})

    def disorder(self, *rules: dict[str, object]) -> None:
        """Set the carrier's faults; none clears them."""
        self.at_carrier("/faults", {"rules": list(rules), "seed": 7})


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Start a helpline for all journeys."""
    running = Running(tmp_path_factory.mktemp("journeys"))
    try:
        assert eventually(lambda: "is ready" in running.said() or running.process.poll() is not None)
        assert "is ready" in running.said(), running.said()
        yield running
    finally:
        running.process.send_signal(signal.SIGTERM)
        running.process.wait(PATIENCE)


@pytest.fixture
def journey(whole: Running) -> Iterator[Journey]:
    """The helpline with an orderly carrier."""
    made = Journey(whole)
    made.disorder()
    yield made
    made.disorder()
    for nurse in made.nurses:
        made.text(nurse, "ACK")  # else her case climbs on to the nurse of the next journey
