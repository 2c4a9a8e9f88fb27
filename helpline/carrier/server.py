"""Serve the carrier: in a process of its own with granian, or in a thread of this one for tests."""

import os
import socket
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from flask import Flask
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from helpline.carrier.app import create_carrier
from helpline.carrier.clock_sync import follow
from helpline.carrier.faults import WrongRule, read_shorthand
from helpline.carrier.settings import Settings, WrongSettings, read_settings
from helpline.carrier.station import Station

THREADS = 64
_PARENT_LOOK = 1.0


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the carrier until SIGTERM; 1 when it cannot start, with the reason and the remedy on stderr."""
    try:
        settings = read_settings(sys.argv[1:] if arguments is None else arguments)
        read_shorthand(settings.faults)
    except (WrongSettings, WrongRule) as wrong:
        sys.stderr.write(f"local carrier: {wrong}\n")
        return 1
    taken = _taken(settings.host, settings.port)
    if taken:
        sys.stderr.write(f"local carrier: {taken}\n")
        return 1
    _serve(settings)
    return 0


def _taken(host: str, port: int) -> str:
    """Try the address; say in plain words why it cannot be had, or nothing."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as refused:
            reason = refused.strerror or "it cannot be had"
            return (
                f"port {port} on {host} is taken ({reason}). Stop the program that uses it, "
                "or choose another port with --port or HELPLINE_CARRIER_PORT."
            )
    return ""


def _serve(settings: Settings) -> None:
    from granian import Granian  # imported here: tests that serve in a thread need none of it
    from granian.constants import Interfaces

    server = Granian(
        "helpline.carrier",
        address=settings.host,
        port=settings.port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=THREADS,
        websockets=False,
        log_enabled=False,
    )
    server.serve(target_loader=partial(_load, settings), wrap_loader=False)


def _load(settings: Settings) -> Callable[..., object]:
    """Build the application inside granian's worker process.

    Threads begin here and not before: granian forks, and a fork takes no threads along but their locks.
    """
    _die_with(os.getppid())
    threading.Thread(target=_announce, args=(settings,), daemon=True).start()
    app = create_carrier(settings)
    station: Station = app.extensions["carrier"]
    follow(settings.webhook, station.clock)
    return app


def _die_with(parent: int) -> None:
    """End this process when its parent has gone without a word, so that nobody keeps the port."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(_PARENT_LOOK)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def _announce(settings: Settings) -> None:
    """Say that the carrier is ready once it answers; after ten seconds without an answer say nothing."""
    for _ in range(200):
        try:
            urllib.request.urlopen(f"{settings.base}/healthz", timeout=1).close()
        except OSError:
            time.sleep(0.05)
            continue
        sys.stdout.write(f"local carrier ready: phone at {settings.base}/phone/, REST at {settings.base}\n")
        sys.stdout.flush()
        return


class _Handler(WSGIRequestHandler):
    """Keep connections open and stay quiet."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing: requests carry phone numbers."""


class ThreadedCarrier:
    """A carrier on a free port in threads of this process; a context manager for tests."""

    def __init__(self, settings: Settings) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.settings = replace(settings, host="127.0.0.1", port=port)
        self.app: Flask = create_carrier(self.settings)
        self._server: BaseWSGIServer = make_server(
            "127.0.0.1", port, self.app, threaded=True, request_handler=_Handler
        )

    @property
    def station(self) -> Station:
        """Give the carrier's parts."""
        station: Station = self.app.extensions["carrier"]
        return station

    @property
    def base(self) -> str:
        """Give the address it is reached at."""
        return self.settings.base

    def __enter__(self) -> "ThreadedCarrier":
        threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        ).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
