"""The hazard log is whole, and every control in it is shown by a test that exists."""

from __future__ import annotations

import ast
import re
from functools import lru_cache
from pathlib import Path

import pytest
import yaml

from helpline.flowbook.faults import FlowbookErrors
from helpline.flowbook.hazards import Hazard, read_hazards

ROOT = Path(__file__).parents[2]
LOG = ROOT / "docs" / "safety" / "hazards.md"
HAZARDS = read_hazards(LOG)


@lru_cache
def names_in(file: str) -> frozenset[str]:
    """Return the names of the tests of a file, or the titles of its stories."""
    path = ROOT / file
    words = path.read_text(encoding="utf-8")
    if path.suffix == ".yaml":
        return frozenset(str(story["story"]) for story in yaml.safe_load(words))
    functions = (n for n in ast.walk(ast.parse(words)) if isinstance(n, ast.FunctionDef))
    return frozenset(n.name for n in functions if n.name.startswith("test_"))


def test_all_hazards_are_there() -> None:
    """H01 to H41, each once and in order."""
    assert [hazard.id for hazard in HAZARDS] == [f"H{n:02}" for n in range(1, 42)]


@pytest.mark.parametrize("hazard", HAZARDS, ids=lambda hazard: hazard.id)
def test_every_control_is_shown_by_a_test_that_exists(hazard: Hazard) -> None:
    """A control without its test counts as none."""
    assert hazard.tests, "no test is named"
    assert len(set(hazard.tests)) == len(hazard.tests), "a test is named twice"
    named = hazard.said["Shown by"].count("`") // 2
    assert named == len(hazard.tests), "a test is named without its file"
    for file, name in hazard.tests:
        assert (ROOT / file).is_file(), file
        assert name in names_in(file), f"{file} has no {name!r}"


@pytest.mark.parametrize("hazard", HAZARDS, ids=lambda hazard: hazard.id)
def test_ratings_and_open_controls_are_said_in_their_own_words(hazard: Hazard) -> None:
    """Severity and likelihood come from the lists above; what is open names its issue."""
    rating = r"(Catastrophic|Major|Considerable|Significant|Minor), (very high|high|medium|low|very low)"
    assert re.fullmatch(rating, hazard.said["Before"])
    assert not hazard.open or re.match(r"#\d+: \S", hazard.open)


def test_tests_named_after_a_hazard_stand_in_its_entry() -> None:
    """Whoever writes a test for a hazard finds it in the log."""
    named = {(hazard.id.lower(), name) for hazard in HAZARDS for _, name in hazard.tests}
    for name in names_in("tests/safety/test_hazards.py"):
        found = re.match(r"test_(h\d\d)_", name)
        assert found is None or (found[1], name) in named, name


def test_a_log_with_a_hole_is_refused(tmp_path: Path) -> None:
    """A field that is missing or misspelt is said with the hazard or the line."""
    log = tmp_path / "hazards.md"
    log.write_text("### H01 Something\n- **Cause**: this\n")
    with pytest.raises(FlowbookErrors, match="H01 does not say 'Harm'"):
        read_hazards(log)
    log.write_text("### H01 Something\n- **Couse**: this\n")
    with pytest.raises(FlowbookErrors, match=r"hazards\.md:2"):
        read_hazards(log)
    with pytest.raises(FlowbookErrors, match="cannot be read"):
        read_hazards(tmp_path / "nothing.md")
