"""How well free words are understood, on labelled messages written before the words were tuned: floors.

The lines set aside are not looked at here; `python tests/corpus/score.py` shows what was missed.
"""

from __future__ import annotations

import pytest

from tests.corpus.score import HERE, Tally, lines, read, tally

CAUGHT = {"emergency": 0.99, "crisis": 0.99, "safeguarding": 0.97}
REPLIES = {"answer_yes": 0.95, "answer_no": 0.94, "answer_unsure": 0.94, "number": 0.9}
FALSE = {"negated": 0.03, "symptom": 0.03, "other": 0.03, "info": 0.03}


STATES = [("en", "cold"), ("en", "mid"), ("es", "cold"), ("es", "mid")]


@pytest.fixture(scope="module", params=STATES, ids="-".join)
def tallies(request: pytest.FixtureRequest) -> dict[str, Tally]:
    """Count one language in one state of the conversation."""
    language, state = request.param
    return tally(lines(HERE / f"{language}.jsonl"), state)


@pytest.mark.parametrize("label", [*CAUGHT, *REPLIES])
def test_enough_is_caught(tallies: dict[str, Tally], label: str) -> None:
    """Alarms and answers are understood at least as often as the floor says."""
    own = tallies[label]
    assert own.hits / own.count >= {**CAUGHT, **REPLIES}[label], own.misses


@pytest.mark.parametrize("label", list(FALSE))
def test_little_cries_wolf(tallies: dict[str, Tally], label: str) -> None:
    """Denials, mild symptoms, questions and small talk seldom raise an alarm."""
    own = tallies[label]
    assert own.false / own.count <= FALSE[label], own.alarms


ANSWERS_AND_WISHES = (
    "answer_yes", "answer_no", "answer_unsure", "number", "stop", "help", "human", "erase", "restart",
    "snooze", "checkin_yes", "checkin_no", "language_es", "language_en",
)  # fmt: skip


@pytest.mark.parametrize("label", ANSWERS_AND_WISHES)
def test_answers_and_wishes_in_her_words_stay_understood(label: str) -> None:
    """Answers, numbers and wishes that widened the words are held to the goal of 95 in a hundred."""
    own = tally([r for r in lines(HERE / "replies.jsonl") if r["label"] == label], "cold")[label]
    assert own.hits / own.count >= 0.95, own.misses


def test_no_wish_is_taken_from_words_that_only_hold_its_word() -> None:
    """Denials, mild symptoms and small talk with stop, delete, nurse or later in them hold no wish."""
    quiet = [r for r in lines(HERE / "replies.jsonl") if r["label"] in ("negated", "symptom", "other")]
    taken = [r["text"] for r in quiet for h in read(r, "cold").intents if h.id in ("stop", "erase", "human")]
    assert not taken


@pytest.mark.parametrize("label", ["emergency", "crisis", "safeguarding", "negated", "symptom"])
def test_what_was_once_missed_stays_caught(label: str) -> None:
    """The later messages, which widened the words, are held to the same floors."""
    own = tally([r for r in lines(HERE / "later.jsonl") if r["label"] == label], "cold")[label]
    assert own.false / own.count <= FALSE.get(label, 1.0), own.alarms
    assert own.hits / own.count >= CAUGHT.get(label, 0.0), own.misses
