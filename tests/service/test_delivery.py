"""What waits in the outbox leaves once, in order, while it is of use, and only where it is welcome."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from helpline.gateway.port import CarrierBusy, CarrierRefused, CarrierUnknown
from helpline.gateway.recorder import RecordingCarrier
from helpline.service.agenda import wake
from helpline.service.delivery import drain, pause, report
from helpline.store.port import Item, ItemId, Status
from helpline.triage.effects import Repeat
from helpline.triage.state import Consent
from tests.service.house import NOON, House, text, timer


def _bodies(recorder: RecordingCarrier) -> list[str]:
    return [sent.item.body for sent in recorder.sent]


def test_what_is_due_is_sent_once(house: House, recorder: RecordingCarrier) -> None:
    """However often a person is looked at, an item leaves once, and its sid is kept."""
    person, (item,) = house.plan(text())
    assert wake(house.line, person) == 1
    assert wake(house.line, person) == 0
    assert _bodies(recorder) == ["How are you?"]
    found = house.store.item(item)
    assert found is not None and (found.status, found.sid) == (Status.ACCEPTED, recorder.sent[0].sid)


def test_nothing_is_sent_before_its_time(house: House, recorder: RecordingCarrier) -> None:
    """An item waits until it may go, to the millisecond."""
    person, _ = house.plan(text(not_before=NOON + timedelta(seconds=5)))
    house.clock.pass_by(seconds=4.999)
    assert wake(house.line, person) == 0
    house.clock.pass_by(seconds=0.001)
    assert wake(house.line, person) == 1


def test_the_order_of_one_person_is_kept(house: House, recorder: RecordingCarrier) -> None:
    """Items of one person leave in the order of their moments, those of one moment as they were planned."""
    person, _ = house.plan(
        text("second", not_before=NOON + timedelta(seconds=1)), text("first"), text("first, too")
    )
    house.clock.pass_by(seconds=2)
    drain(house.line, person)
    assert _bodies(recorder) == ["first", "first, too", "second"]


def test_nothing_overtakes_what_a_busy_carrier_sent_back(house: House, recorder: RecordingCarrier) -> None:
    """What is planned after a text that has to wait, waits behind it."""
    busy = [CarrierBusy("429", 20429)]
    recorder.before = lambda item: busy.pop() if busy else None
    person, _ = house.plan(text("first"), text("second"), text("third"))
    assert drain(house.line, person) == 0
    assert drain(house.line, person) == 0
    house.clock.pass_by(seconds=3)
    house.work()
    assert _bodies(recorder) == ["first", "second", "third"]


def test_what_is_urgent_does_not_wait_behind_it(house: House, recorder: RecordingCarrier) -> None:
    """An urgent text goes out while another is sent back and waits."""
    recorder.before = lambda item: None if item.urgent else CarrierBusy("429", 20429)
    person, _ = house.plan(text("first"), text("help", urgent=True, kind="notice", not_before=NOON))
    drain(house.line, person)
    drain(house.line, person)
    assert _bodies(recorder) == ["help"]


def test_a_busy_carrier_is_left_alone_for_longer_each_time(house: House, recorder: RecordingCarrier) -> None:
    """2, 4, 8 … 120 s, a fifth more or less; once it cannot arrive in time it is given up."""
    recorder.before = lambda item: CarrierBusy("429", 20429)
    person, (item,) = house.plan(text(repeat=Repeat.SAFE))
    tries = 0
    while house.status(item) is Status.READY and tries < 50:
        house.clock.pass_by(seconds=1)
        before = house.store.item(item)
        drain(house.line, person)
        after = house.store.item(item)
        assert before and after
        tries += after.attempt > before.attempt
        if house.clock.now() > NOON + timedelta(minutes=11):
            break
    assert house.status(item) is Status.FAILED
    assert 5 <= house.counts["busy:checkin"] <= 12
    assert recorder.sent == ()


def test_the_pause_doubles_up_to_two_minutes() -> None:
    """The pause lies between four and six fifths of 2, 4, 8 … 120 seconds."""
    low, high = bytes(16), b"\xff" * 16
    for attempt, seconds in ((1, 2), (2, 4), (3, 8), (6, 64), (7, 120), (40, 120)):
        assert pause(attempt, low) == timedelta(seconds=seconds * 0.8)
        assert pause(attempt, high) <= timedelta(seconds=seconds * 1.2)


def test_what_is_of_no_use_any_more_is_dropped(house: House, recorder: RecordingCarrier) -> None:
    """An expired text never leaves."""
    person, (item,) = house.plan(text())
    house.clock.pass_by(minutes=10)
    drain(house.line, person)
    assert recorder.sent == () and house.status(item) is Status.DROPPED


def test_the_core_hears_of_an_expired_text_that_mattered(house: House) -> None:
    """A safety text that went stale is told to the core, once."""
    person, _ = house.plan(text(repeat=Repeat.SAFE))
    house.clock.pass_by(minutes=10)
    house.work()
    house.work()
    told = [e for e in house.store.journal(person) if e.what == "Undelivered"]
    assert len(told) == 1


def test_stop_holds_at_the_moment_of_sending(house: House, recorder: RecordingCarrier) -> None:
    """STOP between planning and sending keeps the text back."""
    person, (item,) = house.plan(text())
    house.plan(consent=Consent(stopped=NOON))
    drain(house.line, person)
    assert recorder.sent == () and house.status(item) is Status.DROPPED


def test_a_change_between_deciding_and_claiming_is_decided_again(
    house: House, recorder: RecordingCarrier
) -> None:
    """The claim holds only while the state that allowed it does."""
    person, (item,) = house.plan(text())
    claims: list[object] = []
    claim = house.store.claim

    def stop_slips_in(*args: object, **more: object) -> Item | None:
        if not claims:
            house.plan(consent=Consent(stopped=NOON))
        claims.append(args)
        return claim(*args, **more)  # type: ignore[arg-type]

    line = replace(house.line, store=Through(house.store, claim=stop_slips_in))  # type: ignore[arg-type]
    drain(line, person)
    assert recorder.sent == () and len(claims) == 1 and house.status(item) is Status.DROPPED


class Through:
    """The real store, with some of its functions replaced."""

    def __init__(self, store: object, **functions: object) -> None:
        self._store = store
        self.__dict__.update(functions)

    def __getattr__(self, name: str) -> object:
        return getattr(self._store, name)


@pytest.mark.parametrize(("code", "stops"), [(21610, True), (21211, False), (21614, False)])
def test_a_refusal_is_final_and_the_core_hears_of_it(
    house: House, recorder: RecordingCarrier, code: int, stops: bool
) -> None:
    """Refused for good: failed, told to the core once; an opt-out at the carrier is one with us."""
    recorder.before = lambda item: CarrierRefused(code, opted_out=stops)
    person, (item, _) = house.plan(text(), text("later", not_before=NOON + timedelta(hours=1)))
    house.work()
    found = house.store.item(item)
    assert found is not None and (found.status, found.code) == (Status.FAILED, code)
    assert (house.state().consent.stopped is not None) is stops
    assert [e.what for e in house.store.journal(person)].count("Undelivered") == 1


def test_after_an_opt_out_at_the_carrier_nothing_else_is_tried(
    house: House, recorder: RecordingCarrier
) -> None:
    """21610 for one text drops those behind it."""
    tried: list[str] = []

    def refuse(item: Item) -> Exception:
        tried.append(item.body)
        return CarrierRefused(21610, opted_out=True)

    recorder.before = refuse
    _, (_, other) = house.plan(text("one"), text("two"))
    house.work()
    assert tried == ["one"] and house.status(other) is Status.DROPPED


def test_an_unknown_outcome_is_neither_sent_again_nor_forgotten(
    house: House, recorder: RecordingCarrier
) -> None:
    """Without an answer the item is unknown, and looking at the person again sends nothing."""
    recorder.after = lambda item: CarrierUnknown("no answer")
    person, (item,) = house.plan(text())
    drain(house.line, person)
    drain(house.line, person)
    assert len(recorder.sent) == 1 and house.status(item) is Status.UNKNOWN


def test_a_report_before_the_create_call_returned_proves_acceptance(
    house: House, recorder: RecordingCarrier
) -> None:
    """The callback may be faster than the answer; the answer then changes nothing."""
    _, (item,) = house.plan(text())
    recorder.after = lambda sent: report(house.line, sent.id, "delivered", "SMcallback", None)
    house.work()
    found = house.store.item(item)
    assert found is not None
    assert (found.status, found.sid, found.delivery) == (Status.ACCEPTED, "SMcallback", "delivered")


def test_a_report_settles_what_was_unknown(house: House, recorder: RecordingCarrier) -> None:
    """Our own id in the report's address is the proof, and it brings the sid."""
    recorder.after = lambda item: CarrierUnknown("no answer")
    _, (item,) = house.plan(text())
    house.work()
    report(house.line, item, "sent", "SM1", None)
    found = house.store.item(item)
    assert found is not None and (found.status, found.sid) == (Status.ACCEPTED, "SM1")


def test_reports_move_only_forward_and_count_once(house: House) -> None:
    """Late, doubled and disordered reports change nothing, and the core hears of each end once."""
    person, (item,) = house.plan(text())
    house.work()
    for delivery in ("sent", "delivered", "queued", "sent", "delivered", "undelivered"):
        report(house.line, item, delivery, "SM1", None)
    found = house.store.item(item)
    assert found is not None and found.delivery == "delivered"
    told = [e.what for e in house.store.journal(person)]
    assert told.count("Delivered") == 1 and "Undelivered" not in told


def test_a_report_of_an_opt_out_is_one(house: House) -> None:
    """21610 may come as a report as well."""
    _, (item,) = house.plan(text())
    house.work()
    report(house.line, item, "failed", "SM1", 21610)
    report(house.line, item, "failed", "SM1", 21610)
    assert house.state().consent.stopped is not None
    assert [e.what for e in house.store.journal(house.person())].count("Undelivered") == 1


def test_a_report_about_nothing_we_know_changes_nothing(house: House) -> None:
    """An id that was never ours, or is gone, is no news."""
    item = ItemId("o_00ffffffffffffffffff")
    report(house.line, item, "delivered", "SM1", None)
    assert house.store.item(item) is None


def test_what_is_not_its_turn_at_the_sender_comes_back_then(house: House, recorder: RecordingCarrier) -> None:
    """A text that is not urgent waits for its turn, and those behind it wait too; the urgent one goes."""
    taken: list[tuple[int, bool]] = []

    def pace(segments: int, urgent: bool) -> float:
        taken.append((segments, urgent))
        return 0.0 if urgent or len(taken) > 2 else 30.0

    line = replace(house.line, pace=pace)
    person, _ = house.plan(text("á" * 100), text("second"))
    sooner = NOON - timedelta(seconds=1)
    house.plan(text("help", urgent=True, kind="notice", not_before=sooner))
    assert drain(line, person) == 1
    assert taken == [(1, True), (2, False)] and _bodies(recorder) == ["help"]
    house.clock.pass_by(seconds=29)
    assert drain(line, person) == 0
    house.clock.pass_by(seconds=2)
    assert drain(line, person) == 2
    assert _bodies(recorder) == ["help", "á" * 100, "second"]


def test_due_timers_fire_once_each_in_their_order(house: House) -> None:
    """Timers go through the core, oldest first, each by an event that cannot happen twice."""
    person, _ = house.plan(
        timers=(
            timer("later", NOON),
            timer("sooner", NOON - timedelta(seconds=1)),
            timer("not yet", NOON + timedelta(hours=1)),
        )
    )
    fired: list[str] = []
    load = house.store.load

    def watch(who: object, event: str, at: object) -> object:
        fired.append(event)
        return load(who, event, at)  # type: ignore[arg-type]

    line = replace(house.line, store=Through(house.store, load=watch))  # type: ignore[arg-type]
    wake(line, person)
    events = [e.split(":")[0] for e in fired if e != "look"]
    assert events == ["sooner", "later"]
