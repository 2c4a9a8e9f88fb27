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


@pytest.mark.parametrize(
    ("text", "finding", "value"),
    [
        ("ya casi no sangro", "bleeding", "light"),
        ("sangro casi nada", "bleeding", "light"),
        ("almost no bleeding now", "bleeding", "light"),
        ("mi cesarea de hace 8 dias esta roja y le sale liquido", "wound_problem", "yes"),
        ("mi c section scar is red and leaking fluid", "wound_problem", "yes"),
        ("me desmaye ayer", "collapse_last_48h", "yes"),
        ("passed out yesterday", "collapse_last_48h", "yes"),
        ("baby isnt kicking as much as it was", "baby_movement", "less"),
        ("el bebe no se mueve tanto como antes", "baby_movement", "less"),
        ("el bebe ya no tiene latido", "recent_event", "waiting"),
        ("ya no le late el corazon al bebe", "recent_event", "waiting"),
        ("forgot to say i had an ectopic 2 years ago", "ectopic_risk", "yes"),
        ("had a d&e yesterday and the pain is an 8", "pain_score", 8),
        ("had a d&e yesterday and the pain is an 8", "recent_event", "procedure"),
        ("pain is about an 8", "pain_score", 8),
        ("el dolor anda en 8", "pain_score", 8),
    ],
)
def test_the_sentence_is_read_whole(text: str, finding: str, value: str | int) -> None:
    """A part of it, taken alone, would say something else."""
    assert told(hear(text))[finding] == value


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ("mi cesarea de hace 8 dias esta roja y le sale liquido", "waters_broken"),
        ("vomito 2 veces al dia pero el agua si me cae bien", "vomiting_fluids"),
        ("they couldnt find a heartbeat", "scan_confirmed"),
        ("crampy like my period is coming", "missed_period"),
        ("crampy like my period is coming", "bleeding"),
        ("the pain is about 8 weeks old", "pain_score"),
        ("tuve cesarea hace 8 dias y estoy bien", "wound_problem"),
    ],
)
def test_what_was_not_told_is_not_written_down(text: str, finding: str) -> None:
    """What she never said would be counted, and never asked."""
    assert finding not in told(hear(text))


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ("me desmaye ayer", "fainted"),
        ("my period has not come back since", "suicide_now"),
        ("how do i stop this pain, had a mva yesterday", "suicide_now"),
    ],
)
def test_an_alarm_needs_its_whole_sentence(text: str, finding: str) -> None:
    """A faint of yesterday is not one of today; a period that stays away is no wish to die."""
    assert finding not in {hit.id for hit in hear(text).interrupts}


@pytest.mark.parametrize(
    "text", ["need to say i fainted", "i fainted yesterday and again today", "me desmaye ayer y hoy otra vez"]
)
def test_a_faint_of_today_stays_an_alarm(text: str) -> None:
    """Whatever is told of yesterday, and however it is brought in."""
    assert "fainted" in {hit.id for hit in hear(text).interrupts}


@pytest.mark.parametrize("text", ["nobody has seen me yet, its the same", "nadie me ha visto todavia"])
def test_who_has_not_been_seen_answers_whether_she_was(text: str) -> None:
    """After advice to be seen that is the answer that matters most."""
    assert told(hear(text))["reached_care"] == "not_yet"


@pytest.mark.parametrize(
    "text",
    [
        "sangro mucho",
        "sangro bastante",
        "me esta saliendo sangre roja, poquita",
        "me baja sangre",
        "period so heavy",
        "bleeding heavily",
    ],
)
def test_ordinary_heavy_bleeding_is_not_pouring(text: str) -> None:
    """It goes to the questions; an ambulance for it teaches people not to believe us."""
    assert "gushing" not in {hit.id for hit in hear(text).interrupts}


@pytest.mark.parametrize(
    "text",
    [
        "sangro mucho y no para",
        "sangro demasiado",
        "sale mucha sangre",
        "me baja sangre por las piernas",
        "bleeding so heavily",
        "bleeding heavily and it wont stop",
        "period so heavy its pouring",
    ],
)
def test_what_pours_runs_down_or_will_not_stop_stays_an_alarm(text: str) -> None:
    """An emergency that is missed counts more than any that is not."""
    assert "gushing" in {hit.id for hit in hear(text).interrupts}


def test_blood_that_comes_down_is_no_bleeding_that_eases() -> None:
    """In Spanish both are told with the same word."""
    assert "bleeding_trend" not in told(hear("me esta bajando sangre"))
