"""H34 over HTTP: a flood from one phone is cut, counted, and shown where machines look."""

from __future__ import annotations

from dataclasses import replace

from helpline.wiring import Helpline
from tests.channels.webhooks import Carrier


def test_h34_a_flood_is_cut_and_named_in_readiness_and_metrics(helpline: Helpline) -> None:
    """Beyond the limit the answer is empty; a danger sign is still answered in the same response."""
    line = helpline.line()
    few = replace(line.flow, policy=replace(line.flow.policy, flood_most=3))
    carrier = Carrier(replace(helpline, line=lambda: replace(line, flow=few)))
    said = [carrier.text(f"hello {n}") for n in range(6)]
    assert all(said[:4]) and not any(said[4:])
    assert "911" in carrier.text("i just passed out")[0]

    seen = Carrier(helpline).client
    ready = seen.get("/readyz").json
    assert ready is not None
    assert any("faster from one phone than people write" in notice for notice in ready["notices"])
    assert 'helpline_today_count{kind="flooded"}' in seen.get("/metrics").text
