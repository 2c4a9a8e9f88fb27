"""The carrier as a program of its own: start, ready line, port, stop."""

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import requests

from helpline.carrier.settings import WrongSettings, read_settings
from tests.carrier.conftest import Phones, client_for
from tests.carrier.stub import ACCOUNT, ANA, LINE, TOKEN


def free_port() -> int:
    """Find a port nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def command(port: int) -> list[str]:
    """Give the command that starts a carrier."""
    return [sys.executable, "-m", "helpline.carrier", "--port", str(port), "--webhook", "http://127.0.0.1:9"]


@contextmanager
def running(port: int) -> Iterator[subprocess.Popen[str]]:
    """Run a carrier until the block ends; its secrets come from the environment."""
    environment = {**os.environ, "TWILIO_ACCOUNT_SID": ACCOUNT, "TWILIO_AUTH_TOKEN": TOKEN}
    process = subprocess.Popen(command(port), env=environment, stdout=subprocess.PIPE, text=True)
    stop = threading.Timer(60, process.kill)
    stop.start()
    try:
        yield process
    finally:
        stop.cancel()
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


class Remote:
    """Stand for a carrier in another process."""

    def __init__(self, port: int) -> None:
        self.base = f"http://127.0.0.1:{port}"


def test_it_says_when_it_is_ready_serves_and_stops_on_sigterm() -> None:
    """One line when ready; REST and phones work; SIGTERM ends it in good order."""
    port = free_port()
    with running(port) as process:
        assert process.stdout is not None
        assert f"ready: phone at http://127.0.0.1:{port}/phone/" in process.stdout.readline()
        remote = Remote(port)
        client = client_for(remote)  # type: ignore[arg-type]
        client.messages.create(to=ANA, from_=LINE, body="hello")
        phones = Phones(remote)  # type: ignore[arg-type]
        phones.settle()
        assert phones.get(f"/phone/api/threads/{ANA}")["messages"][0]["status"] == "delivered"
        phones.fault("rest", "reset_after", next=1)
        with pytest.raises(requests.RequestException):
            client.messages.create(to=ANA, from_=LINE, body="torn")
        assert len(phones.get("/phone/api/messages")["messages"]) == 2
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0


def test_a_taken_port_is_said_plainly() -> None:
    """The second program on a port says which, and what to do, and ends with status 1."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = subprocess.run(command(port), capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 1
    assert f"port {port} on 127.0.0.1 is taken" in done.stderr and "--port" in done.stderr


def test_wrong_settings_are_named_all_at_once() -> None:
    """Every wrong setting is named, with its remedy."""
    with pytest.raises(WrongSettings) as caught:
        read_settings(["--port", "0", "--webhook", "nowhere"], {"HELPLINE_OPTOUT_MODE": "never"})
    assert all(word in str(caught.value) for word in ("--port", "--webhook", "HELPLINE_OPTOUT_MODE"))


def test_arguments_win_over_the_environment_and_secrets_are_no_arguments() -> None:
    """The number may be told either way; the token only by the environment."""
    settings = read_settings(["--number", LINE], {"HELPLINE_NUMBER": ANA, "TWILIO_AUTH_TOKEN": TOKEN})
    assert (settings.number, settings.token) == (LINE, TOKEN)
    with pytest.raises(SystemExit):
        read_settings(["--token", TOKEN], {})
