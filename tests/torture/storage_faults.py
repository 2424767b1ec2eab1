"""A disk that fails at the n-th call, for n over a whole run of the program."""

import collections
import errno
import pathlib
import re
import subprocess
import time

from harness import processes
from harness.processes import Failure
from harness.server import EndedEarly, Server
from torture import clients, control
from torture.journal import Journal, Lost, without_states
from torture.mail_server import LINK

SIGN_UPS = 6
MAILS_WITHIN = 3
RECOVERS_WITHIN = 10
ENDS_WITHIN = 20
KILLED = -9

KILLS = {
    "killed before the call": control.KILL_BEFORE,
    "killed in the call": control.KILL_HALFWAY,
    "killed after the call": control.KILL_AFTER,
}
ERRORS = {"ENOSPC": errno.ENOSPC, "EIO": errno.EIO}


class Run:
    """One life of a server on a disk that may fail, from an empty folder on."""

    def __init__(self, session, children, folder):
        self.session, self.children, self.folder = session, children, folder
        self.faults = control.Faults(session.faults, folder)
        self.journal = Journal("faulty")
        self.outcomes = collections.Counter()
        self.server = None
        self.client = None

    def start(self):
        settings = {"queue.backoff_min": "200ms", "queue.backoff_max": "1s"}
        self.server = Server(
            self.session.binary, self.children, self.folder, settings,
            environment=self.faults.environment,
        )
        self.client = clients.Client(self.server.port)

    def is_alive(self):
        return self.server.process.poll() is None

    def _count(self, answer, expected):
        """Whatever the disk does, an answer is the expected one, or says that nothing was stored."""
        if answer is None:
            self.outcomes["no answer"] += 1
            return False
        status, body = answer
        if status in expected:
            self.outcomes["done"] += 1
            return True
        code = body.get("code") if isinstance(body, dict) else None
        if status != 503 or code != "storage_unavailable":
            raise Lost(f"answered {status} {code}; expected success or 503 storage_unavailable")
        self.outcomes["503"] += 1
        return False

    def _ask(self, method, path, body=None, expected=(200,)):
        try:
            answer = self.server.try_to_ask(method, path, body)
        except Failure:
            answer = None
        return answer[1] if self._count(answer, expected) else None

    def live(self):
        """All that changes the database."""
        slug, journal = self.journal.slug, self.journal
        body = {"slug": slug, "name": slug, "admin_email": journal.organiser}
        # Asked again, for the first answer may have been lost.
        for _ in range(2):
            self._ask("POST", "/api/v1/campaigns", body, (201, 409))
        for _ in range(SIGN_UPS):
            answer = clients.sign_up(self.client, journal, clients.new_address())
            # Without its campaign nobody can sign up.
            if self._count(answer, (202, 404)) is False and self.client.retry_after is None:
                if answer is not None:
                    raise Lost("a 503 without Retry-After")
        links = self._links()
        for address, token in links.items():
            journal.note("opened", address)
            answer = self.client.verify(token)
            if self._count(answer, (200,)):
                journal.note("verified", address)
        self._erase_one()
        self._ask("POST", "/api/v1/queue/pause")
        self._ask("POST", "/api/v1/queue/resume")
        for _ in range(2):
            result = self._ask("POST", f"/finish_campaign?campaign={slug}", None, (200, 202, 404, 409))
            if result is not None and result.get("status") == "finished":
                journal.note_result(result)

    def _links(self):
        """Of the mails in the outbox; those that are missing are waited for while all goes well."""
        deadline = time.monotonic() + (MAILS_WITHIN if self.outcomes["503"] == 0 else 0.3)
        while True:
            links = {}
            for path in pathlib.Path(self.folder / "outbox").glob("*.eml"):
                content = path.read_bytes()
                link = LINK.search(content.replace(b"=\r\n", b"").replace(b"=3D", b"="))
                to = re.search(rb"(?im)^to: *<?([^>\r\n]+)", content)
                if link and to:
                    links[to[1].decode()] = link[1].decode()
            complete = self.journal.registered <= links.keys()
            if complete or time.monotonic() > deadline or not self.is_alive():
                return {address: links[address] for address in sorted(links)[:-1]}
            time.sleep(0.01)

    def _erase_one(self):
        page = self._ask("GET", f"/api/v1/campaigns/{self.journal.slug}/subscribers", None, (200, 404))
        pending = [one for one in (page or {}).get("items", []) if one["state"] == "pending"]
        if not pending:
            return
        one = pending[0]
        self.journal.note("erased", one["email"])
        path = f"/api/v1/campaigns/{self.journal.slug}/subscribers/{one['id']}"
        # 404: the answer to an earlier try was lost.
        if self._ask("DELETE", path, None, (204, 404)) is None and not self._is_erased(one["email"]):
            self.journal.erased.discard(one["email"])

    def _is_erased(self, email):
        """Where the answer did not say so; if it cannot be told yet, check() looks at it."""
        self.journal.registered.discard(email)
        return False

    # ---- afterwards

    def recover(self, must_end):
        """The disk is well again: the service is, too, by itself; or it ended and said why."""
        self.faults.disarm()
        if must_end:
            self.server.process.wait(ENDS_WITHIN)
        if self.is_alive():
            processes.wait_until(self.client.is_ready, RECOVERS_WITHIN, "/readyz after the fault")
            answer = self.client.sign_up("demo", clients.new_address())
            if answer is None or answer[0] != 202:
                raise Lost(f"after the fault a sign-up is answered {answer}")
            self.server.kill()
            return "recovered"
        status = self.server.process.returncode
        if status == KILLED:
            return "killed"
        require_clear_end(status, self.server.said())
        return "ended"

    def look_back(self):
        """A new start finds everything that was acknowledged, in a database that is whole."""
        self.start()
        known, _ = self.server.try_to_ask("GET", f"/api/v1/campaigns/{self.journal.slug}")
        if known == 200:
            self.journal.check(self.server)
            self._compare_results()
        elif self.journal.registered:
            raise Lost("the campaign is gone")
        self.session.check_database(self.folder)
        self.server.stop()

    def _compare_results(self):
        for earlier in self.journal.results[:1]:
            now = self.server.ask("POST", f"/finish_campaign?campaign={self.journal.slug}")
            now = without_states(now)
            if now != earlier:
                raise Lost(f"the result changed: {earlier}, {now}")


def require_clear_end(status, text):
    last = (text.strip().splitlines() or [""])[-1]
    if status != 1 or not re.match(r"(?:/[^:]*/)?promotions\.db[^:]*: .*; ", last):
        raise Lost(f"ended with status {status} and the words: {last!r}")


def _count_calls(session, children):
    """How many calls a whole run without faults makes."""
    folder = session.new_folder("counted")
    run = Run(session, children, folder)
    run.faults.count()
    run.start()
    run.live()
    if run.outcomes["503"] or run.outcomes["no answer"]:
        raise Failure(f"without a fault: {dict(run.outcomes)}")
    if len(run.journal.verified) != SIGN_UPS - 1 or not run.journal.results:
        raise Failure(f"without a fault: {len(run.journal.verified)} verified")
    run.server.stop()
    seen = run.faults.seen
    session.discard(folder)
    return seen


def _one(session, children, action, number, error=0, for_good=False):
    """What became of the service: a word."""
    folder = session.new_folder("fault")
    run = Run(session, children, folder)
    run.faults.arm(action, control.ANY_CALL, control.ANY_FILE, number, error, for_good)
    try:
        run.start()
    except EndedEarly as ended:
        run.faults.disarm()
        if ended.status != KILLED:
            require_clear_end(ended.status, ended.text)
        end = "killed" if ended.status == KILLED else "refused to start"
    else:
        run.live()
        # After a failed fsync nobody knows what is on the disk: nothing may be written any more.
        must_end = action != control.FAIL or run.faults.last_call == control.SYNC
        had_fault = run.faults.happened > 0
        try:
            end = run.recover(had_fault and must_end)
        except subprocess.TimeoutExpired:
            raise Lost(f"went on after a failed {run.faults.last}") from None
        if not had_fault:
            end = "not reached"
    try:
        run.look_back()
    except Failure as failure:
        raise Lost(f"after a failed {run.faults.last}: {failure}") from None
    session.discard(folder)
    return end


def run(session, step):
    """Each `step`-th call of a run fails, in each way; lines that tell what was done."""
    with session.children() as children:
        calls = _count_calls(session, children)
        ways = {name: (action, 0, False) for name, action in KILLS.items()}
        for name, number in ERRORS.items():
            ways[f"{name} once"] = (control.FAIL, number, False)
            ways[f"{name} for good"] = (control.FAIL, number, True)
        total = 0
        for place, (name, (action, error, for_good)) in enumerate(ways.items()):
            ends = collections.Counter()
            # Each way begins elsewhere, so that together they meet more calls.
            for number in range(1 + place * step // len(ways), calls + 1, step):
                session.progress(f"{name}: call {number} of {calls}")
                try:
                    ends[_one(session, children, action, number, error, for_good)] += 1
                except Failure as failure:
                    raise type(failure)(f"{name}, call {number}: {failure}") from None
            total += ends.total()
            yield f"{name}: " + ", ".join(f"{count} {end}" for end, count in sorted(ends.items()))
        yield f"{total} runs over {calls} calls; lost: 0"
