"""Whatever the carrier does, over real HTTP: each text arrives once, or somebody hears that it did not."""

from __future__ import annotations

from datetime import timedelta

import pytest

from helpline.carrier.faults import Rule
from helpline.carrier.server import ThreadedCarrier
from helpline.store.port import ItemId, Status
from helpline.triage.effects import Repeat
from tests.service.house import House, text


def _plan(house: House, repeat: Repeat = Repeat.SAFE, number: str = "+15555550100") -> ItemId:
    now = house.clock.now()
    return house.plan(text(not_before=now, expires=now + timedelta(hours=1), repeat=repeat), number=number)[
        1
    ][0]


def _go_on(house: House, carrier: ThreadedCarrier, seconds: int) -> None:
    house.work()
    house.clock.pass_by(seconds=seconds)
    carrier.station.clock.advance(seconds)
    house.settle()
    house.work()


def _arrived(carrier: ThreadedCarrier) -> int:
    return len(carrier.station.ledger.messages)


def test_429_is_tried_again_until_it_goes(house: House, carrier: ThreadedCarrier) -> None:
    """Three times too many requests: nothing was taken, so it is sent again, later each time."""
    carrier.station.faults.set([Rule("rest", "busy", next=3)])
    item = _plan(house)
    for _ in range(4):
        _go_on(house, carrier, 12)
    assert house.status(item) is Status.ACCEPTED and _arrived(carrier) == 1
    assert house.counts["busy:checkin"] == 3


@pytest.mark.parametrize("kind", ["error_after", "reset_after"])
@pytest.mark.parametrize("repeat", [Repeat.SAFE, Repeat.NEVER])
def test_an_answer_lost_after_acceptance_is_found(
    house: House, carrier: ThreadedCarrier, kind: str, repeat: Repeat
) -> None:
    """A 500 or a reset after the carrier took it: found in its list, never sent twice."""
    carrier.station.faults.set([Rule("rest", kind, next=1)])
    item = _plan(house, repeat)
    _go_on(house, carrier, 61)
    assert house.status(item) is Status.ACCEPTED and _arrived(carrier) == 1


@pytest.mark.parametrize("kind", ["error", "reset"])
def test_a_request_lost_before_acceptance_is_sent_again_where_that_is_safe(
    house: House, carrier: ThreadedCarrier, kind: str
) -> None:
    """A 500 or a reset before the carrier took it: not in its list, so it is sent again."""
    carrier.station.faults.set([Rule("rest", kind, next=1)])
    item = _plan(house)
    _go_on(house, carrier, 61)
    assert house.status(item) is Status.ACCEPTED and _arrived(carrier) == 1


def test_a_number_that_stopped_is_not_tried_again(house: House, carrier: ThreadedCarrier) -> None:
    """The carrier's own refusal of an opted-out number ends everything planned for her."""
    carrier.station.faults.set([Rule("rest", "refuse", code=21610)])
    first, second = _plan(house), _plan(house)
    house.work()
    assert {house.status(first), house.status(second)} == {Status.FAILED, Status.DROPPED}
    assert house.counts["refused:21610"] == 1
    assert house.state().consent.stopped is not None


def test_in_steady_disorder_every_text_arrives_once(house: House, carrier: ThreadedCarrier) -> None:
    """One in three requests goes wrong in one of five ways, for sixty people."""
    kinds = ("busy", "error", "reset", "error_after", "reset_after")
    carrier.station.faults.set([Rule("rest", k, probability=0.07) for k in kinds], seed=7)
    items = [_plan(house, number=f"+1555555{n:04d}") for n in range(60)]
    for _ in range(12):
        _go_on(house, carrier, 61)
    carrier.station.faults.set([])
    _go_on(house, carrier, 61)
    assert [house.status(i) for i in items] == [Status.ACCEPTED] * 60
    per_person = [len(carrier.station.ledger.thread(f"+1555555{n:04d}")) for n in range(60)]
    assert per_person == [1] * 60
