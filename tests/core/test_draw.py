"""Pictures of the flows: whole, readable, and true to the table."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from functools import lru_cache

import pytest

from helpline.flowbook.content import Content, Plain, open_content
from helpline.flowbook.draw import drawn, pictures
from helpline.flowbook.picture import Box, Picture, Row
from helpline.flowbook.situations import SITUATIONS
from helpline.flowbook.svg import COLOURS, PAPER, paged, render, width, wrapped
from tests.core.conftest import FLOWS


@lru_cache(1)
def content() -> Content:
    """Return the real content as written and as loaded."""
    return open_content(FLOWS, name="Helpline", region="us", languages=("en", "es"))


@lru_cache(1)
def every() -> dict[str, Picture]:
    """Return all pictures by id."""
    return {picture.id: picture for picture in pictures(content())}


def row(picture: str, box: str, words: str) -> Row:
    """Return one answer of one box: the first box whose title holds `box`."""
    found = next(b for b in every()[picture].boxes if box in b.title)
    return next(r for r in found.rows if r.words.startswith(words))


def levels(picture: str, box: str, words: str) -> list[tuple[str, bool]]:
    """Return what an answer forces: level, and whether something else is needed."""
    return [(badge.level, badge.some) for badge in row(picture, box, words).badges]


def test_every_conversation_and_situation_has_a_picture() -> None:
    """None is left out, and each says that it awaits review."""
    wanted = set(content().flow.conversations) | {situation.id for situation in SITUATIONS}
    assert set(every()) == wanted
    assert all(picture.foot == content().status for picture in every().values())


@pytest.mark.parametrize("form", ["svg", "mermaid", "text"])
def test_every_format_can_be_read(form: str) -> None:
    """SVG is well-formed, and the others hold the questions too; nothing comes from elsewhere."""
    for name, made in drawn(content(), form):
        if form == "svg":
            root = ET.fromstring(made)
            assert root.attrib["aria-label"], name
            assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)", made), name
            made = " ".join(root.itertext())
        if name[3:].split(".")[0] in ("early", "later", "ended"):
            assert "Passed out today" in made, name


def test_a_danger_sign_shows_its_colour_and_its_words() -> None:
    """Colour alone tells nothing to whoever cannot see it."""
    made = render(every()["early"])
    assert COLOURS["emergency"] in made
    assert "EMERGENCY NUMBER NOW" in made


@pytest.mark.parametrize(
    ("picture", "box", "answer", "forced"),
    [
        ("early", "danger", "Passed out", [("emergency", False)]),
        ("early", "Bleeding", "More than a period", [("emergency_department", False)]),
        ("later", "Bleeding", "Less than a period", [("emergency_department", False)]),
        ("says_no", "danger", "Blood pouring", [("emergency", False)]),
        ("after_advice", "Can get there", "No", [("emergency", False)]),
        ("after_advice", "self-harm", "Yes", [("urgent", False), ("crisis", False)]),
    ],
)
def test_an_answer_shows_what_it_forces(
    picture: str, box: str, answer: str, forced: list[tuple[str, bool]]
) -> None:
    """What the evidence says of an answer in a situation stands beside it."""
    assert levels(picture, box, answer) == forced


def test_what_needs_more_is_said_to() -> None:
    """An answer that forces something only with another is shown as "up to"."""
    assert ("emergency_department", True) in levels("early", "Pain score", "4 to")


def test_badges_agree_with_the_table() -> None:
    """What a picture claims for certain is what the table gives for this answer alone, or less than it."""
    flow = content().flow
    for finding in ("fainted", "gushing", "shock_signs", "seizure", "breathing_trouble"):
        facts = flow.rulebook.facts({flow.table.findings[finding].id: "yes"})  # type: ignore[index]
        assert flow.rulebook.assess(facts, False).disposition == "emergency"


def test_every_question_of_the_table_is_in_a_picture() -> None:
    """No place of the order of asking is missing."""
    plain = Plain(content())
    titles = {box.title.lower() for picture in every().values() for box in picture.boxes}
    for item in content().table.interview:
        name = f"screen “{item.id.replace('_', ' ')}”" if item.screen else plain.name(item.id)
        assert name.lower() in titles, item.id


def test_every_rule_is_in_a_picture() -> None:
    """Each rule over several answers stands beside some picture, at its level."""
    plain = Plain(content())
    beside: dict[str, str] = {}
    for picture in every().values():
        for box in picture.beside:
            if box.rows and box.rows[0].badges:
                level = box.rows[0].badges[0].level
                beside[level] = beside.get(level, "") + " ".join(r.words for r in box.rows)
    for rule in content().table.rules:
        if rule.finding is None:
            last = rule.when.tests[-1] if rule.when.tests else rule.when.any[0].tests[0]
            assert plain.name(last.finding).lower() in beside[rule.disposition].lower(), rule.id


def test_words_stay_within_their_box() -> None:
    """A line is broken before it leaves the room it has."""
    text = "Is any of this true right now? Send every number that fits, or 0 for none."
    assert all(width(line) <= 200 for line in wrapped(text, 200))
    assert " ".join(wrapped(text, 200)) == text
    assert wrapped("", 200) == []


def test_a_long_picture_is_cut_for_paper() -> None:
    """Nothing is lost between the parts, and each fits a page."""
    picture = every()["maybe"]
    parts = paged(picture)
    assert len(parts) > 1
    assert rows_of(*(part.boxes for part in parts)) == rows_of(picture.boxes)
    assert rows_of(*(part.beside for part in parts)) == rows_of(picture.beside)
    heights = [float(ET.fromstring(render(part, PAPER)).attrib["height"]) for part in parts]
    assert max(heights) < 1300


def rows_of(*columns: tuple[Box, ...]) -> list[Row]:
    """Return all rows of some columns in order."""
    return [row for boxes in columns for box in boxes for row in box.rows]


def test_a_box_longer_than_a_page_goes_on_under_its_title() -> None:
    """A list that no page holds is cut between two of its lines, and each part says what it belongs to."""
    long = Box("advise", "Tell the result", "", "", tuple(Row(f"line {n}") for n in range(200)))
    parts = paged(Picture("long", "Long", "", (long,)))
    assert [box.title for part in parts for box in part.boxes][1:3] == ["Tell the result (goes on)"] * 2
    assert rows_of(*(part.boxes for part in parts)) == list(long.rows)


def test_an_answer_shows_only_what_it_adds() -> None:
    """What holds wherever a question is asked is no news of one answer: a scan in the womb forces nothing."""
    assert levels("early", "Clot size", "No clots") == []
    assert levels("early", "Clot size", "Up to a coin") == [("within_24_hours", False)]
    assert levels("after_advice", "Scan", "Yes, in the womb") == []


@pytest.mark.parametrize("form", ["mermaid", "text"])
def test_all_that_an_answer_forces_is_in_words(form: str) -> None:
    """A flag beside a level, and what needs more beside what is certain, are left out of no format."""
    made = next(made for name, made in drawn(content(), form) if "after_advice" in name)
    assert "WITHIN 4 HOURS, CRISIS" in made


def test_check_ins_are_told_apart() -> None:
    """Each says when it comes and to whom, and no way leads from one to the next."""
    picture = every()["checkin"]
    titles = [box.title for box in picture.boxes]
    assert len(set(titles)) == len(titles)
    assert titles[0] == "Safety check 15 minutes after the advice"
    assert "Check-in 3 weeks after the pregnancy ended" in titles
    assert "Once more, 72 hours after the check-in of 3 weeks" in titles
    assert 'class="way"' not in render(picture)


def test_safety_checks_need_no_yes_and_check_ins_do() -> None:
    """The picture says what is planned (decision 5), beside the advice and in the check-in itself."""
    safety, agreed = every()["checkin"].boxes[0], every()["checkin"].boxes[3]
    assert not safety.only
    assert agreed.only.startswith("she agreed to check-ins")
    advice = [r.words for b in every()["triage"].boxes for r in b.rows if "check" in r.words]
    assert advice[0] == "safety check after 15 minutes and 2 hours, whether she agreed to check-ins or not"
    assert advice[1].startswith("check-ins after 24 hours, 72 hours, 7 days, if she agreed")


@pytest.mark.parametrize(
    ("title", "silence"),
    [
        ("Safety check 2 hours", "Silence: a reminder after 15 minutes; after 30 minutes a case for staff."),
        ("Check-in 24 hours", "Silence: one reminder after 3 hours, then nothing more."),
        ("Check-in 72 hours", "Silence: nothing more comes."),
    ],
)
def test_a_check_in_says_what_silence_leads_to(title: str, silence: str) -> None:
    """A case for staff is promised only where one is opened."""
    box = next(b for b in every()["checkin"].boxes if b.title.startswith(title))
    assert silence in [row.words for row in box.rows]


def test_ways_that_ask_for_several_things_stand_in_brackets() -> None:
    """Nobody has to guess whether "and" or "or" binds first."""
    rule = next(r for r in content().table.rules if r.id == "denies_but_ectopic_signs")
    words = Plain(content()).because(rule.when)
    assert "at least one of: “Pain low on one side” / “Shoulder-tip pain” / [“Dizzy when I stand”; " in words


def test_marks_of_the_format_in_words_do_no_harm() -> None:
    """Quotes and angle brackets in a sentence stay words."""
    odd = Picture("odd", 'A "title" <b>', "", (Box("say", '<x> & "y"', "1 < 2", "", ()),))
    assert '<x> & "y"' in "".join(ET.fromstring(render(odd)).itertext())
