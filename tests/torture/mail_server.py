"""A mail server that keeps a list of what it accepted, and can be away."""

import asyncio
import dataclasses
import re
import threading
import time

from bench.mail_server import free_port

LINK = re.compile(rb"/verify_subscriber\?token=([A-Za-z0-9_-]+)")
PROOF = re.compile(rb"/proof\?ticket=[0-9]+")  # of a receipt
MESSAGE_ID = re.compile(rb"(?im)^message-id: *(?:\r\n )?<([^>]+)>")


@dataclasses.dataclass(frozen=True)
class Mail:
    recipient: str
    message_id: str
    kind: str  # "link", "receipt" or "result"
    token: str  # of the link in it; empty if there is none
    epoch: int  # MailServer.epoch when it was accepted
    at: float  # time.monotonic()


def _parse(recipient, content, epoch):
    plain = content.replace(b"=\r\n", b"").replace(b"=3D", b"=")
    link = LINK.search(plain)
    message_id = MESSAGE_ID.search(content)
    return Mail(
        recipient,
        message_id[1].decode() if message_id else "",
        "link" if link else "receipt" if PROOF.search(plain) else "result",
        link[1].decode() if link else "",
        epoch,
        time.monotonic(),
    )


class MailServer:
    """Serves from a thread of its own until it is left as a context. All members are thread-safe.

    `before_reply(count)` and `after_reply(count)` are called around the reply to the `count`-th
    content, in the thread that serves. A mail counts as accepted before its reply is sent.
    """

    def __init__(self):
        self.port = free_port()
        self.epoch = 0
        self.before_reply = self.after_reply = lambda count: None
        self._mails = []
        self._lock = threading.Lock()
        self._greeting = b"220 localhost ESMTP"
        self._clients = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self):
        self._thread.start()
        self._listener = self._run(self._listen())
        return self

    def __exit__(self, *_):
        self.go_away()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def mails(self, since=0):
        """A copy, from the `since`-th on."""
        with self._lock:
            return self._mails[since:]

    def go_away(self):
        """Refuses connections and cuts those that are open, but none that awaits its reply."""
        self._run(self._close())

    def come_back(self, greeting=b"220 localhost ESMTP"):
        self._greeting = greeting
        if self._listener is None:
            self._listener = self._run(self._listen())

    def _run(self, coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(30)

    async def _listen(self):
        return await asyncio.start_server(self._session, "127.0.0.1", self.port, backlog=256)

    async def _close(self):
        if self._listener is not None:
            self._listener.close()
            self._listener = None
        for writer in list(self._clients):
            writer.close()
        self._clients.clear()

    async def _session(self, reader, writer):
        self._clients.add(writer)
        try:
            await self._dialogue(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            self._clients.discard(writer)
            writer.close()

    async def _dialogue(self, reader, writer):
        writer.write(self._greeting + b"\r\n")
        recipient = ""
        while line := await reader.readline():
            verb = line[:4].upper()
            if verb == b"RCPT":
                recipient = line[line.index(b"<") + 1 : line.index(b">")].decode()
            if verb == b"DATA":
                writer.write(b"354 go on\r\n")
                await self._content(reader, writer, recipient)
            else:
                writer.write(b"221 bye\r\n" if verb == b"QUIT" else b"250 ok\r\n")
            if verb == b"QUIT":
                return

    async def _content(self, reader, writer, recipient):
        content = await reader.readuntil(b"\r\n.\r\n")
        if writer not in self._clients:
            raise ConnectionError  # cut meanwhile: the reply would not arrive
        with self._lock:
            self._mails.append(_parse(recipient, content, self.epoch))
            count = len(self._mails)
        self.before_reply(count)
        writer.write(b"250 accepted\r\n")
        self.after_reply(count)
