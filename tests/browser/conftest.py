"""Leave the browser tests out where there is no browser, and say so where everybody sees it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.browser_setup import REMEDY, browser

HERE = Path(__file__).parent
LEFT_OUT = pytest.StashKey[int]()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Take the tests of this folder out of the run when they cannot run; they do not count as passed."""
    if browser() is not None:
        return
    ours = [item for item in items if HERE in item.path.parents]
    items[:] = [item for item in items if HERE not in item.path.parents]
    config.stash[LEFT_OUT] = len(ours)
    config.hook.pytest_deselected(items=ours)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say at the end how many were not run, and what to install."""
    if count := config.stash.get(LEFT_OUT, 0):
        terminalreporter.section("browser tests not run")
        terminalreporter.write_line(f"{count} browser tests were NOT run: {REMEDY}.")
