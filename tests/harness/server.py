"""The real binary, serving a database in a folder of its own."""

import http.client
import json
import os
import re
import socket
import subprocess

from harness import processes
from harness.processes import Failure

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
    """Starts at once and is ready when constructed; `children` ends it at the latest.

    Raises EndedEarly if it ends before it listens.
    """

    def __init__(
        self, binary, children, folder, settings=None, prefix=(), environment=None, log=None
    ):
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        # The limit for one client is off, since all load comes from one address.
        chosen = {
            "server.port": 0,
            "storage.path": DATABASE,
            "limits.sign_ups_per_minute": 0,
            **(settings or {}),
        }
        argv = [*prefix, binary, "serve", "--demo"]
        for key, value in chosen.items():
            argv += ["--set", f"{key}={value}"]
        # As an operator has it: the log goes to a file, at its default level.
        self.log = log or folder / "log"
        self._log_begin = self.log.stat().st_size if self.log.exists() else 0
        own = {k: v for k, v in os.environ.items() if not k.startswith("PROMOTIONS_")}
        with open(self.log, "ab") as stderr:
            self.process = children.start(
                argv,
                cwd=folder,
                env={**own, **(environment or {})},
                stdout=subprocess.DEVNULL,
                stderr=stderr,
            )
        self.pid = self.process.pid
        self.port = int(processes.wait_until(self._listening, 60, "start", 0.005))
        self.url = f"http://127.0.0.1:{self.port}"

    def said(self):
        """What it has logged since it was started."""
        with open(self.log, "rb") as log:
            log.seek(self._log_begin)
            return log.read().decode(errors="replace")

    def _listening(self):
        has_ended = self.process.poll() is not None
        text = self.said()
        if has_ended:
            raise EndedEarly(self.process.returncode, text)
        found = LISTENING.search(text)
        return found and found[1]

    def stop(self):
        """Ends it as an operator would, so that the database is left whole and checkpointed."""
        processes.end(self.process, 30)
        if self.process.returncode != 0:
            raise EndedEarly(self.process.returncode, self.said())

    def kill(self):
        self.process.kill()
        self.process.wait()

    def ask(self, method, path, body=None):
        """What the owner is answered; Failure for anything but success."""
        status, answer = self.try_to_ask(method, path, body)
        if status >= 300:
            raise Failure(f"{method} {path}: {status}: {json.dumps(answer)}")
        return answer

    def try_to_ask(self, method, path, body=None):
        """Status and body, whatever they are; Failure if there is no answer."""
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
            return answer.status, json.loads(text) if text else None
        except (OSError, http.client.HTTPException) as error:
            raise Failure(f"{method} {path}: {error!r}") from None
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


class EndedEarly(Failure):
    """The program ended by itself. `status` is -9 for SIGKILL; `text` what it had logged."""

    def __init__(self, status, text):
        self.status = status
        self.text = text
        lines = text.strip().splitlines() or ["nothing said"]
        super().__init__(f"promotions: ended with status {status}: {lines[-1]}")


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
