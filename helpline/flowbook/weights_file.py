"""Read what words weigh: `ideas.yaml`, by hand, and `points.tsv` and `topics.tsv`, by `make points`.

They lie in `flows/lexicon`. A file of points says first, in `names`, what its columns are points for.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from sys import intern

from helpline.flowbook import plain_yaml
from helpline.flowbook.faults import FlowbookErrors
from helpline.triage.packed import pack
from helpline.triage.weights import ALARMS, PAIRS, SINGLE, Points, Weights

IDEAS, POINTS, TOPICS = "ideas.yaml", "points.tsv", "topics.tsv"
_HEADS = ("start", "bars", "floors", "loose")
_TERMS = dict.fromkeys(SINGLE, 1) | dict.fromkeys(PAIRS, 2) | dict.fromkeys(_HEADS, 0)
"""How many terms a line has, by its kind."""


class WeightsFault(ValueError):
    """One of the two files is not in order; one line a fault, as `file:line: what is wrong`."""

    def __init__(self, faults: Iterable[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(self.faults))


def load_weights(folder: Path, points: str = POINTS) -> Weights:
    """Read the ideas, and a file of points, of `flows/lexicon`. Without points nothing weighs anything.

    Raises WeightsFault.
    """
    if not (folder / points).exists() and not (points == POINTS and (folder / IDEAS).exists()):
        return Weights()
    times = tuple((folder / name).stat().st_mtime_ns if (folder / name).exists() else 0
                  for name in (IDEAS, points))
    return _load(folder, points, times)


@lru_cache(4)
def _load(folder: Path, points: str, _times: tuple[int, ...]) -> Weights:
    """Read both files; remembered, since every language asks for them, until one of them changes."""
    words, begins = _ideas(folder / IDEAS, _times[0])
    read = _points(folder / points, {*_names(words), *_names(begins)})
    start, bars, floors, loose = (read.heads[head] for head in _HEADS)
    return Weights(words, begins, tuple(sorted({len(b) for b in begins})), read.single["alone"],
                   read.single["letters"], read.pairs, start, bars, floors, read.names, loose)


def _names(words: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    for ideas in words.values():
        yield from ideas


@lru_cache(2)
def _ideas(path: Path, _time: int) -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]]:
    return load_ideas(path)


def load_ideas(path: Path) -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]]:
    """Return the ideas of whole words, and those of beginnings. Raises WeightsFault."""
    try:
        document = plain_yaml.read(path, path.parent)
    except FlowbookErrors as errors:
        raise WeightsFault(f"{path}:{f.line}: {f.what}. {f.remedy}" for f in errors.faults) from None
    written = document.data.get("ideas") if isinstance(document.data, dict) else None
    if not isinstance(written, dict):
        raise WeightsFault([f"{path}:1: write `ideas:`, and under it lines like `blood: \"blood, sangr*\"`"])
    faults = [f"{path}:{document.line(('ideas', name))}: {name}: write its words in quotes, commas between"
              for name, listed in written.items() if not isinstance(listed, str)]
    if faults:
        raise WeightsFault(faults)
    words: dict[str, list[str]] = defaultdict(list)
    begins: dict[str, list[str]] = defaultdict(list)
    for name, listed in written.items():
        for word in (w.strip() for w in listed.split(",")):
            if word.endswith("*"):
                begins[word[:-1]].append(f"{{{name}}}")
            else:
                words[word].append(f"{{{name}}}")
    return {w: tuple(i) for w, i in words.items()}, {b: tuple(i) for b, i in begins.items()}


@dataclass(frozen=True, slots=True)
class _File:
    """A file of points as read: what the points are for, the points by kind, and the lines without terms."""

    names: tuple[str, ...]
    single: dict[str, dict[str, int]] = field(default_factory=lambda: {kind: {} for kind in SINGLE})
    pairs: dict[str, dict[tuple[str, str], int]] = field(default_factory=lambda: {kind: {} for kind in PAIRS})
    heads: dict[str, Points] = field(default_factory=dict)
    same: dict[int, int] = field(default_factory=dict)
    """Points already met: there are many lines, and few different points."""

    def add(self, kind: str, points: Points, terms: tuple[str, ...]) -> None:
        """Keep what a line says."""
        if kind in _HEADS:
            self.heads[kind] = points
            return
        packed = pack(points)
        packed = self.same.setdefault(packed, packed)
        if kind in SINGLE:
            self.single[kind][intern(terms[0])] = packed
        else:
            self.pairs[kind][intern(terms[0]), intern(terms[1])] = packed


def _points(path: Path, ideas: set[str]) -> _File:
    """Read a file of points. Raises WeightsFault."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise WeightsFault([f"{path}: cannot be read ({error.strerror}); run make points"]) from None
    found = _File(next((tuple(line.split("\t")[1:]) for line in lines if line.startswith("names\t")), ALARMS))
    faults: list[str] = []
    for number, line in enumerate(lines, 1):
        if not line or line.startswith(("#", "names\t")):
            continue
        try:
            found.add(*_read(line, found.names, ideas))
        except ValueError as error:
            faults.append(f"{path}:{number}: {error}")
    faults += [f"{path}: there is no line `{head}`; run make points"
               for head in _HEADS if head not in found.heads]
    if faults:
        raise WeightsFault(faults)
    return found


def _read(line: str, names: tuple[str, ...], ideas: set[str]) -> tuple[str, Points, tuple[str, ...]]:
    """Read one line: kind, one whole number a name, then the terms. Raises ValueError."""
    kind, *rest = line.split("\t")
    numbers, terms = rest[:len(names)], tuple(rest[len(names):])
    if _TERMS.get(kind) != len(terms) or len(numbers) != len(names):
        raise ValueError("write kind, points for " + ", ".join(names) + ", and the terms, with tabs between")
    unknown = [t for t in terms if t.startswith("{") and t not in ideas]
    if unknown:
        raise ValueError(f"{unknown[0]} is no idea of {IDEAS}; run make points")
    try:
        return kind, tuple(map(_whole, numbers)), terms
    except ValueError:
        raise ValueError("points are whole numbers, in hundredths") from None


@lru_cache(4096)
def _whole(number: str) -> int:
    """Return the number, the same one each time: there are tens of thousands, few of them different."""
    return int(number)
