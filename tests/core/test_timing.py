"""Local time: quiet hours, her own terms, and the two days a year on which clocks change."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpline.privacy.zone import zones
from helpline.triage.timing import Hours

NEW_YORK, LOS_ANGELES = ZoneInfo("America/New_York"), ZoneInfo("America/Los_Angeles")
MOMENTS = st.integers(0, 3 * 366 * 24 * 60).map(
    lambda m: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=m)
)
NIGHT = Hours((NEW_YORK,), time(21), time(8))


def at(year: int, month: int, day: int, hour: int, minute: int = 0) -> datetime:
    """Return a local time of New York in UTC."""
    return datetime(year, month, day, hour, minute, tzinfo=NEW_YORK).astimezone(UTC)


@pytest.mark.parametrize(
    ("evening", "morning"),
    [
        (at(2026, 11, 23, 23), at(2026, 11, 24, 8)),
        (at(2027, 3, 13, 23), at(2027, 3, 14, 8)),
        (at(2026, 10, 31, 23), at(2026, 11, 1, 8)),
    ],
    ids=["any night", "the clocks go forward", "the clocks go back"],
)
def test_a_text_of_the_night_waits_for_eight(evening: datetime, morning: datetime) -> None:
    """Eight on her clock, also in the short and in the long night."""
    assert NIGHT.quiet(evening) and NIGHT.open(evening) == morning


def test_the_hour_of_a_day_is_hers_before_and_after_the_clocks_change() -> None:
    """Eleven stays eleven on the wall, though UTC moves."""
    first = at(2026, 10, 30, 9)
    assert NIGHT.at(first, 1, 11) == at(2026, 10, 31, 11)
    assert NIGHT.at(first, 3, 11) == at(2026, 11, 2, 11)
    assert NIGHT.at(first, 3, 11) - NIGHT.at(first, 1, 11) == timedelta(hours=49)


@given(MOMENTS)
def test_no_open_time_is_ever_at_night(moment: datetime) -> None:
    """Whatever the day, what is let through is after eight and before nine in the evening, and soon."""
    open_ = NIGHT.open(moment)
    assert 8 <= open_.astimezone(NEW_YORK).hour < 21
    assert timedelta(0) <= open_ - moment <= timedelta(hours=12, minutes=15)


@given(MOMENTS)
def test_where_the_zone_is_in_doubt_it_is_night_if_it_is_night_anywhere(moment: datetime) -> None:
    """A number of two zones is woken in neither."""
    open_ = Hours((NEW_YORK, LOS_ANGELES), time(21), time(8)).open(moment)
    assert all(8 <= open_.astimezone(zone).hour < 21 for zone in (NEW_YORK, LOS_ANGELES))


def test_her_own_terms_narrow_the_day() -> None:
    """After six in the evening, and not on Saturday or Sunday."""
    hers = Hours((NEW_YORK,), time(21), time(8), from_hour=18, weekends=False)
    friday_night = at(2026, 11, 27, 22)
    assert hers.open(friday_night) == at(2026, 11, 30, 18)


@pytest.mark.parametrize(
    ("number", "there"),
    [
        ("+12125550100", ("America/New_York",)),
        ("+19165550100", ("America/Los_Angeles",)),
        ("+442079460000", ("Europe/London",)),
        ("+18005550100", ()),
        ("+15555550100", ()),
        ("", ()),
    ],
)
def test_a_number_tells_its_zone_or_nothing(number: str, there: tuple[str, ...]) -> None:
    """Area codes tell it; toll-free, invented and withheld numbers do not."""
    assert zones(number) == there
