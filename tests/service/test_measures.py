"""How soon staff answer: taken once a case, without anything personal, and only told where it is known."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from helpline.observe import metrics
from helpline.service.measures import expected_wait, summaries
from helpline.triage.state import Level
from tests.service.rota_house import RotaHouse


@pytest.fixture
def house() -> RotaHouse:
    """Two nurses and a supervisor, at noon."""
    return RotaHouse.open()


def _taken(house: RotaHouse, n: int, seconds: int) -> None:
    out = house.give(**{"from": f"+1555555{n:04d}", "body": "i passed out and im bleeding"})
    code = out["escalations"][0]["case"]
    house.pass_by(seconds=seconds)
    house.text("Ana Ruiz", f"ACK {code}")
    house.text("Ana Ruiz", f"ACK {code}")
    house.text("Ana Ruiz", f"DONE {code}")


def test_times_are_taken_once_a_case(house: RotaHouse) -> None:
    """To the page, and to someone taking it."""
    for n, seconds in enumerate((10, 20, 90)):
        _taken(house, n, seconds)

    found = {s.what: s for s in summaries(house.line)}

    assert found["page"].count == 3 and found["page"].slowest <= 1
    assert (found["acknowledge"].count, round(found["acknowledge"].median)) == (3, 20)
    assert round(found["acknowledge"].slowest) == 90 and found["acknowledge"].level == "emergency"


def test_only_the_first_page_of_a_case_counts(house: RotaHouse) -> None:
    """What is paged rung after rung says nothing of how soon the first page left."""
    house.give(**{"from": "+15555550100", "body": "i passed out and im bleeding"})
    house.pass_by(minutes=5)

    (page,) = summaries(house.line)

    assert (page.what, page.count) == ("page", 1) and page.slowest <= 1


def test_a_wait_is_expected_only_from_real_figures(house: RotaHouse) -> None:
    """Two cases say nothing yet; three do; another level still says nothing."""
    _taken(house, 1, 60)
    _taken(house, 2, 120)
    assert expected_wait(house.line, Level.EMERGENCY) is None

    _taken(house, 3, 30)

    wait = expected_wait(house.line, Level.EMERGENCY)
    assert wait is not None and timedelta(seconds=59) < wait < timedelta(seconds=62)
    assert expected_wait(house.line, Level.ROUTINE) is None


def _count(shown: str) -> float:
    """Return how many emergencies were taken so far in this process."""
    found = re.search(r'^helpline_case_acknowledge_seconds_count\{level="emergency"\} (\S+)$', shown, re.M)
    return float(found[1]) if found else 0.0


def test_the_histograms_hold_levels_and_nothing_else() -> None:
    """Prometheus sees how long each step took."""
    before = metrics.exposition(None, {}).decode()
    metrics.took("acknowledge", "emergency", 42.0)

    shown = metrics.exposition(None, {}).decode()

    assert _count(shown) == _count(before) + 1
    assert "helpline_case_page_seconds" in shown and "helpline_case_contact_seconds" in shown
