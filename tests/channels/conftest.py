"""One helpline for the tests of this folder: the real wiring on the embedded server, without worker."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from helpline.config import Settings, read_settings
from helpline.wiring import Helpline, build
from tests.channels.webhooks import Carrier


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of a simulation in a folder of its own."""
    folder: Path = tmp_path_factory.mktemp("line")
    return read_settings({"HELPLINE_DATA": str(folder / "var")}, folder=folder)


@pytest.fixture(scope="session")
def helpline(settings: Settings) -> Iterator[Helpline]:
    """The helpline of these settings."""
    with build(settings) as made:
        yield made


@pytest.fixture
def carrier(helpline: Helpline) -> Carrier:
    """A carrier that signs as ours does, and a phone that nobody has used before."""
    return Carrier(helpline)
