"""Clients that submit, change, promote and read at random, and write down what they were told."""

import threading
import time

from client import Unreachable
from sweepfiles import TRIALS, sweep_file

#: Verb → how often, among all requests.
_MIX = {"submit": 3, "pause": 4, "resume": 4, "cancel": 2, "stop": 1, "retry": 2, "promote": 2, "backup": 1, "read": 6}
_READS = ("/v1/sweeps", "/v1/sweeps/{}", "/v1/sweeps/{}/trials?limit=50", "/v1/sweeps/{}/best", "/v1/health",
          "/v1/events?limit=20", "/v1/sweeps/{}/audit", "/v1/metrics")
#: Sweeps that may be under way at the same time.
_ACTIVE_AT_MOST = 4


class Workload:
    """Random requests on one daemon; every choice comes from `random`, every outcome goes to the ledger."""

    def __init__(self, daemon, ledger, random, kinds, check_backup=None, mix=None):
        self.daemon = daemon
        self.ledger = ledger
        self.random = random
        self.kinds = kinds
        self.check_backup = check_backup
        self.mix = mix or _MIX
        self.latency = {verb: 0.02 for verb in self.mix}
        self.unexpected = []
        self._choosing = threading.Lock()

    def run(self, until):
        """Requests until `until()` is true or the daemon is gone."""
        while not until():
            try:
                self.do(self.choose())
            except Unreachable:
                return

    def choose(self):
        with self._choosing:
            return self.random.choices(list(self.mix), self.mix.values())[0]

    def do(self, verb):
        """One request of this kind; `Unreachable` when no answer came."""
        began = time.monotonic()
        {"submit": self.submit, "promote": self.promote, "backup": self.backup, "read": self.read}.get(
            verb, lambda: self.change(verb))()
        self.latency[verb] = 0.7 * self.latency[verb] + 0.3 * (time.monotonic() - began)

    # MARK: Requests

    def submit(self):
        """A new sweep; or once more one whose answer never came, with the same key."""
        with self._choosing:
            entry = next((entry for entry in self.ledger.submissions if entry.submit.outcome == "unknown"
                          and not entry.lock.locked()), None)
            if entry is not None:
                entry.submit.asked += 1
            else:
                active = sum(1 for entry in self.ledger.submissions if not entry.has_ended and entry.kind in self.kinds)
                if active >= _ACTIVE_AT_MOST:
                    return
                kind = self.random.choice(self.kinds)
                key = f"{kind}-{len(self.ledger.submissions)}-{self.random.getrandbits(32):08x}"
                entry = self.ledger.submission(kind, TRIALS[kind], key)
            entry.lock.acquire()
        try:
            answer = self.daemon.client.post("/v1/sweeps", {"file": sweep_file(entry.kind), "key": entry.key})
            self._judge("submit", answer, (503,))
            if answer.is_acknowledged:
                if entry.sweep not in (None, answer.body["sweep"]):
                    self.unexpected.append(f"key {entry.key} was sweep {entry.sweep} and is {answer.body['sweep']}")
                entry.sweep = answer.body["sweep"]
                if answer.body["trials"] != entry.trials:
                    self.unexpected.append(f"sweep {entry.sweep} was acknowledged with {answer.body['trials']} trials")
            self.ledger.settle(entry.submit, answer, sweep=entry.sweep)
        finally:
            entry.lock.release()

    def change(self, verb):
        with self._choosing:
            chosen = [entry for entry in self.ledger.submissions
                      if entry.sweep is not None and entry.kind in self.kinds and not entry.lock.locked()]
            # The young ones, mostly: they are under way.
            if not chosen:
                return
            entry = self.random.choice(chosen[-6:])
            entry.lock.acquire()
        try:
            body = {"states": ["failed", "cancelled"]} if verb == "retry" else {"reason": "torture"}
            request = self.ledger.verb(entry, verb)
            answer = self.daemon.client.post(f"/v1/sweeps/{entry.sweep}/{verb}", None if verb == "resume" else body)
            self._judge(verb, answer, (409, 503))
            self.ledger.settle(request, answer, sweep=entry.sweep)
            if verb != "retry" and answer.is_acknowledged:
                entry.has_ended = answer.body["state"] in ("completed", "cancelled", "failed")
            elif answer.is_acknowledged and answer.body["retried"]:
                entry.has_ended = False
        finally:
            entry.lock.release()

    def promote(self):
        entry = self._known()
        if entry is None:
            return
        self.ledger.ask_promotion()
        answer = self.daemon.client.post("/v1/promotions", {"sweep": entry.sweep})
        self._judge("promote", answer, (409, 503))
        if answer.is_acknowledged:
            self.ledger.promoted(answer.body)

    def backup(self):
        # Only what was acknowledged before must be in it.
        before = [entry for entry in self.ledger.submissions if entry.submit.is_acknowledged]
        answer = self.daemon.client.get("/v1/backup")
        self._judge("backup", answer, (503,))
        if answer.is_acknowledged:
            self.ledger.acknowledge("backup")
            if self.check_backup:
                self.unexpected += self.check_backup(answer.raw, before)

    def read(self):
        entry = self._known()
        with self._choosing:
            path = self.random.choice(_READS)
        if "{}" in path and entry is None:
            return
        answer = self.daemon.client.get(path.format(entry.sweep if entry else 0))
        self._judge(f"GET {path}", answer, ())
        if answer.status == 200 and path == "/v1/sweeps":
            ended = {sweep["sweep"] for sweep in answer.body["sweeps"] if sweep["ended_at"]}
            for entry in self.ledger.submissions:
                if entry.sweep in ended and not entry.lock.locked():
                    entry.has_ended = True
        if answer.status == 200 and path.endswith("audit") and not answer.body["sound"]:
            self.unexpected.append(f"audit of sweep {answer.body['sweep']}: {answer.body['findings'][:2]}")

    def _known(self):
        with self._choosing:
            known = [entry for entry in self.ledger.submissions if entry.sweep is not None]
            return self.random.choice(known[-8:]) if known else None

    def _judge(self, what, answer, allowed):
        if not answer.is_acknowledged and answer.status not in allowed:
            self.unexpected.append(f"{what}: {answer.words}")
