"""Recorded messages at the console: heard by who may, deleted at the carrier, by hand or by the clock."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from helpline.gateway.port import CarrierBusy, CarrierRefused, CarrierUnknown, Sound
from helpline.gateway.recorder import RecordingCarrier
from helpline.service import recordings
from tests.console.desk import HER, House


class Tape(RecordingCarrier):
    """A carrier on which one message lies, and which may be away or have lost it."""

    def __init__(self) -> None:
        super().__init__()
        self.deleted: list[str] = []
        self.asked = 0
        self.trouble: Exception | None = None

    def recording(self, sid: str) -> Sound:
        """Give a sound that tells whose it is."""
        if self.trouble is not None:
            raise self.trouble
        return Sound("audio/mpeg", sid.encode())

    def delete_recording(self, sid: str) -> None:
        """Note what is deleted."""
        self.asked += 1
        if self.trouble is not None:
            raise self.trouble
        self.deleted.append(sid)


@pytest.fixture
def tape(house: House) -> Tape:
    """Put the carrier with the message in place."""
    made = Tape()
    object.__setattr__(house.line, "carrier", made)
    return made


def called(house: House) -> tuple[str, str]:
    """Let her call, reach nobody and leave a message; return the case and the recording."""
    assert house.bench is not None
    for told in ({"call": "start"}, {"digits": "1"}, {"digits": "2"}, {"speech": "it is me"}):
        out = house.bench.answer(json.dumps({"from": HER, **told}))
    code = str(out["escalations"][0]["case"])
    record = house.line.store.find_case(code)
    assert record is not None
    message = recordings.of_case(house.line, record)[0]
    recordings.keep(house.line, message.sid)
    return code, message.sid


def test_who_has_logged_in_hears_it_and_it_goes_an_hour_later(house: House, tape: Tape) -> None:
    """Fetched by us; the look is in the journal; an hour later it is deleted at the carrier."""
    code, sid = called(house)
    browser = house.browser("Ana Ruiz")
    assert "She left a message" in browser.get(f"/case/{code}").text
    sound = browser.get(f"/case/{code}/message/1")
    assert sound.data == sid.encode() and sound.content_type == "audio/mpeg"
    assert "no-store" in sound.headers["Cache-Control"]
    assert "listened to her message" in browser.get(f"/case/{code}").text
    now = house.line.now()
    assert recordings.sweep(house.line, now + timedelta(minutes=59)) == 0
    assert recordings.sweep(house.line, now + timedelta(minutes=61)) == 1
    assert tape.deleted == [sid]
    assert "It is deleted" in browser.get(f"/case/{code}").text
    assert browser.get(f"/case/{code}/message/1").status_code == 404


def test_without_login_nobody_hears_anything(house: House, tape: Tape) -> None:
    """The door is shut, and the message does not begin to run out."""
    code, sid = called(house)
    assert house.browser().get(f"/case/{code}/message/1").status_code == 303
    until = house.line.store.recordings.until(sid)
    assert until is not None and until > house.line.now() + timedelta(hours=2)


def test_a_message_on_a_case_about_safety_is_for_trained_staff(house: House, tape: Tape) -> None:
    """Others neither see nor hear it."""
    code, _ = called(house)
    assert house.bench is not None
    house.bench.answer(json.dumps({"from": HER, "body": "my husband hits me"}))
    browser = house.browser("Ana Ruiz")
    assert "She left a message<" not in browser.get(f"/case/{code}").text
    assert browser.get(f"/case/{code}/message/1").status_code == 403
    assert house.browser("Cleo Park").get(f"/case/{code}/message/1").status_code == 200


def test_it_is_deleted_by_hand_or_as_soon_as_the_carrier_answers(house: House, tape: Tape) -> None:
    """The carrier away: the message stays on the list and goes at the next sweep; gone already is gone."""
    code, sid = called(house)
    tape.trouble = CarrierBusy("away")
    browser = house.browser("Ana Ruiz")
    page = browser.act(f"/case/{code}", f"/case/{code}/message/1/delete")
    assert "is deleted at the carrier" in page and tape.deleted == []
    tape.trouble = None
    assert recordings.sweep(house.line, house.line.now()) == 1 and tape.deleted == [sid]


def test_a_carrier_that_hangs_is_asked_once_a_sweep(house: House, tape: Tape) -> None:
    """Each try may take ten seconds, and the sweep shares its job with pages of unknown fate."""
    for n in range(5):
        recordings.keep(house.line, f"RE{n:032x}")
    tape.trouble = CarrierUnknown("no answer")
    assert recordings.sweep(house.line, house.line.now() + timedelta(days=4)) == 0
    assert tape.asked == 1


def test_what_the_carrier_has_lost_is_off_the_list(house: House, tape: Tape) -> None:
    """404 on deleting counts as deleted; it is not asked for ever."""
    _, sid = called(house)
    tape.trouble = CarrierRefused(20404)
    assert recordings.sweep(house.line, house.line.now() + timedelta(days=4)) == 1
    assert house.line.store.recordings.until(sid) is None


def test_a_carrier_that_does_not_answer_is_said_plainly(house: House, tape: Tape) -> None:
    """The message is not lost by a failed listening."""
    code, _ = called(house)
    tape.trouble = CarrierBusy("away")
    answer = house.browser("Ana Ruiz").get(f"/case/{code}/message/1")
    assert answer.status_code == 502
    tape.trouble = None
    assert house.browser("Ana Ruiz").get(f"/case/{code}/message/1").status_code == 200
