"""What the safety case tells whoever has to sign it: open points, unseen figures, defaults, numbers."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from pathlib import Path

import pytest

from helpline.flowbook.faults import FlowbookErrors
from helpline.flowbook.hazards import read_hazards
from helpline.flowbook.kept_aside import SECTION, read_kept_aside
from helpline.flowbook.paper_numbers import MEANS
from helpline.flowbook.safety_case import Figures, document
from helpline.flowbook.safety_words import QUESTIONS
from helpline.flowbook.schema import ServiceFile
from tests.core.conftest import FLOWS
from tests.core.test_paper import content, plain, words

ROOT = FLOWS.parent
HAZARDS = read_hazards(ROOT / "docs" / "safety" / "hazards.md")
KEPT_ASIDE = ROOT / "tests" / "corpus" / "README.md"
PAGES = (ROOT / "docs" / "decisions").glob("0*.md")
DECISIONS = {int(page.name[:4]): page.read_text(encoding="utf-8") for page in PAGES}
AWAITED = [n for n, page in DECISIONS.items() if "the clinical lead" in page.splitlines()[2]]


@lru_cache(1)
def case() -> str:
    """Return the safety case, without a proof, as plain words."""
    figures = Figures(date(2026, 11, 26), unseen=read_kept_aside(KEPT_ASIDE))
    return plain(document(content(), HAZARDS, figures))


@pytest.mark.parametrize("number", AWAITED)
def test_every_decision_that_awaits_the_clinical_lead_is_asked_about(number: int) -> None:
    """What was decided for her to confirm stands among what must be settled."""
    assert any(f"docs/decisions, {number})" in question for question in QUESTIONS)


def test_a_decision_named_in_a_question_is_there() -> None:
    """Who looks a decision up finds one, and it says what the question says."""
    named = {int(n): q for q in QUESTIONS for n in re.findall(r"docs/decisions, (\d+)", q)}
    assert set(named) <= set(DECISIONS)
    assert "scan" in DECISIONS[11] and "scan" in named[11]


def test_unseen_sentences_stand_before_those_the_words_were_built_on() -> None:
    """A reader meets the figures that count, as the corpus page gives them, and no better ones first."""
    shown = case()
    assert shown.index("Sentences kept aside") < shown.index("Sentences that the words were built on")
    section = KEPT_ASIDE.read_text(encoding="utf-8").partition(SECTION)[2].partition("\n## ")[0]
    for figure in re.findall(r"\d+ %", section):
        assert figure in shown


def test_a_page_without_unseen_figures_is_said(tmp_path: Path) -> None:
    """A safety case that lost them must not be made in silence."""
    page = tmp_path / "README.md"
    page.write_text("# Messages\n\nNothing here.\n")
    with pytest.raises(FlowbookErrors, match="has no section"):
        read_kept_aside(page)
    with pytest.raises(FlowbookErrors, match="cannot be read"):
        read_kept_aside(tmp_path / "nothing.md")


def test_what_not_sure_and_no_answer_count_as_is_there() -> None:
    """Who signs the table sees what it does with an answer that is none."""
    shown = words()
    assert re.search(r"bleeding from the vagina now\?” bleeding .*? Like a period nothing", shown)
    assert "likely_pregnant" in shown and "with a late period and no test done" in shown
    assert "she broke off after telling of bleeding or pain: at least" in shown


def test_every_number_of_the_service_is_there_with_what_it_decides() -> None:
    """A wait that nobody reads is signed unseen."""
    assert set(MEANS) == set(ServiceFile.model_fields) - {"version", "review"}
    shown = words()
    assert all(meaning in shown for meaning in MEANS.values())
    assert "emergency: 2 minutes" in shown and "supervisors, by both" in shown


def test_a_flag_alone_shows_no_level_that_it_does_not_force() -> None:
    """A red flag that only raises safeguarding does not seem to force "information"."""
    assert re.search(r"Not “safe to text” safe_to_text\.1 SAFEGUARDING", words())


def test_what_is_signed_is_said_beside_the_signatures() -> None:
    """Version and checksum stand where somebody signs."""
    assert content().flow.checksum in case().partition("Sign-off Nobody has signed yet")[2][:600]


def test_the_readme_counts_the_table_as_it_is() -> None:
    """How many red flags and rules there are is said in the README, and must not grow old there."""
    rules = content().table.rules
    flags = sum(1 for rule in rules if rule.finding)
    said = (ROOT / "README.md").read_text(encoding="utf-8")
    assert f"{flags} red flags and {len(rules) - flags} rules" in said


def test_no_mark_of_the_page_is_left_in_a_hazard() -> None:
    """What is code in the log is words on paper."""
    assert "`" not in case()


def test_every_source_has_what_a_reviewer_looks_for() -> None:
    """Title, section, how far checked, reviewer and date; a year, or the reason why there is none."""
    for source in content().evidence.sources:
        assert source.title and source.section and source.reviewer and source.review_by, source.id
        assert source.year or "no one year" in source.note, source.id
        assert source.link is None or re.match(r"https://(www|doi)\.[\w./()-]+$", source.link), source.id


def test_what_a_reader_sees_refers_only_to_what_she_can_find() -> None:
    """No sentence of the document leans on a page that does not come with it."""
    assert not re.search(r"evidence \d|[Ee]vidence page", case())


def test_a_region_is_called_by_its_name_and_number_as_it_is_said() -> None:
    """Who rings the numbers reads a country, and both numbers where both are said."""
    shown = words()
    assert "United Kingdom: emergency number 999" in shown
    assert "Any other country: emergency number 112 or 911" in shown


def test_no_sentence_is_shown_above_the_grade_it_may_have() -> None:
    """Labels and parts of sentences have no grade; all else keeps to 6."""
    grades = [float(g) for g in re.findall(r"\be[ns]: \d, (\d+\.\d)", words())]
    assert len(grades) > 400
    assert max(grades) <= 6
