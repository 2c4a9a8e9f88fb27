"""H27: every case says under which version of the content it was opened, whatever runs by now."""

from __future__ import annotations

import json
from dataclasses import replace

from helpline.cli.phone_bench import Bench
from helpline.service.records import one_case, open_cases
from tests.safety.conftest import NUMBER


def _case(bench: Bench, words: str) -> str:
    out = bench.answer(json.dumps({"from": NUMBER, "body": words}))
    return str(out["escalations"][0]["case"])


def test_h27_a_case_carries_the_version_under_which_it_was_opened(bench: Bench) -> None:
    """Content that goes live later leaves it, also when the case is raised then."""
    opened = bench.line.flow.version
    code = _case(bench, "can i talk to a nurse")
    bench.line = replace(bench.line, flow=replace(bench.line.flow, version=opened + 1))

    assert _case(bench, "i passed out") == code
    case = one_case(bench.line, code)
    assert case is not None
    assert case.level == "emergency"
    assert case.as_json()["version"] == opened
    assert [c.version for c in open_cases(bench.line)] == [opened]
