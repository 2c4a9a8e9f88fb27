"""Counters and histograms for Prometheus, right across processes, without personal data.

Every process counts into files of its own in one folder (`config.share_metrics` names it before this module
is imported), and whichever process is asked adds them up. Names are `helpline_<noun>_<unit>`.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.values import ValueClass

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

_TURNS = Histogram(
    "helpline_turn_seconds",
    "How long an answer to the carrier took",
    ["channel"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 2.5),
)


_STEPS = {
    what: Histogram(
        f"helpline_case_{what}_seconds",
        f"How long after a case opened {words}",
        ["level"],
        buckets=(0.5, 1, 2, 5, 10, 30, 60, 120, 300, 600, 900, 1800, 3600, 14400),
    )
    for what, words in (
        ("page", "its first page was handed to the carrier"),
        ("acknowledge", "someone took it"),
        ("contact", "someone first wrote to her or spoke with her"),
    )
}


def count(name: str, label: str = "", amount: float = 1) -> None:
    """Add to the counter `helpline_<name>_total`; `label` says of what kind."""
    _counter(name, label).inc(amount)


def turn(channel: str, seconds: float) -> None:
    """Record how long one turn took."""
    _turns_of(channel).observe(seconds)


def took(what: str, level: str, seconds: float) -> None:
    """Record how long a step took from the opening of a case: `page`, `acknowledge` or `contact`."""
    _steps_of(what, level).observe(seconds)


def exposition(folder: Path | None, gauges: Mapping[str, Mapping[str, float]]) -> bytes:
    """Return all metrics as Prometheus reads them.

    `folder` is where the processes count, None for this process alone. `gauges` are read elsewhere at this
    moment: metric name -> label -> value.
    """
    registry = CollectorRegistry()
    registry.register(_Gauges(gauges))
    own = generate_latest(registry)
    if folder is None or not is_shared():
        return bytes(generate_latest() + own)
    shared = CollectorRegistry()
    MultiProcessCollector(shared, path=str(folder))  # type: ignore[no-untyped-call]
    return bytes(generate_latest(shared) + own)


class _Gauges:
    """Values read at this moment; a gauge of the library would write them into the shared files."""

    def __init__(self, values: Mapping[str, Mapping[str, float]]) -> None:
        self._values = values

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Yield a family for each name."""
        for name, values in self._values.items():
            family = GaugeMetricFamily(f"helpline_{_plain(name)}", name.replace("_", " "), labels=["kind"])
            for label, value in values.items():
                family.add_metric([label], value)
            yield family


def is_shared() -> bool:
    """Return whether this process counts into files."""
    return bool(ValueClass._multiprocess)


def sweep(folder: Path) -> None:
    """Remove the files of processes that are gone, so that numbers of them are not taken up by new ones."""
    for path in folder.glob("*_*.db"):
        number = path.stem.rsplit("_", 1)[-1]
        if number.isdigit() and not _lives(int(number)):
            path.unlink(missing_ok=True)


@lru_cache(maxsize=1000)
def _counter(name: str, label: str) -> Counter:
    return _family(_plain(name)).labels(label)


@lru_cache(maxsize=300)
def _family(name: str) -> Counter:
    return Counter(f"helpline_{name}", f"How many {name.replace('_', ' ')}", ["kind"])


@lru_cache(maxsize=10)
def _turns_of(channel: str) -> Histogram:
    return _TURNS.labels(channel)


@lru_cache(maxsize=50)
def _steps_of(what: str, level: str) -> Histogram:
    return _STEPS[what].labels(level)


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9_]", "_", name.lower())


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
