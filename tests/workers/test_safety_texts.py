"""A safety text that did not arrive, or of which nobody knows, becomes a call to her and a case for staff.

A real worker and a real carrier over HTTP (hazard H07).
"""

from __future__ import annotations

from datetime import timedelta

from redis import Redis

from helpline.carrier.faults import Rule
from helpline.carrier.server import ThreadedCarrier
from helpline.service.delivery import report
from helpline.store.port import ItemId, Status
from helpline.triage.effects import Repeat
from tests.service.house import SHE, House, text
from tests.workers.conftest import Start
from tests.workers.crew import pass_by, ticks
from tests.workers.patience import until


def _safety_check(house: House, minutes: int = 120) -> ItemId:
    now = house.clock.now()
    item = text(
        "Did you get care?",
        not_before=now,
        expires=now + timedelta(minutes=minutes),
        repeat=Repeat.SAFE,
        urgent=True,
    )
    return house.plan(item)[1][0]


def _calls(carrier: ThreadedCarrier) -> int:
    return len([leg for leg in carrier.station.calls.newest_first() if leg.call.to == SHE])


def _case(house: House) -> str:
    """Return why she has a case, nothing while she has none."""
    case = house.state().case
    return case.reason if case else ""


def test_undelivered_it_becomes_a_call_and_a_case(
    house: House, worker: Start, client: Redis, carrier: ThreadedCarrier
) -> None:
    """The carrier reports that the number is not in use."""
    with worker():
        item = _safety_check(house)
        assert until(lambda: house.status(item) is Status.ACCEPTED)
        report(house.line, item, "undelivered", None, 30005)
        assert "text_not_arrived" in _case(house)
        ticks(client)
        pass_by(house, carrier, 21)
        assert until(lambda: _calls(carrier) == 1)


def test_unknown_for_two_minutes_it_becomes_a_call_and_a_case(
    house: House, worker: Start, client: Redis, carrier: ThreadedCarrier
) -> None:
    """The carrier answers 500 to each text to her, and has none in its list; calls go through."""
    with worker():
        item = _safety_check(house)
        carrier.station.faults.set([Rule("rest", "error", next=2, to=SHE)])
        assert until(lambda: house.status(item) is Status.UNKNOWN)
        pass_by(house, carrier, 61)
        assert until(lambda: carrier.station.faults.report()[0]["fired"] == 2)
        assert until(lambda: house.status(item) is Status.UNKNOWN) and _case(house) == ""
        pass_by(house, carrier, 61)
        assert until(lambda: "text_not_arrived" in _case(house))
        ticks(client)
        pass_by(house, carrier, 21)
        assert until(lambda: _calls(carrier) == 1)
        assert until(lambda: len(carrier.station.ledger.thread(SHE)) == 1)


def test_gone_stale_before_it_could_leave_it_becomes_a_call_and_a_case(
    house: House, worker: Start, client: Redis, carrier: ThreadedCarrier
) -> None:
    """Nobody worked for hours: it is not sent any more, but somebody is told."""
    _safety_check(house, minutes=10)
    pass_by(house, carrier, 700)
    with worker():
        assert until(lambda: "text_not_arrived" in _case(house))
        ticks(client)
        pass_by(house, carrier, 21)
        assert until(lambda: _calls(carrier) == 1)
    assert carrier.station.ledger.thread(SHE) == []
