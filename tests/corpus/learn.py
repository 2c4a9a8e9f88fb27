"""Work out what words weigh, from all labelled messages: writes `flows/lexicon/points.tsv`.

    python tests/corpus/learn.py [--file F.jsonl …] [--out points.tsv]

One logistic regression an alarm, over what `helpline.triage.weigh.features` sees in a message. Each bar is
set on messages left out of the fitting (five folds), so that about `BUDGET` of those that tell of no danger
(`QUIET`) reach it. It learns from the lines set aside too: they were looked at once, before (`README.md`).
"""

from __future__ import annotations

import argparse
import math
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

from helpline.flowbook.weights_file import IDEAS, POINTS, load_ideas
from helpline.triage.lexicon import Lexicon
from helpline.triage.normalise import words_of
from helpline.triage.weigh import features
from helpline.triage.weights import ALARMS, Weights
from tests.corpus.score import HERE, ROOT, content, lines

LEARNED_FROM = ("en.jsonl", "es.jsonl", "later.jsonl", "plain.jsonl", "more.jsonl", "aside.jsonl", "people.jsonl")
QUIET = ("negated", "symptom", "other", "info")
BUDGET: Mapping[str, float] = {"emergency": 0.04, "crisis": 0.03, "safeguarding": 0.04}
"""Share of quiet messages that may reach a bar."""
LOST: Mapping[str, float] = {"emergency": 0.06, "crisis": 0.0, "safeguarding": 0.0}
"""Share of true alarms that may lie below the floor; of those that a pattern finds, one in a hundred does.
There one short question is asked instead. Words of suicide and violence are never put in doubt."""
STRENGTH = 30
"""Inverse of the regularisation."""
HEADS = ("start", "bars", "floors")
TWICE = 2
"""Messages in which a feature must occur to be learned."""
LEAST = 50
"""Points, in hundredths, below which a feature is left out."""

Key = tuple[str, ...]


def labelled(paths: Iterable[Path]) -> list[dict[str, Any]]:
    """Return the lines of these files that are learned from: all but the borderline ones."""
    return [line for path in paths for line in (*lines(path), *lines(path, aside=True))
            if not line.get("borderline")]


def keys_of(text: str, weights: Weights, lexicon: Lexicon) -> set[Key]:
    """Return the features of a message, each as its kind and terms."""
    words = [raw.word for raw in words_of(text, lexicon.emoji)]
    return {(feature.kind, *feature.key) for feature in features(words, weights)}


def learn(
    corpus: Sequence[Mapping[str, Any]], weights: Weights
) -> tuple[dict[Key, list[int]], list[list[int]]]:
    """Return the points of each feature, and start, bar and floor of each alarm, in hundredths."""
    flow, _ = content()
    lexicon = next(iter(flow.lexicons.values()))
    seen = [keys_of(line["text"], weights, lexicon) for line in corpus]
    counts = Counter(key for keys in seen for key in keys)
    columns = {key: n for n, key in enumerate(sorted(k for k, count in counts.items() if count >= TWICE))}
    matrix = _matrix(seen, columns)
    labels = np.array([line["label"] for line in corpus])
    fitted, heads = [], []
    for alarm in ALARMS:
        wanted = np.array([alarm in (line["label"], *line.get("also", ())) for line in corpus])
        bar, floor = _bounds(matrix, wanted, [(labels == kind) & ~wanted for kind in QUIET], BUDGET[alarm],
                             LOST[alarm])
        model = _fit(matrix, wanted)
        fitted.append(np.round(model.coef_[0] * 100).astype(int))
        heads.append([round(value * 100) for value in (float(model.intercept_[0]), bar, floor)])
    points = {key: [int(f[n]) for f in fitted] for key, n in columns.items()}
    kept = {key: [p if abs(p) >= LEAST else 0 for p in own] for key, own in points.items()}
    return {key: own for key, own in kept.items() if any(own)}, heads


def _matrix(seen: Sequence[set[Key]], columns: Mapping[Key, int]) -> csr_matrix:
    rows, places, values = [], [], []
    for row, keys in enumerate(seen):
        own = [columns[key] for key in keys if key in columns]
        rows += [row] * len(own)
        places += own
        values += [1 / math.sqrt(len(keys) or 1)] * len(own)
    return csr_matrix((values, (rows, places)), shape=(len(seen), len(columns)))


def _fit(matrix: csr_matrix, wanted: np.ndarray) -> LogisticRegression:
    model = LogisticRegression(C=STRENGTH, class_weight="balanced", solver="liblinear", max_iter=5000)
    return model.fit(matrix, wanted)


def _bounds(
    matrix: csr_matrix, wanted: np.ndarray, quiet: Sequence[np.ndarray], budget: float, lost: float
) -> tuple[float, float]:
    """Return the bar, and the floor, from messages that were not learned from.

    `budget` of each kind of quiet messages reaches the bar; `lost` of the alarms lies below the floor.
    """
    sums = np.zeros(len(wanted))
    for fit, left in StratifiedKFold(5, shuffle=True, random_state=1).split(matrix, wanted):
        sums[left] = _fit(matrix[fit], wanted[fit]).decision_function(matrix[left])
    bar = max(float(np.quantile(sums[kind], 1 - budget)) for kind in quiet)
    floor = float(np.quantile(sums[wanted], lost))
    caught, doubt = float((sums[wanted] >= bar).mean()), float((sums[quiet[0]] < floor).mean())
    sys.stderr.write(f"  bar {bar:5.2f}: {caught:.0%} of {int(wanted.sum())} caught when not learned from; "
                     f"floor {floor:5.2f}: {doubt:.0%} of the {QUIET[0]} below\n")
    return bar, floor


def write(path: Path, points: Mapping[Key, list[int]], heads: Sequence[Sequence[int]], count: int) -> None:
    """Write the points as a table that can be read and compared."""
    rows = [
        "# What words weigh for and against an alarm, in hundredths: kind, " + ", ".join(ALARMS) + ", words.",
        f"# Worked out from {count} labelled messages by `make points`: add messages there, not here.",
        "# alone: one word (its first five letters) or {idea}; beside: two in a row; together: two ideas.",
        *("\t".join([name, *(str(head[n]) for head in heads)]) for n, name in enumerate(HEADS)),
    ]
    rows += ["\t".join([kind, *map(str, own), *terms]) for (kind, *terms), own in sorted(points.items())]
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")


def main() -> None:
    """Learn from the labelled messages and write the points."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--file", nargs="+", type=Path, default=[HERE / name for name in LEARNED_FROM])
    parser.add_argument("--out", type=Path, default=ROOT / "flows" / "lexicon" / POINTS)
    chosen = parser.parse_args()
    words, begins = load_ideas(ROOT / "flows" / "lexicon" / IDEAS)
    weights = Weights(words, begins, tuple(sorted({len(b) for b in begins})))
    corpus = labelled(chosen.file)
    points, heads = learn(corpus, weights)
    write(chosen.out, points, heads, len(corpus))
    sys.stderr.write(f"{len(points)} features of {len(corpus)} messages: {chosen.out}\n")


if __name__ == "__main__":
    main()
