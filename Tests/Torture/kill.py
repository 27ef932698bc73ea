"""`torture kill`: kill -9 at random moments, and nothing that was acknowledged may be missing afterwards."""

import os
import shutil
import threading
import time
from pathlib import Path

from client import Unreachable
from daemon import ROOT, Daemon, StartFailed
from database import DATABASE, Copy, copy_database, file_findings
from ledger import Ledger
from oracle import Findings, Oracle
from reference import undisturbed
from results import Results, percentile, progress
from sweepfiles import TRIALS, sweep_file
from workload import Workload

_KINDS = ("grid", "random", "long")
_BASE_SWEEPS = 10
OLD_DATABASE = ROOT / "Tests/SweepStoreTests/Fixtures/v1.db"
#: Rounds on one state folder; then a fresh one, so that it does not grow without bound.
_ROUNDS_AN_ERA = 25
#: One era in so many starts from a database of version 1, which is migrated under fire.
_OLD_EVERY = 4
#: From exec to READY, with the base in the database.
_RECOVERY_MS = 500
#: Verbs that are hit in their middle on purpose.
_TARGETS = ("submit", "promote", "backup", "cancel", "pause", "resume", "retry")


def run(options, workplace, random):
    results = Results("round")
    progress("the undisturbed runs")
    references = undisturbed(workplace, (*_KINDS, "thousand"))
    base = _make_base(workplace)
    totals = _Totals()
    era = None
    for number in range(1, options.rounds + 1):
        if era is None:
            is_old = totals.eras % _OLD_EVERY == 1
            era = _Era(workplace, random, references, None if is_old else base, totals)
            totals.eras += 1
        results.count([f"(seed {options.seed}, round {number}) {finding}" for finding in era.round()])
        if number % _ROUNDS_AN_ERA == 0 or number == options.rounds:
            results.count([f"(seed {options.seed}, after round {number}) {finding}" for finding in era.finish()])
            era = None
            progress(f"{number} rounds; {totals.line()}")
    totals.print()
    slowest = percentile([1000 * seconds for seconds in totals.recovery], 99)
    results.case(f"99 of 100 recoveries take less than {_RECOVERY_MS} ms",
                 [f"{slowest:.0f} ms"] if slowest >= _RECOVERY_MS else [], f"{slowest:.0f} ms")
    return results.finish(f"{options.rounds} rounds of kill -9, seed {options.seed}: {totals.line()}")


class _Totals:
    """What is printed at the end."""

    def __init__(self):
        self.eras = 0
        self.acknowledged = 0
        self.found = Findings()
        self.recovery = []
        self.unanswered = 0
        self.kills = {}

    def line(self):
        return (f"{self.acknowledged} acknowledged requests, {len(self.found.lost)} lost, "
                f"{len(self.found.doubled)} doubled, {len(self.found.different)} different, "
                f"{len(self.found.damaged)} damaged")

    def print(self):
        times = [1000 * seconds for seconds in self.recovery]
        print(f"killed during   {', '.join(f'{what} {count}' for what, count in sorted(self.kills.items()))}")
        print(f"acknowledged    {self.acknowledged}")
        for name, sentences in vars(self.found).items():
            print(f"{name:15} {len(sentences)}")
        print(f"recovery        p50 {percentile(times, 50):.0f} ms, p99 {percentile(times, 99):.0f} ms, "
              f"max {max(times, default=0):.0f} ms from exec to READY, {len(times)} starts, "
              f"{_BASE_SWEEPS} sweeps of {TRIALS['thousand']} trials in the database")
        print(f"unanswered      {self.unanswered} changes were cut off by a kill")


def _make_base(workplace):
    """A state folder of a killed daemon with ten sweeps of a thousand trials, all under way."""
    daemon = Daemon(workplace)
    daemon.start()
    for number in range(_BASE_SWEEPS):
        answer = daemon.client.post("/v1/sweeps", {"file": sweep_file("thousand"), "key": f"base-{number}"})
        if answer.status != 201:
            raise RuntimeError(f"the base was not taken: {answer.words}")
    time.sleep(1)
    daemon.kill()
    return daemon.state


class _Era:
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
            for number in range(_BASE_SWEEPS):
                entry = self.ledger.submission("thousand", TRIALS["thousand"], f"base-{number}")
                entry.submit.outcome, entry.submit.answers = "acknowledged", 1
        else:
            self.daemon.state.mkdir()
            shutil.copyfile(OLD_DATABASE, self.daemon.state / DATABASE)
        with Copy(copy_database(self.daemon.state, workplace.name("copy"))) as copy:
            self.oracle.learn(copy)
            if not base:
                self.absent = set(copy.named_files())
        self.workload = Workload(self.daemon, self.ledger, random, _KINDS, self._check_backup)

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
        try:
            self._start()
        except StartFailed as error:
            return [str(error)]
        found = list(self._finish_sweeps())
        status, seconds = self.daemon.stop()
        if status != 0:
            found.append(f"the last stop: exit status {status}")
        found += self._check()
        found += self._check_clean_stop()
        self.totals.acknowledged += self.ledger.acknowledged
        self.totals.unanswered += self.ledger.unanswered
        self.ledger.close()
        shutil.rmtree(self.daemon.state, ignore_errors=True)
        return found + self.workload.unexpected

    def _finish_sweeps(self):
        client = self.daemon.client
        for entry in self.ledger.submissions:
            if entry.sweep is None or entry.kind not in _KINDS:
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
            elif (set(ended["counts"]) <= {"completed", "diverged"}
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
