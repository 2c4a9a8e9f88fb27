"""A helpline in memory with a phone at it, and the content it runs on."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from helpline.cli.phone_bench import Bench
from helpline.triage.flow import Flow
from helpline.triage.rules import Assessment
from helpline.triage.state import FindingId
from tests.core.conftest import real_flow
from tests.stories.teller import Telling

NUMBER = "+15555550100"
Caller = Callable[..., Telling]


@pytest.fixture(scope="session")
def flow() -> Flow:
    """The real content, region us, both languages."""
    return real_flow()


@pytest.fixture
def bench() -> Iterator[Bench]:
    """A helpline in memory."""
    opened = Bench.open(memory=True)
    yield opened
    opened.close()


@pytest.fixture
def caller(bench: Bench) -> Caller:
    """Make a person at this helpline: `caller("sms", pregnant="yes", …)`; what is not told is benign."""

    def made(channel: str = "sms", language: str = "en", **facts: str | int) -> Telling:
        return Telling(bench, NUMBER, channel, language, dict(facts))

    return made


def closed(flow: Flow, **facts: str | int) -> Assessment:
    """Return the result of these answers once the interview is over."""
    answers = {FindingId(f): v for f, v in facts.items()}
    return flow.rulebook.assess(flow.rulebook.facts(answers), True)
