"""Clients that register and verify people, and write down what they are told."""

import http.client
import itertools
import json
import threading
import time

SIGN_UP_PAUSE = 0.008  # of each client: enough load for batches, and no backlog of mail
TIMEOUT = 20

_numbers = itertools.count()


class Client:
    """One connection to the public endpoints. An answer is (status, body), or None if there was none."""

    def __init__(self, port):
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT)

    def close(self):
        self._connection.close()

    def sign_up(self, slug, email, data=None):
        body = {"campaign": slug, "email": email, **({"data": data} if data else {})}
        headers = {"Content-Type": "application/json"}
        return self._ask("POST", "/add_subscriber", json.dumps(body), headers)

    def verify(self, token):
        return self._ask("GET", f"/verify_subscriber?token={token}")

    def is_ready(self):
        answer = self._ask("GET", "/readyz")
        return answer is not None and answer[0] == 200

    def _ask(self, method, path, body=None, headers=None):
        self.retry_after = None
        try:
            self._connection.request(method, path, body, headers or {})
            answer = self._connection.getresponse()
            text = answer.read()
            self.retry_after = answer.getheader("Retry-After")
            return answer.status, json.loads(text) if text else None
        except (OSError, http.client.HTTPException, ValueError):
            self._connection.close()  # the next request opens it again
            return None


def new_address():
    return f"p{next(_numbers)}@example.org"


def sign_up(client, journal, email, data=None):
    journal.note("asked", email)
    answer = client.sign_up(journal.slug, email, data)
    if answer is not None and answer[0] == 202:
        journal.note("registered", email)
    return answer


def verify(client, journal, mail):
    journal.note("opened", mail.recipient)
    answer = client.verify(mail.token)
    if answer is not None and answer[0] == 200:
        journal.note("verified", mail.recipient)
    return answer


class Load:
    """Sign-ups by several clients, and somebody who opens half of the links, until it is stopped.

    `odd` collects answers that neither say yes nor that the server is unwell.
    """

    def __init__(self, port, journal, mail_server, clients=4, pause=SIGN_UP_PAUSE):
        self.odd = []
        self._port, self._journal, self._mails, self._pause = port, journal, mail_server, pause
        self._stopping = threading.Event()
        self._threads = [threading.Thread(target=self._sign_up) for _ in range(clients)]
        self._threads.append(threading.Thread(target=self._verify))
        for thread in self._threads:
            thread.start()

    def stop(self):
        self._stopping.set()
        for thread in self._threads:
            thread.join()

    def _keep(self, answer, good):
        if answer is not None and answer[0] not in (good, 503):
            self.odd.append(answer)

    def _sign_up(self):
        client = Client(self._port)
        while not self._stopping.wait(self._pause):
            self._keep(sign_up(client, self._journal, new_address()), 202)
        client.close()

    def _verify(self):
        client = Client(self._port)
        read = len(self._mails.mails())
        while not self._stopping.wait(self._pause):
            mails = self._mails.mails(read)
            read += len(mails)
            for mail in mails:
                is_ours = mail.token and mail.recipient in self._journal.asked
                if self._stopping.is_set() or not is_ours:
                    continue
                if sum(mail.message_id.encode()) % 2 == 0:
                    self._keep(verify(client, self._journal, mail), 200)
                    time.sleep(self._pause / 2)
        client.close()
