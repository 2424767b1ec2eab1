"""The real binary, serving a database in a folder of its own."""

import http.client
import json
import os
import re
import socket
import subprocess

from bench import processes
from bench.processes import Failure

LISTENING = re.compile(r"listening on http://127\.0\.0\.1:(\d+)")
DATABASE = "promotions.db"


class _OwnerConnection(http.client.HTTPConnection):
    """HTTP over the socket beside the database, through which its owner needs no password."""

    def __init__(self, folder):
        super().__init__("localhost", timeout=30)
        self._folder = folder

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        # By way of a descriptor: a socket's path has 108 bytes at most, a checkout may lie deeper.
        folder = os.open(self._folder, os.O_PATH)
        try:
            self.sock.connect(f"/proc/self/fd/{folder}/{DATABASE}.sock")
        finally:
            os.close(folder)


class Server:
    """Starts at once and is ready when constructed; `children` ends it at the latest."""

    def __init__(self, bench, children, folder, settings=None, prefix=()):
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        # The limit for one client is off, since all load comes from one address.
        chosen = {
            "server.port": 0,
            "storage.path": DATABASE,
            "limits.sign_ups_per_minute": 0,
            **(settings or {}),
        }
        argv = [*prefix, bench.binary, "serve", "--demo"]
        for key, value in chosen.items():
            argv += ["--set", f"{key}={value}"]
        # As an operator has it: the log goes to a file, at its default level.
        log = folder / "log"
        already = log.stat().st_size if log.exists() else 0
        environment = {k: v for k, v in os.environ.items() if not k.startswith("PROMOTIONS_")}
        with open(log, "ab") as stderr:
            self.process = children.start(
                argv, cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=stderr
            )
        self.pid = self.process.pid
        found = processes.wait_until(lambda: self._listening(log, already), 60, "start", 0.005)
        self.port = int(found)
        self.url = f"http://127.0.0.1:{self.port}"

    def _listening(self, log, offset):
        with open(log, encoding="utf-8", errors="replace") as lines:
            lines.seek(offset)
            text = lines.read()
        if self.process.poll() is not None:
            said = text.strip().splitlines() or ["nothing said"]
            raise Failure(f"promotions: ended with status {self.process.returncode}: {said[-1]}")
        found = LISTENING.search(text)
        return found and found[1]

    def stop(self):
        """Ends it as an operator would, so that the database is left whole and checkpointed."""
        processes.end(self.process, 30)
        if self.process.returncode != 0:
            raise Failure(f"promotions: ended with status {self.process.returncode}")

    def ask(self, method, path, body=None):
        connection = _OwnerConnection(self.folder)
        try:
            connection.request(
                method,
                path,
                body=json.dumps(body) if body is not None else None,
                headers={"Content-Type": "application/json"} if body is not None else {},
            )
            answer = connection.getresponse()
            text = answer.read()
            if answer.status >= 300:
                raise Failure(f"{method} {path}: {answer.status}: {text.decode()}")
            return json.loads(text) if text else None
        except OSError as error:
            raise Failure(f"{method} {path}: {error}") from None
        finally:
            connection.close()

    def pause(self):
        self.ask("POST", "/api/v1/queue/pause")

    def resume(self):
        self.ask("POST", "/api/v1/queue/resume")

    def jobs(self):
        return self.ask("GET", "/api/v1/queue")["states"]

    def subscribers(self):
        return self.ask("GET", "/api/v1/campaigns/demo")["subscribers"]

    def sign_up(self, email):
        """One sign-up; the bytes of the whole answer, and of its body."""
        body = json.dumps({"campaign": "demo", "email": email}).encode()
        return raw_answer(self.port, body)


def raw_answer(port, body):
    """What POST /add_subscriber answers on `port`: bytes in all, bytes of the body."""
    head = (
        "POST /add_subscriber HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", port), 10) as connection:
        connection.sendall(head.encode() + body)
        answer = b""
        while True:
            answer += connection.recv(65536)
            end = answer.find(b"\r\n\r\n")
            length = re.search(rb"(?i)content-length: *(\d+)", answer[: max(end, 0)])
            if end >= 0 and length and len(answer) >= end + 4 + int(length[1]):
                break
    status = answer.split(b"\r\n")[0].decode()
    if not status.startswith("HTTP/1.1 202"):
        raise Failure(f"POST /add_subscriber: {status}")
    return len(answer), int(length[1])
