"""A gap in the rota shows where machines look, without taking the line from whoever texts (hazard H16)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from helpline.service.planning import put_on_call
from helpline.service.staff import Newcomer, add_staff, remove_staff
from helpline.wiring import Helpline
from tests.channels.webhooks import Carrier


@pytest.fixture(autouse=True)
def _staff_leave_again(helpline: Helpline) -> Iterator[None]:
    """Leave the helpline of this folder without staff, as it was."""
    yield
    line = helpline.line()
    for staff in line.store.staff.staff_list():
        remove_staff(line, staff.id)


def _ready(helpline: Helpline) -> tuple[bool, str | None]:
    """Return whether `/readyz` counts the rota as in order, and what it says of it."""
    answer = Carrier(helpline).client.get("/readyz")
    assert answer.json is not None
    checks = answer.json["checks"]
    others = all(check["ok"] for name, check in checks.items() if name != "rota")
    assert answer.json["ready"] is others and (answer.status_code == 200) is others
    return checks["rota"]["ok"], checks["rota"]["problem"]


def test_a_rota_with_nobody_is_named_and_does_not_stop_the_line(helpline: Helpline) -> None:
    """Whoever texts is still answered: 503 would send her to the fallback for want of a nurse."""
    assert _ready(helpline) == (False, "Nobody on the staff can be paged: add a nurse with a phone.")

    line = helpline.line()
    ana = add_staff(line, Newcomer("Ana Ruiz", "+12025550190", "nurse"))
    assert not isinstance(ana, str)
    assert _ready(helpline) == (True, None)

    line.store.staff.set_duty(ana.id, line.now(), on=False)
    assert _ready(helpline) == (False, "Nobody is on call: a page goes to all staff.")
    put_on_call(line, ["Ana Ruiz"])
    assert _ready(helpline)[0]


def test_the_metrics_count_who_is_on_call_and_name_nobody(helpline: Helpline) -> None:
    """An alarm can be set on them."""
    line = helpline.line()
    add_staff(line, Newcomer("Ana Ruiz", "+12025550190", "nurse"))

    shown = Carrier(helpline).client.get("/metrics").text

    assert 'helpline_rota_count{kind="on_call"} 1.0' in shown
    assert 'helpline_rota_count{kind="gaps_ahead"} 0.0' in shown
    assert 'helpline_rota_count{kind="phones_not_working"} 0.0' in shown
    assert "Ana" not in shown
