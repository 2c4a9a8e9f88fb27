"""The hazard log (docs/safety/hazards.md) as data: for the safety case, and for the test that checks it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from helpline.flowbook.faults import Fault, FlowbookErrors

FIELDS = ("Cause", "Harm", "Before", "Control", "Shown by", "Remains", "Open")
"""What a hazard may say, in this order; only `Open` may be missing."""

_HEADING = re.compile(r"### (H\d\d) (\S.*)")
_FIELD = re.compile(r"- \*\*(.+?)\*\*: (\S.*)")
_TEST = re.compile(r"`([^`]+?)::([^`]+)`")


@dataclass(frozen=True, slots=True)
class Hazard:
    """One hazard. `tests` are pairs of file and test (or title of a story); `open` is what is not built."""

    id: str
    title: str
    part: str
    said: dict[str, str]

    @property
    def tests(self) -> tuple[tuple[str, str], ...]:
        """Return file and name of each test that shows the control."""
        return tuple((found[1], found[2]) for found in _TEST.finditer(self.said.get("Shown by", "")))

    @property
    def open(self) -> str:
        """Return the control that is missing, with its issue; empty when none is."""
        return self.said.get("Open", "")


def read_hazards(path: Path) -> list[Hazard]:
    """Read the hazard log. Raises FlowbookErrors for a strange line or a field that is missing."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        remedy = "Name the hazard log with --hazards"
        raise FlowbookErrors([Fault(path.name, 0, "cannot be read", remedy)]) from error
    found = list(_parsed(lines, path.name))
    faults = [
        Fault(path.name, 0, f"{hazard.id} does not say {field!r}", f"Add a line - **{field}**: …")
        for hazard in found
        for field in FIELDS[:-1]
        if field not in hazard.said
    ]
    if faults:
        raise FlowbookErrors(faults)
    return found


def _parsed(lines: list[str], file: str) -> Iterator[Hazard]:
    part, current = "", None
    for number, line in enumerate(lines, 1):
        if line.startswith("## "):
            part = line.removeprefix("## ")
        elif heading := _HEADING.fullmatch(line):
            if current:
                yield current
            current = Hazard(heading[1], heading[2], part, {})
        elif current and line.startswith("- "):
            field = _FIELD.fullmatch(line)
            if field is None or field[1] not in FIELDS:
                remedy = f"Begin with - **{'**, - **'.join(FIELDS)}**"
                raise FlowbookErrors([Fault(file, number, "is no field of a hazard", remedy)])
            current.said[field[1]] = field[2]
    if current:
        yield current
