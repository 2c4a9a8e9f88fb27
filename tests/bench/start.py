"""How long `helpline run` takes until all is in order, on data that is there already."""

from __future__ import annotations

import re
import time
from pathlib import Path

from tests.bench.places import Place, free_port, program, until
from tests.bench.table import Row, middle


def rows(at: Place, quick: bool) -> list[Row]:
    """Return the row on starting: the first start, which makes keys and data, is left out."""
    data = at.folder / "run"
    environment = {
        k: v for k, v in at.environment.items() if not k.startswith(("HELPLINE", "TWILIO", "PUBLIC"))
    }
    told = environment | {
        "HELPLINE_DATA": str(data),
        "HELPLINE_PORT": str(free_port()),
        "HELPLINE_CARRIER_PORT": str(free_port()),
    }
    times = [_started(told, at.folder / f"run-{n}.log") for n in range(2 if quick else 5)]
    detail = {"first": round(times[0][0], 2), "said": times[-1][1]}
    return [
        Row(
            "helpline run to ready, second start", middle(t for t, _ in times[1:]), "s", 2.5, 5, detail=detail
        )
    ]


def _started(environment: dict[str, str], log: Path) -> tuple[float, str]:
    """Start, wait for the word, stop; return the seconds by our clock, and what it said itself."""
    begun = time.monotonic()
    with program(["-m", "helpline.cli", "run"], environment, log) as running:
        until(lambda: " is ready" in log.read_text(errors="replace"), running, log, 60)
        seconds = time.monotonic() - begun
    said = re.search(r"is ready \(([^)]*)\)", log.read_text(errors="replace"))
    return seconds, said[1] if said else ""
