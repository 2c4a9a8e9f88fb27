"""Read what words weigh: `ideas.yaml`, by hand, and `points.tsv` and `topics.tsv`, by `make points`.

They lie in `flows/lexicon`. A file of points says first, in `names`, what its columns are points for.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path

from helpline.flowbook import plain_yaml
from helpline.flowbook.faults import FlowbookErrors
from helpline.triage.weights import ALARMS, Points, Weights

IDEAS, POINTS, TOPICS = "ideas.yaml", "points.tsv", "topics.tsv"
_KINDS = ("alone", "beside", "together")
_HEADS = ("start", "bars", "floors", "loose")
_TERMS = {"alone": 1, "beside": 2, "together": 2} | dict.fromkeys(_HEADS, 0)
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
    names, tables = _points(folder / points, {*_names(words), *_names(begins)})
    return Weights(
        words, begins, tuple(sorted({len(b) for b in begins})),
        tables["alone"].get("", {}), dict(tables["beside"]), dict(tables["together"]),
        tables["start"][""][""], tables["bars"][""][""], tables["floors"][""][""], names,
        tables["loose"][""][""],
    )


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


def _points(path: Path, ideas: set[str]) -> tuple[tuple[str, ...], dict[str, dict[str, dict[str, Points]]]]:
    """Return what the points are for, and the points by kind, first term and second term; "" where none.

    Raises WeightsFault.
    """
    tables: dict[str, dict[str, dict[str, Points]]] = {kind: defaultdict(dict) for kind in (*_KINDS, *_HEADS)}
    faults: list[str] = []
    same: dict[str, str] = {}
    alike: dict[Points, Points] = {}
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise WeightsFault([f"{path}: cannot be read ({error.strerror}); run make points"]) from None
    names = next((tuple(line.split("\t")[1:]) for line in lines if line.startswith("names\t")), ALARMS)
    for number, line in enumerate(lines, 1):
        if not line or line.startswith(("#", "names\t")):
            continue
        try:
            kind, points, terms = _read(line, names, ideas)
        except ValueError as error:
            faults.append(f"{path}:{number}: {error}")
            continue
        first, second = ("", "", *terms)[-2:]
        table = tables[kind][same.setdefault(first, first)]
        table[same.setdefault(second, second)] = alike.setdefault(points, points)
    faults += [f"{path}: there is no line `{head}`; run make points" for head in _HEADS if not tables[head]]
    if faults:
        raise WeightsFault(faults)
    return names, tables


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
