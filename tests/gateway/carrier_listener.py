"""A tiny HTTP server in place of the carrier: keeps every request and answers as told, or not at all."""

from __future__ import annotations

import json
import socket
import struct
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

DATE = "Mon, 23 Nov 2026 10:00:00 +0000"


@dataclass(frozen=True)
class Request:
    """One request as it came over the wire."""

    method: str
    target: str
    headers: dict[str, str]
    body: str


@dataclass
class Answer:
    """What to answer. `reset`: break the connection instead; `cut`: promise more than is sent."""

    status: int = 201
    body: Any = field(default_factory=dict)
    reset: bool = False
    cut: bool = False


class Listener:
    """Listen on a free port of this machine; `answer` decides what each request gets."""

    def __init__(self, answer: Callable[[Request], Answer]) -> None:
        self.requests: list[Request] = []
        self.answer = answer
        listener = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_any(self) -> None:
                size = int(self.headers.get("Content-Length") or 0)
                headers = {k.lower(): v for k, v in self.headers.items()}
                request = Request(self.command, self.path, headers, self.rfile.read(size).decode())
                listener.requests.append(request)
                self.give(listener.answer(request))

            def give(self, answer: Answer) -> None:
                if answer.reset:
                    linger = struct.pack("ii", 1, 0)
                    self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
                    self.close_connection = True
                    self.connection.shutdown(socket.SHUT_RDWR)
                    return
                body = answer.body if isinstance(answer.body, bytes) else json.dumps(answer.body).encode()
                self.send_response(answer.status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body) + (50 if answer.cut else 0)))
                self.end_headers()
                self.wfile.write(body)
                self.close_connection = self.close_connection or answer.cut

            do_GET = do_POST = handle_any  # noqa: N815 - the names of the base class

            def log_message(self, format: str, *args: object) -> None:
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()


def message(sid: str = "SM" + "a" * 32, **more: object) -> dict[str, object]:
    """Return a message as the carrier shows it."""
    return {"sid": sid, "direction": "outbound-api", "date_created": DATE, "body": "", "to": "", **more}
