"""The reviewer's booklet and the safety case: all of the content, for reading and signing on paper."""

from __future__ import annotations

import re
import shutil
from datetime import date
from functools import lru_cache
from html import unescape
from pathlib import Path

import pytest

from helpline.cli import main
from helpline.flowbook.content import Content, open_content
from helpline.flowbook.hazards import read_hazards
from helpline.flowbook.paper import booklet
from helpline.flowbook.proof.report import properties
from helpline.flowbook.safety_case import Figures, document
from tests.core.conftest import FLOWS

HAZARDS = read_hazards(FLOWS.parent / "docs" / "safety" / "hazards.md")


@lru_cache(1)
def content() -> Content:
    """Return the real content as written and as loaded."""
    return open_content(FLOWS, name="Helpline", region="us", languages=("en", "es"))


@lru_cache(1)
def paper() -> str:
    """Return the booklet."""
    return booklet(content())


@lru_cache(1)
def words() -> str:
    """Return the booklet as plain words."""
    return plain(paper())


def plain(html: str) -> str:
    """Return what a reader sees of a page."""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).split())


def squeezed(text: str) -> str:
    """Return a text with its spaces made even."""
    return " ".join(text.split())


def test_every_sentence_is_there_in_every_language() -> None:
    """Text and speech, as they are sent in this region."""
    for language, messages in content().flow.messages.items():
        for id, message in messages.items():
            assert squeezed(message.text) in words(), (language, id)
            assert squeezed(message.say) in words(), (language, id)


def test_every_red_flag_and_rule_is_there() -> None:
    """Each once, by its id, with the colour and words of what it forces."""
    for rule in content().table.rules:
        assert f">{rule.id}<" in paper(), rule.id


def test_every_source_and_number_is_there() -> None:
    """Who reviews, how far it was checked, and whether somebody rang the number."""
    for source in content().evidence.sources:
        assert squeezed(source.title) in words(), source.id
        assert source.reviewer in words()
    assert "988" in words() and "116 123" in words()
    assert "not yet verified" in words()


def test_every_judgement_has_a_box_and_a_line() -> None:
    """As many boxes as rules and rows of sentences, and more."""
    assert paper().count("☐ agreed") > len(content().table.rules)


def test_the_status_is_on_every_page() -> None:
    """The foot of each printed page says that it awaits review."""
    assert re.search(r'@bottom-left\{content:"Draft, awaiting clinical review', paper())


def test_nothing_comes_from_elsewhere() -> None:
    """No script, no font, no picture of another site; links lead to sources only."""
    assert "<script" not in paper()
    assert not re.search(r'(?:src|@import|url\()\s*=?\s*["\']?https?:', paper())


def test_conditions_are_in_plain_words() -> None:
    """No id of a finding is left in what a reviewer reads of a rule."""
    assert "At least one of" in words() or "at least one of" in words()
    assert "fever or shaking chills”; “dizzy when i stand”" in words().lower()


def test_the_safety_case_holds_all_its_parts() -> None:
    """Purpose, hazards, proof, open points, table, pictures, sentences, sources, empty lines to sign."""
    proof = {
        "holds": True,
        "properties": {i: p.to_json() for i, p in properties().items()},
        "figures": {"states": 12345},
    }
    counted = {
        "file": "en.jsonl",
        "state": "cold",
        "label": "crisis",
        "count": 10,
        "caught": 0.9,
        "false": None,
    }
    made = document(content(), HAZARDS, Figures(date(2026, 11, 23), proof, {"figures": [counted]}))
    shown = plain(made)
    for hazard in HAZARDS:
        assert hazard.id in shown and hazard.title in shown
    for part in (
        "Purpose and limits",
        "All properties hold.",
        "12,345",
        "90.0%",
        "What must be settled",
        "Clinical lead: name",
        "Nobody has signed yet",
        "Every sentence",
        "Sources",
    ):
        assert part in shown, part
    assert made.count("<svg") > 9
    assert "☐" not in made


def test_a_safety_case_without_figures_says_so() -> None:
    """Nobody takes a document without its proof for one with it."""
    shown = plain(document(content(), HAZARDS, Figures(date(2026, 11, 23))))
    assert "The proof was not run for this document" in shown
    assert "No figures were given" in shown


def test_a_violation_is_shown_with_the_answers_that_lead_there() -> None:
    """Who reads it can try it."""
    found = properties()
    found["soundness"].breach("too mild", {"bleeding": "heavy"})
    proof = {"holds": False, "properties": {id: p.to_json() for id, p in found.items()}, "figures": {}}
    shown = plain(document(content(), HAZARDS, Figures(date(2026, 11, 23), proof)))
    assert "Not all properties hold" in shown
    assert "too mild" in shown and "bleeding: heavy" in shown


def test_the_commands_write_what_they_promise(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Draw, print, safety case and the schemas, from the command line."""
    out = tmp_path / "out"
    assert main(["flows", "draw", "--out", str(out / "flows"), "--format", "text"]) == 0
    assert main(["flows", "print", "--out", str(out / "booklet.html"), "--language", "es"]) == 0
    assert main(["flows", "safety-case", "--out", str(out / "case.html"), "--no-proof"]) == 0
    main(["flows", "check", "--schemas", str(out / "schemas")])
    assert (out / "flows" / "02_triage.txt").is_file()
    assert "Spanish" in (out / "booklet.html").read_text()
    assert "Safety case" in (out / "case.html").read_text()
    assert {p.stem for p in (out / "schemas").iterdir()} >= {
        "conversation",
        "findings",
        "evidence",
        "lexicon",
        "region",
    }
    assert str(out / "case.html") in capsys.readouterr().out


def test_a_report_that_cannot_be_read_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A wrong --proof ends with one line and status 1."""
    (tmp_path / "bad.json").write_text("not json")
    wanted = [
        "flows",
        "safety-case",
        "--out",
        str(tmp_path / "case.html"),
        "--proof",
        str(tmp_path / "bad.json"),
    ]
    assert main(wanted) == 1
    assert "bad.json cannot be read as JSON" in capsys.readouterr().err


def test_a_translation_is_brought_up_to_date_by_command(tmp_path: Path) -> None:
    """A changed English sentence makes its translation fuzzy; the rest stays word for word."""
    folder = tmp_path / "flows"
    shutil.copytree(FLOWS, folder)
    phrases = folder / "phrases.yaml"
    phrases.write_text(phrases.read_text().replace("OK, we start again.", "OK, we begin again."))
    before = (folder / "locale" / "es.po").read_text()
    assert main(["flows", "refresh", "--folder", str(folder), "--language", "es"]) == 0
    after = (folder / "locale" / "es.po").read_text()
    assert after.count("#, fuzzy") == before.count("#, fuzzy") + 1
    assert "OK, we begin again." in after
    assert after.splitlines()[0] == before.splitlines()[0]
    assert main(["flows", "refresh", "--folder", str(folder), "--language", "xx"]) == 1


def test_a_broken_proof_makes_the_document_and_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whoever makes it learns that it cannot be signed as it is."""
    (tmp_path / "proof.json").write_text('{"holds": false, "properties": {}, "figures": {}}')
    case = tmp_path / "case.html"
    assert main(["flows", "safety-case", "--out", str(case), "--proof", str(tmp_path / "proof.json")]) == 1
    assert "Not all properties hold" in case.read_text()
    assert "Not all safety properties hold" in capsys.readouterr().err
