"""H37: numbers that nobody rang, or not of late, show where machines look, and at the start."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from helpline.service.numbers import to_ring
from helpline.triage.flow import Region
from helpline.wiring import Helpline
from tests.channels.webhooks import Carrier


def _rung(region: Region, **days: str) -> Region:
    """Return the region with all numbers rung in November, but for those named."""
    all_rung = {id: replace(r, verified_on="2026-11-01") for id, r in region.resources.items()}
    named = {id: replace(all_rung[id], verified_on=day) for id, day in days.items()}
    return replace(region, resources=all_rung | named)


@pytest.mark.parametrize(
    ("days", "never", "old"),
    [
        ({}, [], []),
        ({"lifeline": ""}, ["lifeline"], []),
        ({"poison": "2026-08-24"}, [], ["poison"]),
        ({"poison": "2026-08-25"}, [], []),
        ({"lifeline": "", "poison": "2025-01-01"}, ["lifeline"], ["poison"]),
    ],
)
def test_numbers_never_rung_and_rung_over_90_days_ago_are_told_apart(
    helpline: Helpline, days: dict[str, str], never: list[str], old: list[str]
) -> None:
    """A day written down counts for 90 days."""
    found = to_ring(_rung(helpline.flow.region, **days), date(2026, 11, 23))
    assert [r.id for r in found.never] == never
    assert [r.id for r in found.old] == old


def test_readiness_names_the_numbers_that_wait_to_be_rung(helpline: Helpline) -> None:
    """As a notice, with file and remedy: no other server would mend it."""
    answer = Carrier(helpline).client.get("/readyz").json
    assert answer is not None
    notice = next(n for n in answer["notices"] if "rung" in n)
    assert "988 Suicide & Crisis Lifeline" in notice
    assert "flows/regions/us.yaml" in notice
    assert "numbers" not in answer["checks"]


def test_the_metrics_count_the_numbers_that_wait_to_be_rung(helpline: Helpline) -> None:
    """An alarm can be set on them."""
    given = len(helpline.flow.region.resources)
    shown = Carrier(helpline).client.get("/metrics").text
    assert f'helpline_numbers_count{{kind="given"}} {given}.0' in shown
    assert f'helpline_numbers_count{{kind="never_rung"}} {given}.0' in shown
    assert 'helpline_numbers_count{kind="rung_too_long_ago"} 0.0' in shown
