"""Mail servers on this machine that accept all and keep nothing."""

import os
import socket

from bench import machine, processes


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def _accepts(port):
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
        return True
    except OSError:
        return False


class Sink:
    """Postfix's smtp-sink: one thread, as fast as mail servers get."""

    def __init__(self, children, prefix=()):
        self.port = free_port()
        sink = machine.find_tool("smtp-sink")
        unprivileged = ["-u", "nobody"] if os.geteuid() == 0 else []  # it refuses to run as root
        children.start([*prefix, sink, *unprivileged, f"127.0.0.1:{self.port}", "1024"])
        if not prefix:
            processes.wait_until(lambda: _accepts(self.port), 10, "smtp-sink listens")


def settings(port, connections=4):
    """Of a server that mails to `port`."""
    return {
        "mail.transport": "smtp",
        "mail.smtp.host": "127.0.0.1",
        "mail.smtp.port": port,
        "mail.smtp.security": "none",
        "mail.smtp.connections": connections,
    }
