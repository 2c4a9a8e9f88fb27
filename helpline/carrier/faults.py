"""Disorder on demand: which request, webhook, report or delivery goes wrong next, and how.

Rules are settable over HTTP while the carrier runs. They count, or draw from a seeded source, so that a
test can say "the next one", "every third" or "one in five" and get the same again.
"""

import random
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field

KINDS: Mapping[str, frozenset[str]] = {
    "webhook": frozenset({"double", "late", "lost", "lost_answer", "reorder"}),
    "rest": frozenset({"busy", "error", "error_after", "reset", "reset_after", "slow", "refuse"}),
    "callback": frozenset({"lost", "double", "early", "late", "reorder"}),
    "delivery": frozenset({"refuse", "late", "silent"}),
}


class WrongRule(ValueError):
    """A fault rule that cannot be understood; the text says what may stand there."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Hold one rule: at which point, what kind, when it fires and with what.

    `next` fires so many times and is then spent; `every` fires at each n-th; `probability` draws; none of
    them fires always. `skip` lets that many pass first. `to` narrows to one phone number. `seconds` and
    `code` are what the kind needs: how late, how slow, which error code; `status` the HTTP status of a
    refusal.
    """

    point: str
    kind: str
    next: int | None = None
    every: int | None = None
    probability: float | None = None
    skip: int = 0
    to: str = ""
    seconds: float = 1.0
    code: int = 0
    status: int = 400


@dataclass(slots=True)
class _Counted:
    rule: Rule
    seen: int = 0
    fired: int = 0


_NUMBERS = {
    "next": int,
    "every": int,
    "skip": int,
    "code": int,
    "status": int,
    "probability": float,
    "seconds": float,
}


def read_rule(told: Mapping[str, object]) -> Rule:
    """Make a rule of an object such as `{"point": "rest", "kind": "busy", "next": 1}`; raise WrongRule."""
    point, kind = str(told.get("point", "")), str(told.get("kind", ""))
    if kind not in KINDS.get(point, frozenset()):
        known = "; ".join(f"{p}: {', '.join(sorted(k))}" for p, k in KINDS.items())
        raise WrongRule(f"no fault {point}.{kind}; there are {known}")
    unknown = set(told) - set(_NUMBERS) - {"point", "kind", "to"}
    if unknown:
        raise WrongRule(
            f"{sorted(unknown)[0]!r} is no part of a rule; there are {', '.join(_NUMBERS)} and to"
        )
    numbers: dict[str, float] = {}
    for name, kind_of in _NUMBERS.items():
        if told.get(name) is not None:
            numbers[name] = _number(name, told[name], kind_of)
    return Rule(point=point, kind=kind, to=str(told.get("to", "")), **numbers)  # type: ignore[arg-type]


def _number(name: str, value: object, kind: type[int] | type[float]) -> float:
    try:
        number = kind(str(value))
    except ValueError as wrong:
        raise WrongRule(f"{name} is {value!r}; a number belongs there") from wrong
    if number < 0 or (name == "every" and number < 1):
        raise WrongRule(f"{name} is {value!r}; that is too small")
    return number


def read_shorthand(text: str) -> list[Rule]:
    """Read rules as the command line takes them: `rest.busy:every=3;callback.double:next=1,skip=2`."""
    rules = []
    for part in filter(None, (piece.strip() for piece in text.split(";"))):
        name, _, tail = part.partition(":")
        point, _, kind = name.partition(".")
        told: dict[str, object] = {"point": point.strip(), "kind": kind.strip()}
        for pair in filter(None, tail.split(",")):
            key, _, value = pair.partition("=")
            told[key.strip()] = value.strip()
        rules.append(read_rule(told))
    return rules


@dataclass(slots=True)
class Faults:
    """Keep the rules in force and say which of them fire."""

    seed: int = 1
    _rules: list[_Counted] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _chance: random.Random = field(default_factory=lambda: random.Random(1))

    def set(self, rules: list[Rule], seed: int | None = None) -> None:
        """Put these rules in force in place of all others; a seed starts the draws afresh."""
        with self._lock:
            self._rules = [_Counted(rule) for rule in rules]
            if seed is not None:
                self.seed = seed
            self._chance = random.Random(self.seed)

    def add(self, rules: list[Rule]) -> None:
        """Put these rules in force beside the others."""
        with self._lock:
            self._rules = [*self._rules, *(_Counted(rule) for rule in rules)]

    def draw(self, point: str, number: str = "", kinds: frozenset[str] | None = None) -> dict[str, Rule]:
        """Give the rules that fire now at this point, by kind; count it for every rule that was asked."""
        if not self._rules:
            return {}
        fired: dict[str, Rule] = {}
        with self._lock:
            for counted in self._rules:
                rule = counted.rule
                asked = rule.point == point and (kinds is None or rule.kind in kinds)
                if asked and rule.to in ("", number) and self._fires(counted):
                    fired[rule.kind] = rule
        return fired

    def _fires(self, counted: _Counted) -> bool:
        rule = counted.rule
        counted.seen += 1
        turn = counted.seen - rule.skip
        fires = turn > 0
        if fires and rule.next is not None:
            fires = counted.fired < rule.next
        if fires and rule.every is not None:
            fires = turn % rule.every == 0
        if fires and rule.probability is not None:
            fires = self._chance.random() < rule.probability
        counted.fired += fires
        return fires

    def report(self) -> list[dict[str, object]]:
        """Say which rules are in force and how often each was asked and fired."""
        with self._lock:
            return [
                {
                    **{name: getattr(c.rule, name) for name in Rule.__dataclass_fields__},
                    "seen": c.seen,
                    "fired": c.fired,
                }
                for c in self._rules
            ]
