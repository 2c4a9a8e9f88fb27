"""The rota and the staff at the console."""

from __future__ import annotations

import json

import pytest

from helpline.service.rota import on_duty
from helpline.service.rota_file import take_rota
from tests.console.desk import PHONES, House
from tests.service.test_rota import DAYS


def _here(house: House) -> list[str]:
    return [s.name for s in on_duty(house.line.store.staff, house.line.now())]


def test_anybody_goes_on_and_off_call_herself(house: House) -> None:
    """Her own place, back where it was."""
    browser = house.browser("Ana Ruiz")
    ana = house.staff["Ana Ruiz"]
    assert "Off call" in browser.act("/rota", "/rota/duty", who=ana, do="off")
    assert _here(house) == ["Bea Stone", "Cleo Park"]
    browser.act("/rota", "/rota/duty", who=ana, do="on")
    assert _here(house) == ["Ana Ruiz", "Bea Stone", "Cleo Park"]


def test_others_are_arranged_by_who_leads(house: House) -> None:
    """A nurse cannot; an administrator can, and who is off stays off."""
    nurse, admin = house.browser("Ana Ruiz"), house.browser("admin")
    nurse.get("/rota")
    assert nurse.send("/rota/duty", who=house.staff["Bea Stone"], do="off").status_code == 403
    admin.act("/rota", "/rota/duty", who=house.staff["Bea Stone"], do="off")
    admin.act("/rota", "/rota/order", who=house.staff["Cleo Park"], do="up")
    assert _here(house) == ["Cleo Park", "Ana Ruiz"]
    admin.act("/rota", "/rota/duty", who=house.staff["Bea Stone"], do="on")
    assert _here(house) == ["Cleo Park", "Ana Ruiz", "Bea Stone"]


def test_gaps_are_named(house: House) -> None:
    """No supervisor, one alone, nobody."""
    admin = house.browser("admin")
    assert "There is no supervisor" in admin.get("/rota").text
    for name in ("Bea Stone", "Cleo Park"):
        admin.act("/rota", "/rota/duty", who=house.staff[name], do="off")
    assert "Only Ana Ruiz is on call" in admin.get("/rota").text
    admin.act("/rota", "/rota/duty", who=house.staff["Ana Ruiz"], do="off")
    assert "Nobody is on call" in admin.get("/rota").text


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"name": "", "phone": "+12025550123", "role": "nurse"}, "Give a name"),
        ({"name": "Dee", "phone": "12", "role": "nurse"}, "no phone number"),
        ({"name": "Dee", "phone": "+12025550123", "role": "queen"}, "no role"),
        ({"name": "ana ruiz", "phone": "+12025550123", "role": "nurse"}, "There is a ana ruiz already"),
        ({"name": "Dee", "phone": "+12025550190", "role": "nurse"}, "Ana Ruiz's already"),
    ],
)
def test_a_wrong_entry_is_explained(house: House, fields: dict[str, str], words: str) -> None:
    """Nothing is written, and the page says what is wrong."""
    admin = house.browser("admin")
    admin.get("/rota")
    answer = admin.send("/staff/add", languages="en", **fields)
    assert words in answer.text.replace("&#39;", "'")
    assert len(house.line.store.staff.staff_list()) == 3


def test_only_an_administrator_changes_the_staff(house: House) -> None:
    """No form for others, and none is taken from them."""
    nurse = house.browser("Ana Ruiz")
    page = nurse.get("/rota").text
    assert "Add someone" not in page
    token = page.split('name="token" value="')[1].split('"')[0]
    for path in ("/staff/add", "/staff/remove", "/staff/password"):
        answer = nurse.client.post(f"/console{path}", data={"token": token, "who": house.staff["Bea Stone"]})
        assert answer.status_code == 403


def test_who_leads_sends_test_pages_and_sees_who_answered(house: House) -> None:
    """One button for everybody; a nurse has none."""
    assert house.bench is not None
    admin, nurse = house.browser("admin"), house.browser("Ana Ruiz")
    assert "Send a test page" not in nurse.get("/rota").text
    page = admin.act("/rota", "/rota/test")
    assert "Test pages are on their way" in page and page.count("not answered yet") == 3

    house.bench.answer(json.dumps({"staff": PHONES["Ana Ruiz"], "body": "TEST"}))

    page = admin.get("/rota").text
    assert page.count("not answered yet") == 2 and "answered</span>" in page


def test_shifts_show_who_is_next_and_are_not_moved_by_hand(house: House) -> None:
    """With shifts in force nobody changes their order by a slip."""
    admin = house.browser("admin")
    admin.get("/rota")
    assert take_rota(house.line, DAYS.replace("bea stone", "Cleo Park").encode()).faults == ()

    page = admin.get("/rota").text
    assert "<h2>Next</h2>" in page and "Cleo Park" in page and "Move up" not in page


def test_a_stale_page_cannot_put_an_order_over_shifts(house: House) -> None:
    """The form of a page that was open before the shifts came does nothing, and says so."""
    admin = house.browser("admin")
    admin.get("/rota")
    take_rota(house.line, DAYS.encode())

    answer = admin.send("/rota/order", who=house.staff["Bea Stone"], do="up")

    assert answer.location.endswith("said=shifts") and len(house.line.store.staff.rota().shifts) == 2
