"""Controls of the hazard log (docs/safety/hazards.md) that no other test shows; named after the hazard."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from helpline.cli.phone_bench import Bench
from helpline.config import SettingsError, read_settings
from helpline.flowbook.check import check
from helpline.flowbook.faults import FlowbookErrors
from helpline.flowbook.load import load
from helpline.flowbook.plain_yaml import read
from helpline.flowbook.schema import RegionFile
from helpline.triage import ladder
from helpline.triage.flow import Flow
from helpline.triage.state import FindingId, Level
from helpline.wiring import content
from tests.safety.conftest import Caller, closed

FLOWS = Path(__file__).parents[2] / "flows"
RISKS = ("ectopic_risk", "iud_in_place", "blood_thinner", "serious_illness", "placenta_low")


def test_h01_no_scan_told_counts_as_no_scan(flow: Flow) -> None:
    """One-sided pain at 6 weeks is hospital now until a scan has shown the pregnancy in the womb."""
    early = {"pregnant": "yes", "gestation_weeks": 6, "one_sided_pain": "yes"}
    for scan in ({}, {"scan_confirmed": "no"}, {"scan_confirmed": "unsure"}, {"scan_confirmed": "not_seen"}):
        assert closed(flow, **early, **scan).disposition == "emergency_department"


def test_h01_the_absence_of_a_risk_lowers_nothing(flow: Flow) -> None:
    """No rule asks for a risk factor to be absent."""
    for rule in flow.table.rules:
        for condition in (rule.when, *rule.when.any):
            for test in condition.tests:
                assert test.finding not in RISKS or "no" not in getattr(test.values, "__iter__", lambda: ())()


@pytest.mark.parametrize("finding", ["one_sided_pain", "shoulder_tip_pain"])
@pytest.mark.parametrize("pregnant", ["yes", "maybe"])
def test_h01_the_signs_of_an_ectopic_are_asked(
    flow: Flow, caller: Caller, finding: str, pregnant: str
) -> None:
    """Whoever is or may be pregnant with pain low down is asked for them before a mild result."""
    person = caller(
        pregnant=pregnant, gestation_weeks=7, trimester="first", pain_score=1, scan_confirmed="no"
    )
    person.facts["missed_period"] = "yes"
    person.facts["pregnancy_test"] = "positive"
    asked: set[str] = set()
    person.open(["my belly hurts a bit"])
    for _ in range(40):
        seen = person.conversation
        if seen["ended"]:
            break
        asks = seen["asks"]
        asked |= set(asks if isinstance(asks, list) else [asks])
        person._answer(seen)
    assert finding in asked or flow.table.urgency(person.conversation["disposition"]) >= 4


def test_h02_not_sure_counts_as_the_danger(flow: Flow) -> None:
    """Who cannot judge the blood is treated as bleeding much."""
    for finding in ("gushing", "soaking_pads", "pad_per_hour", "fainted", "shock_signs"):
        base = {"pregnant": "yes", "gestation_weeks": 9, "scan_confirmed": "yes"}
        assert closed(flow, **base, **{finding: "unsure"}) == closed(flow, **base, **{finding: "yes"})
    assert flow.table.findings[FindingId("bleeding")].unsure_as == "like_period"
    assert flow.table.findings[FindingId("clot_size")].unsure_as == "golf_ball"


@pytest.mark.parametrize("bleeding", ["spotting", "light", "like_period", "heavy"])
def test_h03_weeks_not_known_are_never_milder_than_early(flow: Flow, bleeding: str) -> None:
    """The same bleeding with weeks unknown is at least as urgent as in the first trimester."""
    told = {"pregnant": "yes", "bleeding": bleeding, "pain_score": 0, "scan_confirmed": "yes"}
    early = closed(flow, **told, gestation_weeks=9)
    unknown = closed(flow, **told, gestation_weeks=0, trimester="unknown")
    assert unknown.urgency >= early.urgency


@pytest.mark.parametrize("answers", range(8))
def test_h04_danger_in_free_words_is_heard_at_every_question(caller: Caller, answers: int) -> None:
    """Whatever is being asked, "i just passed out" brings the emergency advice in the same reply."""
    person = caller(pregnant="yes", gestation_weeks=9, bleeding="spotting", pain_score=1)
    person.open(["hi"])
    for _ in range(answers):
        if not person.conversation["ended"]:
            person._answer(person.conversation)
    out = person.say("i just passed out")
    assert "911" in " ".join(out["replies"])
    assert out["conversation"]["disposition"] == "emergency"


def test_h05_emergency_advice_comes_first_and_ends_the_questions(caller: Caller) -> None:
    """The reply begins with the call to make, and asks nothing."""
    person = caller()
    person.open(["hi"])
    out = person.key("1")
    assert out["conversation"]["asks"] is None
    assert out["conversation"]["ended"]
    assert "911" in out["replies"][0][:60]


def test_h06_self_care_comes_only_from_an_explicit_rule(flow: Flow) -> None:
    """No default and no red flag says that care at home is enough."""
    allowed = [rule.id for rule in flow.table.rules if rule.disposition == "self_care"]
    assert allowed == ["recovering_well"]
    defaults = flow.table.defaults
    named = (defaults.symptom_reported, defaults.abandoned_symptom, defaults.abandoned_otherwise)
    assert "self_care" not in named
    assert closed(flow, pregnant="yes", gestation_weeks=9, bleeding="none").disposition != "self_care"


def test_h06_every_advice_says_what_would_make_it_more_urgent(flow: Flow) -> None:
    """The safety net is part of every advice, in every language."""
    for messages in flow.messages.values():
        for id, message in messages.items():
            if id.startswith("advice."):
                assert "911" in message.text and "911" in message.say, id


def test_h10_no_answer_is_a_word_that_the_carrier_takes(flow: Flow) -> None:
    """Nobody is told to send YES, END, CANCEL, QUIT or INFO as an answer."""
    taken = re.compile(r"\b(?:reply|send|text|answer)\s+(YES|END|CANCEL|QUIT|INFO)\b")
    for messages in flow.messages.values():
        for id, message in messages.items():
            assert not taken.search(message.text), id


def test_h11_exit_ends_at_once_with_harmless_words(caller: Caller) -> None:
    """One word ends it, with a cover text and nothing planned."""
    person = caller()
    person.open(["im bleeding"])
    out = person.say("exit")
    assert out["conversation"]["ended"]
    assert not re.search(r"bleed|pregnan|clinic|hospital|911", " ".join(out["replies"]), re.IGNORECASE)
    later = person.wait("25h")
    assert not [o for o in later["outbound"] if o["kind"] in ("nudge", "checkin", "support")]


def test_h11_nothing_about_abuse_is_asked_on_a_phone_that_is_not_safe(caller: Caller) -> None:
    """After "no" to safe to text, whether she is safe at home is not asked, and nothing is started."""
    person = caller(pregnant="yes", gestation_weeks=9, injury="hurt_by_someone", safe_to_text="no")
    person.open(["im 9 weeks pregnant and my boyfriend hit me"])
    asked: list[object] = []
    for _ in range(40):
        if person.conversation["ended"]:
            break
        asked.append(person.conversation["asks"])
        person._answer(person.conversation)
    assert "safe_to_text" in asked
    assert "safe_at_home" not in asked
    before = len([o for o in person.sent if o["to"] == person.number])
    person.wait("48h")
    assert len([o for o in person.sent if o["to"] == person.number]) == before


def test_h12_a_call_back_opens_neutrally(flow: Flow) -> None:
    """Whoever picks up hears nothing about health or pregnancy before a key is pressed."""
    health = r"bleed|pregnan|miscarr|clot|clinic|nurse|health|sangr|embaraz|aborto|enfermer|salud"
    for messages in flow.messages.values():
        opening = messages["callback.open"]
        assert not re.search(health, f"{opening.text} {opening.say}", re.IGNORECASE)


def test_h14_the_same_answers_give_the_same_result_in_each_language(caller: Caller) -> None:
    """Ids of rules decide, never words."""
    results = []
    for language, hello in (("en", "hi"), ("es", "hola, español")):
        person = caller(
            language=language, pregnant="yes", gestation_weeks=7, bleeding="spotting", pain_score=2
        )
        person.number = {"en": "+15555550111", "es": "+15555550112"}[language]
        person.facts["scan_confirmed"] = "no"
        person.open([hello])
        person.finish()
        results.append((person.conversation["disposition"], person.conversation["flags"]))
    assert results[0] == results[1]


NUMBERS = {"us": "911", "ca": "911", "uk": "999", "ie": "112", "au": "000", "generic": "112 or 911"}


@pytest.mark.parametrize("region", NUMBERS)
def test_h15_each_region_names_its_own_emergency_number(region: str) -> None:
    """No sentence of one region holds the number of another, and each one on the list has its test."""
    number, known = NUMBERS[region], {"911", "999", "112", "000"}
    others = "|".join(sorted(known - set(number.split(" or "))))
    assert {path.stem for path in (FLOWS / "regions").glob("*.yaml")} == set(NUMBERS)
    flow = load(FLOWS, name="Helpline", region=region, languages=("en", "es"))
    for messages in flow.messages.values():
        for id, message in messages.items():
            assert not re.search(rf"(?<![\d ])\b({others})\b(?! \d)", message.text + message.say), id
            if id.startswith("advice.emergency"):
                assert set(number.split(" or ")) <= set(re.findall(r"\d+", message.text))


def test_h17_only_what_is_urgent_pages(flow: Flow) -> None:
    """Routine and technical cases wait in the list."""
    assert {Level.ROUTINE, Level.TECHNICAL}.isdisjoint(ladder.PAGED)
    assert {Level.EMERGENCY, Level.CRISIS, Level.SAFEGUARDING, Level.EMERGENCY_DEPARTMENT} <= ladder.PAGED
    assert flow.policy.rung_waits["emergency"].total_seconds() <= 120


def test_h21_after_a_loss_no_sentence_speaks_of_an_ongoing_pregnancy(caller: Caller) -> None:
    """A check-in planned before the loss asks only how she is."""
    person = caller(pregnant="yes", gestation_weeks=8, bleeding="spotting", scan_confirmed="yes")
    person.open(["8 weeks, spotting a little"])
    while not person.conversation["ended"]:
        asks, choices = (
            person.conversation["asks"],
            {c["id"]: c["key"] for c in person.conversation["choices"]},
        )
        if asks is None and "accept" in choices:
            person.key(choices["accept"])
        else:
            person._answer(person.conversation)
    person.say("the doctor says i lost the baby")
    person.wait("25h")
    after = " ".join(o["body"] for o in person.sent).lower()
    assert not re.search(r"your baby|the baby|due date|how is your pregnancy|movement", after)


@pytest.mark.parametrize("answers", range(6))
def test_h22_crisis_words_are_heard_at_every_question(caller: Caller, answers: int) -> None:
    """Whatever is being asked, the crisis line comes in the same reply, and the flag stays."""
    person = caller(pregnant="recent", recent_event="loss", bleeding="light", bleeding_trend="easing")
    person.open(["hi"])
    for _ in range(answers):
        if not person.conversation["ended"]:
            person._answer(person.conversation)
    out = person.say("i dont want to live anymore")
    assert "988" in " ".join(out["replies"])
    assert "crisis" in out["conversation"]["flags"]
    if not person.conversation["ended"]:
        person.finish()
    assert "crisis" in person.conversation["flags"]
    assert "crisis" in person.levels or "emergency" in person.levels


@pytest.mark.parametrize(("age", "least"), [("under_13", "urgent"), ("age_13_15", "within_24_hours")])
def test_h24_a_child_is_seen(flow: Flow, age: str, least: str) -> None:
    """A pregnant child raises safeguarding, and how soon."""
    result = closed(flow, pregnant="yes", gestation_weeks=8, bleeding="none", age_group=age)
    assert "safeguarding" in {f.value for f in result.flags}
    assert result.urgency >= flow.table.urgency(least)


def test_h25_a_person_who_cannot_be_reached_is_never_below_urgent(flow: Flow) -> None:
    """Told about somebody else who is not there, any symptom is at least urgent."""
    other = {"for_whom": "other", "person_with_caller": "no", "pregnant": "no", "bleeding": "spotting"}
    assert closed(flow, **other).urgency >= flow.table.urgency("urgent")
    assert closed(flow, for_whom="other", confused_drowsy="yes").disposition == "emergency"


def test_h26_nobody_is_asked_why_pills_were_taken(flow: Flow) -> None:
    """No finding holds a reason, and no sentence asks for one."""
    assert not [f for f in flow.table.findings if re.search(r"reason|why|abort", f)]
    why = {"en": r"\bwhy did you\b|\breason\b", "es": r"\bpor qu[ée] (tomaste|usaste)\b|\braz[óo]n\b"}
    for language, messages in flow.messages.items():
        for id, message in messages.items():
            assert not re.search(why[language], message.text + message.say, re.IGNORECASE), id


def test_h27_a_broken_table_never_starts(tmp_path: Path) -> None:
    """A slip in one value is an error with its line, not another result."""
    shutil.copytree(FLOWS, tmp_path / "flows")
    table = tmp_path / "flows" / "clinical" / "findings.yaml"
    table.write_text(table.read_text().replace("disposition: emergency}", "disposition: emergencie}", 1))
    with pytest.raises(FlowbookErrors, match="emergencie"):
        load(tmp_path / "flows", name="Helpline", region="us", languages=("en", "es"))


@pytest.mark.parametrize("wait", ["40m", "3h"])
def test_h29_symptoms_older_than_half_an_hour_are_asked_again(caller: Caller, wait: str) -> None:
    """A "no" of an hour ago is no "no" of now: the danger screen comes again."""
    person = caller(pregnant="yes", gestation_weeks=9)
    person.open(["im bleeding, 9 weeks"])
    person.key("0")
    person.wait(wait)
    out = person.say("hello?")
    asks = out["conversation"]["asks"]
    assert "gushing" in (asks if isinstance(asks, list) else [asks])


def test_h30_a_call_offers_keys_for_every_answer(flow: Flow) -> None:
    """Nobody depends on being understood by a machine."""
    for kind in ("yes_no", "number", "scale", "choice", "any"):
        for language, messages in flow.messages.items():
            said = messages[f"legend.voice.{kind}"].say
            assert re.search(r"press|key|m[aá]rca|oprime|pulsa|presiona|teclea", said, re.IGNORECASE), (
                language,
                kind,
            )


def test_h32_no_way_to_hospital_is_an_emergency(flow: Flow) -> None:
    """Hospital advice with no way to get there becomes the emergency number."""
    answers = {FindingId("can_get_there"): "no", FindingId("pregnant"): "yes"}
    facts = flow.rulebook.facts(answers, "emergency_department", 1)
    assert flow.rulebook.assess(facts, True).disposition == "emergency"


def test_h37_every_number_says_when_it_was_verified_or_that_it_was_not() -> None:
    """No number passes as checked without a day."""
    for path in sorted((FLOWS / "regions").glob("*.yaml")):
        region = RegionFile.model_validate(read(path, FLOWS).data)
        for resource in region.resources:
            verified = resource.verified_on
            assert verified is None or re.fullmatch(r"\d{4}-\d\d-\d\d", verified), resource.id
            assert verified or "verify" in resource.note, resource.id
        crisis = next(r for r in region.resources if r.id == region.crisis)
        assert "24/7" in crisis.hours


@pytest.mark.parametrize(("rung", "fault"), [("2026-08-20", True), ("2026-11-01", False)])
def test_h37_a_number_rung_over_90_days_ago_is_a_fault(tmp_path: Path, rung: str, fault: bool) -> None:
    """`flows check` names the number, the file and what to do."""
    shutil.copytree(FLOWS, tmp_path / "flows")
    region = tmp_path / "flows" / "regions" / "us.yaml"
    region.write_text(region.read_text().replace("verified_on: null", f"verified_on: {rung}", 1))
    found = check(tmp_path / "flows", today=date(2026, 11, 23), with_lexicons=False)
    assert [f.what for f in found if "lifeline was verified" in f.what] == (
        [f"lifeline was verified on {rung}, over 90 days ago"] if fault else []
    )


def test_h38_a_symptom_always_ends_with_a_clinician_or_an_explicit_rule(flow: Flow) -> None:
    """Nothing fired but a symptom was told: her clinic, never "information"."""
    for told in ({"bleeding": "spotting"}, {"pain_score": 3}, {"tissue_passed": "yes"}):
        result = closed(flow, pregnant="no", missed_period="no", pregnancy_test="negative", **told)
        assert result.urgency >= flow.table.urgency("routine")


def test_h40_every_message_can_be_texted_and_spoken(flow: Flow) -> None:
    """Both channels have words for everything, in every language."""
    for messages in flow.messages.values():
        for id, message in messages.items():
            assert message.text.strip() and message.say.strip(), id


@pytest.mark.parametrize(
    "answer",
    [
        {"pain_score": 10},
        {"seizure": "yes"},
        {"bleeding": "heavy"},
        {"fever": "yes"},
        {"cord_or_part": "yes"},
    ],
)
def test_h28_findings_of_a_contact_long_ago_are_not_used(
    bench: Bench, caller: Caller, answer: dict[str, str | int]
) -> None:
    """A day later the phone may be in other hands: symptoms of then are asked anew."""
    person = caller(pregnant="yes", gestation_weeks=9, **answer)
    person.open(["9 weeks pregnant and not well"])
    person.finish()
    person.wait("26h")
    out = person.say("hi")
    kept = set(out["conversation"]["findings"])
    assert not kept & set(answer)


def test_h41_production_refuses_content_that_awaits_review(tmp_path: Path) -> None:
    """A draft goes live only when somebody answers for it."""
    known = {
        "HELPLINE_MODE": "production",
        "HELPLINE_DATA": str(tmp_path),
        "HELPLINE_SECRET": "a" * 43,
        "TWILIO_ACCOUNT_SID": "AC" + "1" * 32,
        "TWILIO_AUTH_TOKEN": "t" * 32,
        "HELPLINE_NUMBER": "+12025550100",
        "PUBLIC_URL": "https://helpline.example",
        "REDIS_URL": "redis://127.0.0.1:1/0",
    }
    with pytest.raises(SettingsError, match="HELPLINE_ACCEPT_DRAFT"):
        content(draft := read_settings(known, folder=tmp_path))
    assert content(replace(draft, accept_draft=True)).version


def approved(folder: Path, *but: str) -> tuple[str, ...]:
    """Approve a copy of the content, all but some files, and return what still awaits review."""
    shutil.copytree(FLOWS, folder)
    for file in (f for f in folder.rglob("*.yaml") if f.relative_to(folder).as_posix() not in but):
        words = file.read_text().replace("status: draft", "status: approved")
        file.write_text(words.replace("reviewer: awaiting review", "reviewer: somebody"))
    return load(folder, name="Helpline", region="us", languages=("en", "es")).drafts


def test_h41_one_file_that_awaits_review_makes_all_of_it_a_draft(tmp_path: Path) -> None:
    """Approved questions do not carry unread facts, an unread table or unread sources into production."""
    assert approved(tmp_path / "all") == ()
    for file in ("topics.yaml", "clinical/findings.yaml", "clinical/evidence.yaml"):
        assert approved(tmp_path / file.replace("/", "_"), file) == (file,)
