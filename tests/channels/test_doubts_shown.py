"""Texts that may not have left show where machines look, without saying whose they are."""

from __future__ import annotations

from datetime import timedelta

from helpline.gateway.port import CarrierUnknown
from helpline.gateway.recorder import RecordingCarrier
from helpline.service.board import decide_unsure
from helpline.store.port import Item
from helpline.wiring import Helpline
from tests.channels.webhooks import Carrier
from tests.service.house import SHE, Clock, House, text


def _doubt(helpline: Helpline) -> Item:
    """Let a check-in be in doubt for three minutes by the helpline's clock."""
    line = helpline.line()
    house = House(
        line.store,
        RecordingCarrier(before=lambda item: CarrierUnknown("no answer")),
        Clock(line.now().replace(microsecond=0) - timedelta(minutes=3)),
    )
    now = house.clock.now()
    _, (id,) = house.plan(text(not_before=now, expires=now + timedelta(hours=1)))
    house.work()
    item = line.store.item(id)
    assert item is not None
    return item


def test_readiness_and_metrics_tell_of_texts_in_doubt(helpline: Helpline) -> None:
    """Nothing is taken out of service for them; an alarm can be set on their number."""
    item, client = _doubt(helpline), Carrier(helpline).client
    try:
        ready, shown = client.get("/readyz").text, client.get("/metrics").text
    finally:
        assert decide_unsure(helpline.line(), item.id, again=False)
    assert "may not have left" in ready
    assert 'helpline_doubted_sends_count{kind="checkin"} 1.0' in shown
    assert SHE not in ready + shown and item.person not in ready + shown
    assert 'helpline_doubted_sends_count{kind="checkin"} 1.0' not in client.get("/metrics").text
