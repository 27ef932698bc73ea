"""A scenario on a disk that fills up, and has room again."""

import os
import random as randomness
import shutil

from client import Unreachable
from daemon import Daemon, StartFailed
from database import Copy, copy_database, file_findings
from ledger import Ledger
from oracle import Oracle
from shim import Shim
from sweepfiles import TRIALS, sweep_file


class Scenario:
    """Submits, pauses, resumes, cancels, promotes and trains while the disk fills up; then there is room."""

    #: Of all runs.
    accepted = refused = lost = 0

    def __init__(self, workplace, references):
        self.workplace = workplace
        self.daemon = Daemon(workplace, answered=self._answered)
        self.shim = Shim(workplace, self.daemon.state)
        self.ledger = Ledger(workplace.name("ledger", ".jsonl"))
        self.oracle = Oracle(self.ledger, references, os.getpid())
        self.found = []

    def count(self):
        """Calls that an undisturbed scenario makes."""
        self.daemon.start(self.shim.environment)
        self.shim.set("calls", 0)
        self._requests(randomness.Random(0))
        self._end()
        calls = self.shim.get("calls")
        self.daemon.stop()
        if self.found:
            raise RuntimeError(f"the scenario fails without a fault: {self.found}")
        return calls

    def run(self, error, number):
        try:
            self.daemon.start(self.shim.environment)
            self.shim.fail_from(number, error, torn=number % 2 == 0)
            random = randomness.Random(number)
            self._requests(random)
            if self.daemon.wait_until(lambda: self.shim.has_failed, timeout=10, every=0.01):
                self._while_full(random)
            self.shim.release()
            self._end()
            status, _ = self.daemon.stop()
            if status != 0:
                self.found.append(f"the stop ended with status {status}")
            self._check()
        except (StartFailed, Unreachable, RuntimeError) as failure:
            self.found.append(f"{failure} (exit status {self.daemon.process.poll()}) {self.daemon.log()[-300:]}")
        finally:
            self.daemon.kill()
            self.ledger.close()
            shutil.rmtree(self.daemon.state, ignore_errors=True)
        return self.found

    # MARK: Requests

    def _requests(self, random):
        first = self._submit()
        second = self._submit()
        self._verb(second, "pause")
        self._verb(second, "resume")
        third = self._submit()
        self._verb(third, "cancel")
        self._verb(third, "retry")
        if random.random() < 0.5:
            self.daemon.wait_until(lambda: self.shim.has_failed or self._is_done(first), timeout=10, every=0.02)
        self._promote(first)

    def _while_full(self, random):
        """Nothing moves; new sweeps are refused with 8 or taken; reads and cancel go on."""
        file = self.workplace.name("sweep", ".json")
        file.write_text(sweep_file("dozen"))
        entry = self.ledger.submission("dozen", TRIALS["dozen"], f"ctl-{random.getrandbits(32):08x}")
        done = self.daemon.ctl("submit", file, "--key", entry.key, "--quiet")
        if done.returncode == 0:
            entry.sweep, entry.submit.outcome = int(done.stdout), "acknowledged"
        else:
            entry.submit.outcome = "refused"
        if done.returncode not in (0, 8):
            self.found.append(f"submit ended with status {done.returncode}: {done.stderr.strip()}")
        health = self.daemon.client.json("/v1/health")
        if health["trouble"]:
            self._look_whether_trials_wait()
        known = [entry for entry in self.ledger.submissions if entry.sweep is not None]
        if known and random.random() < 0.5:
            self._verb(known[-1], "cancel")
        for entry in known:
            for path in ("", "/trials", "/best", "/audit"):
                answer = self.daemon.client.get(f"/v1/sweeps/{entry.sweep}{path}")
                if answer.status != 200:
                    self.found.append(f"GET of sweep {entry.sweep}{path}: {answer.words}")

    def _look_whether_trials_wait(self):
        if not self.daemon.wait_until(
                lambda: self.daemon.client.json("/v1/health")["busy_workers"] == 0
                or not self.daemon.client.json("/v1/health")["trouble"], timeout=5):
            self.found.append("slices go on although nothing can be recorded")

    def _submit(self):
        entry = self.ledger.submission("dozen", TRIALS["dozen"], f"disk-{len(self.ledger.submissions)}")
        self._submit_again(entry)
        return entry

    def _submit_again(self, entry):
        answer = self.daemon.client.post("/v1/sweeps", {"file": sweep_file(entry.kind), "key": entry.key})
        self.ledger.settle(entry.submit, answer)
        if answer.is_acknowledged:
            entry.sweep = answer.body["sweep"]
            Scenario.accepted += 1
        elif answer.code == "refused_for_now":
            Scenario.refused += 1
        else:
            self.found.append(f"submit: {answer.words}")

    def _verb(self, entry, verb):
        if entry.sweep is None:
            return
        request = self.ledger.verb(entry, verb)
        body = {"states": ["cancelled"]} if verb == "retry" else None
        answer = self.daemon.client.post(f"/v1/sweeps/{entry.sweep}/{verb}", body)
        self.ledger.settle(request, answer)
        if not answer.is_acknowledged and answer.status not in (409, 503):
            self.found.append(f"{verb}: {answer.words}")

    def _promote(self, entry):
        if entry.sweep is None:
            return
        self.ledger.ask_promotion()
        answer = self.daemon.client.post("/v1/promotions", {"sweep": entry.sweep})
        if answer.is_acknowledged:
            self.ledger.promoted(answer.body)
        elif answer.status not in (409, 503):
            self.found.append(f"promote: {answer.words}")

    def _answered(self, method, path, answer):
        if answer.status == 500:
            self.found.append(f"{method} {path}: {answer.words}")

    # MARK: The end

    def _is_done(self, entry):
        return entry.sweep is None or self.daemon.client.json(f"/v1/sweeps/{entry.sweep}")["ended_at"] is not None

    def _end(self):
        """Goes on by itself: no restart, nobody asks for anything but what was refused."""
        for entry in self.ledger.submissions:
            if entry.sweep is None:
                self._submit_again(entry)
        if not self.daemon.wait_until(
                lambda: all(self._is_done(entry) for entry in self.ledger.submissions), timeout=60):
            self.found.append(f"sweeps do not end although there is room: {self.daemon.client.json('/v1/health')}")

    def _check(self):
        with Copy(copy_database(self.daemon.state, self.workplace.name("copy"))) as copy:
            findings = self.oracle.check(copy)
            Scenario.lost += len(findings.lost)
            self.found += findings.all()
            self.found += file_findings(self.daemon.state, copy.named_files())
