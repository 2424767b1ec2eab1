"""Mail servers on this machine that accept all and keep nothing."""

import os
import socket
import sys

from bench import machine
from harness import processes, project


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
        sink = project.find_tool("smtp-sink", "--bench")
        unprivileged = ["-u", "nobody"] if os.geteuid() == 0 else []  # it refuses to run as root
        children.start([*prefix, sink, *unprivileged, f"127.0.0.1:{self.port}", "1024"])
        if not prefix:
            processes.wait_until(lambda: _accepts(self.port), 10, "smtp-sink listens")


class DelayingSink:
    """Our own, whose replies are late by `milliseconds`."""

    def __init__(self, children, milliseconds):
        self.port = free_port()
        program = machine.HERE / "delaying_sink.py"
        children.start([sys.executable, program, self.port, milliseconds])
        processes.wait_until(lambda: _accepts(self.port), 10, "delaying_sink.py listens")


class LongLine:
    """A network namespace in which each packet to 127.0.0.1 is late: see tc-netem(8).

    `prefix` runs a command in it. Raises Failure where the kernel or the user's rights do not
    allow it.
    """

    def __init__(self, children, milliseconds):
        name = f"promotions-bench-{os.getpid()}"
        ip, tc = project.find_tool("ip", "--bench"), project.find_tool("tc", "--bench")
        self.prefix = [ip, "netns", "exec", name]
        processes.run([ip, "netns", "add", name], 10)
        children.callback(processes.run, [ip, "netns", "delete", name], 10)
        processes.run([*self.prefix, ip, "link", "set", "lo", "up"], 10)
        delay = ["netem", "delay", f"{milliseconds}ms", "limit", "100000"]
        processes.run([*self.prefix, tc, "qdisc", "add", "dev", "lo", "root", *delay], 10)


def settings(port, connections=4):
    """Of a server that mails to `port`."""
    return {
        "mail.transport": "smtp",
        "mail.smtp.host": "127.0.0.1",
        "mail.smtp.port": port,
        "mail.smtp.security": "none",
        "mail.smtp.connections": connections,
    }
