"""What came after a pregnancy: a test that is still positive, and how many weeks it is since."""

from __future__ import annotations

import pytest

from helpline.triage.flow import Flow
from tests.core.person import Person
from tests.core.test_understand import hear, told


@pytest.mark.parametrize(
    "text",
    [
        "tuve un aborto hace 3 semanas y la prueba sale positiva",
        "me hice un legrado hace 3 semanas y la prueba sale positiva",
        "hace un mes perdi a mi bebe y me sigue saliendo positiva la prueba",
        "had a miscarriage 3 weeks ago and the test is positive",
        "took the pills 4 weeks ago and i still get 2 lines",
        "my test is still positive 5 weeks after the d and c",
        "i had a miscarriage 3 weeks ago but the test came back positive",
    ],
)
def test_a_positive_test_weeks_after_a_loss_makes_nobody_pregnant_again(text: str) -> None:
    """It may be that of the pregnancy which has ended; that it is still positive is worth a look."""
    heard = told(hear(text))
    assert (heard["pregnant"], heard["test_still_positive"]) == ("recent", "yes")


def test_a_new_positive_test_after_an_old_loss_is_a_new_pregnancy() -> None:
    """The time told is that of the test, so the loss says nothing about now."""
    assert told(hear("miscarried in may, tested positive yesterday"))["pregnant"] == "yes"


@pytest.mark.parametrize(
    "text",
    (
        "me hice la prueba y todavia sale positiva",
        "took a test and its still positive",
        "the test was positive",
    ),
)
def test_a_positive_test_told_in_the_interview_keeps_the_loss(flow: Flow, text: str) -> None:
    """Three weeks after the pills nobody is asked about a baby that moves (hazard H21)."""
    person = Person(flow)
    for words in ("i took the abortion pills 3 weeks ago", "0", text):
        person.text(words)
    known = {id: answer.value for id, answer in person.state.findings.items()}
    assert (known["pregnant"], known["test_still_positive"]) == ("recent", "yes")


def test_a_positive_test_half_a_year_after_a_loss_may_be_a_new_pregnancy(flow: Flow) -> None:
    """After six weeks a test that turns positive is no longer that of the loss."""
    person = Person(flow)
    for words in ("i lost my baby", "0", "180 days ago", "my test came back positive today"):
        person.text(words)
    assert person.state.findings["pregnant"].value == "yes"


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("ya pasaron 4 semanas de mi perdida", 28),
        ("van 3 semanas de mi legrado y sigo manchando", 21),
        ("tengo 2 semanas de que aborte", 14),
        ("a las 2 semanas del parto", 14),
        ("ya pasaron 2 meses de mi aborto", 60),
        ("4 semanas since mi aborto", 28),
        ("4 weeks on from losing the baby", 28),
        ("im 5 weeks past my c section", 35),
    ],
)
def test_weeks_since_it_ended_are_no_weeks_of_pregnancy(text: str, days: int) -> None:
    """How long ago it was is told by the event itself."""
    heard = told(hear(text))
    assert heard["days_since_event"] == days and "gestation_weeks" not in heard


def test_how_far_she_was_when_it_ended_is_not_how_long_ago() -> None:
    """The weeks at which it was lost tell no day."""
    assert "days_since_event" not in told(hear("perdi a mi bebe a las 10 semanas"))
