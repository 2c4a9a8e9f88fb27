"""Test pages, phones that do not work, and the daily word to supervisors."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from helpline.gateway.recorder import RecordingCarrier
from helpline.service import phones
from helpline.service.delivery import report
from helpline.service.gaps import in_words
from helpline.service.planning import put_on_call
from helpline.service.rota_report import report_if_due
from helpline.service.staff import Newcomer, add_staff
from helpline.store.port import Item
from tests.service.house import House
from tests.service.rota_house import PHONES, ROLES, RotaHouse


@pytest.fixture
def desk() -> RotaHouse:
    """Two nurses, a supervisor and a reviewer, in memory."""
    return RotaHouse.open()


def _pages(house: RotaHouse) -> list[tuple[str, str]]:
    return [(o["to"], o["body"]) for o in house.pass_by(seconds=1)["outbound"]]


def test_a_test_page_goes_to_everybody_who_can_be_paged(desk: RotaHouse) -> None:
    """Also to who is off call: the safety net pages them too. Reviewers are never paged."""
    desk.text("Ana Ruiz", "OFF")

    sent = phones.test(desk.line)

    assert [s.name for s in sent] == ["Ana Ruiz", "Bea Stone", "Cleo Park"]
    pages = [to for to, body in _pages(desk) if "no case" in body]
    assert sorted(pages) == [PHONES[n] for n in ("Ana Ruiz", "Bea Stone", "Cleo Park")]


def test_who_answered_a_test_is_listed(desk: RotaHouse) -> None:
    """One answers, the others are named once the hour is over."""
    phones.test(desk.line)
    desk.pass_by(seconds=30)
    assert "works" in desk.text("Bea Stone", "test")

    words = {one.staff.name: one.word for one in phones.tested(desk.line)}
    assert words == {"Ana Ruiz": "not answered yet", "Bea Stone": "answered", "Cleo Park": "not answered yet"}
    desk.pass_by(hours=2)
    assert [in_words(desk.line, gap) for gap in phones.broken(desk.line)] == [
        "Ana Ruiz: no answer to the last test.",
        "Cleo Park: no answer to the last test.",
    ]


def test_a_test_is_answered_though_a_question_to_her_is_open(desk: RotaHouse) -> None:
    """A nurse is a person too, and her phone works all the same."""
    desk.give(**{"from": PHONES["Ana Ruiz"], "body": "im bleeding"})
    desk.pass_by(seconds=30)
    phones.test(desk.line)

    assert "works" in desk.text("Ana Ruiz", "TEST")


def test_test_without_a_test_is_her_own_word(desk: RotaHouse) -> None:
    """Nothing was asked, so nothing is answered in its place."""
    out = desk.give(staff=PHONES["Ana Ruiz"], body="TEST")

    assert "works" not in " ".join(out["replies"])
    assert phones.tested(desk.line)[0].phone.answered is None


def test_a_phone_that_sent_stop_is_named(desk: RotaHouse) -> None:
    """The carrier lets no page through to it any more."""
    desk.give(**{"from": PHONES["Bea Stone"], "body": "STOP"})

    assert [in_words(desk.line, gap) for gap in phones.broken(desk.line)] == [
        "Bea Stone: this phone opted out. It must text START."
    ]


@pytest.fixture
def staffed(house: House) -> House:
    """The same staff on a real store."""
    for name, role in ROLES.items():
        house.clock.pass_by(seconds=1)
        assert not isinstance(add_staff(house.line, Newcomer(name, PHONES[name], role, "en")), str)
    return house


def _sent(house: House, recorder: RecordingCarrier) -> list[Item]:
    house.work()
    return [s.item for s in recorder.collect()]


def test_a_page_that_bounces_names_the_phone_until_one_arrives(
    staffed: House, recorder: RecordingCarrier
) -> None:
    """What the carrier reports is what the supervisor hears."""
    phones.test(staffed.line)
    first = next(i for i in _sent(staffed, recorder) if i.to == PHONES["Ana Ruiz"])
    for delivery, code in (("sent", None), ("undelivered", 30006)):
        report(staffed.line, first.id, delivery, "SM1", code)
    assert [in_words(staffed.line, g) for g in phones.broken(staffed.line)] == [
        "Ana Ruiz: pages do not arrive."
    ]

    staffed.clock.pass_by(minutes=1)
    phones.test(staffed.line)
    again = next(i for i in _sent(staffed, recorder) if i.to == first.to)
    report(staffed.line, again.id, "delivered", "SM2", None)
    assert phones.broken(staffed.line) == []


def _morning(house: House, day: int = 24, hour: int = 14) -> None:
    house.clock.time = datetime(2026, 11, day, hour, 0, tzinfo=UTC)


def test_supervisors_hear_once_a_day_whoever_asks_and_however_often(
    staffed: House, recorder: RecordingCarrier
) -> None:
    """Once from the hour on, and again the next day; a crash between text and mark sends no second."""
    put_on_call(staffed.line, ["Ana Ruiz"])
    _morning(staffed, hour=12)  # seven in New York
    assert report_if_due(staffed.line) == 0

    _morning(staffed)
    assert [report_if_due(staffed.line) for _ in range(3)] == [1, 0, 0]
    staffed.store.pagers.set_reported("")
    assert report_if_due(staffed.line) == 0

    sent = _sent(staffed, recorder)
    assert [(i.to, i.kind) for i in sent] == [(PHONES["Cleo Park"], "notice")]
    assert "safety at home" in sent[0].body
    _morning(staffed, day=25)
    assert report_if_due(staffed.line) == 1


def test_a_day_without_anything_to_say_is_silent(staffed: House, recorder: RecordingCarrier) -> None:
    """A text every morning that says nothing is not read on the morning when it does."""
    assert not isinstance(
        add_staff(staffed.line, Newcomer("Dee Fox", "+12025550194", "safeguarding", "en")), str
    )
    _morning(staffed)

    assert report_if_due(staffed.line) == 0
    assert _sent(staffed, recorder) == []


def test_two_workers_at_once_send_one_report(staffed: House, recorder: RecordingCarrier) -> None:
    """Both see that it is due before either has said so."""
    from concurrent.futures import ThreadPoolExecutor

    _morning(staffed)
    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(lambda _: report_if_due(staffed.line), range(8)))

    assert sum(told) == 1 and len(_sent(staffed, recorder)) == 1
