"""`helpline staff` and `helpline oncall`, as typed, on a real store."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from helpline.cli import main
from tests.conftest import embedded_server
from tests.service.test_rota import DAYS


@pytest.fixture
def typed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Typed]:
    """Return a terminal at a helpline with two nurses."""
    with embedded_server(tmp_path) as server:
        monkeypatch.setenv("REDIS_URL", server.url)
        monkeypatch.setenv("HELPLINE_DATA", str(tmp_path / "data"))
        monkeypatch.delenv("HELPLINE_MODE", raising=False)
        terminal = Typed(capsys)
        for name, phone in (("Ana Ruiz", "+12025550190"), ("Bea Stone", "+12025550191")):
            assert (
                terminal("staff", "add", name, "--phone", phone, "--role", "nurse", "--languages", "en,es")[0]
                == 0
            )
        yield terminal


class Typed:
    """Type a command; return its status and what it said, problems included."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def __call__(self, *arguments: str) -> tuple[int, str]:
        """Run one command."""
        self._capsys.readouterr()
        status = main(arguments)
        said = self._capsys.readouterr()
        return status, said.out + said.err


def test_a_rota_is_read_shown_and_written(typed: Typed, tmp_path: Path) -> None:
    """Import, look, export, import again."""
    file, copy = tmp_path / "rota.ics", tmp_path / "copy.ics"
    file.write_text(DAYS.replace("EXDATE;TZID=America/New_York:20261126T080000\n", ""))

    assert typed("oncall", "import", str(file)) == (0, "Now on the rota: shifts 2, covers 0.\n")
    status, said = typed("oncall", "--json")
    shown = json.loads(said)
    assert status == 0 and len(shown["on_call"]) == 1 and len(shown["next"]) > 2
    assert typed("oncall", "export", str(copy))[0] == 0
    assert typed("oncall", "import", str(copy))[0] == 0
    assert json.loads(typed("oncall", "--json")[1])["on_call"] == shown["on_call"]


def test_a_faulty_file_is_named_line_by_line(typed: Typed, tmp_path: Path) -> None:
    """Status 1, the line, and the rota as it was."""
    file = tmp_path / "rota.ics"
    file.write_text(DAYS.replace("SUMMARY:bea stone", "SUMMARY:Zoe"))

    status, said = typed("oncall", "import", str(file))

    assert status == 1 and "line 14: There is nobody called 'Zoe'" in said and "Nothing was changed" in said
    assert json.loads(typed("oncall", "--json")[1])["on_call"] == ["Ana Ruiz", "Bea Stone"]
    assert typed("oncall", "import", str(tmp_path / "none.ics"))[0] == 1


def test_covers_are_planned_shown_and_ended(typed: Typed) -> None:
    """Who covers whom, from when to when."""
    begin = datetime.now(UTC) - timedelta(hours=1)
    times = ("--from", begin.isoformat(), "--until", (begin + timedelta(hours=5)).isoformat())

    status, said = typed("oncall", "cover", "Bea Stone", "--for", "Ana Ruiz", *times)

    assert status == 0 and "Bea Stone covers Ana Ruiz from" in said
    assert json.loads(typed("oncall", "--json")[1])["on_call"] == ["Bea Stone"]
    assert typed("oncall", "uncover", "Ana Ruiz") == (0, "Covers ended: 1.\n")
    assert typed("oncall", "uncover", "Ana Ruiz") == (0, "There was no cover.\n")


def test_nobody_on_call_is_status_one(typed: Typed) -> None:
    """A rota with nobody is not in order, and the gap is named."""
    for name in ("Ana Ruiz", "Bea Stone"):
        assert typed("staff", "remove", name)[0] == 0

    status, said = typed("oncall")

    assert status == 1 and "add a nurse with a phone" in said


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("staff", "add", "Dee", "--phone", "+12025550190", "--role", "nurse"), "Ana Ruiz's already"),
        (("staff", "add", "ana ruiz", "--phone", "+12025550192", "--role", "nurse"), "already"),
        (("staff", "add", "Dee", "--phone", "12", "--role", "nurse"), "no phone number"),
        (
            ("staff", "add", "Dee", "--phone", "+12025550192", "--role", "nurse", "--languages", "x y"),
            "languages",
        ),
        (("staff", "remove", "Dee"), "nobody called"),
        (("oncall", "set", "Ana Ruiz", "ANA RUIZ"), "named twice"),
        (("oncall", "set", "Dee"), "nobody called"),
    ],
)
def test_a_slip_is_explained_with_status_one(typed: Typed, arguments: tuple[str, ...], says: str) -> None:
    """A number on two people, wrong names, wrong phones: a sentence each."""
    status, said = typed(*arguments)

    assert status == 1 and says in said
