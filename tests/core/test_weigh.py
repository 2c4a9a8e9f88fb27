"""The second reading: what no pattern foresaw is weighed by all its words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from helpline.flowbook.load import load
from helpline.flowbook.weights_file import IDEAS, POINTS, TOPICS, WeightsFault, load_weights
from helpline.triage.heard import Question, QuestionKind, Understanding
from helpline.triage.lexicon import Lexicon
from helpline.triage.normalise import Raw
from helpline.triage.packed import pack, unpack
from helpline.triage.state import Channel, FindingId, Language
from helpline.triage.terms import SUMS, features, read, stem
from helpline.triage.understand import understand
from helpline.triage.weigh import weigh
from helpline.triage.weights import Points, Weights
from tests.core.person import Person
from tests.core.test_understand_lexicon import FOLDER, lexicons
from tests.corpus.learn import LEARNED_FROM, alarms, fingerprint, labelled, learn
from tests.corpus.score import HERE


def packed(points: Mapping[str, Points]) -> dict[str, int]:
    """Return points as the weights keep them."""
    return {term: pack(own) for term, own in points.items()}


WEIGHTS = Weights(
    ideas={"soaked": ("{wet}",), "mattress": ("{bed}",)},
    begins={"sangr": ("{blood}",)},
    lengths=(5,),
    alone=packed({"soake": (400, 0, 0), "{blood}": (60, 0, 0), "joke": (-900, 0, 0)}),
    pairs={"beside": {("so", "soake"): pack((50, 0, 0))},
           "together": {("{bed}", "{wet}"): pack((200, 0, 0))}},
    start=(-100, -100, -100),
    bars=(0, 1, 1),
)


def tokens(text: str) -> list[Raw]:
    """Return the words of a text with their places."""
    found, at = [], 0
    for word in text.split():
        found.append(Raw(word, at, at + len(word)))
        at += len(word) + 1
    return found


def said(text: str, weights: Weights | None = None) -> Understanding:
    """Understand a first text in English; with other weights where they are given."""
    words: dict[Language, Lexicon] = lexicons()
    if weights is not None:
        words = {language: replace(lexicon, weights=weights) for language, lexicon in words.items()}
    return understand(text, None, words, Language("en"), Channel.SMS)


def test_points_of_words_neighbours_and_ideas_add_up() -> None:
    """Their sum, over the root of how many features there are, makes up for the start."""
    (found,) = weigh(tokens("so soaked is my mattress"), WEIGHTS)
    assert found.name == "emergency"


def test_points_against_an_alarm_count_too() -> None:
    """A joke weighs it down."""
    assert not weigh(tokens("so soaked is my mattress joke"), WEIGHTS)


def test_words_with_others_between_them_weigh_together() -> None:
    """"pads in an hour": what belongs together need not stand side by side."""
    apart = replace(WEIGHTS, pairs={
        "over": {("pads", "hour"): pack((300, 0, 0))}, "beyond": {("pads", "hour"): pack((500, 0, 0))}})
    assert weigh(tokens("pads every hour"), apart) and weigh(tokens("pads in an hour"), apart)
    assert not weigh(tokens("pads hour"), apart) and not weigh(tokens("hour every pads"), apart)


def test_letters_in_a_row_weigh() -> None:
    """What is misspelt still looks alike: "haemorrage", "hemmorage"."""
    alike = replace(WEIGHTS, letters=packed({"mor": (300, 0, 0), "rage": (300, 0, 0), "^or": (-900, 0, 0)}))
    assert weigh(tokens("haemorrage"), alike) and weigh(tokens("hemmorage"), alike)
    assert not weigh(tokens("orange morning"), alike)


@pytest.mark.parametrize("numbers", [(0, 0, 0), (5, -7, 3), (-1, -1, -1), (-8_000_000, 8_000_000, -1)])
def test_several_numbers_are_kept_in_one(numbers: Points) -> None:
    """Packed numbers come out as they went in, and add up each for itself."""
    assert unpack(pack(numbers), 3) == numbers
    assert unpack(pack(numbers) + pack((1, -1, 1)), 3) == (numbers[0] + 1, numbers[1] - 1, numbers[2] + 1)


def test_what_is_weighed_is_what_was_learned() -> None:
    """The terms that a message is summed up by are those it is learned from, in number too."""
    words = [t.word for t in tokens("so soaked is my mattress so soaked 39.5 again and again")]
    terms = read(words, WEIGHTS)
    own = Counter(SUMS[feature.kind] for feature in features(words, WEIGHTS))
    assert terms.counts() == tuple(own[n] for n in range(3))


def test_it_names_the_words_that_weigh_most() -> None:
    """Nobody is told of an alarm without the words that led to it."""
    text = "well good morning to you it is like this my mattress is so soaked"
    (found,) = weigh(tokens(text), WEIGHTS)
    assert text[found.start:found.end] == "mattress is so soaked"


def test_one_word_is_known_by_its_beginning() -> None:
    """Endings differ: sangre, sangrado, sangrando are one idea."""
    keys = {f.key for f in features(["sangrando"], WEIGHTS)}
    assert ("{blood}",) in keys


@pytest.mark.parametrize(
    ("word", "counts"),
    [("39.5", "#degrees"), ("102", "#degrees"), ("7", "#few"), ("32", "#weeks"), ("600", "#many"),
     ("sooooaked", "soake"), ("boo", "boo")],
)
def test_numbers_count_by_their_size_and_words_by_their_beginning(word: str, counts: str) -> None:
    """39.5 is a fever to it, 32 may be weeks, and drawn-out letters count once."""
    assert stem(word) == counts


def test_weight_adds_to_what_the_patterns_found() -> None:
    """Whatever words weigh, what the patterns found stays as it is."""
    for text in ("i passed out and blood is everywhere", "no i havent fainted", "im 9 weeks and spotting"):
        weighed, plain = said(text), said(text, Weights())
        assert replace(weighed, weighed=()) == plain


KNOWN = dict.fromkeys(("lawn", "after", "long", "our", "famil", "the", "on", "new", "house", "with", "them",
                       "again", "from", "to", "kill", "and", "for", "in"), (0, 0, 0))
DOUBTS = replace(WEIGHTS, alone=packed({**KNOWN, "barbe": (-900, -900, -900)}), floors=(-200, -200, -200))


def test_a_danger_sign_that_all_words_speak_against_is_asked_about() -> None:
    """Patterns and weight disagree: one short question, at once, in place of the alarm."""
    heard = said("passed out on the lawn after our long family barbecue", DOUBTS)
    assert heard.doubt is not None and heard.doubt.id == "danger_screen" and not heard.interrupts
    assert said("passed out on the road near our old bus stop", DOUBTS).interrupts


def test_a_few_words_beside_a_danger_sign_put_nothing_in_doubt() -> None:
    """Who says hardly more than that she passed out is told to call."""
    assert said("ok so passed out at the barbecue", DOUBTS).interrupts


def test_words_that_nobody_knows_speak_against_nothing() -> None:
    """What has no points, as another language has none, takes no alarm away."""
    assert said("passed out hvorfor klokken bager vindue barbecue", DOUBTS).interrupts


@pytest.mark.parametrize(
    "text", ["i want to die at the barbecue", "i passed out and want to die at the barbecue"])
def test_few_words_put_no_crisis_in_doubt(text: str) -> None:
    """Who says hardly more than that she wants to die is answered as one who does."""
    heard = said(text, DOUBTS)
    assert heard.interrupts and heard.doubt is None


def test_words_of_suicide_that_all_others_speak_against_are_asked_about() -> None:
    """One short question, about thoughts of hurting herself, at once, in place of the alarm."""
    heard = said("want to die on the lawn after our long family barbecue", DOUBTS)
    assert heard.doubt is not None and heard.doubt.id == "self_harm_thoughts" and not heard.interrupts


def test_a_blow_that_all_words_speak_against_is_asked_about() -> None:
    """The question about a fall, a crash or being hurt names nobody, so it can be asked on any phone."""
    heard = said("my husband hit me on the lawn after our long family barbecue", DOUBTS)
    assert heard.doubt is not None and heard.doubt.id == "injury" and not heard.interrupts


@pytest.mark.parametrize("sign", ["soaked 2 pads an hour for 3 hours", "there is a cord between my legs"])
def test_what_no_question_would_ask_about_is_never_in_doubt(sign: str) -> None:
    """Counted pads and a cord are on no danger screen: a doubt would lose them."""
    assert said(f"{sign} on the lawn after our long family barbecue", DOUBTS).interrupts


def test_a_word_that_no_pattern_knows_is_weighed_alone() -> None:
    """"haemorragging" is no word of the lexicon, and looks like one; what a pattern knows is not weighed."""
    alike = replace(WEIGHTS, letters=packed({"^haem": (900, 0, 0), "^spot": (900, 0, 0)}))
    assert said("haemorragging", alike).weighed and not said("spotting", alike).weighed


LOOSE = replace(WEIGHTS, alone=packed({**KNOWN, "stair": (-900, -900, -900)}), loose=(-200, -200, -200))


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("heart attack from the stairs in our new house again", "danger_screen"),
        ("i have a plan for the stairs in our new house with them", "self_harm_thoughts"),
    ],
)
def test_words_that_mean_other_things_too_are_asked_about(text: str, asked: str) -> None:
    """What a pattern with ~ found is asked about, at once, where all the other words speak against it."""
    heard = said(text, LOOSE)
    assert heard.doubt is not None and heard.doubt.id == asked and not heard.interrupts
    assert said(text.replace("stairs", "landing"), LOOSE).interrupts


def test_words_that_mean_nothing_else_are_believed() -> None:
    """Beside a loose pattern a plain one stands, and the alarm with it."""
    assert said("heart attack on the stairs and i want to kill myself in our new house", LOOSE).interrupts


def test_an_answer_is_never_put_in_doubt() -> None:
    """Who is asked whether she passed out, and says so, is believed."""
    words = {language: replace(lexicon, weights=DOUBTS) for language, lexicon in lexicons().items()}
    question = Question("fainted", QuestionKind.YES_NO, (FindingId("fainted"),))
    heard = understand("yes passed out at the barbecue", question, words, Language("en"), Channel.SMS)
    assert heard.doubt is None and heard.answers


def test_what_is_in_doubt_settles_no_screen() -> None:
    """With the danger screen open a doubtful sign is asked about; the rest stays open."""
    flow = load(FOLDER.parent, name="Helpline", region="us", languages=("en", "es"))
    words = {language: replace(lexicon, weights=DOUBTS) for language, lexicon in flow.lexicons.items()}
    person = Person(replace(flow, lexicons=words))
    person.text("hi")
    said_back = person.text("passed out on the lawn after our long family barbecue")
    assert "This can be an emergency" not in said_back
    assert person.state.asked is not None and person.state.asked.id == "danger"
    assert not person.state.findings


def _in_doubt() -> Person:
    flow = load(FOLDER.parent, name="Helpline", region="us", languages=("en", "es"))
    words = {language: replace(lexicon, weights=DOUBTS) for language, lexicon in flow.lexicons.items()}
    return Person(replace(flow, lexicons=words))


@pytest.mark.parametrize("reply", ["2", "yes"])
def test_a_yes_to_the_question_is_an_emergency(reply: str) -> None:
    """The question that decides is the danger screen itself."""
    person = _in_doubt()
    first = person.text("passed out on the lawn after our long family barbecue")
    assert "This can be an emergency" not in first
    assert person.state.asked is not None and person.state.asked.id == "danger"
    assert "This can be an emergency" in person.text(reply)


def test_what_is_in_doubt_behind_the_danger_screen_is_asked_in_one_question() -> None:
    """The screen was answered, and she says something else: all its signs are asked about once more."""
    person = _in_doubt()
    for said_so in ("hi", "0", "passed out on the lawn after our long family barbecue"):
        person.text(said_so)
    assert person.state.asked is not None and person.state.asked.id == "danger_screen"
    assert "This can be an emergency" in person.text("yes")


def test_an_alarm_that_is_weighed_is_unsure() -> None:
    """What no pattern names is written down as not sure, which counts as the dangerous value."""
    for hit in said("woke to my whole mattress red and soaked and im shaking, ambulance").weighed:
        assert hit.value == "unsure" and hit.kind == "interrupt" and hit.words


def test_without_points_nothing_is_weighed() -> None:
    """A folder without the files weighs nothing."""
    assert not weigh(tokens("so soaked"), Weights())


def _folder(tmp_path: Path, ideas: str, points: str) -> Path:
    (tmp_path / "ideas.yaml").write_text(ideas, encoding="utf-8")
    (tmp_path / "points.tsv").write_text(points, encoding="utf-8")
    return tmp_path


HEADS = "start\t0\t0\t0\nbars\t1\t1\t1\nfloors\t-9\t-9\t-9\nloose\t-9\t-9\t-9\n"
WORDS = 'ideas:\n  blood: "blood, sangr*"\n'


def test_both_files_are_read(tmp_path: Path) -> None:
    """Ideas by hand, points as they were worked out."""
    weights = load_weights(_folder(tmp_path, WORDS, HEADS + "together\t5\t0\t0\t{blood}\t{blood}\n"))
    assert weights.ideas_of("sangro") == ("{blood}",) and weights.bars == (1, 1, 1)


@pytest.mark.parametrize(
    ("ideas", "points", "fault"),
    [
        (WORDS, HEADS + "alone\t1\t2\n", "points.tsv:5: write kind"),
        (WORDS, HEADS + "alone\t1\t2\tx\tblood\n", "points.tsv:5: points are whole numbers"),
        (WORDS, HEADS + "alone\t1\t2\t3\t{water}\n", "points.tsv:5: {water} is no idea"),
        (WORDS, "start\t0\t0\t0\n", "there is no line `bars`"),
        ("ideas: [blood]\n", HEADS, "ideas.yaml:1: write `ideas:`"),
        ("ideas:\n  blood: [red]\n", HEADS, "ideas.yaml:2: blood: write its words in quotes"),
    ],
)
def test_a_fault_names_file_and_line(tmp_path: Path, ideas: str, points: str, fault: str) -> None:
    """Whoever breaks a file is told where, and what to write instead."""
    with pytest.raises(WeightsFault) as caught:
        load_weights(_folder(tmp_path, ideas, points))
    assert fault in str(caught.value)


@pytest.mark.parametrize("points", [POINTS, TOPICS])
def test_the_points_are_those_of_the_labelled_messages(points: str) -> None:
    """Whoever adds a message or an idea works out the points again: the file says from what it was made."""
    corpus = labelled(HERE / name for name in LEARNED_FROM)
    assert fingerprint(corpus, FOLDER / IDEAS) in (FOLDER / points).read_text(encoding="utf-8")[:400], (
        "run make points")


def test_points_are_worked_out_for_and_against() -> None:
    """What stands in alarms has points for them, what stands in denials and small talk has points against."""
    alarm = [{"text": "water and paint pours" if n == 0 else "water pours", "label": "emergency"}
             for n in range(20)]
    quiet = [{"text": "paint pours", "label": "negated"} for _ in range(20)]
    learned_from = [*alarm, *quiet]
    (emergency, *_) = alarms(learned_from)
    points, _ = learn(learned_from, [emergency], Weights())
    assert points["alone", "water"][0] > 0 > points["alone", "paint"][0]


ORDINARY = (
    *(f"{n} weeks pregnant" for n in range(1, 43)), *(f"im {n} weeks" for n in range(1, 43)),
    *(f"im {n} years old" for n in range(18, 46)), *(f"tengo {n} semanas" for n in range(1, 43)),
    *(f"tengo {n} años" for n in range(18, 46)), *(f"{n} semanas de embarazo" for n in range(1, 43)),
    "im bleeding and passing clots, is it a miscarriage",
    "estoy sangrando y me salen coágulos, es un aborto?",
)


@pytest.mark.parametrize("text", ORDINARY)
def test_what_everybody_says_is_no_alarm(text: str) -> None:
    """Weeks, ages and the plain question of most people weigh too little."""
    assert not said(text).weighed


TOPIC_WEIGHTS = Weights(
    alone=packed({"hered": (300, -100), "slep": (-100, 300), "gran": (150, 0)}),
    start=(-100, -100), bars=(0, 0), floors=(-150, -150), names=("causes", "emotions"),
)


def asks(text: str) -> list[str]:
    """Return the topics that somebody asks for in a first text."""
    words: dict[Language, Lexicon] = {
        language: replace(lexicon, topics=TOPIC_WEIGHTS, weights=Weights())
        for language, lexicon in lexicons().items()}
    heard = understand(text, None, words, Language("en"), Channel.SMS)
    return [str(hit.value) for hit in heard.intents if hit.id == "topic"]


def test_a_question_that_no_pattern_foresaw_is_found_by_its_weight() -> None:
    """The topic to which all words add up most is the one she gets."""
    assert asks("hereditary like with my gran?") == ["causes"]


def test_small_talk_asks_for_no_topic() -> None:
    """Below the bar nothing is asked, so no facts are sent to whoever did not want them."""
    assert asks("good morning to you all") == []


def test_a_symptom_is_no_question() -> None:
    """Whoever tells of bleeding goes through triage, whatever else the words resemble."""
    assert asks("hereditary like with my gran and im bleeding") == []


def test_where_a_pattern_hears_a_question_the_weight_says_which() -> None:
    """"What causes" is a question; that it is about sleepless nights all the words know better."""
    assert asks("what causes it that i sleep so badly") == ["emotions"]


def test_a_danger_sign_leaves_no_room_for_a_topic() -> None:
    """Whoever passes out while she asks is told to call, not sent three texts of facts."""
    assert asks("is it hereditary, i passed out") == []
