"""What is made of her words: answers, findings, alarms, wishes, and what takes them back."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpline.triage.heard import Choice, Question, QuestionKind, Understanding
from helpline.triage.state import Channel, FindingId, Language
from helpline.triage.understand import understand
from tests.core.test_understand_lexicon import lexicons

EN, ES = Language("en"), Language("es")
YES_NO = (Choice("yes", "1", "Yes"), Choice("no", "2", "No"), Choice("unsure", "3", "Not sure"))
DANGER = tuple(FindingId(f) for f in ("gushing", "fainted", "breathing_trouble", "shock_signs", "seizure"))
LABELS = (
    "Blood pouring out",
    "Passed out today",
    "Chest pain, short breath",
    "Cold grey skin, fast heart",
    "A fit",
)
SCREEN = Question(
    "danger",
    QuestionKind.SCREEN,
    DANGER,
    (
        *(Choice(f, str(n), label) for n, (f, label) in enumerate(zip(DANGER, LABELS, strict=True), 1)),
        Choice("none", "0", "None of these"),
    ),
)
ANY = Question("danger", QuestionKind.ANY, DANGER, YES_NO)


def hear(text: str, question: Question | None = None, language: Language = EN) -> Understanding:
    """Understand a text as the service would."""
    return understand(text, question, lexicons(), language, Channel.SMS)


def yes_no(finding: str) -> Question:
    """Return a question that is answered yes, no or not sure."""
    return Question(finding, QuestionKind.YES_NO, (FindingId(finding),), YES_NO)


def number(finding: str, high: int) -> Question:
    """Return a question that is answered by a number."""
    return Question(finding, QuestionKind.NUMBER, (FindingId(finding),), (), 0, high)


def answered(heard: Understanding) -> dict[str, str | int | None]:
    """Return the answers by id."""
    return {h.id: h.value for h in heard.answers}


def told(heard: Understanding) -> dict[str, str | int | None]:
    """Return all findings, alarms and answers by id."""
    return {h.id: h.value for h in (*heard.findings, *heard.answers, *heard.interrupts)}


def test_a_correction_is_marked() -> None:
    """She may put right what she said."""
    assert hear("sorry i meant 3", number("pain_score", 10)).correction


def test_several_facts_at_once_are_all_recorded() -> None:
    """What is volunteered is never asked again."""
    found = told(hear("im 9 weeks and soaked 3 pads in an hour, dizzy"))
    assert found["pregnant"] == "yes" and found["gestation_weeks"] == 9
    assert found["soaking_pads"] == "yes" and found["dizzy_standing"] == "yes"


def test_an_event_means_that_it_has_ended() -> None:
    """Whoever took pills four days ago is not asked whether she is pregnant."""
    found = told(hear("i took the abortion pills 4 days ago and now i have fever 39.5"))
    assert (found["pregnant"], found["recent_event"], found["days_since_event"]) == ("recent", "pills", 4)
    assert found["fever"] == "yes"


def test_today_does_not_hide_when_it_happened() -> None:
    """Fever today is judged by the day of the pills."""
    found = told(hear("las pastillas me las puse hace 3 dias, hoy amaneci con 39.2 de fiebre"))
    assert found["days_since_event"] == 3


def test_trouble_since_months_is_no_old_trouble() -> None:
    """"Desde hace" says that it goes on."""
    assert "fever" in told(hear("tengo fiebre desde hace 2 meses"))


def test_a_stated_loss_is_told_and_a_feared_one_is_not() -> None:
    """Loss-aware words depend on it."""
    assert hear("i lost the baby last week").loss_told
    assert not hear("am i losing the baby?").loss_told
    assert not hear("i think i might be having a miscarriage").loss_told


def test_bleeding_without_an_amount_leaves_the_amount_open() -> None:
    """How much she bleeds must still be asked: only that she bleeds is known."""
    found = told(hear("im bleeding"))
    assert found == {"bled_last_48h": "yes"}


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ("No cramps, no fever, but I've gone through five pads in two hours.", "soaking_pads"),
        ("yes. and i just fainted", "fainted"),
        ("no i fainted", "fainted"),
        ("i fainted but no fever", "fainted"),
        ("me falta el aire", "breathing_trouble"),
        ("Ambulance.", "danger_screen"),
        ("me desangro", "gushing"),
        ("thinkin of ending it", "suicide_now"),
        ("he hits me", "injury"),
        ("no me deja salir", "safe_at_home"),
        ("passed out en la ducha", "fainted"),
        ("cant breath", "breathing_trouble"),
    ],
)
def test_an_alarm_is_heard_whatever_is_asked(text: str, finding: str) -> None:
    """Red flags in free words interrupt every question."""
    for question in (None, SCREEN, ANY, yes_no("leg_swelling"), number("gestation_weeks", 44)):
        assert finding in told(hear(text, question)), question


@pytest.mark.parametrize(
    "text",
    [
        "i havent fainted",
        "no he sangrado mucho",
        "the dog passed out",
        "this wait is killing me",
        "no shoulder pain",
        "my sister nearly died of an ectopic in 2010",
        "what do i do if i start soaking pads",
        "id kill for a coffee",
        "no fever, cramps or bleeding",
        "me muero de miedo",
        "im not suicidal",
        "my ex used to hit me years ago",
        "he has never hurt me",
        "de chica me desmayaba mucho",
        "no es una emergencia",
        "fainting goats video",
        "the nurse asked if i felt suicidal, i dont",
        "si me llego a desmayar a donde voy",
        "he doesn't hit me",
    ],
)
def test_what_is_denied_past_or_not_meant_raises_no_alarm(text: str) -> None:
    """Denial, history, other people, what-ifs and idioms are no alarm."""
    assert hear(text).interrupts == ()


@pytest.mark.parametrize(
    "text",
    [
        "the bit in that film where she bleeds all over the bed",
        "never in my life thought of suicide",
    ],
)
def test_a_story_and_a_no_across_my_take_an_alarm_back(text: str) -> None:
    """The words "where she" go on with a story, and "in my life" begins no clause of its own."""
    assert not hear(text).interrupts


def test_a_no_far_from_the_parts_of_a_pattern_denies_nothing() -> None:
    """What stands between the parts of an `&` pattern is often about something else."""
    assert "gushing" in told(hear("blood, i have no pads or nothing left in the house, all over the carpet"))


def test_a_misspelt_ending_is_mended_though_the_stem_is_known() -> None:
    """The word "bleedung" begins like a word of the lexicon and is still read as bleeding."""
    assert "gushing" in told(hear("bleedung evrywhere cnt stp it"))
    assert "gushing" in told(hear("its pourin out of me"))


def test_of_two_readings_of_one_number_the_longer_counts() -> None:
    """The other language may know only the end of "thirty-seven"."""
    assert told(hear("I'm thirty-seven weeks and there's blood"))["gestation_weeks"] == 37


def test_the_topic_is_what_most_of_the_question_points_to() -> None:
    """A procedure is named, but the question is about later pregnancies."""
    heard = hear("does a d and c affect fertility")
    assert [h.value for h in heard.intents if h.id == "topic"] == ["future_pregnancy"]


@pytest.mark.parametrize(
    ("text", "intent", "value"),
    [
        ("STOP", "stop", None),
        ("opt out", "stop", None),
        ("please stop texting me", "stop", None),
        ("ALTO", "stop", None),
        ("HELP", "help", None),
        ("nurse", "human", None),
        ("start over", "restart", None),
        ("can u switch back to english", "language", "en"),
        ("no hablo ingles", "language", "es"),
        ("forget me", "erase", None),
        ("go back", "back", None),
        ("repite porfa", "repeat", None),
        ("gimme an hour", "snooze", 3600),
        ("dame 20 minutos", "snooze", 1200),
        ("yes check on me tomorrow", "accept", None),
        ("dont check on me", "decline", None),
        ("is it my fault", "topic", "causes"),
        ("can i get pregnant again after this?", "topic", "future_pregnancy"),
    ],
)
def test_wishes_are_understood(text: str, intent: str, value: str | int | None) -> None:
    """Beside answering she may want other things, at any time."""
    assert [(h.id, h.value) for h in hear(text).intents if h.id == intent] == [(intent, value)]


@pytest.mark.parametrize(
    "text",
    [
        "STOP bleeding?",
        "i need to stop bleeding",
        "he wont stop calling me names",
        "when will it stop",
        "PARA CUANDO SE ME QUITA EL SANGRADO",
    ],
)
def test_stop_within_a_sentence_is_no_opt_out(text: str) -> None:
    """An opt-out must be meant."""
    assert all(h.id != "stop" for h in hear(text).intents)


def test_a_refusal_is_never_consent() -> None:
    """Where yes and no to check-ins meet, no counts."""
    assert [h.id for h in hear("no thanks dont check on me").intents] == ["decline"]


def test_the_language_shows_in_the_words() -> None:
    """Whoever writes Spanish is answered in Spanish."""
    assert hear("hola, estoy sangrando mucho").language == ES
    assert hear("hello i am bleeding", language=ES).language == EN
    assert hear("ok").language is None


def test_every_hit_quotes_her_own_words() -> None:
    """The reply can say by which words it went."""
    text = "Ayer me DESMAYÉ dos veces"
    words = {h.id: h.words for h in hear(text, language=ES).hits()}
    assert words["collapse_last_48h"] in text


WORDS = (
    "no",
    "i",
    "fainted",
    "bleeding",
    "¿",
    "👍",
    "not",
    "years ago",
    "me",
    "desmaye",
    "3",
    "pads",
    "an hour",
    ",",
    ".",
    "pero",
    "sister",
    "if",
    "weeks",
    "12",
    "kill",
    "myself",
    "he",
    "hit",
    "0",
    "sí",
)


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.text(max_size=200), st.lists(st.sampled_from(WORDS), max_size=25).map(" ".join)))
def test_nothing_she_writes_breaks_the_understanding(text: str) -> None:
    """Any text is understood or unclear, the same each time, and quotes only what she wrote."""
    for question in (None, SCREEN, ANY, yes_no("fainted"), number("pain_score", 10)):
        heard = hear(text, question)
        assert heard == hear(text, question)
        assert all(h.words in text for h in heard.hits())


@settings(max_examples=100, deadline=None)
@given(
    st.sampled_from(
        (
            "i fainted",
            "me desmaye",
            "im soaking 2 pads an hour",
            "i cant breathe",
            "i want to die",
            "no puedo respirar",
            "he punched me in the stomach",
        )
    ),
    st.sampled_from(("", "hi. ", "sorry. ", "hola. ", "ok so ", "um ", "please help. ")),
    st.sampled_from(("", ".", " please", "!!!", " 😭", " help")),
    st.booleans(),
)
def test_politeness_and_capitals_hide_no_alarm(alarm: str, before: str, behind: str, loud: bool) -> None:
    """What stands around an alarm does not silence it."""
    text = before + alarm + behind
    assert hear(text.upper() if loud else text).interrupts


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(("fainted", "passed out", "had a seizure", "had chest pain", "considered suicide")),
    st.sampled_from(("i have not ", "i havent ", "i never ", "no i havent ", "she has not ")),
)
def test_a_denial_in_front_silences_an_alarm(sign: str, denial: str) -> None:
    """Saying that it did not happen is heard as that."""
    assert not hear(denial + sign).interrupts
