"""A phone that somebody else reads: advice for the body is said once, and nothing of who hurts her."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from helpline.triage.flow import Flow
from helpline.triage.state import Flag
from tests.core.person import Person

ABUSE = re.compile(
    r"hurts you|hurt you|not safe|safe at home|alone|violence|abuse|partner|800|"
    r"a solas|a salvo|violencia|pareja|lastima|abuso",
    re.IGNORECASE,
)
"""Words that would show a reader that she told of being hurt."""


@pytest.mark.parametrize(
    ("language", "words", "least"),
    [
        ("en", "he reads my texts. im 10 weeks and bleeding like a period", "urgent"),
        ("en", "my ex sees all my messages, 20 weeks and my baby moves less, and spotting", "urgent"),
        ("en", "he goes through my phone. i had a miscarriage 3 days ago and still bleed a bit", "urgent"),
        ("en", "my boyfriend hit me, he checks my phone", "emergency_department"),
        ("es", "mi esposo revisa mi celular, tengo 9 semanas y sangro", "urgent"),
        ("es", "mi novio lee mis mensajes, tengo 32 semanas y sangro poquito", "urgent"),
        ("es", "mi marido me pego y me revisa el celular", "emergency_department"),
    ],
)
def test_what_her_body_needs_is_said_before_a_watched_phone_falls_silent(
    flow: Flow, language: str, words: str, least: str
) -> None:
    """The result is written down, not lost with the talk that we break off."""
    person = Person(flow, language)
    person.text(words)
    told = flow.table.urgency(person.state.disposition)
    assert told >= flow.table.urgency(least), person.state.disposition


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "he reads my texts. im 10 weeks and bleeding like a period"),
        ("en", "my boyfriend hit me, he checks my phone"),
        ("en", "my boyfriend hit me, he checks my phone, im 20 weeks"),
        ("es", "mi marido me pego y me revisa el celular"),
        ("es", "mi esposo revisa mi celular, tengo 9 semanas y sangro"),
    ],
)
def test_nothing_on_a_watched_phone_shows_that_she_told_of_him(flow: Flow, language: str, words: str) -> None:
    """Whoever reads it over her shoulder reads of her body alone."""
    person = Person(flow, language)
    assert not ABUSE.search(person.text(words)), person.reply


def test_staff_have_the_case_of_a_watched_phone_with_both_reasons(flow: Flow) -> None:
    """The flag and what fired for her body stand in one case."""
    person = Person(flow)
    person.text("he reads my texts. im 10 weeks and bleeding like a period")
    assert person.state.case is not None
    assert Flag.SAFEGUARDING in person.state.case.flags
    assert "period_like_first_trimester" in person.state.case.reason


def test_a_watched_phone_gets_no_text_of_ours_after_its_advice(flow: Flow) -> None:
    """No check-in, no reminder, whatever was advised."""
    person = Person(flow)
    person.text("he reads my texts. im 10 weeks and bleeding like a period")
    assert not person.texts(person.wait(timedelta(hours=72)))


def test_who_tells_only_of_a_watched_phone_gets_no_medical_advice(flow: Flow) -> None:
    """Nothing was told that a clinic could help with today."""
    person = Person(flow)
    person.text("he reads my texts")
    assert person.state.disposition is None


def test_what_she_tells_a_watched_phone_later_is_advised_on_too(flow: Flow) -> None:
    """She comes back on the same phone and tells of blood: still one reply, still no questions."""
    person = Person(flow)
    person.text("he reads my texts")
    person.text("im 8 weeks and bleeding like a period")
    assert (person.state.disposition, person.state.asked) == ("urgent", None)


@pytest.mark.parametrize(
    "words",
    [
        "he goes through my phone and i am bleeding",
        "he checks my phone, im bleeding 8 weeks",
        "he reads everything on my phone and im bleeding",
    ],
)
def test_blood_told_behind_a_phone_is_hers_and_not_the_phones(flow: Flow, words: str) -> None:
    """Batteries bleed and phones die; not in "he checks my phone, im bleeding"."""
    person = Person(flow)
    person.text(words)
    assert {"safe_to_text", "bled_last_48h"} <= person.state.findings.keys()


@pytest.mark.parametrize("words", ["my phone is dying", "phone died", "my account is bleeding money"])
def test_a_phone_that_dies_is_no_danger(flow: Flow, words: str) -> None:
    """Words of things stay words of things."""
    person = Person(flow)
    person.text(words)
    assert person.state.disposition is None and not person.state.findings
