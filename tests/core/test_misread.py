"""Sentences that were misread once, each with the reason why it must not be again."""

from __future__ import annotations

import pytest

from tests.core.test_understand import hear, told


@pytest.mark.parametrize(
    "text",
    [
        "pain, no bleeding 8 weeks",
        "just pain no bleeding",
        "side pain no blood",
        "pain no fever",
        "dolor, no sangro",
        "dolor, no tengo sangrado",
        "colicos no hay sangre",
    ],
)
def test_a_no_that_denies_what_follows_denies_no_pain(text: str) -> None:
    """Taken for no pain it would never be asked about."""
    assert told(hear(text)).get("pain_score") != 0


@pytest.mark.parametrize(
    "text",
    ["pain no", "pain no, bleeding yes", "pain no but bleeding", "dolor no tengo", "fiebre no, dolor no"],
)
def test_a_no_that_ends_there_denies_the_pain(text: str) -> None:
    """Lists of yes and no are a plain way to answer."""
    assert told(hear(text))["pain_score"] == 0
