"""One console in memory for every test, and one on a real server where that matters."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from helpline.cli.phone_bench import Bench
from tests.console.desk import House


@pytest.fixture
def house() -> Iterator[House]:
    """A console on the memory store."""
    bench = Bench.open(memory=True)
    yield House(bench.line, bench)
    bench.close()
