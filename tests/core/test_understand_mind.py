"""Minds: a mind gone after a birth, told by a partner; memories that come back; words that mean no harm."""

from __future__ import annotations

import pytest

from helpline.triage.flow import Flow
from helpline.triage.state import FindingId, Flag
from tests.core.person import Person


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "wife had our baby 10 days ago, hasnt slept, says voices tell her the baby was swapped"),
        ("en", "says voices tell her the baby was swapped"),
        ("en", "girlfriend had our son 2 weeks ago, she hasnt slept and talks to people who arent there"),
        ("en", "my sister gave birth last week and she thinks the baby is not hers"),
        ("en", "this isnt my baby they gave me the wrong one"),
        ("es", "mi esposa tuvo a la bebe hace 10 dias, no duerme y dice que la bebe es otra"),
        ("es", "mi mujer dio a luz hace una semana, no duerme y dice que le cambiaron al bebe"),
        ("es", "mi novia habla sola y ve personas que no hay, tuvo al nino hace 2 semanas"),
        ("es", "mi wife no duerme y dice que oye voices, baby de 2 semanas"),
    ],
)
def test_a_mind_gone_after_a_birth_is_an_emergency_whoever_tells_it(
    flow: Flow, language: str, words: str
) -> None:
    """Voices, somebody who is not there, a baby that was exchanged (evidence, section 7.2)."""
    person = Person(flow, language)
    person.text(words)
    assert (person.state.disposition, Flag.CRISIS in person.state.flags) == ("emergency", True)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "i can hear voices on the line, is someone there"),
        ("en", "we swapped the appointment, baby is fine"),
        ("en", "she hasnt slept in days because the baby cries"),
        ("en", "my wife hasnt slept for days, baby has colic"),
        ("es", "oigo voces en la linea, me escucha?"),
        ("es", "le cambiaron la leche al bebe"),
        ("es", "la bebe es otra vez muy inquieta"),
    ],
)
def test_a_noise_on_the_line_or_a_night_without_sleep_is_no_mind_gone(
    flow: Flow, language: str, words: str
) -> None:
    """Voices of others, appointments exchanged, a baby that cries."""
    person = Person(flow, language)
    person.text(words)
    assert FindingId("severe_mind_change") not in person.state.findings


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "keep having nightmares about the night of my ectopic surgery, its been 5 weeks"),
        ("en", "nightmares about the miscarriage"),
        ("en", "i see it all again every time i close my eyes"),
        ("es", "tengo pesadillas del aborto"),
        ("es", "revivo esa noche una y otra vez"),
    ],
)
def test_memories_that_come_back_are_heard_as_such(flow: Flow, language: str, words: str) -> None:
    """They are a finding of the table, not a question for facts."""
    person = Person(flow, language)
    person.text(words)
    memories = person.state.findings.get(FindingId("trauma_memories"))
    assert memories is not None and memories.value == "yes"
