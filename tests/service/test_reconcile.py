"""An unknown send ends with a find, with another try where twice is better than never, or stays for staff."""

from __future__ import annotations

from datetime import timedelta

import pytest

from helpline.gateway.port import CarrierBusy, CarrierUnknown
from helpline.gateway.recorder import RecordingCarrier
from helpline.service.reconcile import due_for_a_look
from helpline.store.port import Item, Status
from helpline.triage.effects import Repeat
from helpline.triage.state import StaffId
from tests.service.house import NOON, House, text

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
    recorder.looking = lambda item: CarrierBusy("away")
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


def test_what_is_sent_again_keeps_its_place(house: House, recorder: RecordingCarrier) -> None:
    """The next routine text waits until it is known, and leaves after it."""
    lost = [CarrierUnknown("no answer")]
    recorder.before = lambda item: lost.pop() if lost else None
    house.plan(text("first", repeat=Repeat.SAFE), text("second"))
    house.work()
    assert recorder.sent == ()
    house.clock.pass_by(seconds=61)
    house.settle()
    house.work()
    assert [sent.item.body for sent in recorder.sent] == ["first", "second"]


def test_an_urgent_text_is_not_held_by_one_that_hangs(house: House, recorder: RecordingCarrier) -> None:
    """She is told at once what she must know; the routine text behind waits, and for two minutes at most."""
    lost = [CarrierUnknown("no answer")]
    recorder.before = lambda item: lost.pop() if lost else None
    house.plan(text("first"), text("second"), text("help", urgent=True, kind="notice"))
    house.work()
    assert [sent.item.body for sent in recorder.sent] == ["help"]
    house.clock.pass_by(seconds=121)
    house.work()
    assert [sent.item.body for sent in recorder.sent] == ["help", "second"]


@pytest.mark.parametrize("kind", ["notice", "relay"])
def test_words_that_newer_ones_overtook_do_not_come_after_them(
    house: House, recorder: RecordingCarrier, kind: str
) -> None:
    """ "Someone was told" must not follow "nobody could be reached", nor old words a nurse's newer ones."""
    lost = [CarrierUnknown("no answer")]
    recorder.before = lambda item: lost.pop() if lost else None
    more = {"kind": kind, "repeat": Repeat.SAFE, "urgent": True}
    _, (old, _) = house.plan(text("old", **more), text("new", not_before=NOON + timedelta(seconds=1), **more))
    house.clock.pass_by(seconds=1)
    house.work()
    house.clock.pass_by(seconds=61)
    assert house.settle() == 1
    house.work()
    assert [sent.item.body for sent in recorder.sent] == ["new"] and house.status(old) is Status.FAILED
    told = "Undelivered" in [e.what for e in house.store.journal(house.person())]
    assert told == (kind == "relay")


def test_her_words_to_staff_come_late_rather_than_never(house: House, recorder: RecordingCarrier) -> None:
    """What she wrote is passed on again though newer words of hers went before."""
    lost = [CarrierUnknown("no answer")]
    recorder.before = lambda item: lost.pop() if lost else None
    more = {"kind": "relay", "repeat": Repeat.SAFE, "urgent": True}
    house.plan(
        text("old", staff=StaffId("s1"), **more),
        text("new", staff=StaffId("s1"), not_before=NOON + timedelta(seconds=1), **more),
        text("the nurse's", not_before=NOON + timedelta(seconds=1), **more),
    )
    house.clock.pass_by(seconds=1)
    house.work()
    house.clock.pass_by(seconds=61)
    house.settle()
    house.work()
    assert [sent.item.body for sent in recorder.sent] == ["new", "the nurse's", "old"]


def test_a_flood_of_check_ins_keeps_no_emergency_waiting(
    house: House, recorder: RecordingCarrier, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Many that are never sent again are uncertain; what may be sent again is looked for before them."""
    recorder.before = lambda item: CarrierUnknown("no answer")
    for n in range(12):
        house.plan(text(), number=f"+1555555{n:04d}")
    house.work()
    house.clock.pass_by(seconds=1)
    house.plan(text("help", urgent=True, kind="notice", repeat=Repeat.SAFE))
    house.work()
    recorder.before = lambda item: None
    house.clock.pass_by(seconds=61)
    monkeypatch.setattr("helpline.service.reconcile.MOST", 10)
    house.settle()
    house.work()
    assert [sent.item.body for sent in recorder.sent] == ["help"]


def test_a_carrier_that_hangs_is_asked_three_times_a_sweep(house: House, recorder: RecordingCarrier) -> None:
    """Each look could take its whole time-out, and the same worker has texts to send."""
    recorder.before = lambda item: CarrierUnknown("no answer")
    for n in range(6):
        house.plan(text(repeat=Repeat.SAFE), number=f"+1555555{n:04d}")
    house.work()
    house.clock.pass_by(seconds=61)
    asked: list[str] = []

    def hang(item: Item) -> CarrierUnknown:
        asked.append(item.id)
        return CarrierUnknown("no answer")

    recorder.looking = hang
    assert house.settle() == 0 and len(asked) == 3


@pytest.mark.parametrize("list_away", [False, True])
def test_a_safety_text_that_nobody_knows_of_becomes_a_call_and_a_case(
    house: House, recorder: RecordingCarrier, list_away: bool
) -> None:
    """After two minutes, once, whether it cannot be found or the carrier cannot say; it is tried on."""
    recorder.before = lambda item: CarrierUnknown("no answer") if item.medium == "text" else None
    if list_away:
        recorder.looking = lambda item: CarrierBusy("away")
    person, _ = house.plan(text(urgent=True, repeat=Repeat.SAFE, expires=NOON + timedelta(hours=2)))
    house.work()
    for seconds, told in ((61, 0), (58, 0), (1, 1), (60, 1)):
        house.clock.pass_by(seconds=seconds)
        house.settle()
        house.work()
        assert [e.what for e in house.store.journal(person)].count("Undelivered") == told
    assert house.state().case is not None and "text_not_arrived" in house.state().case.reason
    house.clock.pass_by(seconds=30)
    house.work()
    assert [sent.item.medium for sent in recorder.sent] == ["call"]


def test_a_routine_text_that_nobody_knows_of_alarms_nobody(house: House, recorder: RecordingCarrier) -> None:
    """It stays for staff to see, and that is all."""
    recorder.before = lambda item: CarrierUnknown("no answer")
    person, _ = house.plan(text(expires=NOON + timedelta(hours=2)))
    house.work()
    house.clock.pass_by(minutes=10)
    house.settle()
    assert "Undelivered" not in [e.what for e in house.store.journal(person)]


def test_a_clock_set_back_does_not_hide_what_is_uncertain(house: House, recorder: RecordingCarrier) -> None:
    """What was sent in a time that is to come again is looked for all the same."""
    lost = [CarrierUnknown("no answer")]
    recorder.before = lambda item: lost.pop() if lost else None
    house.plan(text(repeat=Repeat.SAFE))
    house.work()
    house.clock.pass_by(hours=-1)
    assert house.settle() == 1
    house.clock.pass_by(hours=1)
    house.work()
    assert len(recorder.sent) == 1
