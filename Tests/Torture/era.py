"""Rounds of kill -9 on one state folder, and what is held against the log after each."""

import os
import shutil
import threading
import time
from pathlib import Path

from client import Unreachable
from daemon import ROOT, Daemon, StartFailed
from database import DATABASE, Copy, copy_database, file_findings
from ledger import Ledger
from oracle import Oracle
from sweepfiles import JUDGED, TRIALS, sweep_file
from workload import Workload

KINDS = ("grid", "random", "long", "tpe", "bayes", "asha", "halving")
BASE_SWEEPS = 10
OLD_DATABASE = ROOT / "Tests/SweepStoreTests/Fixtures/v1.db"
#: Verbs that are hit in their middle on purpose.
_TARGETS = ("submit", "promote", "backup", "cancel", "pause", "resume", "retry")


def make_base(workplace):
    """A state folder of a killed daemon with ten sweeps of a thousand trials, all under way."""
    daemon = Daemon(workplace)
    daemon.start()
    for number in range(BASE_SWEEPS):
        answer = daemon.client.post("/v1/sweeps", {"file": sweep_file("thousand"), "key": f"base-{number}"})
        if answer.status != 201:
            raise RuntimeError(f"the base was not taken: {answer.words}")
    time.sleep(1)
    daemon.kill()
    return daemon.state


class Era:
    """Rounds on one state folder."""

    def __init__(self, workplace, random, references, base, totals):
        self.workplace, self.random, self.totals, self.base = workplace, random, totals, base
        self.daemon = Daemon(workplace)
        self.ledger = Ledger(workplace.name("ledger", ".jsonl"))
        self.oracle = Oracle(self.ledger, references, os.getpid())
        self.references = references
        self.known_files = set()
        self.recovery = 0.3
        # Files that rows of the given database name and that are not part of it.
        self.absent = set()
        if base:
            shutil.copytree(base, self.daemon.state)
            for number in range(BASE_SWEEPS):
                entry = self.ledger.submission("thousand", TRIALS["thousand"], f"base-{number}")
                entry.submit.outcome, entry.submit.answers = "acknowledged", 1
        else:
            self.daemon.state.mkdir()
            shutil.copyfile(OLD_DATABASE, self.daemon.state / DATABASE)
        with Copy(copy_database(self.daemon.state, workplace.name("copy"))) as copy:
            self.oracle.learn(copy)
            if not base:
                self.absent = set(copy.named_files())
        self.workload = Workload(self.daemon, self.ledger, random, KINDS, self._check_backup)

    # MARK: A round

    def round(self):
        """Starts, disturbs, kills, checks; sentences about what is wrong."""
        self.workload.unexpected = []
        plan = self.random.choices(["start", "run", "verb"], [1, 1, 2])[0]
        if plan == "start":
            self._kill_while_starting()
        else:
            try:
                self._start()
            except StartFailed as error:
                return [str(error)]
            self._kill_while_serving(self.random.choice(_TARGETS) if plan == "verb" else None)
        return self._check() + self.workload.unexpected

    def _start(self):
        self.recovery = self.daemon.start()
        if self.base:
            self.totals.recovery.append(self.recovery)

    def _kill_while_starting(self):
        self._count_kill("start" if self.base else "migration and start")
        self.daemon.launch()
        time.sleep(self.random.uniform(0, self.recovery * 1.1))
        self.daemon.kill()

    def _kill_while_serving(self, target):
        self._count_kill(target or "run")
        stop_at = time.monotonic() + self.random.uniform(0, 0.9 if target is None else 0.5)
        clients = [threading.Thread(target=self.workload.run, args=(lambda: time.monotonic() > stop_at,))
                   for _ in range(2)]
        for client in clients:
            client.start()
        time.sleep(max(0, stop_at - time.monotonic()))
        last = None
        if target:
            last = threading.Thread(target=self._try, args=(target,))
            last.start()
            time.sleep(self.random.uniform(0, 1.3 * self.workload.latency[target]))
        self.daemon.kill()
        for client in clients + ([last] if last else []):
            client.join()

    def _try(self, verb):
        try:
            self.workload.do(verb)
        except Unreachable:
            pass

    def _count_kill(self, what):
        self.totals.kills[what] = self.totals.kills.get(what, 0) + 1

    # MARK: Checks

    def _check(self):
        with Copy(copy_database(self.daemon.state, self.workplace.folder / "check")) as copy:
            if not copy.has_table("trials"):
                return ["the database has no table of trials"]
            found = self.oracle.check(copy)
            named = {path: what for path, what in copy.named_files().items() if path not in self.absent}
            found.damaged += file_findings(self.daemon.state, named, self.known_files)
        self.totals.found.add(found)
        return found.all()

    def _check_backup(self, content, before):
        path = self.workplace.folder / f"backup-{threading.get_ident()}.db"
        path.write_bytes(content)
        try:
            with Copy(path) as copy:
                problems = copy.integrity()
                present = {key for key, in copy.rows("SELECT key FROM submission_keys")}
            problems += [f"sweep {entry.sweep} is missing" for entry in before if entry.key not in present]
            return [f"backup: {problem}" for problem in problems]
        finally:
            path.unlink()

    def finish(self):
        """Lets the sweeps that were submitted come to their end, stops in order, and compares whole sweeps."""
        self.workload.unexpected = []
        found = []
        try:
            self._start()
            found += self._finish_sweeps()
        except StartFailed as error:
            return [str(error)]
        except Unreachable as error:
            found.append(f"no answer while the last sweeps end: {error}")
        status, seconds = self.daemon.stop()
        if status != 0:
            found.append(f"the last stop ended with status {status} after {seconds:.1f} s")
        found += self._check()
        found += self._check_clean_stop()
        self.totals.acknowledged += self.ledger.acknowledged
        self.totals.unanswered += self.ledger.unanswered
        self.ledger.close()
        shutil.rmtree(self.daemon.state, ignore_errors=True)
        return found + self.workload.unexpected

    def _finish_sweeps(self):
        client = self.daemon.client
        # Thousands of trials of a few milliseconds are trained faster than a slow disk takes their models.
        client.timeout = 180
        for entry in self.ledger.submissions:
            if entry.sweep is None:
                continue
            if entry.kind not in KINDS:
                request = self.ledger.verb(entry, "cancel")
                self.ledger.settle(request, client.post(f"/v1/sweeps/{entry.sweep}/cancel"), sweep=entry.sweep)
                continue
            with entry.lock:
                if client.json(f"/v1/sweeps/{entry.sweep}")["state"] == "paused":
                    request = self.ledger.verb(entry, "resume")
                    self.ledger.settle(request, client.post(f"/v1/sweeps/{entry.sweep}/resume"), sweep=entry.sweep)
            ended = self.daemon.wait_ended(entry.sweep)
            audit = client.json(f"/v1/sweeps/{entry.sweep}/audit")
            if not ended:
                yield f"sweep {entry.sweep} does not come to its end"
            elif not audit["sound"]:
                yield f"audit of sweep {entry.sweep}: {audit['findings'][:2]}"
            elif (set(ended["counts"]) <= {"completed", "diverged", "pruned"}
                  and not (entry.kind in JUDGED and entry.was_cut)
                  and audit["digest"] != self.references[entry.kind].audit):
                yield f"sweep {entry.sweep} ({entry.kind}) has another audit digest than the undisturbed run"

    def _check_clean_stop(self):
        wal = self.daemon.state / (DATABASE + "-wal")
        if wal.exists() and wal.stat().st_size:
            yield f"the WAL has {wal.stat().st_size} bytes after a clean stop"
        with Copy(copy_database(self.daemon.state, self.workplace.folder / "check")) as copy:
            if copy.value("SELECT stopped_at IS NULL FROM boots ORDER BY seq DESC LIMIT 1"):
                yield "the stop is not marked as clean"
            named = copy.named_files()
        present = {str(path.relative_to(self.daemon.state)) for folder in ("checkpoints", "models")
                   for path in Path(self.daemon.state / folder).iterdir()}
        strays = sorted(present - named.keys())
        if strays:
            yield f"{len(strays)} files that no row names, such as {strays[0]}"
