"""`helpline run`, for real: one command, a text answered, time moved on, everything stopped."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
PERSON = "+14155550123"
PATIENCE = 40.0
"""Seconds after which a test gives up waiting; nothing is measured."""


class Running:
    """A helpline that was started by the command, in a folder and on ports of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.web, self.carrier = free_port(), free_port()
        self.environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "HELPLINE_DATA": str(folder / "var"),
            "HELPLINE_PORT": str(self.web),
            "HELPLINE_CARRIER_PORT": str(self.carrier),
        }
        self.output = folder / "output"
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "helpline.cli", "run"],
                cwd=folder,
                env=self.environment,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def said(self) -> str:
        """Return what it has printed."""
        return self.output.read_text()

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run another command on the same data."""
        return subprocess.run(
            [sys.executable, "-m", "helpline.cli", *arguments],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def text(self, body: str) -> dict[str, Any]:
        """Text from the phone of the local carrier; return what came of it."""
        return ask(f"http://127.0.0.1:{self.carrier}/phone/api/text", {"from": PERSON, "body": body})

    def thread(self) -> list[str]:
        """Return every text that has reached the phone."""
        found = ask(f"http://127.0.0.1:{self.carrier}/phone/api/threads/{PERSON}")
        return [m["body"] for m in found["messages"] if m["direction"].startswith("outbound")]


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def ask(address: str, told: dict[str, object] | None = None) -> Any:
    """Return the JSON at an address; with `told` it is posted."""
    data = None if told is None else json.dumps(told).encode()
    request = urllib.request.Request(address, data, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=20) as answer:
        return json.loads(answer.read())


def eventually(holds: Callable[[], bool]) -> bool:
    """Return whether something comes true in time."""
    until = time.monotonic() + PATIENCE
    while not holds() and time.monotonic() < until:
        time.sleep(0.05)
    return holds()


def processes(folder: Path) -> set[int]:
    """Return all processes whose environment names this data folder."""
    mark = f"HELPLINE_DATA={folder / 'var'}".encode()
    found = set()
    for path in Path("/proc").glob("[0-9]*/environ"):
        try:
            if mark in path.read_bytes().split(b"\0"):
                found.add(int(path.parent.name))
        except OSError:
            continue
    return found


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """One helpline for the tests of this file, ready to be texted."""
    made = Running(tmp_path_factory.mktemp("run"))
    try:
        assert eventually(lambda: "is ready" in made.said() or made.process.poll() is not None)
        assert "is ready" in made.said()
        yield made
    finally:
        made.process.send_signal(signal.SIGTERM)
        made.process.wait(PATIENCE)


def test_it_says_where_to_go_and_what_it_is(running: Running) -> None:
    """The address of the phone, and that this is a simulation with content that awaits review."""
    assert f"http://127.0.0.1:{running.carrier}/phone/" in running.said()
    assert "simulation" in running.said()
    assert "awaits clinical review" in running.said()


def test_a_text_is_answered_through_the_carrier(running: Running) -> None:
    """Signed webhook, engine, store and answer: the whole line."""
    came = running.text("im bleeding and passing clots, is it a miscarriage")
    assert came["status"] == 200
    assert not came["fallback"]
    assert "911" in came["replies"][0]["body"]


def test_silence_is_nudged_once_when_its_time_has_come(running: Running) -> None:
    """The clock is moved, and ticker, queue, outbox and carrier do the rest."""
    running.text("0")
    before = running.thread()
    assert running.command("clock", "advance", "11m").returncode == 0
    assert eventually(lambda: len(running.thread()) == len(before) + 1)


def test_a_case_is_seen_by_staff_without_a_number(running: Running) -> None:
    """After silence has gone on there is a case, and `helpline cases` shows it."""
    assert running.command("clock", "advance", "15m").returncode == 0
    shown: list[str] = []

    def seen() -> bool:
        shown[:] = [running.command("cases", "--json").stdout]
        return bool(json.loads(shown[0] or "[]"))

    assert eventually(seen)
    (case,) = json.loads(shown[0])
    assert PERSON not in shown[0]
    assert json.loads(running.command("case", case["case"].lower(), "--json").stdout)["case"] == case["case"]


def test_the_doctor_finds_all_in_order(running: Running) -> None:
    """Every check passes, and its JSON says so."""
    ended = running.command("doctor", "--json")
    assert ended.returncode == 0, ended.stdout
    assert json.loads(ended.stdout)["ready"] is True


def test_the_webhooks_at_the_carrier_can_be_shown_and_set(running: Running) -> None:
    """What differs is shown with status 1, set by --apply, and then as it should be."""
    assert "#rc=3&rp=all&rt=4000" in running.command("twilio", "connect").stdout
    assert running.command("twilio", "connect", "--apply").returncode == 0
    found = json.loads(running.command("twilio", "connect", "--json").stdout)
    assert found
    assert all(setting["now"] == setting["wanted"] for setting in found)


def test_a_second_run_on_the_same_data_is_refused_in_plain_words(running: Running) -> None:
    """Two on one folder would fight; it says which process holds it."""
    ended = running.command("run")
    assert ended.returncode == 1
    assert f"(process {running.process.pid})" in ended.stderr


def test_a_taken_port_is_named(running: Running, tmp_path: Path) -> None:
    """Another folder on the same ports: both ports are named, each with its setting."""
    other = subprocess.run(
        [sys.executable, "-m", "helpline.cli", "run"],
        cwd=tmp_path,
        env=running.environment | {"HELPLINE_DATA": str(tmp_path / "var")},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert other.returncode == 1
    assert "HELPLINE_PORT=" in other.stderr
    assert "HELPLINE_CARRIER_PORT=" in other.stderr


def test_metrics_of_all_processes_are_added_up_without_numbers(running: Running) -> None:
    """What the worker counted is seen at the web; nothing personal is."""
    with urllib.request.urlopen(f"http://127.0.0.1:{running.web}/metrics", timeout=20) as answer:
        shown = answer.read().decode()
    assert 'helpline_turn_seconds_count{channel="sms"}' in shown
    assert 'helpline_sent_total{kind="nudge"}' in shown
    assert PERSON.lstrip("+") not in shown


def test_logs_hold_no_number_and_no_words(running: Running) -> None:
    """Whatever was logged until now names people by id only."""
    logged = "".join(path.read_text() for path in (running.folder / "var" / "log").glob("*.log"))
    assert PERSON.lstrip("+") not in logged
    assert "passing clots" not in logged


def test_a_dead_web_is_started_again(running: Running) -> None:
    """The supervisor notices, says so, and people are answered again."""
    web = next(
        p
        for p in processes(running.folder)
        if Path(f"/proc/{p}/cmdline").read_bytes().endswith(b"helpline.cli\0web\0") and os.getpgid(p) == p
    )
    os.killpg(web, signal.SIGKILL)
    assert eventually(lambda: "The web process ended; starting it again" in running.said())
    assert eventually(lambda: _answers(running))


def test_it_stops_everything_it_started(tmp_path: Path) -> None:
    """After SIGTERM nothing of it is left, the server that lingers included."""
    made = Running(tmp_path)
    assert eventually(lambda: "is ready" in made.said() or made.process.poll() is not None)
    made.process.send_signal(signal.SIGTERM)
    assert made.process.wait(PATIENCE) == 0
    assert eventually(lambda: not processes(tmp_path))


def test_content_that_cannot_be_used_stops_the_start_with_its_faults(tmp_path: Path) -> None:
    """The reason comes to the terminal, not into a log, with status 1."""
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "HELPLINE_DATA": str(tmp_path / "var"),
    }
    environment |= {"HELPLINE_PORT": str(free_port()), "HELPLINE_CARRIER_PORT": str(free_port())}
    ended = subprocess.run(
        [sys.executable, "-m", "helpline.cli", "run"],
        cwd=tmp_path,
        env=environment | {"HELPLINE_LANGUAGES": "en,tlh"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 1
    assert "The content cannot be used:" in ended.stderr


def _answers(running: Running) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{running.web}/readyz", timeout=5):
            return True
    except OSError:
        return False
