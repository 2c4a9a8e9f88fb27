"""All mutants, each with the check that must catch it, restricted to what the mutant touches."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache, partial

from helpline.flowbook.proof.report import Property
from helpline.flowbook.schema_clinical import ExampleFile
from helpline.triage.flow import Flow
from tests.mutants.engine import GUARDS, WORDS, Broken, tried
from tests.mutants.table import (
    EQUIVALENT,
    caught_by_a_case,
    caught_by_the_walk,
    examples,
    question_mutants,
    rule_mutants,
    value_mutants,
)


def all_mutants(flow: Flow) -> Iterator[tuple[str, Callable[[], bool]]]:
    """Yield each mutant that changes something, by name, with its check."""
    cases = _cases()
    for mutant in (*rule_mutants(flow.table), *value_mutants(flow.table)):
        if mutant.name not in EQUIVALENT:
            yield mutant.name, partial(caught_by_a_case, mutant, cases)
    for mutant in question_mutants(flow.table):
        if mutant.name not in EQUIVALENT:
            yield mutant.name, partial(caught_by_the_walk, mutant, flow)
    for broken in (*GUARDS, *WORDS):
        yield broken.name, partial(_caught_by_driving, flow, broken)


@lru_cache(1)
def _cases() -> tuple[ExampleFile, ...]:
    return tuple(examples())


_unbroken: dict[tuple[str, object], Property] = {}


def _caught_by_driving(flow: Flow, broken: Broken) -> bool:
    """Return whether the property fails that held, or failed less, without the mutant."""
    key = (broken.property_, broken.on)
    if key not in _unbroken:
        _unbroken[key] = tried(flow, Broken("", broken.property_, on=broken.on))
    return tried(flow, broken).breaches > _unbroken[key].breaches
