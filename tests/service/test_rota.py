"""Who is on call: an order, shifts, covers, and what staff say by text."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from helpline.service.gaps import in_words, missing_ahead
from helpline.service.planning import Swap, cover, put_on_call, uncover
from helpline.service.rota_export import rota_of
from helpline.service.rota_file import take_rota
from helpline.store.rota_port import Cover
from helpline.triage.state import StaffId
from tests.service.rota_house import NOON, RotaHouse

DAYS = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//test//EN
BEGIN:VEVENT
UID:days
SUMMARY:Ana Ruiz
DTSTART;TZID=America/New_York:20261101T080000
DTEND;TZID=America/New_York:20261101T200000
RRULE:FREQ=DAILY
EXDATE;TZID=America/New_York:20261126T080000
END:VEVENT
BEGIN:VEVENT
UID:nights
SUMMARY:bea stone
DTSTART;TZID=America/New_York:20261031T200000
DTEND;TZID=America/New_York:20261101T080000
RRULE:FREQ=DAILY
END:VEVENT
END:VCALENDAR
"""


@pytest.fixture
def house() -> RotaHouse:
    """Two nurses, a supervisor and a reviewer, at noon on a Monday in New York."""
    return RotaHouse.open()


@pytest.fixture
def shifts(house: RotaHouse) -> RotaHouse:
    """The same with Ana by day and Bea by night; Ana is off on Thursday."""
    found = take_rota(house.line, DAYS.encode())
    assert found.faults == () and len(found.shifts) == 2
    return house


def _new_york(day: int, hour: int, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour + 5, tzinfo=UTC)


def test_shifts_decide_who_is_paged(shifts: RotaHouse) -> None:
    """By day one, by night the other; a page goes to whose shift it is."""
    assert shifts.here() == ["Ana Ruiz"]
    shifts.at(_new_york(23, 16).replace(day=24, hour=3))

    assert shifts.here() == ["Bea Stone"]
    out = shifts.give(**{"from": "+15555550100", "body": "i passed out and im bleeding"})
    assert [o["to"] for o in out["outbound"] if o["kind"] == "page"] == ["+12025550191"]


def test_a_shift_ends_by_the_clock_on_the_wall_when_the_clocks_change(house: RotaHouse) -> None:
    """The night of 31 October is an hour longer, and Bea stays until eight."""
    house.at(datetime(2026, 10, 31, 12, 0, tzinfo=UTC))
    take_rota(house.line, DAYS.encode())

    house.at(datetime(2026, 11, 1, 12, 59, tzinfo=UTC))  # 07:59 in standard time
    assert house.here() == ["Bea Stone"]
    house.at(datetime(2026, 11, 1, 13, 0, tzinfo=UTC))
    assert house.here() == ["Ana Ruiz"]


def test_a_gap_ahead_is_named_with_its_hours(shifts: RotaHouse) -> None:
    """Ana is off on Thursday by day, and nobody comes in her place."""
    gaps = [in_words(shifts.line, gap) for gap in missing_ahead(shifts.line)]

    assert gaps == ["Nobody is on call 11-26 08:00 - 20:00."]


def test_a_cover_fills_the_gap_and_ends_by_itself(shifts: RotaHouse) -> None:
    """Cleo stands in for Ana for two hours of Monday."""
    made = cover(shifts.line, Swap("Cleo Park", "Ana Ruiz", "2026-11-23T13:00", "2026-11-23T15:00"))

    assert not isinstance(made, str)
    assert shifts.here() == ["Ana Ruiz"]
    shifts.at(_new_york(23, 14))
    assert shifts.here() == ["Cleo Park"]
    shifts.at(_new_york(23, 15))
    assert shifts.here() == ["Ana Ruiz"]


def test_a_cover_holds_in_an_order_too_and_can_be_ended(house: RotaHouse) -> None:
    """Who stands in takes the place of who is away; nobody is paged twice."""
    put_on_call(house.line, ["Ana Ruiz", "Bea Stone"])
    cover(house.line, Swap("Cleo Park", "Ana Ruiz", "2026-11-23T12:00", "2026-11-24T12:00-05:00"))
    assert house.here() == ["Cleo Park", "Bea Stone"]

    assert uncover(house.line, "Ana Ruiz") == 1
    assert house.here() == ["Ana Ruiz", "Bea Stone"]


def test_who_goes_off_during_a_cover_leaves_no_page_unanswered(house: RotaHouse) -> None:
    """With nobody left on call a page goes to everybody."""
    put_on_call(house.line, ["Ana Ruiz"])
    cover(house.line, Swap("Bea Stone", "Ana Ruiz", "2026-11-23T11:00", "2026-11-24T12:00"))
    house.text("Bea Stone", "OFF")

    assert house.here() == []
    out = house.give(**{"from": "+15555550100", "body": "i passed out"})
    assert [o for o in out["outbound"] if o["kind"] == "page"] != []


def test_an_off_ends_with_the_shift(shifts: RotaHouse) -> None:
    """Whoever goes home ill today is on call again tomorrow: a forgotten OFF must not hide her shift."""
    shifts.text("Ana Ruiz", "OFF")
    assert shifts.here() == []

    shifts.at(_new_york(24, 12))
    assert shifts.here() == ["Ana Ruiz"]


def test_an_on_outside_a_shift_lasts_twelve_hours(shifts: RotaHouse) -> None:
    """She is told until when, comes after who has the shift, and a forgotten ON ends."""
    assert "until 00:00" in shifts.text("Cleo Park", "ON")
    assert shifts.here() == ["Ana Ruiz", "Cleo Park"]

    shifts.at(_new_york(24, 1))
    assert shifts.here() == ["Bea Stone"]


def test_who_is_next_is_told_by_text(shifts: RotaHouse) -> None:
    """WHO names who is on call now and who from when."""
    assert shifts.text("Cleo Park", "WHO") == "On call: Ana Ruiz. Next from 20:00: Bea Stone."


def test_an_order_takes_the_place_of_shifts(shifts: RotaHouse) -> None:
    """`oncall set` holds from now on, until a rota is read again."""
    put_on_call(shifts.line, ["Cleo Park", "Bea Stone"])
    assert shifts.here() == ["Cleo Park", "Bea Stone"]
    take_rota(shifts.line, DAYS.encode())
    assert shifts.here() == ["Ana Ruiz"]


def test_who_leaves_the_staff_leaves_the_shifts(shifts: RotaHouse) -> None:
    """Nobody is paged who is gone, and the gap shows."""
    from helpline.service.staff import remove_staff

    ana = next(s for s in shifts.line.store.staff.staff_list() if s.name == "Ana Ruiz")
    assert remove_staff(shifts.line, ana.id)

    assert shifts.here() == []
    assert [s.staff for s in shifts.line.store.staff.rota().shifts].count(ana.id) == 0


def test_what_is_written_is_read_back_the_same(shifts: RotaHouse) -> None:
    """A rota and its covers go out to a calendar and come back."""
    cover(shifts.line, Swap("Cleo Park", "Ana Ruiz", "2026-11-23T13:00", "2026-11-23T15:00"))
    moments = [_new_york(day, hour) for day in range(23, 30) for hour in (3, 9, 14, 18)]
    before = [(shifts.at(m), shifts.here()) for m in moments]
    shifts.at(NOON)
    data = rota_of(shifts.line)

    put_on_call(shifts.line, ["Bea Stone"])
    assert uncover(shifts.line, "Ana Ruiz") == 1
    assert take_rota(shifts.line, data).faults == ()

    assert [(shifts.at(m), shifts.here()) for m in moments] == before


def test_a_shift_of_somebody_who_has_just_left_stops_no_export(shifts: RotaHouse) -> None:
    """It may be written in the second in which she is taken off the staff."""
    book, line = shifts.line.store.staff, shifts.line
    stray = replace(book.rota().shifts[0], id="stray", staff=StaffId("s_gone"))
    away = Cover("c_1", StaffId("s_gone"), stray.staff, line.now(), line.now() + timedelta(hours=1))
    book.set_shifts([*book.rota().shifts, stray], [away], line.now())
    assert b"SUMMARY:Ana Ruiz" in rota_of(line) and b"gone" not in rota_of(line)


def test_an_order_can_be_written_and_read_too(house: RotaHouse) -> None:
    """It becomes whole days without end, with priorities."""
    put_on_call(house.line, ["Bea Stone", "Ana Ruiz"])

    found = take_rota(house.line, rota_of(house.line))

    assert found.faults == () and house.here() == ["Bea Stone", "Ana Ruiz"]


@pytest.mark.parametrize(
    ("swap", "says"),
    [
        (Swap("Nobody", "Ana Ruiz", "2026-11-24T08:00", "2026-11-24T20:00"), "nobody called"),
        (Swap("Bea Stone", "Who", "2026-11-24T08:00", "2026-11-24T20:00"), "nobody called"),
        (Swap("Ren Poe", "Ana Ruiz", "2026-11-24T08:00", "2026-11-24T20:00"), "is not paged"),
        (Swap("Ana Ruiz", "Ana Ruiz", "2026-11-24T08:00", "2026-11-24T20:00"), "two people"),
        (Swap("Bea Stone", "Ana Ruiz", "tomorrow", "2026-11-24T20:00"), "is no time"),
        (Swap("Bea Stone", "Ana Ruiz", "2026-11-24T20:00", "2026-11-24T08:00"), "ends before"),
        (Swap("Bea Stone", "Ana Ruiz", "2026-11-22T08:00", "2026-11-22T20:00"), "is over"),
        (Swap("Bea Stone", "Ana Ruiz", "2036-11-24T08:00", "2036-11-24T20:00"), "year"),
    ],
)
def test_a_wrong_cover_is_explained_and_changes_nothing(house: RotaHouse, swap: Swap, says: str) -> None:
    """Each slip has its own sentence."""
    refused = cover(house.line, swap)

    assert isinstance(refused, str) and says in refused
    assert house.line.store.staff.rota().covers == ()


def test_a_second_cover_for_the_same_time_is_refused(house: RotaHouse) -> None:
    """Two people who each believe the other comes are worse than none."""
    cover(house.line, Swap("Bea Stone", "Ana Ruiz", "2026-11-24T08:00", "2026-11-24T20:00"))

    refused = cover(house.line, Swap("Cleo Park", "Ana Ruiz", "2026-11-24T19:00", "2026-11-25T08:00"))

    assert isinstance(refused, str) and "Bea Stone covers Ana Ruiz" in refused


@pytest.mark.parametrize(
    ("names", "says"),
    [
        (["Ana Ruiz", "ana ruiz"], "named twice"),
        (["Ana Ruiz", "Zoe"], "nobody called"),
        (["Ren Poe"], "is not paged"),
    ],
)
def test_a_wrong_order_is_explained_and_changes_nothing(
    house: RotaHouse, names: list[str], says: str
) -> None:
    """The order stays as it was."""
    refused = put_on_call(house.line, names)

    assert isinstance(refused, str) and says in refused
    assert house.here() == ["Ana Ruiz", "Bea Stone", "Cleo Park"]
