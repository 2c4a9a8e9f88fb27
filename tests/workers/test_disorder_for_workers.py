"""A real worker at a carrier in disorder: whatever goes wrong with a text, it arrives once or is in doubt.

One worker sends all; each text has a phone of its own, and one thing that goes wrong there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import cast

import pytest
from redis import Redis

from helpline.carrier.faults import Rule
from helpline.carrier.server import ThreadedCarrier
from helpline.store.connect import connect
from helpline.store.embedded import Embedded
from helpline.store.port import Status
from helpline.triage.effects import Repeat
from tests.service.house import text
from tests.workers.conftest import house_on, whole_worker
from tests.workers.patience import SLOW_DISK, until

PATIENCE = 1.0
"""Seconds that this worker waits for the carrier's answer."""
TROUBLE: Mapping[str, Rule] = {
    "429 twice": Rule("rest", "busy", next=2),
    "500 before it was taken": Rule("rest", "error", next=1),
    "reset before it was taken": Rule("rest", "reset", next=1),
    "500 though it was taken": Rule("rest", "error_after", next=1),
    "reset though it was taken": Rule("rest", "reset_after", next=1),
    "slow": Rule("rest", "slow", next=1, seconds=PATIENCE / 4),
    "slower than we wait, taken after all": Rule("rest", "slow", next=1, seconds=2.5 * PATIENCE),
}
NOT_TAKEN = {"500 before it was taken", "reset before it was taken"}
CASES = [(trouble, repeat) for trouble in TROUBLE for repeat in Repeat]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one text: how often the carrier took it, and where it stands with us."""

    came: int
    status: Status


@pytest.fixture(scope="module")
def outcomes(
    server: Embedded, local_carrier: ThreadedCarrier
) -> Iterator[Mapping[tuple[str, Repeat], Outcome]]:
    """Send one text for each trouble and policy, and look for what is in doubt until all is settled."""
    url, station = server.start(), local_carrier.station
    client = cast(Redis, connect(url, timeout=SLOW_DISK))
    client.flushall()
    station.reset()
    house = house_on(client, local_carrier)
    now = house.clock.now()
    phones = {case: f"+1555557{n:04d}" for n, case in enumerate(CASES)}
    rules = [replace(TROUBLE[case[0]], to=phones[case]) for case in CASES]
    station.faults.set(rules)
    items = {
        case: house.plan(
            text(not_before=now, expires=now + timedelta(hours=1), repeat=case[1]), number=phones[case]
        )[1][0]
        for case in CASES
    }

    def settled() -> bool:
        return all(
            house.status(items[case]) is Status.ACCEPTED or (case[0] in NOT_TAKEN and case[1] is Repeat.NEVER)
            for case in CASES
        )

    with whole_worker(url, local_carrier.base, PATIENCE):
        assert until(lambda: all(r["fired"] == r["next"] for r in station.faults.report()))
        until(lambda: not any(house.status(i) in (Status.READY, Status.SENDING) for i in items.values()))
        station.clock.advance(61)
        house.store.shift_clock(61)
        until(settled, 30)
    yield {
        case: Outcome(len(station.ledger.thread(phones[case])), house.status(items[case])) for case in CASES
    }
    client.close()


@pytest.mark.parametrize("trouble", list(TROUBLE))
def test_what_is_better_sent_twice_than_never_arrives_once(
    outcomes: Mapping[tuple[str, Repeat], Outcome], trouble: str
) -> None:
    """Lost requests are sent again, lost answers are found in the carrier's list."""
    assert outcomes[trouble, Repeat.SAFE] == Outcome(1, Status.ACCEPTED)


@pytest.mark.parametrize("trouble", list(TROUBLE))
def test_what_is_never_sent_twice_arrives_once_or_is_in_doubt(
    outcomes: Mapping[tuple[str, Repeat], Outcome], trouble: str
) -> None:
    """A request that was lost before it was taken is not risked again: staff see it."""
    expected = Outcome(0, Status.UNKNOWN) if trouble in NOT_TAKEN else Outcome(1, Status.ACCEPTED)
    assert outcomes[trouble, Repeat.NEVER] == expected
