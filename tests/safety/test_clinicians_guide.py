"""The guide for clinicians is true: its commands work, its files exist, and it reads easily."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from helpline.cli import build
from helpline.flowbook.reading import grade
from helpline.flowbook.schema import FILES

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "clinicians.md").read_text(encoding="utf-8")
COMMANDS = sorted(set(re.findall(r"\.venv/bin/helpline ([^`\n]+)", GUIDE)))
HIGHEST = 8.0


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_one(command: str) -> None:
    """Names and options are those of the program."""
    words = command.split()
    told = build(words[0]).parse_args(words)
    assert callable(told.run)


def test_every_file_exists() -> None:
    """What the guide names lies where it says; what is built has a maker."""
    named = set(re.findall(r"`((?:flows|docs|tests)/[\w./-]+)`", GUIDE))
    assert named
    assert not [name for name in named if not (ROOT / name).exists()]
    for schema in re.findall(r"build/schemas/(\w+)\.json", GUIDE):
        assert schema in {*FILES, "lexicon", "lexicon_shared"}
    for target in re.findall(r"`make ([\w-]+)`", GUIDE):
        assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(), re.MULTILINE)


def test_it_reads_at_grade_eight() -> None:
    """Whoever reviews is busy, and English may not be their first language."""
    blocks = re.sub(r"```.*?```", "", GUIDE, flags=re.DOTALL)
    prose = re.sub(r"^[|#].*$", "", blocks, flags=re.MULTILINE)
    plain = re.sub(r"`[^`]*`", "this", prose).replace("*", "")
    found = grade(" ".join(plain.split()), "en")
    assert found is not None and found <= HIGHEST
