"""The table of the benchmark says what was measured; nothing here depends on time."""

from __future__ import annotations

import json
from pathlib import Path

from tests.bench.load import Load
from tests.bench.people import conversation, crowd, request
from tests.bench.table import Row, missed, percentile, render, write

FASTER = Row("turns", 800, "/s", 0.75, 0.55, 1000, by_ratio=True, more=True)
SLOWER = Row("start", 6.0, "s", 2.5, 5)


def test_a_figure_is_held_against_goal_and_limit_in_its_own_direction() -> None:
    """More is better for rates, less for times; a ratio counts where there is a floor."""
    assert FASTER.verdict == "goal"
    assert Row("turns", 600, "/s", 0.75, 0.55, 1000, by_ratio=True, more=True).verdict == "holds"
    assert Row("turns", 500, "/s", 0.75, 0.55, 1000, by_ratio=True, more=True).verdict == "MISSED"
    assert SLOWER.verdict == "MISSED"
    assert Row("start", 6.0, "s", 2.5, None).verdict == "holds"
    assert missed([FASTER, SLOWER]) == ["start"]


def test_the_median_of_pairs_counts_before_the_ratio_of_totals() -> None:
    """Runs that followed each other saw the same machine, so their ratios are the better ones."""
    row = Row("turns", 900, "/s", 0.75, 0.55, 1000, by_ratio=True, more=True, pairs=(0.5, 0.6, 0.9))
    assert row.value == 0.6


def test_the_table_names_every_figure_once_and_the_json_holds_them_all(tmp_path: Path) -> None:
    """Whoever reads either sees the same."""
    shown = render([FASTER, SLOWER]).splitlines()
    assert len(shown) == 4 and "0.80" in shown[2] and "MISSED" in shown[3]
    write([FASTER, SLOWER], tmp_path / "deep" / "bench.json", seconds=1.0, quick=True)
    told = json.loads((tmp_path / "deep" / "bench.json").read_text())
    assert [r["verdict"] for r in told["rows"]] == ["goal", "MISSED"]


def test_a_percentile_is_one_of_the_values() -> None:
    """No value is made up between two."""
    assert percentile([3.0, 1.0, 2.0], 0.5) == 2.0 and percentile([1.0], 0.99) == 1.0
    assert Load(10, 2.0, 0, 1, 1, 1).rate == 5.0


def test_a_conversation_answers_each_question_with_something_that_fits() -> None:
    """The load is made of turns that go on, not of misunderstandings."""
    steps = conversation(3)
    assert len(steps) > 4 and all(not s.state.unclear for s in steps)


def test_people_write_their_turns_in_order() -> None:
    """Everybody's second turn comes before anybody's third."""
    made = crowd(0, 4, [("hi", "1", "2"), ("hello", "3", "4")], 80)
    assert made.turns == [request(*x, 80) for x in _expected()]


def _expected() -> list[tuple[int, str, str]]:
    from tests.bench.people import sid

    return [(0, sid(0, 1), "1"), (1, sid(1, 1), "3"), (0, sid(0, 2), "2"), (1, sid(1, 2), "4")]
