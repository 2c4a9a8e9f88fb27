"""What was measured, as rows: a figure, its floor, its goal, and whether it holds."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any


@dataclass(frozen=True, slots=True)
class Row:
    """One figure. `value` is what is held against `goal` and `hold`: the ratio where there is a floor.

    `more` says that more is better. `pairs` are the ratios of runs that followed each other; their median
    counts. `hold` None: nothing hangs on it. `detail` goes into the JSON only.
    """

    what: str
    ours: float
    unit: str
    goal: float
    hold: float | None
    floor: float | None = None
    by_ratio: bool = False
    more: bool = False
    pairs: tuple[float, ...] = ()
    detail: dict[str, Any] = field(default_factory=dict)

    @property
    def ratio(self) -> float | None:
        """Return ours over the floor, None without a floor."""
        if self.pairs:
            return middle(self.pairs)
        return self.ours / self.floor if self.floor else None

    @property
    def value(self) -> float:
        """Return the figure that counts."""
        ratio = self.ratio
        return ratio if self.by_ratio and ratio is not None else self.ours

    @property
    def verdict(self) -> str:
        """Return `goal`, `holds` or `MISSED`."""
        if self._within(self.goal):
            return "goal"
        return "holds" if self.hold is None or self._within(self.hold) else "MISSED"

    def _within(self, limit: float) -> bool:
        return self.value >= limit if self.more else self.value <= limit


HEADS = ("what", "ours", "floor", "ratio", "goal", "must hold", "")


def render(rows: Sequence[Row]) -> str:
    """Return the table as text."""
    lines = [HEADS, *(_cells(row) for row in rows)]
    widths = [max(len(line[n]) for line in lines) for n in range(len(HEADS))]
    shown = [
        "  ".join(
            c.ljust(w) if n == 0 else c.rjust(w) for n, (c, w) in enumerate(zip(line, widths, strict=True))
        )
        for line in lines
    ]
    return "\n".join([shown[0], "-" * len(shown[0]), *shown[1:]])


def _cells(row: Row) -> tuple[str, ...]:
    sign = "≥" if row.more else "≤"
    times = "×" if row.by_ratio else ""
    return (
        row.what,
        f"{short(row.ours)} {row.unit}".strip(),
        short(row.floor) if row.floor is not None else "",
        f"{row.ratio:.2f}" if row.ratio is not None else "",
        f"{sign} {short(row.goal)}{times}",
        f"{sign} {short(row.hold)}{times}" if row.hold is not None else "",
        row.verdict,
    )


def short(number: float) -> str:
    """Return a number with as many digits as are worth reading."""
    if number == int(number) and abs(number) < 100_000:
        return str(int(number))
    size = abs(number)
    return f"{number:,.0f}" if size >= 100 else f"{number:.1f}" if size >= 10 else f"{number:.2f}"


def missed(rows: Iterable[Row]) -> list[str]:
    """Return what does not hold."""
    return [row.what for row in rows if row.verdict == "MISSED"]


def write(rows: Sequence[Row], path: Path, *, seconds: float, quick: bool) -> None:
    """Write everything as JSON."""
    path.parent.mkdir(parents=True, exist_ok=True)
    told = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "quick": quick,
        "seconds": round(seconds, 1),
        "machine": {"cores": os.cpu_count(), "kind": platform.machine(), "python": platform.python_version()},
        "rows": [asdict(r) | {"ratio": r.ratio, "verdict": r.verdict} for r in rows],
    }
    path.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")


def middle(values: Iterable[float]) -> float:
    """Return the median."""
    return float(median(values))


def percentile(values: Iterable[float], share: float) -> float:
    """Return the value below which that share (0 to 1) lies; zero for none."""
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)] if ordered else 0.0
