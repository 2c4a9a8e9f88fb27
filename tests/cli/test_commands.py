"""The command line: help everywhere, exit statuses, and nothing loaded that is not needed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from helpline.cli import GROUPS, build, main
from helpline.cli.clock import duration

ROOT = Path(__file__).resolve().parents[2]
COMMANDS = sorted(
    command
    for group in GROUPS
    if (ROOT / "helpline" / "cli" / f"{group.module}.py").exists()
    for command in group.commands
)


def helpline(*arguments: str, folder: Path = ROOT, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own, with these settings alone."""
    return subprocess.run(
        [sys.executable, "-m", "helpline.cli", *arguments],
        cwd=folder,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT)} | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_in_one_line_and_in_full(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """`--help` answers for each command, with status 0."""
    with pytest.raises(SystemExit) as ended:
        main([command, "--help"])
    assert ended.value.code == 0
    assert capsys.readouterr().out.startswith(f"usage: helpline {command}")


def test_the_list_of_commands_says_a_line_about_each(capsys: pytest.CaptureFixture[str]) -> None:
    """`helpline --help` names all there are."""
    with pytest.raises(SystemExit):
        main(["--help"])
    shown = capsys.readouterr().out
    for group in GROUPS:
        for command, line in group.commands.items():
            assert (f"{command} " in shown and line in shown) is (command in COMMANDS)


def test_what_the_list_says_is_what_the_command_says() -> None:
    """The short line is written twice, for speed; both must be the same."""
    for group in GROUPS:
        for command, line in group.commands.items():
            if command in COMMANDS:
                actions = [a for a in build(command)._actions if hasattr(a, "_choices_actions")]
                assert [c.help for c in actions[0]._choices_actions if c.dest == command] == [line]


@pytest.mark.parametrize(
    "arguments", [[], ["nonsense"], ["erase"], ["erase", "12345", "--yes"], ["clock", "advance", "soon"]]
)
def test_wrong_use_ends_with_status_2(arguments: list[str]) -> None:
    """A slip is told apart from something that is not in order."""
    assert helpline(*arguments).returncode == 2


def test_wrong_settings_end_with_status_1_and_a_line_each(tmp_path: Path) -> None:
    """No traceback, every setting named."""
    ended = helpline("cases", folder=tmp_path, HELPLINE_PORT="x", HELPLINE_LANGUAGES="english")
    assert ended.returncode == 1
    assert [line.split()[0] for line in ended.stderr.splitlines()] == ["HELPLINE_PORT", "HELPLINE_LANGUAGES"]


def test_help_loads_no_library() -> None:
    """The command answers at once: what a command does not need is not imported."""
    program = (
        "import sys, helpline.cli as c\n"
        "try: c.main(['run', '--help'])\n"
        "except SystemExit: pass\n"
        "print(sorted({'flask', 'redis', 'rq', 'twilio', 'pydantic', 'yaml', 'granian'} & set(sys.modules)))"
    )
    shown = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert shown.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize(
    ("text", "seconds"), [("90s", 90), ("10m", 600), ("2h", 7200), ("1d", 86_400), ("1d12h", 129_600)]
)
def test_lengths_of_time_are_read_as_written(text: str, seconds: int) -> None:
    """Seconds, minutes, hours, days and weeks, alone or together."""
    assert duration(text).total_seconds() == seconds


def test_the_makefile_has_what_is_promised() -> None:
    """`make run`, `test`, `venv`, `bench` and `help` exist, and help lists them."""
    shown = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for target in ("run", "test", "venv", "bench", "help"):
        assert f"make {target} " in shown


def test_the_procfile_starts_web_and_worker() -> None:
    """Both process types of the service are there."""
    assert [line.split(":")[0] for line in (ROOT / "Procfile").read_text().splitlines()] == ["web", "worker"]


def test_an_old_python_is_refused_in_plain_words(tmp_path: Path) -> None:
    """The Makefile says which Python it needs and how to name it."""
    old = tmp_path / "python3"
    old.write_text('#!/bin/sh\n[ "$1" = --version ] && echo "Python 3.9.2" && exit 0\nexit 1\n')
    old.chmod(0o755)
    said = subprocess.run(
        ["make", "venv", f"PYTHON={old}", f"VENV={tmp_path}/none"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.returncode != 0
    assert "Python 3.9.2 is too old: the helpline needs Python 3.11 or newer" in said.stdout
