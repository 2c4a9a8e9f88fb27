"""Texts that may not have left are seen by whoever looks after the line, until they are decided on."""

from __future__ import annotations

import pytest

from helpline.gateway.port import CarrierUnknown
from helpline.gateway.recorder import RecordingCarrier
from helpline.service.board import decide_unsure
from helpline.service.doubts import by_kind
from helpline.service.rota_report import report_if_due
from helpline.service.staff import Newcomer, add_staff
from helpline.store.port import ItemId, Status
from tests.service.house import House, text

SUE = "+12025550192"


@pytest.fixture
def doubted(house: House, recorder: RecordingCarrier) -> ItemId:
    """Let a check-in be in doubt for three minutes, at a helpline with a supervisor; return its id."""
    made = add_staff(house.line, Newcomer("Sue Hart", SUE, "supervisor"))
    assert not isinstance(made, str)
    _, (item,) = house.plan(text())
    recorder.before = lambda item: CarrierUnknown("no answer")
    house.work()
    recorder.before = lambda item: None
    house.clock.pass_by(minutes=3)
    return item


def _report(house: House, recorder: RecordingCarrier) -> str:
    """Let today's report go out; return what the supervisor reads."""
    assert report_if_due(house.line) == 1
    house.work()
    (told,) = [sent.item.body for sent in recorder.sent if sent.item.to == SUE]
    return told


def test_the_daily_report_counts_what_is_in_doubt(
    house: House, recorder: RecordingCarrier, doubted: ItemId
) -> None:
    """Without a number and without a name."""
    assert by_kind(house.line) == {"checkin": 1}
    assert "may not have arrived: 1." in _report(house, recorder)


def test_what_staff_decided_on_is_in_doubt_no_more(
    house: House, recorder: RecordingCarrier, doubted: ItemId
) -> None:
    """Left as it is, it is told to nobody again."""
    assert decide_unsure(house.line, doubted, again=False)
    assert house.status(doubted) is Status.FAILED and by_kind(house.line) == {}
    assert "may not have arrived" not in _report(house, recorder)


def test_what_has_just_been_sent_is_not_told(house: House, recorder: RecordingCarrier) -> None:
    """Within two minutes it is looked for, and mostly found."""
    recorder.before = lambda item: CarrierUnknown("no answer")
    house.plan(text())
    house.work()
    house.clock.pass_by(seconds=119)
    assert by_kind(house.line) == {}
    house.clock.pass_by(seconds=1)
    assert by_kind(house.line) == {"checkin": 1}
