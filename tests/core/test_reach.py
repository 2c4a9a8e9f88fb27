"""How far a "no" reaches: what is told beside a denial of something else is never written down as no."""

from __future__ import annotations

import pytest

from helpline.triage.flow import Flow
from helpline.triage.heard import Question
from helpline.triage.state import FindingId
from tests.core.person import Person
from tests.core.test_understand import ANY, SCREEN, answered, hear, number, told, yes_no

BESIDE = [
    ("no blood, waters broke, 33 weeks", "waters_broken"),
    ("no blood waters broke 33 weeks", "waters_broken"),
    ("no bleeding - waters broke", "waters_broken"),
    ("no bleeding and waters broke an hour ago", "waters_broken"),
    ("no bleeding, contractions every 5 minutes, 32 weeks", "contractions"),
    ("no bleeding contractions every five minutes thirty two weeks", "contractions"),
    ("no, contractions every five minutes", "contractions"),
    ("no midwife answering, contractions 30 weeks", "contractions"),
    ("no bleeding, belly hard as a rock, 34 weeks", "hard_belly"),
    ("no bleeding, fever 38.7, 20 weeks", "fever"),
    ("no bleeding, cant breathe, 34 weeks", "breathing_trouble"),
    ("no fever, smelly discharge, 5 days after birth", "foul_discharge"),
    ("no temp, stitches open, 6 days after birth", "wound_problem"),
    ("not pregnant, on warfarin, heavy period", "blood_thinner"),
    ("no fever or chills, waters broke at six", "waters_broken"),
    ("no nausea my waters broke", "waters_broken"),
    ("im not in pain, contractions every ten minutes", "contractions"),
    ("no bleeding, im on blood thinners", "blood_thinner"),
    ("not dizzy but no fever, need to push now", "cord_or_part"),
    ("no sangro, tomo anticoagulantes", "blood_thinner"),
    ("sin sangrado, fiebre de 39, 20 semanas", "fever"),
    ("sin sangrado fiebre de 39", "fever"),
    ("no sangro, panza dura, 34 semanas", "hard_belly"),
    ("no sangro, contracciones cada 5 minutos, 31 semanas", "contractions"),
    ("sin fiebre ni dolor, se me rompio la fuente", "waters_broken"),
]


BEFORE = [
    ("me desmaye, no tengo sangrado, 6 semanas", "fainted"),
    ("i fainted, i dont have any bleeding. 6 weeks", "fainted"),
    ("i passed out, i havent had any bleeding", "fainted"),
    ("tengo escalofrios, no tengo sangrado. legrado hace 3 dias", "fever"),
    ("tengo flujo con mal olor, no tengo fiebre, legrado hace 5 dias", "foul_discharge"),
    ("me duele de un lado, no tengo sangrado, 6 semanas", "one_sided_pain"),
    ("estoy mareada, no tengo fiebre. 8 semanas", "dizzy_standing"),
    ("me quiero matar, no tengo a nadie", "suicide_now"),
    ("mi cesarea de hace 8 dias esta roja y le sale liquido, no tengo fiebre", "wound_problem"),
    ("blood is pouring, i dont have any pain", "gushing"),
    ("im soaking 2 pads an hour, fever no", "soaking_pads"),
]


@pytest.mark.parametrize(("text", "finding"), BEFORE)
def test_what_is_told_before_a_denial_of_something_else_is_told(text: str, finding: str) -> None:
    """"I fainted, I don't have any bleeding": the no is said of the bleeding alone."""
    assert told(hear(text))[finding] == "yes"


@pytest.mark.parametrize(("text", "finding"), BESIDE)
def test_what_is_told_beside_a_denial_of_something_else_is_told(text: str, finding: str) -> None:
    """A sentence of its own behind "no bleeding" is no part of what is denied."""
    assert told(hear(text))[finding] == "yes"


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("no pain, light bleeding, 32 weeks", "light"),
        ("sin dolor, sangrado como regla, 30 semanas", "like_period"),
        ("no pads left, bleeding like a period", "like_period"),
    ],
)
def test_bleeding_told_behind_a_no_to_pain_is_no_none(text: str, amount: str) -> None:
    """How much she bleeds stands, though she said "no" of something else just before."""
    assert told(hear(text))["bleeding"] == amount


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ("no bleeding, shoulder tip pain, 6 weeks", "shoulder_tip_pain"),
        ("no bleeding, contractions", "contractions"),
        ("no bleeding fever", "fever"),
        ("no bleeding and fever", "fever"),
        ("sin sangrado, fiebre", "fever"),
        ("no bleeding or cramps, fever", "fever"),
    ],
)
def test_where_it_is_open_whether_a_no_reaches_it_nothing_is_written_down(text: str, finding: str) -> None:
    """Neither yes nor no is certain, so it is asked."""
    assert finding not in told(hear(text))


def test_a_red_flag_that_may_be_denied_is_asked_about_at_once() -> None:
    """Whether "no bleeding, chest pain" denies two things or one, a short question decides."""
    heard = hear("no bleeding, chest pain")
    assert heard.doubt is not None and heard.doubt.id == "breathing_trouble"
    assert "breathing_trouble" not in told(heard)


@pytest.mark.parametrize(
    ("text", "denied"),
    [
        ("no bleeding, fever or contractions", ("fever", "contractions")),
        ("no fever contractions or bleeding", ("fever", "contractions")),
        ("i havent fainted, had a seizure or had a fever", ("fainted", "seizure", "fever")),
        ("no i havent fainted, no fever, no contractions", ("fainted", "fever", "contractions")),
        ("no fever, contractions, nothing", ("fever", "contractions")),
        ("no shoulder tip pain or one sided pain", ("shoulder_tip_pain", "one_sided_pain")),
        ("fever no, contractions no", ("fever", "contractions")),
        ("no, no me he desmayado", ("fainted",)),
        ("sin fiebre ni contracciones", ("fever", "contractions")),
        ("no tengo fiebre, contracciones ni sangrado", ("fever", "contractions")),
        ("sin fiebre, contracciones o desmayos", ("fever", "contractions")),
    ],
)
def test_a_list_that_or_or_nor_closes_is_denied_whole(text: str, denied: tuple[str, ...]) -> None:
    """One "no" stands for each item of such a list."""
    found = told(hear(text))
    assert {finding: found.get(finding) for finding in denied} == dict.fromkeys(denied, "no")


def test_a_no_to_the_beginning_of_a_sign_says_nothing_of_the_whole() -> None:
    """ "No bleeding, contractions every 5 minutes" is no answer about pads soaked every few minutes."""
    assert "soaking_pads" not in told(hear("no bleeding, contractions every 5 minutes, 32 weeks"))


@pytest.mark.parametrize(
    ("text", "finding", "value"),
    [
        ("22 weeks pregnant everything was normal at the scan, now bleeding", "pregnant", "yes"),
        ("im 9 weeks pregnant is normal to have cramps", "pregnant", "yes"),
        ("bleeding, scan was fine", "bled_last_48h", "yes"),
        ("contractions, scan was fine, 30 weeks", "contractions", "yes"),
        ("contractions scan was fine thirty weeks", "contractions", "yes"),
        ("hard belly, tests were normal, 34 weeks", "hard_belly", "yes"),
        ("one sided pain, scan was clear last week 8 weeks", "one_sided_pain", "yes"),
        ("fever, ecg was ok", "fever", "yes"),
        ("contracciones, el ultrasonido salio normal", "contractions", "yes"),
    ],
)
def test_that_a_check_was_fine_denies_no_sign(text: str, finding: str, value: str) -> None:
    """What "was fine" is said of is the scan."""
    assert told(hear(text))[finding] == value


@pytest.mark.parametrize("text", ["my fever is ok now", "contractions have stopped", "fever or cramps, no"])
def test_what_is_said_right_behind_a_sign_denies_it(text: str) -> None:
    """The words "is ok" and "have stopped" are said of what stands before them."""
    assert set(told(hear(text)).values()) <= {"no", 0}


@pytest.mark.parametrize(
    "text", ["fainted, bloods were normal, 8 weeks", "me desmaye, todo salio bien en los analisis, 8 semanas"]
)
def test_a_red_flag_with_a_good_result_behind_it_is_asked_about(text: str) -> None:
    """Good bloods do not mean that nobody fainted today."""
    heard = hear(text)
    assert heard.doubt is not None and heard.doubt.id == "fainted"


@pytest.mark.parametrize(
    "text", ["contractions every 5 minutes, bleeding no", "contracciones cada 5 minutos, sangrado no"]
)
def test_a_no_behind_a_list_denies_the_last_of_it(text: str) -> None:
    """A "no" behind two signs is said of the nearer one."""
    found = told(hear(text))
    assert (found["contractions"], found["bleeding"]) == ("yes", "none")


@pytest.mark.parametrize(
    "text",
    [
        "it stopped yesterday but im bleeding again now, 9 weeks",
        "bleeding has stopped but its come back",
        "the bleeding stopped and started again",
        "el sangrado paro pero volvio",
        "ya paro ayer y hoy empezo otra vez",
    ],
)
def test_bleeding_that_began_again_has_not_stopped(text: str) -> None:
    """ "Stopped" is over once it "started again"."""
    assert told(hear(text)).get("bleeding") != "none"


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("bleeding stopped but now its started again lightly", "light"),
        ("hoy me volvio a bajar mucho", "heavy"),
        ("bleeding stopped and hasnt come back", "none"),
        ("bleeding stopped, not bleeding again", "none"),
    ],
)
def test_how_much_she_bleeds_since_it_began_again(text: str, amount: str) -> None:
    """The newer amount counts; what "has not" begun again has stopped."""
    assert told(hear(text))["bleeding"] == amount


DENIED_ONE = "no bleeding contractions every five minutes thirty two weeks"


@pytest.mark.parametrize("question", [SCREEN, ANY], ids=["text", "call"])
@pytest.mark.parametrize("text", [DENIED_ONE, "no sangro, contracciones cada 5 minutos", "no fainting"])
def test_a_no_to_one_sign_is_no_answer_to_a_whole_screen(text: str, question: Question) -> None:
    """Who says that one thing is not so has said nothing of the rest."""
    assert "none" not in answered(hear(text, question))


@pytest.mark.parametrize("question", [SCREEN, ANY], ids=["text", "call"])
@pytest.mark.parametrize(
    "text", ["no", "none of those", "no just cramps", "no i havent fainted, no fever", "no tengo nada de eso"]
)
def test_a_no_to_all_settles_a_screen(text: str, question: Question) -> None:
    """A bare "no", and one with a fact behind it, answers all that was asked."""
    assert answered(hear(text, question)) == {"none": "yes"}


def test_a_no_to_one_sign_beside_another_answers_no_single_question() -> None:
    """Contractions without bleeding say nothing of a faint."""
    assert "fainted" not in told(hear(DENIED_ONE, yes_no("fainted")))


@pytest.mark.parametrize(
    "text", ["no it wasnt birth, it was a miscarriage", "no fue parto fue legrado", "no wait im 31 weeks"]
)
def test_a_correction_that_begins_with_no_is_no_answer(text: str) -> None:
    """Asked how much it hurts, she puts an earlier answer right: that is no pain of 0."""
    assert "pain_score" not in told(hear(text, number("pain_score", 10)))


@pytest.mark.parametrize("text", ["no", "none", "no not really", "no me duele", "nada", "no pain at all"])
def test_a_no_to_how_much_it_hurts_is_none(text: str) -> None:
    """A bare "no" there is a 0."""
    assert answered(hear(text, number("pain_score", 10))) == {"pain_score": 0}


@pytest.mark.parametrize(
    ("text", "event"),
    [
        ("no it wasnt birth, it was a miscarriage", "loss"),
        ("no fue parto fue legrado", "procedure"),
        ("no fue parto, fue una perdida", "loss"),
    ],
)
def test_what_ended_is_put_right(text: str, event: str) -> None:
    """The event behind "it was not" counts, the denied one does not."""
    assert told(hear(text))["recent_event"] == event


def test_a_corrected_event_is_kept_and_the_question_put_again(flow: Flow) -> None:
    """In the talk, too: the event is the new one, and pain is asked once more."""
    person = Person(flow)
    for words in ("hi", "0", "3", "1"):
        person.text(words)
    while person.state.asked and person.state.asked.findings[:1] != ("pain_score",):
        person.text("2" if person.state.asked.findings[:1] != ("days_since_event",) else "5")
    person.text("no it wasnt birth, it was a miscarriage")
    assert person.state.findings[FindingId("recent_event")].value == "loss"
    assert person.state.asked is not None and person.state.asked.findings == ("pain_score",)
