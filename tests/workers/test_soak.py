"""The short form of `make soak`: workers die at steps drawn by chance, in pairs, amid every disorder."""

from __future__ import annotations

from pathlib import Path

import pytest

from helpline.carrier.server import ThreadedCarrier
from helpline.store.embedded import Embedded
from tests.workers.soak import Soak


@pytest.mark.parametrize("seed", [7])
def test_after_many_deaths_nothing_is_lost_and_nothing_doubled(
    server: Embedded, local_carrier: ThreadedCarrier, tmp_path: Path, seed: int
) -> None:
    """Two dozen kills, the store's own in between; what stopped gets nothing. `make soak` kills 1,000."""
    soak = Soak(server, local_carrier, seed, tmp_path / "told")
    try:
        tally = soak.run(16)
        soak.kill_store()
        tally = soak.run(24)
    finally:
        soak.victims.close()
    assert tally.wrong == []
    assert tally.kills >= 24 and tally.store_kills == 1 and tally.texts >= 24
