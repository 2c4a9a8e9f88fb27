"""The walk on several cores: what is told about pregnancy splits it into parts that share no states."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from helpline.flowbook.proof.model import Model, Point, Start
from helpline.flowbook.proof.oracle import Oracle
from helpline.flowbook.proof.starts import drawn
from helpline.flowbook.proof.walk import Found, Summary, Walker
from helpline.triage.flow import Flow
from helpline.triage.state import FindingId

DRAWN = 500
"""Beginnings with findings told at random, each with one path walked for every kind of answer."""

_PREGNANT = FindingId("pregnant")
_DEEP = 20_000


Walk = tuple[list[Summary], Found]


@dataclass(slots=True)
class Walked:
    """All that the walk found, and what lies ahead of each kind of beginning."""

    found: Found = field(default_factory=Found)
    ahead: dict[str, Summary] = field(default_factory=dict)
    begun: dict[str, int] = field(default_factory=dict)


class Walks:
    """The walk in parts. `jobs` may run anywhere; `gather` puts their results together."""

    def __init__(self, flow: Flow, table: Path, begins: Iterable[Start]) -> None:
        self._front = _Front(flow, Oracle(table))
        self._begun: dict[str, int] = {}
        for start in begins:
            self._front.begin(start)
            self._begun[start.name] = self._begun.get(start.name, 0) + 1
        self._parts = sorted(self._front.parts.items(), key=lambda p: _WEIGHT.get(p[0], 0))
        self.jobs: list[Callable[[], Walk]] = [
            partial(walk_part, flow, table, points) for _, points in self._parts
        ]

    def gather(self, results: Iterable[Walk]) -> Walked:
        """Return everything found, given the results of the jobs in their order."""
        walked = Walked(begun=self._begun)
        ahead: dict[int, Summary] = {}
        for (_, points), (summaries, found) in zip(self._parts, results, strict=True):
            ahead.update((id(p), s) for p, s in zip(points, summaries, strict=True))
            walked.found.add(found)
        walked.ahead = self._front.finish(ahead)
        walked.found.add(self._front.walker.found)
        return walked


_WEIGHT = {"recent": 0, "maybe": 1, "yes": 2, "no": 3}
"""The longest part first."""


def walk_part(flow: Flow, table: Path, points: list[Point]) -> Walk:
    """Walk from some points, sharing what was seen."""
    sys.setrecursionlimit(max(sys.getrecursionlimit(), _DEEP))
    walker = Walker(flow, Oracle(table))
    collecting = gc.isenabled()
    gc.disable()  # all that is made here is kept until the walk ends: looking for garbage is in vain
    try:
        return [walker.walk(point) for point in points], walker.found
    finally:
        if collecting:
            gc.enable()


class _Front:
    """The first questions, until pregnancy is known: from there on the parts are walked apart."""

    def __init__(self, flow: Flow, oracle: Oracle) -> None:
        self.model = Model(flow)
        self.walker = Walker(flow, oracle)
        self.parts: dict[str, list[Point]] = {}
        self._trees: list[tuple[str, _Tree]] = []

    def begin(self, start: Start) -> None:
        self._trees.append((start.name, self._grow(self.model.begin(start))))

    def _grow(self, point: Point) -> _Tree:
        if _PREGNANT in point.values and not self.model.over(point):
            self.parts.setdefault(str(point.values[_PREGNANT]), []).append(point)
            return _Tree(point)
        asked = None if self.model.over(point) else self.model.next(point)
        if asked is None:
            return _Tree(point, done=self.walker.walk(point))
        below = [self._grow(self.model.answer(point, given)) for given in self.model.answers(asked.findings)]
        self.walker.found.edges += len(below)
        self.walker.found.states += 1
        return _Tree(point, tuple(below))

    def finish(self, ahead: dict[int, Summary]) -> dict[str, Summary]:
        """Return what lies ahead of each kind of beginning, once the parts are walked."""
        kinds: dict[str, Summary] = {}
        for name, tree in self._trees:
            kinds.setdefault(name, Summary()).take(tree.sum(ahead), questions=0, told=False)
        return kinds


@dataclass(slots=True)
class _Tree:
    point: Point
    below: tuple[_Tree, ...] = ()
    done: Summary | None = None

    def sum(self, ahead: dict[int, Summary]) -> Summary:
        if self.done is not None:
            return self.done
        if not self.below:
            return ahead[id(self.point)]
        summary = Summary()
        for tree in self.below:
            summary.branch(tree.sum(ahead), self.point.told, tree.point.told)
        return summary


def sample(flow: Flow, table: Path, number: int = DRAWN) -> Found:
    """Walk from random beginnings along single paths: a stated sample, not a proof."""
    walker = Walker(flow, Oracle(table))
    for n, start in enumerate(drawn(flow, number)):
        point: Point | None = walker.model.begin(start)
        while point is not None:
            point = walker.one_step(point, n)
    return walker.found
