"""A relay of drand on this machine, whose chain is its own: a round each second."""

import hashlib
import http.server
import json
import struct
import threading
import time

PERIOD = 1  # seconds
PUBLIC_KEY, GROUP_HASH = "a1" * 48, "b2" * 32


def _signature(number):
    """96 bytes as those of a BLS signature; nobody verifies that they are one."""
    return b"".join(hashlib.sha256(struct.pack(">QB", number, part)).digest() for part in range(3))


class DrandRelay:
    """Serves from threads of its own until it is left as a context. All members are thread-safe.

    `before_reply(path)` and `after_reply(path)` are called around a right answer, in the thread that
    serves; a path is "/info" or "/public/NUMBER".
    """

    def __init__(self):
        self.genesis = int(time.time()) - 1000
        self.chain = hashlib.sha256(
            struct.pack(">Iq", PERIOD, self.genesis) + bytes.fromhex(PUBLIC_KEY + GROUP_HASH)
        ).hexdigest()
        self.before_reply = self.after_reply = lambda path: None
        self.told = set()  # numbers of the rounds that were answered, or about to be
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def settings(self):
        """What makes a program ask this relay for this chain."""
        port = self._server.server_address[1]
        return {"draw.drand_urls": f"http://127.0.0.1:{port}", "draw.drand_chain": self.chain}

    def _answer(self, path):
        """None: that is not there, or not yet."""
        if path == "/info":
            return {
                "public_key": PUBLIC_KEY, "period": PERIOD, "genesis_time": self.genesis,
                "hash": self.chain, "groupHash": GROUP_HASH, "metadata": {"beaconID": "default"},
            }
        number = int(path.removeprefix("/public/"))
        if self.genesis + (number - 1) * PERIOD > time.time():
            return None
        signature = _signature(number)
        return {
            "round": number, "signature": signature.hex(),
            "randomness": hashlib.sha256(signature).hexdigest(),
        }

    def _handler(relay):
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                path = self.path.removeprefix(f"/{relay.chain}")
                answer = relay._answer(path) if path != self.path else None
                if answer is None:
                    self.send_error(404)
                    return
                body = json.dumps(answer).encode()
                relay.before_reply(path)
                if "round" in answer:
                    relay.told.add(answer["round"])
                try:
                    self.send_response(200)
                    self.send_header("Content-Length", str(len(body)))
                    self.end_headers()
                    self.wfile.write(body)
                    self.wfile.flush()
                except ConnectionError:
                    return  # whoever asked was killed
                relay.after_reply(path)

            def log_message(self, *_):
                pass

        return Handler
