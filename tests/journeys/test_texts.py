"""Texts from phone to phone, over HTTP, with the carrier in order and out of it."""

from __future__ import annotations

from typing import Any, cast

import pytest

from tests.cli.test_run import eventually
from tests.journeys.conftest import Journey


def _findings(journey: Journey, number: str) -> dict[str, Any]:
    conversation = cast("dict[str, Any]", journey.known(number)["conversation"])
    return cast("dict[str, Any]", conversation["findings"])


def _disposition(journey: Journey, number: str) -> str | None:
    conversation = cast("dict[str, Any]", journey.known(number)["conversation"])
    return cast("str | None", conversation["disposition"])


def _answer(conversation: dict[str, Any]) -> str:
    """Answer none or no, a golf ball where clots are asked, else the first choice."""
    keys = {c["id"]: c["key"] for c in conversation["choices"]}
    for pick in ("golf_ball", "none", "no"):
        if pick in keys:
            return str(keys[pick])
    return next(iter(keys.values()), "2")


def test_a_few_questions_lead_to_what_to_do(journey: Journey) -> None:
    """The first journey of all: clots, nine weeks, a golf ball: hospital, and why."""
    her = journey.number()

    journey.text(her, "im bleeding and passing clots, is it a miscarriage")
    for words in ("0", "yes im 9 weeks", "like a period"):
        journey.text(her, words)
    journey.text(her, "3")
    for _ in range(12):
        if _disposition(journey, her):
            break
        conversation = cast("dict[str, Any]", journey.known(her)["conversation"])
        journey.text(her, _answer(conversation))

    assert _disposition(journey, her) == "emergency_department"
    assert any("emergency room" in t for t in journey.heard(her))


@pytest.mark.parametrize("kind", ["double", "lost_answer"])
def test_a_repeated_webhook_changes_nothing_and_gets_the_same_answer(journey: Journey, kind: str) -> None:
    """The carrier may ask twice: the answer is the same, and the person moves one step, not two."""
    her = journey.number()
    journey.text(her, "hi")

    journey.disorder({"point": "webhook", "kind": kind, "next": 1})
    came = journey.text(her, "0")
    journey.settle()

    answers = cast("list[str]", came["answers"])
    assert len(set(answers)) == 1
    conversation = cast("dict[str, Any]", journey.known(her)["conversation"])
    assert conversation["asks"] == "pregnant"


def test_two_texts_at_once_are_both_heard(journey: Journey) -> None:
    """Two texts in the same moment: one after the other, nothing lost."""
    her = journey.number()
    journey.text(her, "hi")

    journey.text(her, "im 9 weeks pregnant", wait=False)
    journey.text(her, "and i passed out", wait=False)
    journey.settle()

    assert eventually(lambda: _disposition(journey, her) == "emergency")
    assert _findings(journey, her)["gestation_weeks"] == 9


def test_a_red_flag_pages_the_nurse_who_takes_it_with_one_reply(journey: Journey) -> None:
    """From her words to a page without details, and from a reply to a case that is taken."""
    nurse, her = journey.number(), journey.number()
    name = f"Nurse {nurse[-3:]}"
    added = journey.running.command("staff", "add", name, "--phone", nurse, "--role", "nurse")
    assert added.returncode == 0, added.stderr
    assert journey.running.command("oncall", "set", name).returncode == 0

    journey.text(her, "i passed out and there is blood everywhere")
    assert eventually(lambda: bool(journey.heard(nurse)))
    page = journey.heard(nurse)[0]
    came = journey.text(nurse, "1")

    assert "blood" not in page.lower() and her[-7:] not in page
    replies = cast("list[dict[str, str]]", came["replies"])
    assert "yours" in replies[0]["body"]
    assert eventually(lambda: any("seen this" in t for t in journey.heard(her)))


def test_stop_is_kept_even_by_what_waits(journey: Journey) -> None:
    """STOP in the middle: the carrier confirms, we are silent, and no nudge follows."""
    her = journey.number()
    journey.text(her, "im bleeding")
    journey.text(her, "STOP")
    before = len(journey.heard(her))

    assert journey.running.command("clock", "advance", "30m").returncode == 0
    journey.settle()

    assert len(journey.heard(her)) == before


def test_a_forged_webhook_gets_no_answer(journey: Journey) -> None:
    """Without the carrier's signature there is a 403 and nothing else."""
    import urllib.error
    import urllib.request

    request = urllib.request.Request(
        f"http://127.0.0.1:{journey.running.web}/sms", b"MessageSid=SM1&From=%2B14155550199&Body=hi"
    )
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request, timeout=10)

    assert refused.value.code == 403


def test_a_call_is_asked_and_told_what_to_do(journey: Journey) -> None:
    """The same care by voice: the danger screen first, and a yes is an emergency at once."""
    her = journey.number()

    call = journey.at_carrier("/phone/api/call", {"from": her})
    sid = call["sid"]
    journey.at_carrier(f"/phone/api/call/{sid}/press", {"digits": "1"})

    assert eventually(lambda: _disposition(journey, her) == "emergency")
