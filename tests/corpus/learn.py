"""Work out what words weigh, from all labelled messages: `flows/lexicon/points.tsv` and `topics.tsv`.

    python tests/corpus/learn.py [--file F.jsonl …] [--out flows/lexicon]

One logistic regression an alarm, and one a topic, over what `helpline.triage.weigh.features` sees in a
message. Each bar is set on messages left out of the fitting (`FOLDS`), so that about a `budget` of those
that are nothing of the kind reach it. It learns from the lines set aside too: they were looked at once,
before (`README.md`).
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from scipy.sparse import csr_matrix, diags
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

from helpline.flowbook.weights_file import IDEAS, POINTS, TOPICS, load_ideas
from helpline.triage.normalise import words_of
from helpline.triage.terms import SUMS, features
from helpline.triage.weights import ALARMS, Weights
from tests.corpus.score import HERE, ROOT, lines

LEARNED_FROM = ("en.jsonl", "es.jsonl", "later.jsonl", "plain.jsonl", "more.jsonl", "aside.jsonl",
                "people.jsonl", "first_texts.jsonl", "replies.jsonl", "topics.jsonl", "unseen.jsonl",
                "crowd_en.jsonl", "crowd_es.jsonl")
QUIET = ("negated", "symptom", "other", "info", "reply")
"""What is no alarm; a reply is an answer, a number or a wish."""
BUDGET: Mapping[str, float] = {"emergency": 0.04, "crisis": 0.045, "safeguarding": 0.05}
"""Share of each kind of quiet messages that may reach a bar."""
LOST: Mapping[str, float] = {"emergency": 0.055, "crisis": 0.02, "safeguarding": 0.03}
"""Share of true alarms that may lie below the floor; of those that a pattern finds, one in fifty, in two
hundred and in a hundred do. There one short question is asked instead."""
LOOSE: Mapping[str, float] = {"emergency": 0.12, "crisis": 0.08}
"""The same where only a loose pattern found it, whose words mean other things as well."""
EACH = 4
"""Of the messages that ask for no facts every fourth teaches topics: more add nothing but time."""
TOPIC_BUDGET, TOPIC_LOST = 0.003, 0.1
"""The same for each topic, of all messages that ask for none of them."""
STRENGTH = 30
"""Inverse of the regularisation."""
HEADS = ("start", "bars", "floors", "loose")
FOLDS = 3
"""Parts of the messages, each of which is left out once to set the bars."""
CLOSE = 0.01
"""How near to the best the points must come."""
SEEN = 3
"""Messages in which a feature must occur to be learned."""
LEAST = 30
"""Points, in hundredths, below which a feature is left out."""
SHARE = (1.0, 1.0, 0.5)
"""How much each of the three sums (`terms.SUMS`) counts beside the others while points are worked out."""

Key = tuple[str, ...]


def labelled(paths: Iterable[Path]) -> list[dict[str, Any]]:
    """Return the lines of these files that are learned from: all but the borderline ones."""
    return [line for path in paths for line in (*lines(path), *lines(path, aside=True))
            if not line.get("borderline")]


def keys_of(text: str, weights: Weights, emoji: Mapping[str, str]) -> Counter[Key]:
    """Return the features of a message, each as its kind and terms, and how often it is there."""
    words = [raw.word for raw in words_of(text, emoji)]
    return Counter((feature.kind, *feature.key) for feature in features(words, weights))


@dataclass(frozen=True, slots=True)
class Wanted:
    """What one name stands for: which messages are, the groups that are `quiet`, and their bounds."""

    name: str
    yes: np.ndarray
    quiet: Sequence[np.ndarray]
    budget: float
    lost: float
    loose: float = 0.0


def alarms(corpus: Sequence[Mapping[str, Any]]) -> list[Wanted]:
    """Return what the alarms stand for in these messages."""
    kinds = np.array([line["label"] if line["label"] in (*ALARMS, *QUIET) else "reply" for line in corpus])
    found = []
    for alarm in ALARMS:
        yes = np.array([alarm in (line["label"], *line.get("also", ())) for line in corpus])
        quiet = [(kinds == kind) & ~yes for kind in QUIET]
        found.append(Wanted(alarm, yes, [q for q in quiet if q.any()], BUDGET[alarm], LOST.get(alarm, 0.0),
                            LOOSE.get(alarm, 0.0)))
    return found


def topics(corpus: Sequence[Mapping[str, Any]]) -> list[Wanted]:
    """Return what the topics stand for in these messages."""
    asked = np.array([line.get("topic", "") if line["label"] == "info" else "" for line in corpus])
    return [Wanted(topic, asked == topic, [asked == ""], TOPIC_BUDGET, TOPIC_LOST)
            for topic in sorted(set(asked) - {""})]


def learn(
    corpus: Sequence[Mapping[str, Any]], wanted: Sequence[Wanted], weights: Weights
) -> tuple[dict[Key, list[int]], list[list[int]]]:
    """Return the points of each feature, and start, bar and floor of each name, in hundredths."""
    shared = yaml.safe_load((ROOT / "flows" / "lexicon" / "shared.yaml").read_text(encoding="utf-8"))
    seen = [keys_of(line["text"], weights, shared["emoji"]) for line in corpus]
    of_any = np.any([one.yes for one in wanted], axis=0)
    counts = Counter(key for keys in seen for key in keys)
    told = {key for keys, yes in zip(seen, of_any, strict=True) if yes for key in keys}
    columns = {key: n for n, key in enumerate(sorted(k for k in told if counts[k] >= SEEN))}
    share = np.array([SHARE[SUMS[kind]] for kind, *_ in columns])
    matrix = _matrix(seen, columns) @ diags(share)
    fitted, heads = [], []
    for one in wanted:
        bounds = _bounds(matrix, one)
        model = _fit(matrix, one.yes)
        fitted.append(np.round(model.coef_[0] * share * 100).astype(int))
        heads.append([round(value * 100) for value in (float(model.intercept_[0]), *bounds)])
    points = {key: [int(f[n]) for f in fitted] for key, n in columns.items()}
    kept = {key: [p if abs(p) >= LEAST else 0 for p in own] for key, own in points.items()}
    return {key: own for key, own in kept.items() if any(own)}, heads


def _matrix(seen: Sequence[Counter[Key]], columns: Mapping[Key, int]) -> csr_matrix:
    """Return a row a message: each feature over the root of how many go into the same sum."""
    rows, places, values = [], [], []
    for row, keys in enumerate(seen):
        many = [0] * len(SHARE)
        for (kind, *_), times in keys.items():
            many[SUMS[kind]] += times
        own = [key for key in keys if key in columns]
        rows += [row] * len(own)
        places += [columns[key] for key in own]
        values += [keys[key] / math.sqrt(many[SUMS[key[0]]]) for key in own]
    return csr_matrix((values, (rows, places)), shape=(len(seen), len(columns)))


def _fit(matrix: csr_matrix, wanted: np.ndarray) -> LogisticRegression:
    model = LogisticRegression(C=STRENGTH, class_weight="balanced", solver="liblinear", tol=CLOSE)
    return model.fit(matrix, wanted)


def _bounds(matrix: csr_matrix, one: Wanted) -> tuple[float, float, float]:
    """Return the bar, the floor and that of loose patterns, from messages that were not learned from.

    The `budget` of each kind of quiet messages reaches the bar; the `lost` of the true ones lies below the
    floor.
    """
    sums = np.zeros(len(one.yes))
    for fit, left in StratifiedKFold(FOLDS, shuffle=True, random_state=1).split(matrix, one.yes):
        sums[left] = _fit(matrix[fit], one.yes[fit]).decision_function(matrix[left])
    bar = max(float(np.quantile(sums[kind], 1 - one.budget)) for kind in one.quiet)
    floor = float(np.quantile(sums[one.yes], one.lost))
    caught, doubt = float((sums[one.yes] >= bar).mean()), float((sums[one.quiet[0]] < floor).mean())
    sys.stderr.write(f"  {one.name:20} bar {bar:5.2f}: {caught:.0%} of {int(one.yes.sum())} caught when not "
                     f"learned from; floor {floor:5.2f}: {doubt:.0%} of the others below\n")
    return bar, floor, float(np.quantile(sums[one.yes], one.loose))


def fingerprint(corpus: Sequence[Mapping[str, Any]], ideas: Path) -> str:
    """Return what tells whether points were worked out from these messages, ideas and settings."""
    settings = [STRENGTH, SEEN, LEAST, SHARE, BUDGET, LOST, LOOSE, EACH, TOPIC_BUDGET, TOPIC_LOST]
    learned = [[line["text"], line["label"], line.get("also", []), line.get("topic", "")] for line in corpus]
    read = json.dumps([settings, learned, ideas.read_text(encoding="utf-8")], ensure_ascii=False)
    return hashlib.sha256(read.encode()).hexdigest()[:16]


def write(path: Path, names: Sequence[str], learned: tuple[Mapping[Key, list[int]], list[list[int]]],
          of: str) -> None:
    """Write the points as a table that can be read and compared."""
    points, heads = learned
    rows = [
        "# What words weigh for and against each of these names, in hundredths: kind, points, words.",
        f"# Worked out from {of} by `make points`: add labelled messages to tests/corpus, not here.",
        "# alone: one word (its first five letters) or {idea}; beside, over, beyond: two words with none,",
        "# one, two between; together: two ideas; letters: a few in a row, ^ where a word begins, $ its end.",
        "\t".join(["names", *names]),
        *("\t".join([name, *(str(head[n]) for head in heads)]) for n, name in enumerate(HEADS)),
    ]
    rows += ["\t".join([kind, *map(str, own), *terms]) for (kind, *terms), own in sorted(points.items())]
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    sys.stderr.write(f"{len(points)} features of {of}: {path}\n")


def main() -> None:
    """Learn from the labelled messages and write the points."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--file", nargs="+", type=Path, default=[HERE / name for name in LEARNED_FROM])
    parser.add_argument("--out", type=Path, default=ROOT / "flows" / "lexicon")
    chosen = parser.parse_args()
    words, begins = load_ideas(ROOT / "flows" / "lexicon" / IDEAS)
    weights = Weights(words, begins, tuple(sorted({len(b) for b in begins})))
    corpus = labelled(chosen.file)
    of = f"{len(corpus)} messages ({fingerprint(corpus, ROOT / 'flows' / 'lexicon' / IDEAS)})"
    asked = [line for n, line in enumerate(corpus) if line["label"] == "info" or n % EACH == 0]
    for file, taught, wanted in ((POINTS, corpus, alarms(corpus)), (TOPICS, asked, topics(asked))):
        write(chosen.out / file, [one.name for one in wanted], learn(taught, wanted, weights), of)


if __name__ == "__main__":
    main()
