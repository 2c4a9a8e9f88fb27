"""Twenty mutants, drawn with a fixed seed: a broken rule, question, guard or sentence is noticed."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from helpline.triage.flow import Flow
from tests.core.conftest import real_flow
from tests.mutants.engine import GUARDS, WORDS, Broken, tried
from tests.mutants.everything import all_mutants
from tests.mutants.table import EQUIVALENT, question_mutants, rule_mutants, value_mutants

SEED, HOW_MANY = 20, 20


def some() -> list[tuple[str, Callable[[], bool]]]:
    """Return the mutants of this run."""
    return random.Random(SEED).sample(list(all_mutants(real_flow())), HOW_MANY)


@pytest.mark.parametrize(("name", "caught"), [pytest.param(*m, id=m[0]) for m in some()])
def test_a_mutant_is_caught(name: str, caught: Callable[[], bool]) -> None:
    """A worked case, the walk or the engine driven notices the mutant."""
    assert caught(), name


def test_every_kind_of_mutant_is_known(flow: Flow) -> None:
    """Rules, tests, questions, guards and sentences are all broken in turn."""
    names = [name for name, _ in all_mutants(flow)]
    assert len(names) == len(set(names)) > 600
    assert {b.name for b in (*GUARDS, *WORDS)} <= set(names)
    assert isinstance(GUARDS[0], Broken) and callable(tried)


def test_what_is_excused_is_there(flow: Flow) -> None:
    """No excuse outlives its mutant: the places of a question are counted, and one may be added before."""
    kinds = (rule_mutants, value_mutants, question_mutants)
    assert set(EQUIVALENT) <= {mutant.name for kind in kinds for mutant in kind(flow.table)}
