"""A text reported lost goes once more where its code says so, and whoever has to know is told when."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from helpline.gateway.codes import CODES, again_after
from helpline.gateway.recorder import RecordingCarrier
from helpline.service.delivery import report
from helpline.store.port import Item, ItemId, Status
from helpline.triage.effects import Repeat
from helpline.triage.state import Consent
from tests.service.house import NOON, House, text

HOURS = timedelta(hours=8)


def _lost(house: House, code: int, **more: object) -> ItemId:
    """Send a text that is of use for hours, and let the carrier report it lost."""
    _, (item,) = house.plan(text(expires=NOON + HOURS, **more))
    house.work()
    report(house.line, item, "undelivered", "SM1", code)
    return item


def _told(house: House) -> int:
    return [e.what for e in house.store.journal(house.person())].count("Undelivered")


def _later(house: House, seconds: int) -> None:
    house.clock.pass_by(seconds=seconds)
    house.work()


@pytest.mark.parametrize(("code", "seconds"), [(30003, 1200), (30008, 120), (30500, 120), (30001, 300)])
def test_a_fault_on_the_way_is_tried_again(
    house: House, recorder: RecordingCarrier, code: int, seconds: int
) -> None:
    """After the time of its code the same words go as a new item, and the first stays failed."""
    item = _lost(house, code)
    assert house.status(item) is Status.FAILED and _told(house) == 0
    _later(house, seconds - 1)
    assert len(recorder.sent) == 1
    _later(house, 1)
    first, second = (sent.item for sent in recorder.sent)
    assert (first.body, first.to) == (second.body, second.to) and second.id != first.id


@pytest.mark.parametrize("code", [30004, 30005, 30006, 30007, 30034, 30410, 21610, None])
def test_what_would_not_help_is_not_tried_again(
    house: House, recorder: RecordingCarrier, code: int | None
) -> None:
    """Blocked, no such number, landline, filtered, not registered, perhaps arrived: told at once."""
    _lost(house, code or 0)
    _later(house, 7200)
    assert len(recorder.sent) == 1 and _told(house) == 1


def test_tries_come_to_an_end_and_then_it_is_told(house: House, recorder: RecordingCarrier) -> None:
    """A handset that is off: after twenty minutes, after two hours, then the core hears of it, once."""
    _lost(house, 30003)
    for seconds, told in ((1200, 0), (7200, 1)):
        _later(house, seconds)
        report(house.line, recorder.sent[-1].item.id, "undelivered", "SM2", 30003)
        assert _told(house) == told
    _later(house, 7200)
    assert len(recorder.sent) == 3


def test_doubled_reports_try_again_once(house: House, recorder: RecordingCarrier) -> None:
    """Three reports of one loss make one second try."""
    item = _lost(house, 30008)
    for _ in range(2):
        report(house.line, item, "undelivered", "SM1", 30008)
    _later(house, 120)
    assert len(recorder.sent) == 2 and _told(house) == 0


def test_a_second_try_that_would_come_too_late_is_none(house: House, recorder: RecordingCarrier) -> None:
    """Of no use any more by then: the core hears of it at once."""
    _, (item,) = house.plan(text())
    house.work()
    report(house.line, item, "undelivered", "SM1", 30003)
    _later(house, 3600)
    assert len(recorder.sent) == 1 and _told(house) == 1


def test_stop_holds_for_the_second_try(house: House, recorder: RecordingCarrier) -> None:
    """It is decided on anew when it would leave."""
    _lost(house, 30008)
    house.plan(consent=Consent(stopped=NOON))
    _later(house, 120)
    assert len(recorder.sent) == 1


def test_a_safety_text_is_tried_again_and_told_at_once(house: House, recorder: RecordingCarrier) -> None:
    """Nobody waits twenty minutes to hear that a safety check did not arrive."""
    _lost(house, 30008, urgent=True, repeat=Repeat.SAFE)
    assert _told(house) == 1 and house.state().case is not None
    _later(house, 120)
    assert len([s for s in recorder.sent if s.item.medium == "text"]) == 2


def test_pages_and_calls_have_ways_of_their_own(house: House, recorder: RecordingCarrier) -> None:
    """A page that is lost climbs, a call that is lost is told; neither goes once more."""
    for more in ({"kind": "page", "repeat": Repeat.SAFE}, {"kind": "call", "medium": "call"}):
        _lost(house, 30003, **more)
    _later(house, 7200)
    assert len([s for s in recorder.sent if s.item.kind in ("page", "call")]) == 2


def test_only_what_certainly_did_not_arrive_is_tried_again() -> None:
    """Content of the table: pauses grow, and no code of a person's or carrier's refusal has any."""
    for number, code in CODES.items():
        assert list(code.again) == sorted(code.again), number
        if code.meaning in ("opted out", "blocked", "filtered", "landline", "no such number"):
            assert again_after(number, 0) is None


def test_second_tries_are_those_of_the_carrier_facts_and_no_others() -> None:
    """How often a text goes once more, by code: a few times over hours, once or twice, once, later."""
    tries = {number: len(code.again) for number, code in CODES.items() if code.again}
    assert tries == {30001: 2, 30003: 2, 30008: 2, 30022: 1, 30500: 1}
    assert sum(CODES[30003].again) > 3600


def test_the_item_remembers_how_often(house: House, recorder: RecordingCarrier) -> None:
    """The count goes with the words through the store."""
    _lost(house, 30008)
    (again,) = (i for i in house.store.items(house.person()) if i.status is Status.READY)
    assert again.tries == 1
    assert replace(again, tries=0) != again and isinstance(again, Item)
