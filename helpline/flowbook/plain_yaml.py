"""YAML as people mean it: yes, no, on, off and 21:00 stay words, a repeated key is an error, lines are kept.

Only whole numbers, `true`, `false` and `null` are anything but text. Every node remembers its line, so that a
fault found much later can still be shown to the person who wrote it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from helpline.flowbook.faults import Fault, FlowbookErrors

Path_ = tuple[str | int, ...]
"""Keys and positions from the top of a file down to a node."""

_NUMBER = re.compile(r"[-+]?(0|[1-9][0-9]*)\Z")
_WORDS: dict[str, bool | None] = {"true": True, "false": False, "null": None, "~": None, "": None}


class _Loader(yaml.CSafeLoader):
    """The C parser without YAML's own idea of which words are numbers, dates or booleans."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}


@dataclass(frozen=True, slots=True)
class Document:
    """What a file says, and where. `data` is made of dict, list, str, int, bool and None."""

    file: str
    data: object
    lines: dict[Path_, int]

    def line(self, path: Sequence[str | int] = ()) -> int:
        """Return the line of a node, or of the nearest node above it that exists."""
        for length in range(len(path), -1, -1):
            found = self.lines.get(tuple(path[:length]))
            if found:
                return found
        return 1


def read(path: Path, folder: Path) -> Document:
    """Read one file. Raises FlowbookErrors when it is missing, not UTF-8, no YAML, or repeats a key."""
    file = path.relative_to(folder).as_posix()
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        fault = Fault(file, 0, "cannot be read", f"Add it or mend it: {error.strerror}")
        raise FlowbookErrors([fault]) from error
    except UnicodeDecodeError as error:
        raise FlowbookErrors([Fault(file, 0, "is not UTF-8", "Save it again as UTF-8")]) from error
    return parse(text, file)


def parse(text: str, file: str) -> Document:
    """Parse YAML text. Raises FlowbookErrors with the line of the first mistake."""
    loader = _Loader(text)
    try:
        node = loader.get_single_node()
    except yaml.YAMLError as error:
        raise FlowbookErrors([_syntax(error, file)]) from error
    finally:
        loader.dispose()
    builder = _Builder(file)
    data = builder.build(node, ()) if node is not None else None
    if builder.faults:
        raise FlowbookErrors(builder.faults)
    return Document(file, data, builder.lines)


def _syntax(error: yaml.YAMLError, file: str) -> Fault:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or "cannot be parsed"
    line = mark.line + 1 if mark else 0
    return Fault(file, line, f"is no valid YAML: {problem}", "Look at indents and quotes here")


class _Builder:
    """Turns nodes into plain values and notes their lines."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.lines: dict[Path_, int] = {}
        self.faults: list[Fault] = []
        self._open: set[int] = set()

    def build(self, node: yaml.Node, path: Path_) -> object:
        """Return the value of a node and of all below it."""
        self.lines[path] = node.start_mark.line + 1
        if isinstance(node, yaml.ScalarNode):
            return _scalar(node)
        if id(node) in self._open:
            self._fault(node, "holds itself", "Write the part out instead of an alias")
            return None
        self._open.add(id(node))
        made = self._mapping(node, path) if isinstance(node, yaml.MappingNode) else self._list(node, path)
        self._open.discard(id(node))
        return made

    def _list(self, node: yaml.Node, path: Path_) -> list[object]:
        return [self.build(child, (*path, n)) for n, child in enumerate(node.value)]

    def _mapping(self, node: yaml.MappingNode, path: Path_) -> dict[str, object]:
        made: dict[str, object] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            if not isinstance(key_node, yaml.ScalarNode) or key_node.tag == "tag:yaml.org,2002:merge":
                self._fault(key_node, "has a key that is no plain word", "Use a word as key")
                continue
            if key in made:
                self._fault(key_node, f"says {key!r} twice", "Keep one of the two")
            made[key] = self.build(value_node, (*path, key))
            self.lines[(*path, key)] = key_node.start_mark.line + 1
        return made

    def _fault(self, node: yaml.Node, what: str, remedy: str) -> None:
        self.faults.append(Fault(self.file, node.start_mark.line + 1, what, remedy))


def _scalar(node: yaml.ScalarNode) -> str | int | bool | None:
    value = str(node.value)
    if node.style:
        return value
    if value in _WORDS:
        return _WORDS[value]
    return int(value) if _NUMBER.match(value) else value
