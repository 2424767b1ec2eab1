"""A crowd of clients that take their time, as a program of its own.

Arguments: the port, then for each kind how many there are at any moment. Each that the server ends
is replaced, until SIGUSR1 says that no more shall come. When all have been ended, or none will be
any more, the ages at which they were are printed as JSON.
"""

import collections
import errno
import json
import select
import signal
import socket
import sys
import time

KINDS = ("opened", "kept", "slow_head", "slow_body", "unread")
TICK = 0.02  # seconds; events gather meanwhile, so that thousands of clients cost little
STARTS_PER_TICK = 40  # a crowd that comes at once would also be ended at once
LAST_WAIT = 20  # seconds; longer than any timeout under test

HEAD = b"POST /add_subscriber HTTP/1.1\r\nHost: localhost\r\n"
WHOLE = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
BODY_HEAD = HEAD + b"Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n"
# 40 answers of some 30 KiB are more than the buffers of both ends hold, if packets are those of a
# network: with the 64 KiB of the loopback device the kernel takes a megabyte ahead.
SEGMENT_BYTES = 1460
PIPELINE = b"GET /verify_draw.py HTTP/1.1\r\nHost: localhost\r\n\r\n" * 40


class Client:
    def __init__(self, kind, address):
        self.kind = kind
        self.socket = socket.socket()
        self.socket.setblocking(False)
        if kind == "unread":
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)  # the least there is
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, SEGMENT_BYTES)
        self.socket.connect_ex(address)
        self.began = None
        self.rest = iter(b"")

    def connected(self, now):
        self.began = now
        if self.kind == "unread":
            self.socket.send(PIPELINE)
        elif self.kind == "kept":
            self.socket.send(WHOLE)
        elif self.kind == "slow_body":
            self.socket.send(BODY_HEAD)
            self.rest = iter(b" " * 999)
        elif self.kind == "slow_head":
            self.rest = iter(HEAD + b"X-Slow: " + b"x" * 999)
            self.drip()

    def drip(self):
        for byte in self.rest:
            self.socket.send(bytes([byte]))
            return


class Crowd:
    def __init__(self, port, sizes):
        self._address = ("127.0.0.1", port)
        self._epoll = select.epoll()
        self._clients = {}  # by descriptor
        self._wanted = collections.deque(kind for kind in KINDS for _ in range(sizes[kind]))
        self._dripping = [set() for _ in range(round(1 / TICK))]  # by part of the second
        self.ages = {kind: [] for kind in KINDS}
        self.failed = 0  # never connected, or lost otherwise than by the server's end
        self.is_closing = False

    def is_empty(self):
        return not self._clients

    def left(self):
        return collections.Counter(client.kind for client in self._clients.values())

    def tick(self, number):
        for _ in range(0 if self.is_closing else min(STARTS_PER_TICK, len(self._wanted))):
            client = Client(self._wanted.popleft(), self._address)
            self._clients[client.socket.fileno()] = client
            self._epoll.register(client.socket, select.EPOLLOUT)
        for descriptor, events in self._epoll.poll(0):
            self._on_event(self._clients[descriptor], events, number)
        for client in list(self._dripping[number % len(self._dripping)]):
            self._try(client, client.drip)

    def _on_event(self, client, events, number):
        ended = events & (select.EPOLLHUP | select.EPOLLERR | select.EPOLLRDHUP)
        if client.began is None and not ended:
            # Whoever never reads is not even told that there is something to read.
            self._epoll.modify(client.socket, 0 if client.kind == "unread" else select.EPOLLRDHUP)
            self._try(client, lambda: client.connected(time.monotonic()))
            if client.kind in ("slow_head", "slow_body"):
                self._dripping[number % len(self._dripping)].add(client)
        elif ended:
            self._end(client)

    def _try(self, client, action):
        try:
            action()
        except BlockingIOError:
            pass
        except OSError as error:
            # The server's end, noticed by writing before it is by waiting.
            if error.errno not in (errno.EPIPE, errno.ECONNRESET):
                raise
            self._end(client)

    def _end(self, client):
        if client.began is None:
            self.failed += 1
        else:
            self.ages[client.kind].append(time.monotonic() - client.began)
        for part in self._dripping:
            part.discard(client)
        del self._clients[client.socket.fileno()]
        client.socket.close()
        self._wanted.append(client.kind)


def main(arguments):
    port, *sizes = map(int, arguments)
    crowd = Crowd(port, dict(zip(KINDS, sizes)))
    closing_at = None

    def close(*_):
        crowd.is_closing = True

    signal.signal(signal.SIGUSR1, close)
    print("ready", flush=True)
    number = 0
    while not (crowd.is_closing and crowd.is_empty()):
        began = time.monotonic()
        crowd.tick(number)
        number += 1
        if crowd.is_closing:
            closing_at = closing_at or began
            if began - closing_at > LAST_WAIT:
                break
        time.sleep(max(0, TICK - (time.monotonic() - began)))
    print(json.dumps({"ages": crowd.ages, "left": crowd.left(), "failed": crowd.failed}))


if __name__ == "__main__":
    main(sys.argv[1:])
