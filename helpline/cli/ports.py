"""Whether an address is free, said in plain words."""

from __future__ import annotations

import socket


def taken(host: str, port: int, setting: str) -> str | None:
    """Return why the address cannot be had and what to do, or None when it is free."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError:
            return f"Port {port} may not be used by this user: choose one above 1023 with {setting}."
        except socket.gaierror:
            return (
                f"HELPLINE_HOST is {host!r}, which no network of this machine has: use 127.0.0.1 or 0.0.0.0."
            )
        except OSError:
            other = port + 10 if port < 65_000 else port - 10
            return (
                f"Port {port} on {host} is taken by another program:"
                f" stop that program, or choose another port, as in {setting}={other}."
            )
    return None
