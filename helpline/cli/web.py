"""`helpline web`: the web alone, on granian: two processes of four threads, stateless."""

from __future__ import annotations

import argparse
import gc
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flask import Flask

PROCESSES, THREADS = 2, 4


def add(subparsers: Any) -> None:
    """Register the command."""
    parser = subparsers.add_parser("web", help="serve webhooks, health and metrics")
    parser.add_argument("--workers", type=int, default=PROCESSES, help=f"processes (default {PROCESSES})")
    parser.add_argument("--threads", type=int, default=THREADS, help=f"threads each (default {THREADS})")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Serve until SIGTERM; return the exit status."""
    from helpline.cli.ports import taken
    from helpline.cli.terminal import problem
    from helpline.config import read_settings, share_metrics

    settings = read_settings()
    if wrong := taken(settings.host, settings.port, "HELPLINE_PORT"):
        problem(wrong)
        return 1
    share_metrics(settings.data / "metrics")
    prepare()
    from granian import Granian
    from granian.constants import Interfaces

    Granian(
        "helpline.cli.web:application",
        address=settings.host,
        port=settings.port,
        interface=Interfaces.WSGI,
        workers=args.workers,
        blocking_threads=args.threads,
        factory=True,
        websockets=False,
        log_enabled=False,
        respawn_failed_workers=True,
        respawn_interval=1.0,
        workers_kill_timeout=10,
    ).serve()
    return 0


def prepare() -> None:
    """Import and load before the processes part, so that they share the memory; raise SettingsError early."""
    from helpline.config import read_settings
    from helpline.wiring import begin_content, prepare_web

    begin_content(read_settings())
    import helpline.app  # noqa: F401

    prepare_web()
    # What is loaded now stays for good: to look through it for garbage would cost time in the middle of turns
    # and write to memory that the processes share.
    gc.collect()
    gc.freeze()


def application() -> Flask:
    """Return the application for this process."""
    from helpline.app import create_app
    from helpline.wiring import helpline_for_process

    return create_app(helpline_for_process())
