"""An unknown send ends with a find, with another try where twice is better than never, or stays for staff."""

from __future__ import annotations

from datetime import timedelta

import pytest

from helpline.gateway.port import CarrierBusy, CarrierUnknown, Sid
from helpline.gateway.recorder import RecordingCarrier
from helpline.service.reconcile import due_for_a_look
from helpline.store.port import Item, Status
from helpline.triage.effects import Repeat
from tests.service.house import House, text

BOTH = [Repeat.SAFE, Repeat.NEVER]


@pytest.mark.parametrize("repeat", BOTH)
def test_what_the_carrier_lists_was_accepted(
    house: House, recorder: RecordingCarrier, repeat: Repeat
) -> None:
    """The answer was lost after acceptance: found by number and words, not sent again."""
    recorder.after = lambda item: CarrierUnknown("no answer")
    _, (item,) = house.plan(text(repeat=repeat))
    house.work()
    house.clock.pass_by(seconds=61)
    assert house.settle() == 1
    house.work()
    found = house.store.item(item)
    assert found is not None and (found.status, found.sid) == (Status.ACCEPTED, recorder.sent[0].sid)
    assert len(recorder.sent) == 1


def test_within_the_first_minute_nobody_looks(house: House, recorder: RecordingCarrier) -> None:
    """The carrier is given a minute to report or to list it."""
    recorder.before = lambda item: CarrierUnknown("no answer")
    _, (item,) = house.plan(text(repeat=Repeat.SAFE))
    house.work()
    house.clock.pass_by(seconds=59)
    assert house.settle() == 0 and house.status(item) is Status.UNKNOWN


def test_what_is_not_there_is_sent_again_if_that_is_safe(house: House, recorder: RecordingCarrier) -> None:
    """The request was lost before acceptance: better twice than never."""
    lost = [CarrierUnknown("no answer")]
    recorder.before = lambda item: lost.pop() if lost else None
    person, (item,) = house.plan(text(repeat=Repeat.SAFE))
    house.work()
    house.clock.pass_by(seconds=61)
    assert house.settle() == 1 and house.woken == [person]
    house.work()
    assert house.status(item) is Status.ACCEPTED and len(recorder.sent) == 1


def test_what_is_not_there_stays_unknown_if_twice_would_be_worse(
    house: House, recorder: RecordingCarrier
) -> None:
    """A check-in is never risked twice; it stays for staff to see."""
    lost = [CarrierUnknown("no answer")]
    recorder.before = lambda item: lost.pop() if lost else None
    _, (item,) = house.plan(text())
    house.work()
    for _ in range(20):
        house.clock.pass_by(seconds=30)
        house.settle()
        house.work()
    assert house.status(item) is Status.UNKNOWN and recorder.sent == ()


def test_what_came_too_late_is_given_up_and_told(house: House, recorder: RecordingCarrier) -> None:
    """Not there, and of no use any more: failed, and the core hears of it."""
    recorder.before = lambda item: CarrierUnknown("no answer")
    person, (item,) = house.plan(text(repeat=Repeat.SAFE))
    house.work()
    house.clock.pass_by(minutes=11)
    house.settle()
    assert house.status(item) is Status.FAILED
    assert "Undelivered" in [e.what for e in house.store.journal(person)]


def test_a_carrier_that_cannot_say_is_asked_later(house: House, recorder: RecordingCarrier) -> None:
    """While the list cannot be had, nothing is decided."""
    recorder.before = lambda item: CarrierUnknown("no answer")
    _, (item,) = house.plan(text(repeat=Repeat.SAFE))
    house.work()
    house.clock.pass_by(seconds=61)

    def away(item: Item, taken: object = None) -> Sid | None:
        raise CarrierBusy("away")

    recorder.find = away  # type: ignore[method-assign]
    assert house.settle() == 0 and house.status(item) is Status.UNKNOWN


def test_two_texts_with_the_same_words_are_told_apart(house: House, recorder: RecordingCarrier) -> None:
    """The sid of one item never settles another."""
    trouble = [None, CarrierUnknown("no answer")]
    recorder.before = lambda item: trouble.pop(0) if trouble else None
    _, (first, second) = house.plan(text(), text(repeat=Repeat.SAFE))
    house.work()
    house.clock.pass_by(seconds=61)
    house.settle()
    house.work()
    assert house.status(first) is Status.ACCEPTED and house.status(second) is Status.ACCEPTED
    assert len({sent.sid for sent in recorder.sent}) == 2


def test_looks_thin_out_by_doubling() -> None:
    """One look in each doubling of a minute, however long it lasts."""
    looks = [s for s in range(60, 4000, 30) if due_for_a_look(timedelta(seconds=s))]
    assert looks == [60, 120, 240, 480, 960, 1920, 3840]
