"""Calls from phone to phone, over HTTP, through the real carrier: a nurse takes one, a voicemail does not."""

from __future__ import annotations

from typing import Any, cast
from urllib.parse import quote

from tests.cli.test_run import eventually
from tests.journeys.conftest import Journey


def _call(journey: Journey, sid: str) -> dict[str, Any]:
    return cast("dict[str, Any]", journey.at_carrier(f"/phone/api/call/{sid}"))


def _at(journey: Journey, phone: str) -> list[dict[str, Any]]:
    found = journey.at_carrier(f"/phone/api/calls?person={quote(phone)}")
    return cast("list[dict[str, Any]]", found["calls"])


def _emergency(journey: Journey, her: str) -> str:
    sid = cast("str", journey.at_carrier("/phone/api/call", {"from": her})["sid"])
    journey.at_carrier(f"/phone/api/call/{sid}/press", {"digits": "1"})
    return sid


def _said(journey: Journey, sid: str) -> str:
    return str(_call(journey, sid))


def test_a_nurse_who_presses_1_is_joined_and_has_the_case(journey: Journey) -> None:
    """Instruction, ringing, whisper, key, joined: and the case is hers."""
    nurse, her = journey.nurse(), journey.number()
    sid = _emergency(journey, her)
    assert eventually(lambda: any(c["status"] == "ringing" for c in _at(journey, nurse)))
    leg = next(c for c in _at(journey, nurse) if c["status"] == "ringing")["sid"]

    journey.at_carrier(f"/phone/api/call/{leg}/answer", {})
    journey.at_carrier(f"/phone/api/call/{leg}/press", {"digits": "1"})

    assert "connected" in _said(journey, sid)
    assert "Helpline call, case" in _said(journey, leg) and her not in _said(journey, leg)
    assert eventually(lambda: any("seen this" in t for t in journey.heard(her)))


def test_a_voicemail_is_nobody_and_she_is_told_so(journey: Journey) -> None:
    """A machine picks up: not joined, honest words, and the case waits for a person."""
    nurse, her = journey.nurse(), journey.number()
    journey.at_carrier(f"/phone/api/phones/{nurse}", {"behaviour": "voicemail"})

    sid = _emergency(journey, her)
    journey.settle()
    for other in [c for c in _at(journey, nurse) if c["status"] == "ringing"]:
        journey.at_carrier(f"/phone/api/call/{other['sid']}/ignore", {})

    assert eventually(lambda: "no nurse could be reached" in _said(journey, sid))
    assert "connected" not in _said(journey, sid)
    assert not any("seen this" in t for t in journey.heard(her))


def test_a_dropped_call_is_followed_by_a_text(journey: Journey) -> None:
    """She hangs up in the middle of the questions, and hears from us."""
    her = journey.number()
    sid = journey.at_carrier("/phone/api/call", {"from": her})["sid"]
    journey.at_carrier(f"/phone/api/call/{sid}/press", {"digits": "2"})
    journey.at_carrier(f"/phone/api/call/{sid}/hangup", {})

    assert eventually(lambda: any("cut off" in t for t in journey.heard(her)))
