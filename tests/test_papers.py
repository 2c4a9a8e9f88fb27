"""The papers are true: commands exist, links lead somewhere, and nothing of the workshop is left in them."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PAPERS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


@pytest.mark.parametrize("paper", PAPERS, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_every_link_leads_somewhere(paper: Path) -> None:
    """A link to a file of the project names a file that is there."""
    targets = re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", paper.read_text(encoding="utf-8"))

    missing = [t for t in targets if "://" not in t and not (paper.parent / t).exists()]

    assert missing == []


def test_every_make_target_named_exists() -> None:
    """`make something` in a paper is a target of the Makefile."""
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))

    named = {m for p in PAPERS for m in re.findall(r"`make ([a-z-]+)`", p.read_text(encoding="utf-8"))}

    assert named <= targets


def test_every_command_named_exists() -> None:
    """`helpline something` in a paper is a command, shown by its help."""
    named = {m for p in PAPERS for m in re.findall(r"`helpline ([a-z]+)", p.read_text(encoding="utf-8"))}
    command = [sys.executable, "-m", "helpline.cli", "--help"]
    shown = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=60, check=True).stdout

    commands = set(re.findall(r"^    ([a-z]+)  ", shown, re.MULTILINE))

    assert named <= commands


def test_every_decision_has_a_number_of_its_own() -> None:
    """`docs/decisions` counts from 1 without a gap, and each page says its number in its first line."""
    pages = sorted((ROOT / "docs" / "decisions").glob("*.md"))

    numbers = [int(page.name[:4]) for page in pages]
    headed = [page.read_text(encoding="utf-8").startswith(f"# {int(page.name[:4])}. ") for page in pages]

    assert numbers == list(range(1, len(pages) + 1))
    assert all(headed)
