"""A faulty rota file is explained line by line, and nothing of it counts."""

from __future__ import annotations

import pytest

from helpline.service.rota_file import take_rota
from tests.service.rota_house import RotaHouse

GOOD = {
    "UID": "one",
    "SUMMARY": "Ana Ruiz",
    "DTSTART": ";TZID=America/New_York:20261124T080000",
    "DTEND": ";TZID=America/New_York:20261124T200000",
}


def _event(**changed: str | None) -> str:
    lines = {**GOOD, **changed}
    written = [f"{k}{v if v[:1] in ';:' else f':{v}'}" for k, v in lines.items() if v is not None]
    return "\n".join(["BEGIN:VEVENT", *written, "END:VEVENT"])


def _file(*events: str) -> bytes:
    return "\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", *events, "END:VCALENDAR", ""]).encode()


@pytest.fixture
def house() -> RotaHouse:
    """Two nurses, a supervisor and a reviewer."""
    return RotaHouse.open()


@pytest.mark.parametrize(
    ("event", "line", "says"),
    [
        (_event(SUMMARY="Zoe Who"), 5, "nobody called 'Zoe Who'"),
        (_event(SUMMARY="Ren Poe"), 5, "is not paged"),
        (_event(DTSTART=":20261124T080000"), 6, "no time zone"),
        (_event(DTSTART=";VALUE=DATE:20261124"), 6, "a day without hours"),
        (_event(DTSTART=";TZID=Mars/Base:20261124T080000"), 6, ""),
        (_event(DTSTART=":yesterday"), 6, "DTSTART"),
        (_event(DTSTART=None), 3, "no DTSTART"),
        (_event(DTEND=None), 6, "no end"),
        (_event(DTEND=";TZID=America/New_York:20261124T080000"), 7, "ends before it begins"),
        (_event(DTEND=";TZID=America/New_York:20261224T080000"), 7, "longer than 7 days"),
        (_event(RRULE="FREQ=HOURLY"), 8, "repeats"),
        (_event(RRULE="nonsense"), 8, "repeats"),
        (_event(RDATE=";TZID=America/New_York:20261125T080000"), 8, "event of its own"),
        (_event(PRIORITY="12"), 8, "PRIORITY is 1"),
        (_event(**{"X-HELPLINE-COVERS": "Zoe"}), 8, "nobody called"),
        ("this is no line", 3, "no property"),
        (
            _event(
                DTSTART=";TZID=America/New_York:20261110T080000",
                DTEND=";TZID=America/New_York:20261110T200000",
            ),
            3,
            "is over",
        ),
        (_event(RRULE="FREQ=DAILY", DTEND=";TZID=America/New_York:20261125T200000"), 3, "overlaps itself"),
        (_event() + "\n" + _event(UID="two"), 9, "overlaps the shift of Ana Ruiz in line 3"),
        (_event() + "\n" + _event(), 10, "used in line 3"),
    ],
)
def test_each_fault_names_its_line_and_changes_nothing(
    house: RotaHouse, event: str, line: int, says: str
) -> None:
    """Whoever wrote the file finds the place at once."""
    found = take_rota(house.line, _file(event))

    assert found.faults and found.faults[0].startswith(f"line {line}: ") and says in found.faults[0]
    assert house.line.store.staff.rota().shifts == ()


def test_all_faults_are_named_at_once(house: RotaHouse) -> None:
    """Nobody mends a file ten times."""
    found = take_rota(house.line, _file(_event(SUMMARY="Zoe"), _event(UID="two", DTEND=None)))

    assert [fault.split(":")[0] for fault in found.faults] == ["line 5", "line 12"]


@pytest.mark.parametrize("data", [b"", b"hello", b"\xff\xfe\x00", b"BEGIN:VCALENDAR\nEND:VCALENDAR\n"])
def test_what_is_no_rota_is_refused(house: RotaHouse, data: bytes) -> None:
    """An empty file must not leave the night without a nurse."""
    assert take_rota(house.line, data).faults
    assert house.here() == ["Ana Ruiz", "Bea Stone", "Cleo Park"]


def test_one_night_of_a_series_can_be_someone_elses(house: RotaHouse) -> None:
    """Calendars write a swap as an event of its own with RECURRENCE-ID."""
    series = _event(RRULE="FREQ=DAILY")
    swapped = _event(SUMMARY="Bea Stone", **{"RECURRENCE-ID": ";TZID=America/New_York:20261124T080000"})

    assert take_rota(house.line, _file(series, swapped)).faults == ()

    house.pass_by(hours=24)
    assert house.here() == ["Bea Stone"]
    house.pass_by(hours=24)
    assert house.here() == ["Ana Ruiz"]


def test_shifts_that_are_over_are_left_out_and_counted(house: RotaHouse) -> None:
    """Calendars export the past too."""
    past = _event(
        UID="past",
        DTSTART=";TZID=America/New_York:20261110T080000",
        DTEND=";TZID=America/New_York:20261110T200000",
    )

    found = take_rota(house.line, _file(past, _event()))

    assert (found.faults, found.over, len(found.shifts)) == ((), 1, 1)


NUMBERS = ",".join(map(str, range(60)))


@pytest.mark.parametrize(
    ("event", "line", "says"),
    [
        (_event(RRULE="FREQ=DAILY;INTERVAL=0"), 8, "INTERVAL"),
        (_event(RRULE="FREQ=DAILY;INTERVAL=-1"), 8, "INTERVAL"),
        (_event(RRULE=f"FREQ=DAILY;BYMINUTE={NUMBERS};BYSECOND={NUMBERS}"), 8, "BYMINUTE"),
        (_event(RRULE="FREQ=DAILY;BYEASTER=1"), 8, "BYEASTER"),
        (_event(DTSTART=":00010101T200000Z", DTEND=None, DURATION="PT1H"), 6, "look at the year"),
        (_event(DTSTART=":99991231T230000Z", DTEND=None, DURATION="PT9H"), 6, "look at the year"),
        (_event(RRULE="FREQ=DAILY", EXDATE=":00010101T200000Z"), 9, "look at the year"),
        (_event(**{"RECURRENCE-ID": ":00010101T200000Z"}), 8, "look at the year"),
        (_event(DTSTART=f";TZID={'A' * 5000}:20261124T080000"), 1, "time zone"),
    ],
)
def test_a_file_that_means_harm_is_refused_in_a_sentence(
    house: RotaHouse, event: str, line: int, says: str
) -> None:
    """Rules without end or with a million times, years nobody lives in, names no disk can hold."""
    found = take_rota(house.line, _file(event))
    assert not found.shifts and not house.line.store.staff.rota().shifts
    assert any(f.startswith(f"line {line}:") and says in f for f in found.faults), found.faults
    assert "/" not in found.faults[0].replace("America/New_York", "")
