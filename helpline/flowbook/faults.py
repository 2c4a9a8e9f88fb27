"""What is wrong with content: one fault a line, each with file, line and remedy."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One thing that is wrong. `file` is relative to the content folder; `line` 0 is the whole file."""

    file: str
    line: int
    what: str
    remedy: str

    def __str__(self) -> str:
        """Return the fault in one line, the form in which commands print it."""
        where = f"{self.file}:{self.line}" if self.line else self.file
        return f"{where}: {self.what}. {self.remedy}."


class FlowbookErrors(Exception):
    """Raised when content cannot be used. `faults` holds every mistake, in order of file and line."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(set(faults)))
        super().__init__("\n".join(str(fault) for fault in self.faults))


class Faults:
    """A list in the making."""

    def __init__(self) -> None:
        self._found: list[Fault] = []

    def __iter__(self) -> Iterator[Fault]:
        return iter(sorted(set(self._found)))

    def __bool__(self) -> bool:
        return bool(self._found)

    def add(self, file: str, line: int, what: str, remedy: str) -> None:
        """Record one fault. `what` and `remedy` are given without a full stop."""
        self._found.append(Fault(file, line, what, remedy))

    def extend(self, faults: Iterable[Fault]) -> None:
        """Record faults found elsewhere."""
        self._found.extend(faults)

    def settle(self) -> None:
        """Raise FlowbookErrors if anything was found."""
        if self._found:
            raise FlowbookErrors(self._found)
