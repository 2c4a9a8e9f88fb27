"""Delivery reports as carriers bring them: early, doubled, swapped, or never; over HTTP, signed."""

from __future__ import annotations

from typing import cast

import pytest

from tests.cli.test_run import eventually
from tests.journeys.conftest import Journey

DISORDER = ("early", "double", "reorder", "lost")


def _told(journey: Journey, number: str) -> int:
    """Return how often she was told that someone has been alerted."""
    return sum("has been told" in text or "alerted" in text for text in journey.heard(number))


def _calls(journey: Journey, number: str) -> int:
    found = journey.at_carrier(f"/phone/api/calls?person={number.replace('+', '%2B')}")
    return len(cast("list[object]", found["calls"]))


@pytest.mark.parametrize("kind", DISORDER)
def test_a_page_whose_answer_was_lost_goes_once_however_it_is_reported(journey: Journey, kind: str) -> None:
    """The carrier took the page, but its answer never came: a report proves it, or a look at its list."""
    nurse, her = journey.nurse(), journey.number()
    journey.disorder(
        {"point": "callback", "kind": kind, "to": nurse},
        {"point": "rest", "kind": "reset_after", "next": 1, "to": nurse},
    )

    journey.text(her, "i passed out and there is blood everywhere")
    assert eventually(lambda: len(journey.heard(nurse)) == 1)
    if kind == "lost":
        assert journey.running.command("clock", "advance", "95s").returncode == 0
    assert eventually(lambda: _told(journey, her) == 1)
    journey.settle()

    assert len(journey.heard(nurse)) == 1 and _told(journey, her) == 1


@pytest.mark.parametrize("kind", DISORDER)
def test_a_page_that_is_lost_climbs_one_rung_however_it_is_reported(journey: Journey, kind: str) -> None:
    """Her phone takes no texts: she is called, once; without a report when the rung's time is over."""
    nurse, her = journey.nurse(), journey.number()
    journey.at_carrier(f"/phone/api/phones/{nurse}", {"behaviour": "blocked"})
    journey.disorder({"point": "callback", "kind": kind, "to": nurse})

    journey.text(her, "i passed out and there is blood everywhere")
    if kind == "lost":
        assert eventually(lambda: _told(journey, her) == 1)
        assert journey.running.command("clock", "advance", "2m").returncode == 0
    assert eventually(lambda: _calls(journey, nurse) == 1)
    journey.settle()

    assert _calls(journey, nurse) == 1
