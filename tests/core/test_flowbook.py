"""The loader: plain YAML, precise faults, one Flow with every name resolved."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import time, timedelta
from pathlib import Path

import pytest

from helpline.flowbook.faults import Fault, FlowbookErrors
from helpline.flowbook.load import checksum, load
from helpline.flowbook.plain_yaml import parse
from helpline.flowbook.schema import FILES, json_schema
from helpline.triage import findings
from helpline.triage.findings import Condition, Range
from helpline.triage.flow import Advise, Flow, Interview, Menu, Offer, Say
from helpline.triage.state import FindingId, Language, Level

Break = Callable[[str, str, str], tuple[Fault, ...]]
"""Breaks one file and returns the faults with which the content is refused."""
FLOWS = Path(__file__).parents[2] / "flows"
EN, ES = Language("en"), Language("es")


@pytest.fixture(scope="module")
def us() -> Flow:
    """Return the content as it stands, for the United States."""
    return load(FLOWS, name="Night Line", region="us", languages=("en", "es"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a copy of the content that a test may break."""
    return Path(shutil.copytree(FLOWS, tmp_path / "flows", ignore=shutil.ignore_patterns("lexicon")))


@pytest.fixture
def broken(folder: Path) -> Break:
    """Return a function that changes one file and gives the faults with which it is refused."""

    def refuse(file: str, old: str, new: str) -> tuple[Fault, ...]:
        path = folder / file
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new, 1))
        with pytest.raises(FlowbookErrors) as refused:
            load(folder, name="Night Line", region="us", languages=("en", "es"))
        return refused.value.faults

    return refuse


def line_of(file: str, words: str) -> int:
    """Return the line on which some words stand in the content."""
    return next(n for n, line in enumerate((FLOWS / file).read_text().splitlines(), 1) if words in line)


def test_words_stay_words() -> None:
    """Yes, no, on, off and a time of day are text, and whole numbers are numbers."""
    data = parse('a: yes\nb: no\nc: on\nd: 21:00\ne: 12\nf: "12"\ng: null\nh: true\ni: 007\n', "x.yaml").data
    assert data == {
        "a": "yes", "b": "no", "c": "on", "d": "21:00", "e": 12, "f": "12", "g": None, "h": True, "i": "007",
    }


def test_a_repeated_key_is_refused_with_its_line() -> None:
    """A key that stands twice is an error on the line of the second."""
    with pytest.raises(FlowbookErrors) as refused:
        parse("a: 1\nb: 2\na: 3\n", "x.yaml")
    assert [(f.file, f.line) for f in refused.value.faults] == [("x.yaml", 3)]
    assert "twice" in str(refused.value)


def test_broken_yaml_is_refused_with_its_line() -> None:
    """A slip of the pen is shown where it is, in one line."""
    with pytest.raises(FlowbookErrors) as refused:
        parse("a: 1\nb: [1, 2\nc: 3\n", "x.yaml")
    assert refused.value.faults[0].line in (2, 3)
    assert "\n" not in str(refused.value)


def test_an_alias_that_holds_itself_is_refused() -> None:
    """A loop of aliases is an error, not an endless read."""
    with pytest.raises(FlowbookErrors):
        parse("a: &a {b: *a}\n", "x.yaml")


def test_every_node_knows_its_line() -> None:
    """The line of a node can be asked for, and of one that does not exist the nearest above."""
    document = parse("a:\n  - b: 1\n  - c: 2\n", "x.yaml")
    assert document.line(("a", 1, "c")) == 3
    assert document.line(("a", 1, "missing", "deep")) == 3


def test_the_table_is_carried_over_whole(us: Flow) -> None:
    """All findings, red flags, rules and places of the clinical table are there."""
    table = us.table
    assert [d.id for d in table.dispositions][-1] == "emergency"
    assert table.urgency("emergency") == 6
    assert sum(1 for f in table.findings.values() if f.derived_from is None) == 74
    assert sum(1 for r in table.rules if r.finding) == 117
    assert sum(1 for r in table.rules if not r.finding) == 90
    assert table.interview[0].id == "danger"
    assert table.defaults.not_understood_twice == "urgent"


def test_conditions_are_read_as_written(us: Flow) -> None:
    """Lists, ranges and any come out as sets, closed ranges and alternatives."""
    rules = {rule.id: rule for rule in us.table.rules}
    assert rules["phq2_high"].when == Condition((findings.Test(FindingId("phq2_total"), Range(5, 999)),))
    assert rules["rh_negative_ended_12_weeks_on"].when.tests[2].values == Range(12, 999)
    assert rules["after_loss_long_bleeding"].when.tests[2].values == Range(15, 999)
    assert len(rules["sepsis_signs"].when.tests) == 2
    assert len(rules["heavy_and_dizzy"].when.any) == 2
    assert rules["soaking_pads.1"].finding == "soaking_pads"


def test_the_tail_is_closing(us: Flow) -> None:
    """Items that are asked only once an advice was given are marked."""
    closing = {item.id for item in us.table.interview if item.closing}
    assert {"before_leaving", "can_get_there", "age_group", "self_harm_thoughts", "safe_to_text"} <= closing
    assert "bleeding" not in closing


def test_the_conversation_is_built(us: Flow) -> None:
    """The steps of triage come in their order, with times, levels and check-ins."""
    steps = us.conversations["triage"].steps
    assert [type(step) for step in steps] == [Say, Interview, Advise, Offer, Offer, Menu]
    interview, advise, offer, _, menu = steps[1:]
    assert isinstance(interview, Interview) and interview.nudge_after == timedelta(minutes=10)
    assert isinstance(advise, Advise) and advise.entries["emergency"][-1].open_case is Level.EMERGENCY
    assert isinstance(offer, Offer) and "urgent" in offer.dispositions
    assert isinstance(menu, Menu) and menu.entries == tuple(us.topics)


def test_the_check_in_asks_only_its_findings(us: Flow) -> None:
    """An interview can be limited to some findings."""
    steps = {step.id: step for step in us.conversations["checkin"].steps}
    assert set(steps) == set(us.policy.checkins)
    two_hours = steps["checkin_2h"]
    assert isinstance(two_hours, Interview) and two_hours.asks == ("reached_care", "since_last")
    assert two_hours.safety and two_hours.case_after == timedelta(minutes=30)


def test_nine_topics_in_the_order_of_the_promise(us: Flow) -> None:
    """The topics have the ids that other programs rely on."""
    assert list(us.topics) == [
        "signs", "process", "when_to_seek_help", "emotions", "causes", "tests", "care", "future_pregnancy",
        "talking_to_provider",
    ]


def test_region_and_policy_are_read(us: Flow) -> None:
    """Numbers, hours and waits come from the files."""
    assert us.region.emergency_number == "911" and us.region.crisis_call == "988"
    assert us.region.quiet_from == time(21) and us.region.quiet_until == time(8)
    assert us.policy.contact_gap == timedelta(hours=24) and us.policy.retention == timedelta(days=90)
    assert us.policy.rung_waits["emergency"] == timedelta(minutes=2)
    assert ES in us.policy.plain_letters
    assert [place.below_weeks for place in us.region.places] == [16, 45, None]


def test_the_name_and_numbers_stand_in_the_words(us: Flow) -> None:
    """The name of the service and the region's numbers are filled in on loading."""
    welcome = us.message(EN, "welcome")
    assert "Night Line" in welcome.text and "911" in welcome.text
    assert "Night Line" in welcome.say and "911" in welcome.say


def test_each_region_has_its_own_words() -> None:
    """The same sentences name the numbers, places and spelling of the region."""
    uk = load(FLOWS, name="Night Line", region="uk", languages=("en",))
    assert "999" in uk.message(EN, "advice.emergency").text
    assert "labour" in uk.message(EN, "place.late").text
    assert "paracetamol" in uk.message(EN, "topic.care.1").text
    assert "911" not in "".join(m.text for m in uk.messages[EN].values())


def test_screens_are_spoken_in_other_words(us: Flow) -> None:
    """A label that is short on a screen is said in full on a call."""
    item = us.message(EN, "item.danger.seizure")
    assert item.text != item.say
    assert us.message(ES, "item.danger.seizure").say != item.say


def test_the_checksum_changes_with_any_file(folder: Path) -> None:
    """Two contents have one checksum only when all their files are the same."""
    before = checksum(folder)
    assert before == checksum(folder)
    path = folder / "phrases.yaml"
    path.write_text(path.read_text() + "# a remark\n")
    assert checksum(folder) != before


def test_an_unknown_region_is_refused(folder: Path) -> None:
    """A region without a file is named, with those there are."""
    with pytest.raises(FlowbookErrors) as refused:
        load(folder, name="x", region="mars", languages=("en",))
    assert any("mars" in f.what and "us" in f.remedy for f in refused.value.faults)


def test_a_language_without_translation_is_refused(folder: Path) -> None:
    """A language for which there is no file is named, with what to do."""
    with pytest.raises(FlowbookErrors) as refused:
        load(folder, name="x", region="us", languages=("en", "fr"))
    assert refused.value.faults[0].file == "locale/fr.po"
    assert "HELPLINE_LANGUAGES" in refused.value.faults[0].remedy


def test_a_missing_file_is_refused(folder: Path) -> None:
    """Content without one of its files never starts."""
    (folder / "service.yaml").unlink()
    with pytest.raises(FlowbookErrors) as refused:
        load(folder, name="x", region="us", languages=("en",))
    assert "service.yaml" in {f.file for f in refused.value.faults}


TABLE = "clinical/findings.yaml"
BROKEN = [
    ("id: soaking_and_dizzy, when: {dizzy", "id: soaking_and_dizzy, when: {dizy",
     "unknown finding 'dizy_standing'", "dizzy_standing"),
    ('"yes", bleeding: heavy}, disposition: emergency_department, source: [nice_ng88',
     '"yes", bleeding: hevy}, disposition: emergency_department, source: [nice_ng88',
     "bleeding is never 'hevy'", "heavy"),
    ("- {ask: bleeding}", "- {ask: bleding}", "unknown finding 'bleding'", "bleeding"),
    ('dizzy_standing: "yes"}, disposition: emergency, source: [rcog_gtg64]',
     'dizzy_standing: "yes"}, disposition: emergncy, source: [rcog_gtg64]', "unknown disposition 'emergncy'",
     "emergency"),
    ("phq2_total: {gte: 5}", "phq2_total: {gte: 9}", "phq2_total is never in this range", "0 to 6"),
    ("seizure: \"A fit (seizure)\"}", "seizures: \"A fit (seizure)\"}", "no label for seizure", "labels"),
]


@pytest.mark.parametrize(("old", "new", "what", "remedy"), BROKEN)
def test_a_wrong_name_in_the_table_is_shown(
    broken: Break, old: str, new: str, what: str, remedy: str
) -> None:
    """Each wrong name is one fault with its file, its line and the name that was meant."""
    found = [f for f in broken(TABLE, old, new) if what in f.what]
    assert [f.file for f in found] == [TABLE]
    assert abs(found[0].line - line_of(TABLE, old)) <= 1
    assert remedy in found[0].remedy


def test_an_unknown_key_is_shown(broken: Break) -> None:
    """A key that no file has is one fault with its line."""
    faults = broken("triage.yaml", "    stop_at:", "    stopp_at:")
    assert [(f.file, f.line) for f in faults] == [("triage.yaml", line_of("triage.yaml", "stop_at:"))]
    assert "stopp_at" in faults[0].what


def test_a_step_of_no_kind_is_shown(broken: Break) -> None:
    """A step must be one of the five kinds."""
    faults = broken("triage.yaml", "  - menu: topics", "  - menue: topics")
    assert "a step is one of" in faults[0].what
    assert faults[0].line == line_of("triage.yaml", "- menu: topics")


def test_wording_for_an_unknown_question_is_shown(broken: Break) -> None:
    """Words for a question that nobody asks are a fault."""
    faults = broken("triage.yaml", "ask.fever:", "ask.fevr:")
    found = [f for f in faults if "unknown" in f.what and "ask.fevr" in f.what]
    assert not found or "fever" in found[0].remedy
    assert faults


def test_a_missing_advice_is_shown(broken: Break) -> None:
    """Every disposition has something to say."""
    faults = broken("triage.yaml", "      self_care:\n", "      self_cares:\n")
    assert any("self_care" in f.what for f in faults)


def test_a_placeholder_that_nothing_fills_is_shown(
    broken: Break,
) -> None:
    """A brace that no region fills stops the start."""
    faults = broken("locale/es.po", "Puede ser una emergencia. Di lo", "Puede ser una {emergensia}. Di lo")
    found = next(fault for fault in faults if fault.file == "locale/es.po")
    assert found.line > 0 and "emergensia" in found.what


def test_every_kind_of_file_has_a_json_schema() -> None:
    """Editors get a schema in which unknown keys are refused and steps are described."""
    for kind in FILES:
        assert json_schema(kind)["additionalProperties"] is False
    steps = json_schema("conversation")["properties"]["steps"]["items"]["anyOf"]
    assert {s["$ref"].rpartition("/")[2] for s in steps} >= {"SayStep", "InterviewStep", "AdviseStep"}
