"""Texts that may not have left: staff see them on the board and decide on each."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from helpline.gateway.port import CarrierUnknown
from helpline.gateway.recorder import RecordingCarrier
from helpline.store.port import ItemId, Status
from tests.console.desk import House
from tests.service import house as service


@pytest.fixture
def doubted(house: House) -> ItemId:
    """Let a check-in be in doubt, until it was looked for."""
    assert house.bench is not None
    lost = RecordingCarrier(before=lambda item: CarrierUnknown("no answer"))
    now = house.line.now().replace(microsecond=0)
    behind = service.House(house.line.store, lost, service.Clock(now))
    _, (item,) = behind.plan(service.text(not_before=now, expires=now + timedelta(hours=1)))
    behind.work()
    house.bench.shift(180)
    return item


@pytest.mark.parametrize(("do", "then"), [("again", Status.READY), ("leave", Status.FAILED)])
def test_staff_see_a_text_in_doubt_and_decide(house: House, doubted: ItemId, do: str, then: Status) -> None:
    """Kind and age are shown, sending it again and leaving it are offered; then it is gone from the board."""
    browser = house.browser("Ana Ruiz")
    browser.get("/")
    assert "Texts that may not have left" in browser.page
    assert re.search(r"Check-?in, 3 min(utes)? ago", browser.page, re.IGNORECASE)
    (path,) = re.findall(r'action="/console(/[^"]*unsure[^"]*)"', browser.page)
    page = browser.act("/", path, do=do)
    assert "Texts that may not have left" not in page
    found = house.line.store.item(doubted)
    assert found is not None and found.status is then
