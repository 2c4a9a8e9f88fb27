"""H34: when more waits than the sender may send, kind words wait first; whoever runs it is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from helpline.gateway.recorder import RecordingCarrier
from helpline.service.delivery import SUPPORT_YIELDS, drain
from helpline.store.port import Status
from helpline.triage.state import Agreement, Channel, Consent
from tests.service.house import NOON, House, text

AGREED = Consent(tuple(Agreement(p, "words", NOON, Channel.SMS) for p in ("checkins", "support")))


@pytest.mark.parametrize(("backlog", "later"), [(SUPPORT_YIELDS + 1, timedelta(hours=1)), (30, None)])
def test_h34_kind_words_wait_an_hour_when_the_line_is_overloaded(
    house: House, recorder: RecordingCarrier, backlog: float, later: timedelta | None
) -> None:
    """What somebody waits for keeps its turn; a short queue is nothing to yield to."""
    line = replace(house.line, pace=lambda segments, urgent: 0.0 if urgent else backlog)
    person, (item,) = house.plan(
        text("thinking of you", kind="support", expires=NOON + timedelta(hours=20)), consent=AGREED
    )
    assert drain(line, person) == 0
    found = house.store.item(item)
    assert found is not None and found.status is Status.READY
    expected = later if later is not None else timedelta(seconds=backlog)
    assert found.not_before == NOON + expected


def test_h34_kind_words_that_would_come_too_late_are_dropped(house: House) -> None:
    """A day-old kind text is no kindness."""
    line = replace(house.line, pace=lambda segments, urgent: 0.0 if urgent else SUPPORT_YIELDS + 1)
    person, (item,) = house.plan(
        text("thinking of you", kind="support", expires=NOON + timedelta(minutes=30)), consent=AGREED
    )
    drain(line, person)
    found = house.store.item(item)
    assert found is not None and found.status is Status.DROPPED
