"""`helpline worker`: one worker with its ticker; any number of them may run."""

from __future__ import annotations

import argparse
from typing import Any


def add(subparsers: Any) -> None:
    """Register the command."""
    parser = subparsers.add_parser("worker", help="send what is due, watch over silences and reports")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Work until SIGTERM; return the exit status."""
    from helpline.config import read_settings, share_metrics

    share_metrics(read_settings().data / "metrics")
    from helpline.workers.process import main

    return main()
