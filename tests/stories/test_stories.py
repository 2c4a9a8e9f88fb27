"""Every story in the YAML files beside this one, on each channel and in each language it names."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path
from typing import Any, cast

import pytest

from helpline.cli.phone_bench import Bench
from helpline.flowbook.plain_yaml import read
from tests.stories.teller import Telling, expect

HERE = Path(__file__).parent

NUMBERS = {"en": "+15555550100", "es": "+15555550101"}


def _stories() -> Iterator[Any]:
    for path in sorted(HERE.glob("*.yaml")):
        for story in cast("list[dict[str, Any]]", read(path, HERE).data):
            for channel, language in product(story.get("on", ["sms", "voice"]), story.get("in", ["en"])):
                yield pytest.param(story, channel, language, id=f"{story['story']} ({channel}, {language})")


@pytest.fixture
def bench() -> Iterator[Bench]:
    """A helpline in memory with a phone at it, in the early afternoon, whatever hour it is here."""
    opened = Bench.open(memory=True)
    now = opened.line.now()
    afternoon = now.replace(hour=17, minute=0, second=0, microsecond=0)
    opened.shift(((afternoon - now).total_seconds()) % 86_400)
    yield opened
    opened.close()


@pytest.mark.parametrize(("story", "channel", "language"), list(_stories()))
def test_story(bench: Bench, story: dict[str, Any], channel: str, language: str) -> None:
    """What she says and is, and what must come back."""
    telling = Telling(bench, NUMBERS[language], channel, language, dict(story.get("facts", {})))
    if "opens" in story:
        opens = story["opens"][language] if isinstance(story["opens"], dict) else story["opens"]
        telling.open([opens] if isinstance(opens, str) else opens)
        telling.finish()
    elif channel == "voice":
        telling.give(call="start")
    for line in story.get("lines", ()):
        _line(telling, line)
    if "then" in story:
        expect(telling, story["then"])


DOES: dict[str, Callable[[Telling, str], object]] = {
    "she": Telling.say,
    "keys": Telling.key,
    "wait": Telling.wait,
    "silence": lambda telling, _: telling.give(silence=True),
    "hangs": lambda telling, _: telling.give(call="hangup"),
    "calls": lambda telling, _: telling.give(call="start"),
    "media": lambda telling, _: telling.give(body=""),
    "closes": lambda telling, _: telling.staff_close(),
    "finish": lambda telling, _: telling.finish(),
}
"""What one line of a story may do."""


def _line(telling: Telling, line: dict[str, Any]) -> None:
    for what, said in line.items():
        if what != "then":
            DOES[what](telling, said)
    if "then" in line:
        expect(telling, line["then"])
