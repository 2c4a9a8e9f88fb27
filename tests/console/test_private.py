"""What was told about safety at home stays with who is trained in it, whatever way leads to it."""

from __future__ import annotations

import json

import pytest

from helpline.gateway.port import Sound
from helpline.gateway.recorder import RecordingCarrier
from helpline.service import casework, recordings
from helpline.service.conversation import Sender
from tests.console.desk import HER, House

SAID = ("he is back at six", "is he with you", "police asked to look in", "hits")


def over(house: House) -> str:
    """Let a trained colleague write with her about home and close the case; return its code."""
    code = house.case("my husband hits me")
    browser = house.browser("Cleo Park")
    browser.act(f"/case/{code}", f"/case/{code}/take")
    browser.act(f"/case/{code}", f"/case/{code}/write", words="is he with you")
    house.text("he is back at six")
    browser.act(f"/case/{code}", f"/case/{code}/close", outcome="advised", note="police asked to look in")
    return code


def test_a_later_case_does_not_show_what_a_trained_colleague_heard(house: House) -> None:
    """Her next contact is about something else: the earlier talk is not read, not even by its owner."""
    over(house)
    later = house.case("can i talk to a nurse")
    browser = house.browser("Ana Ruiz")
    browser.act(f"/case/{later}", f"/case/{later}/take")
    page = browser.get(f"/case/{later}").text.lower()
    assert "can i talk to a nurse" in page and "left out" in page
    assert not [words for words in (*SAID, "safeguarding") if words in page]
    trained = house.browser("Cleo Park").get(f"/case/{later}").text.lower()
    assert all(words in trained for words in SAID)


def test_opening_a_case_anew_shows_nothing_of_the_one_before(house: House) -> None:
    """`OPEN` makes the untrained the owner of a new case, not a reader of the old one."""
    code = over(house)
    record = house.line.store.find_case(code)
    assert record is not None
    act = casework.Act("", house.staff["Ana Ruiz"], "nurse", "open:1")
    done = casework.open_for(house.line, act, Sender(record.person, HER, "open:1"))
    assert done.case is not None
    page = house.browser("Ana Ruiz").get(f"/case/{done.case.code}").text.lower()
    assert not [words for words in SAID if words in page]


def test_nobody_untrained_gets_a_case_about_safety_by_opening_one(house: House) -> None:
    """`OPEN` with her number does not hand over what `ACK` refuses."""
    code = house.case("my husband hits me")
    record = house.line.store.find_case(code)
    assert record is not None and record.case.level == "safeguarding"
    act = casework.Act("", house.staff["Ana Ruiz"], "nurse", "open:1")
    done = casework.open_for(house.line, act, Sender(record.person, HER, "open:1"))
    assert done.result is casework.Result.UNFIT
    kept = house.line.store.find_case(code)
    assert kept is not None and kept.case.owner is None
    trained = casework.Act("", house.staff["Cleo Park"], "safeguarding", "open:2")
    assert casework.open_for(house.line, trained, Sender(record.person, HER, "open:2")).result == "done"


class Tape(RecordingCarrier):
    """A carrier on which a message lies."""

    def recording(self, sid: str) -> Sound:
        """Give a sound that tells whose it is."""
        return Sound("audio/mpeg", sid.encode())


def test_a_message_left_about_home_is_not_heard_with_a_later_case(house: House) -> None:
    """It lies with her for three days; who is not trained neither sees nor hears it with the next case."""
    object.__setattr__(house.line, "carrier", Tape())
    assert house.bench is not None
    for told in ({"call": "start"}, {"digits": "1"}, {"digits": "2"}, {"speech": "it is me"}):
        out = house.bench.answer(json.dumps({"from": HER, **told}))
    first = str(out["escalations"][0]["case"])
    house.bench.answer(json.dumps({"from": HER, "call": "hangup"}))
    record = house.line.store.find_case(first)
    assert record is not None
    recordings.keep(house.line, recordings.of_case(house.line, record)[0].sid)
    house.text("my husband hits me")
    trained = house.browser("Cleo Park")
    trained.act(f"/case/{first}", f"/case/{first}/take")
    trained.act(f"/case/{first}", f"/case/{first}/close", outcome="advised", note="")
    later = house.case("can i talk to a nurse")
    browser = house.browser("Ana Ruiz")
    browser.act(f"/case/{later}", f"/case/{later}/take")
    assert "/message/1" not in browser.get(f"/case/{later}").text
    assert browser.get(f"/case/{later}/message/1").status_code == 403
    assert trained.get(f"/case/{later}/message/1").status_code == 200


@pytest.mark.parametrize("name", ["Ana Ruiz", "Bea Stone"])
def test_another_reason_to_page_does_not_name_the_home(house: House, name: str) -> None:
    """The journal's rule ids are those this reader may know."""
    code = house.case("i passed out and im bleeding, my husband hits me")
    house.text("i passed out again")
    page = house.browser(name).get(f"/case/{code}").text
    rules = [r.id for r in house.line.flow.table.rules if "safeguarding" in r.flags]
    assert "case again" in page.lower() and not [id for id in rules if id in page]
