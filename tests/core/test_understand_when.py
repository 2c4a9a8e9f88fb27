"""How far along, how long ago, how old: numbers of time, and what they say of a pregnancy."""

from __future__ import annotations

import pytest

from helpline.triage.flow import Flow
from helpline.triage.heard import Choice, Question, QuestionKind, Understanding
from helpline.triage.state import Channel, FindingId, Language, State
from helpline.triage.understand import understand
from tests.core.person import Person
from tests.core.test_understand_lexicon import lexicons

Facts = dict[str, str | int | None]
PREGNANT = Question(
    "pregnant",
    QuestionKind.CHOICE,
    (FindingId("pregnant"),),
    tuple(Choice(v, str(n), v) for n, v in enumerate(("yes", "maybe", "recent", "no"), 1)),
)


def hear(text: str, question: Question | None = None) -> Understanding:
    """Understand a text in whatever language it is."""
    return understand(text, question, lexicons(), Language("en"), Channel.SMS)


def told(text: str, question: Question | None = None) -> Facts:
    """Return everything that a text tells, by finding."""
    heard = hear(text, question)
    return {h.id: h.value for h in (*heard.findings, *heard.answers, *heard.interrupts)}


def known(state: State) -> Facts:
    """Return what is written down of a person."""
    return {str(f): a.value for f, a in state.findings.items()}


@pytest.mark.parametrize(
    ("text", "weeks"),
    [
        ("i was 15 weeks", 15),
        ("we were about 14 weeks", 14),
        ("she was 13 weeks when it happened", 13),
        ("tenia 12 semanas", 12),
        ("estaba de 10 semanas", 10),
        ("iba por las 14 semanas", 14),
    ],
)
def test_weeks_that_she_was_make_nobody_pregnant_now(text: str, weeks: int) -> None:
    """How far along she was, told in the past, tells of no pregnancy that goes on."""
    found = told(text)
    assert (found["gestation_weeks"], found.get("pregnant")) == (weeks, None)


@pytest.mark.parametrize(
    "text", ["scan said i was 8 weeks", "i thought i was 8 weeks", "i was 32 weeks on monday"]
)
def test_weeks_by_a_scan_or_a_day_are_those_of_a_pregnancy_now(text: str) -> None:
    """A "was" of somebody who reports speaks of now."""
    assert told(text)["pregnant"] == "yes"


@pytest.mark.parametrize(
    ("text", "event", "days"),
    [
        ("i was 12 weeks pregnant and lost the baby yesterday", "loss", 1),
        ("wait my birth was 10 weeks ago not 10 days", "birth", 70),
        ("mi parto fue hace 10 semanas no 10 dias", "birth", 70),
        ("tuve c-section hace 2 weeks y sangro", "birth", 14),
        ("tuve mi baby hace 3 weeks", "birth", 21),
        ("6 weeks out from a c section", "birth", 42),
        ("tengo 6 semanas de posparto", "birth", 42),
        ("d and c at 9 weeks, 8 days ago", "procedure", 8),
        ("tuve un aborto a las 9 semanas hace 4 dias", "loss", 4),
        ("me hicieron un legrado de 11 semanas hace 5 dias", "procedure", 5),
        ("perdi mi embarazo antier", "loss", 2),
        ("perdi el embarazo de 8 semanas ayer", "loss", 1),
        ("it was a miscarriage six days ago", "loss", 6),
        ("tuve un miscarriage hace 2 weeks", "loss", 14),
    ],
)
def test_how_long_ago_is_told_apart_from_how_far_along(text: str, event: str, days: int) -> None:
    """An ended pregnancy is never read as one that goes on, and its day is the right one."""
    found = told(text)
    assert (found["pregnant"], found["recent_event"], found["days_since_event"]) == ("recent", event, days)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("my baby is 5 months and i got my period", 150),
        ("mi bebe tiene 5 meses y me bajo la regla", 150),
        ("mi nina tiene 2 meses y tengo fiebre", 60),
        ("i have a 3 week old baby and a bad smell", 21),
        ("mi baby tiene 3 weeks y tengo fever", 21),
        ("baby 12 days old, stitches open", 12),
    ],
)
def test_the_age_of_her_baby_is_the_time_since_its_birth(text: str, days: int) -> None:
    """Months that a child is old are no months of pregnancy."""
    found = told(text)
    assert (found["pregnant"], found["recent_event"], found["days_since_event"]) == ("recent", "birth", days)
    assert "gestation_weeks" not in found


@pytest.mark.parametrize(
    "text",
    [
        "my baby is 36 weeks and my waters broke",
        "my baby is 7 months and hasnt moved today",
        "mi bebe tiene 7 meses y no se mueve",
        "mi hija tiene 5 meses de embarazo y sangra",
        "my daughter is 5 months pregnant and bleeding",
        "estoy embarazada de 9 semanas y mi bebe tiene 8 meses",
        "my baby is 9 months, i did a test and its positive",
    ],
)
def test_an_unborn_baby_or_a_new_pregnancy_beside_a_child_stays_a_pregnancy(text: str) -> None:
    """The age of a baby never hides that she is pregnant."""
    assert told(text)["pregnant"] == "yes"


@pytest.mark.parametrize(
    "text", ["not anymore", "no not any more", "no longer", "i was", "ya no", "no, ya no", "no pero estaba",
             "im not pregnant anymore", "ya no estoy embarazada"]
)  # fmt: skip
def test_not_any_more_means_that_it_has_ended(text: str) -> None:
    """Whoever was pregnant until lately is not treated as one who was not."""
    assert told(text, PREGNANT)["pregnant"] == "recent"


@pytest.mark.parametrize(
    ("text", "value"),
    [("no", "no"), ("not yet", "no"), ("no estoy embarazada", "no"), ("yes i was told im 8 weeks", "yes")],
)
def test_a_plain_answer_whether_she_is_pregnant_stays_plain(text: str, value: str) -> None:
    """No ended pregnancy is read into a no or a yes."""
    assert told(text, PREGNANT)["pregnant"] == value


@pytest.mark.parametrize(
    "text", ["ya no aguanto el dolor", "no longer bleeding", "no me baja", "i cant take it any more"]
)
def test_any_more_of_something_else_answers_nothing(text: str) -> None:
    """Only the pregnancy that is asked about has ended by "not any more"."""
    assert told(text, PREGNANT).get("pregnant") != "recent"


def test_a_first_pregnancy_is_a_pregnancy() -> None:
    """ "Never been pregnant before" denies the ones before."""
    assert told("never been pregnant before, 8 weeks, bleeding like a period")["pregnant"] == "yes"


def test_not_pregnant_beside_weeks_is_left_to_be_asked() -> None:
    """Where her words do not agree, neither counts before she has been asked."""
    assert "pregnant" not in told("im not pregnant, 9 weeks, spotting")


@pytest.mark.parametrize(
    ("text", "weeks"),
    [
        ("my daughter is 14 and 11 weeks pregnant, bleeding more than a period", 11),
        ("im 15 and 9 weeks pregnant and bleeding more than a period", 9),
        ("mi hija tiene 14 y esta de 11 semanas y sangra", 11),
        ("mi hija de 15 esta de 12 semanas y sangra", 12),
        ("my daughter is 15 shes 8 weeks gone, one sided pain", 8),
    ],
)
def test_a_child_who_tells_weeks_is_pregnant(text: str, weeks: int) -> None:
    """Her age makes it no less sure, and her weeks do not hide her age."""
    found = told(text)
    assert (found["pregnant"], found["gestation_weeks"], found["age_group"]) == ("yes", weeks, "age_13_15")


def test_weeks_make_sure_what_is_only_feared() -> None:
    """Who fears a loss at eight weeks is pregnant."""
    assert told("am i miscarrying? 8 weeks, bleeding more than a period")["pregnant"] == "yes"


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("my ectopic surgery was 2 weeks ago and i have pain on one side", 14),
        ("had an ectopic last month", 30),
        ("my ectopic was removed 2 weeks ago", 14),
        ("surgery for ectopic 5 weeks ago", 35),
        ("they removed my tube 10 days ago", 10),
        ("tuve un ectopico hace 5 semanas", 35),
        ("me quitaron la trompa hace 10 dias", 10),
        ("my ectopic fue hace 2 semanas", 14),
        ("tuve embarazo ectopico el mes pasado", 30),
    ],
)
def test_an_ectopic_treated_lately_is_how_it_ended(text: str, days: int) -> None:
    """The weeks after it have their own rules."""
    found = told(text)
    assert (found.get("pregnant"), found.get("recent_event")) == ("recent", "ectopic")
    assert found["days_since_event"] == days


@pytest.mark.parametrize(
    "text",
    [
        "i had an ectopic 3 years ago, now im 6 weeks",
        "ive had an ectopic before and im 6 weeks",
        "tuve un ectopico hace 3 anos y ahora tengo 6 semanas",
        "ya tuve un ectopico antes y estoy de 7 semanas",
    ],
)
def test_an_ectopic_of_long_ago_is_a_risk_of_the_pregnancy_now(text: str) -> None:
    """It must not hide that she is pregnant."""
    found = told(text)
    assert (found["pregnant"], found["ectopic_risk"]) == ("yes", "yes")


def test_tubes_tied_are_no_ectopic() -> None:
    """Nor is another tube that was taken out."""
    assert "recent_event" not in told("i had my tubes tied 2 weeks ago")
    assert "recent_event" not in told("they removed the feeding tube yesterday")


@pytest.mark.parametrize(
    "text",
    [
        "my baby was stillborn 4 days ago",
        "gave birth to a stillborn 4 days ago",
        "nacio muerto mi bebe hace 4 dias",
        "lost my son at 39 weeks 4 days ago",
        "perdi a mi hijo a las 39 semanas hace 4 dias",
    ],
)
def test_a_late_loss_bleeds_as_after_a_birth(flow: Flow, text: str) -> None:
    """A pad an hour is hospital now, and it stays a loss in all that is said."""
    words = f"{text}, " + ("una toalla por hora" if "hace" in text else "a pad an hour")
    heard = hear(words)
    assert heard.loss_told
    values = {FindingId(h.id): h.value for h in heard.findings if h.value is not None}
    result = flow.rulebook.assess(flow.rulebook.facts(values), False)
    assert (values[FindingId("recent_event")], result.disposition) == ("loss", "emergency_department")


def test_the_weeks_told_before_a_pad_are_no_number_of_pads() -> None:
    """ "39 weeks last week, pad an hour" is one pad."""
    assert "soaking_pads" not in told("lost my son at 39 weeks last week, pad an hour")
    assert told("for 2 days soaking 3 pads an hour")["soaking_pads"] == "yes"


@pytest.mark.parametrize(
    "text", ["i was late two weeks and then bleeding", "shes not pregnant but she was late and now bleeding",
             "andaba atrasada 2 semanas y ahora sangro"]
)  # fmt: skip
def test_she_was_late_tells_of_a_period(text: str) -> None:
    """A late period makes a pregnancy possible; the weeks that it is late are none of it."""
    found = told(text)
    assert (found["missed_period"], found.get("gestation_weeks")) == ("yes", None)
    assert found["pregnant"] in ("maybe", "no")


def test_a_mother_who_repeats_a_no_leaves_it_open() -> None:
    """What a girl says of herself to her mother, and a late period, make a pregnancy possible."""
    found = told("my 15 year old says shes not pregnant but she was late and now bleeding")
    assert (found["pregnant"], found["age_group"]) == ("maybe", "age_13_15")


def test_late_for_something_is_no_late_period() -> None:
    """Nor is the hour."""
    assert "missed_period" not in told("i was late for work and it was late at night")


@pytest.mark.parametrize(
    "text", ["tengo 30 semanas de embarazo", "perdi mi embarazo antier", "perdi el embarazo antier"]
)
def test_first_facts_open_no_topic(flow: Flow, text: str) -> None:
    """Who begins by telling how it is with her is asked on."""
    person = Person(flow, "es")
    person.text(text)
    assert person.state.asked is not None
    assert person.state.findings


@pytest.mark.parametrize(
    ("loss", "weeks"),
    [
        ("lost the baby 5 days ago", "i was 15 weeks"),
        ("lost the baby 5 days ago", "15 weeks"),
        ("perdi a mi bebe hace 5 dias", "15 semanas"),
        ("i had my baby 15 days ago", "my midwife said call, im 15 weeks"),
    ],
)
def test_weeks_after_a_loss_or_birth_are_only_how_far_along_she_was(
    flow: Flow, loss: str, weeks: str
) -> None:
    """From then on nothing speaks of a pregnancy that goes on."""
    person = Person(flow, "es" if "perdi" in loss else "en")
    person.text(loss)
    person.text(weeks)
    assert (known(person.state)["pregnant"], known(person.state)["gestation_weeks"]) == ("recent", 15)


def test_somebody_pregnant_again_says_so(flow: Flow) -> None:
    """Her own word counts, whatever ended before."""
    person = Person(flow, "en")
    person.text("lost the baby 5 months ago")
    person.text("im 8 weeks pregnant again")
    assert known(person.state)["pregnant"] == "yes"


def test_an_answer_about_movement_leaves_the_weeks_alone(flow: Flow) -> None:
    """Nothing is written beside the weeks that says less than they do."""
    person = Person(flow, "en")
    person.text("30 weeks pregnant, bleeding a bit")
    person.text("baby moves less than yesterday")
    assert "trimester" not in known(person.state)
