"""`torture soak`: everything together for a while; what may grow is measured, what may not happen is counted."""

import os
import threading
import time

from client import Unreachable
from daemon import Daemon, StartFailed
from database import DATABASE, Copy, copy_database, file_findings
from flatness import MEASURES, Sample, judge
from ledger import Ledger
from oracle import Findings, Oracle
from reference import undisturbed
from results import Results, percentile, progress
from workload import Workload

_KINDS = ("dozen", "grid", "random", "long")
_CLIENTS = 3
_STREAMS = 2
_SAMPLE_EVERY = 1.0
#: Seconds between two ends of the daemon, by kill -9 or SIGTERM, in the first half. The second half is one life, or
#: nothing would have the time to leak.
_LIFE = (6, 20)
#: Sweeps that the database may gather; from then on sweeps are only changed, retried and read.
_SWEEPS_AT_MOST = 60
#: Seconds after a start during which nothing is sampled: caches fill up.
_WARM_UP = 3
_PAGES = ("/", "/assets/app.js", "/assets/plots.css", "/v1/sweeps/{}/plots/curves", "/v1/sweeps/{}/plots/parallel",
          "/v1/sweeps/{}/report", "/v1/sweeps/{}/table", "/v1/sweeps/{}/curves", "/v1/sweeps/{}/importance",
          "/v1/sweeps/{}/diagnosis", "/v1/doctor", "/v1/box", "/v1/plots/workers", "/v1/metrics")


def run(options, workplace, random):
    results = Results("soak")
    progress("the undisturbed runs")
    references = undisturbed(workplace, _KINDS)
    soak = _Soak(workplace, random, references)
    soak.run(60 * options.minutes)
    for name, findings in soak.findings.items():
        results.case(name, findings)
    for measure in MEASURES:
        results.case(*judge(measure, soak.samples))
    return results.finish(
        f"{options.minutes:g} minutes, seed {options.seed}: {soak.ledger.acknowledged} acknowledged changes, "
        f"{soak.answers} answers, {soak.kills} kills, {soak.stops} stops, {len(soak.samples)} samples; recovery p50 "
        f"{1000 * percentile(soak.recovery, 50):.0f} ms, max {1000 * max(soak.recovery):.0f} ms")


class _Soak:
    def __init__(self, workplace, random, references):
        self.workplace, self.random = workplace, random
        self.daemon = Daemon(workplace, answered=self._answered)
        self.ledger = Ledger(workplace.name("ledger", ".jsonl"))
        self.oracle = Oracle(self.ledger, references, os.getpid())
        self.workload = Workload(self.daemon, self.ledger, random, _KINDS)
        self.samples, self.recovery = [], []
        self.kills = self.stops = self.answers = 0
        self.findings = {"no request is answered 500": [], "answers are as expected": [], "starts and stops": [],
                         "every acknowledged change holds, with the same bits": []}
        self._over = threading.Event()
        self._up = threading.Event()
        self._up_since = 0.0
        self._known_files = set()

    def run(self, seconds):
        began = time.monotonic()
        self._start()
        actions = [self._work] * _CLIENTS + [self._follow] * _STREAMS + [self._browse, self._sample]
        threads = [threading.Thread(target=action) for action in actions]
        for thread in threads:
            thread.start()
        try:
            while time.monotonic() - began < seconds / 2:
                time.sleep(self.random.uniform(*_LIFE))
                self._end_and_start()
                progress(f"{(time.monotonic() - began) / 60:.1f} minutes, {self.kills} kills, {self.stops} stops, "
                         f"{self.answers} answers, {len(self.ledger.submissions)} sweeps")
            while time.monotonic() - began < seconds:
                time.sleep(1)
                if not self.daemon.is_running:
                    self.findings["starts and stops"].append(
                        f"it ended by itself with status {self.daemon.process.poll()}: {self.daemon.log()[-300:]}")
                    break
        finally:
            self._over.set()
            self._up.set()
            for thread in threads:
                thread.join()
        self._stop()
        self._check()

    # MARK: Lives

    def _start(self):
        try:
            self.recovery.append(self.daemon.start())
        except StartFailed as failure:
            self.findings["starts and stops"].append(str(failure))
            raise
        self._up_since = time.monotonic()
        self._up.set()

    def _end_and_start(self):
        self._up.clear()
        if self.random.random() < 0.7:
            self.daemon.kill()
            self.kills += 1
        else:
            self._stop()
        self._check()
        if len(self.ledger.submissions) >= _SWEEPS_AT_MOST:
            self.workload.mix = {verb: weight for verb, weight in self.workload.mix.items() if verb != "submit"}
        self._start()

    def _stop(self):
        status, seconds = self.daemon.stop()
        self.stops += 1
        if status != 0 or seconds > 20:
            self.findings["starts and stops"].append(f"a stop took {seconds:.1f} s and ended with status {status}")

    def _check(self):
        """The clients wait for their answers no longer once the daemon is dead, and write that down first."""
        time.sleep(0.2)
        found = Findings()
        with Copy(copy_database(self.daemon.state, self.workplace.folder / "check")) as copy:
            found.add(self.oracle.check(copy))
            found.damaged += file_findings(self.daemon.state, copy.named_files(), self._known_files)
        self.findings["every acknowledged change holds, with the same bits"] += found.all()
        self.findings["answers are as expected"] += self.workload.unexpected
        self.workload.unexpected = []

    # MARK: Clients

    def _answered(self, method, path, answer):
        self.answers += 1
        if answer.status == 500:
            self.findings["no request is answered 500"].append(f"{method} {path}: {answer.words}")

    def _repeat(self, action):
        while not self._over.is_set():
            self._up.wait()
            try:
                action()
            except Unreachable:
                self._over.wait(0.05)

    def _work(self):
        self._repeat(lambda: (self.workload.do(self.workload.choose()), self._over.wait(0.02)))

    def _browse(self):
        def page():
            sweeps = [entry.sweep for entry in self.ledger.submissions if entry.sweep is not None]
            if sweeps:
                self.daemon.client.get(self.random.choice(_PAGES).format(self.random.choice(sweeps[-10:])))
            self._over.wait(0.1)

        self._repeat(page)

    def _follow(self):
        """Reads the stream and goes on where it stopped: no event is missing, none comes twice."""
        last = 0

        def read():
            nonlocal last
            for line in self.daemon.client.stream(last=last, timeout=15):
                if line.startswith("id: "):
                    number = int(line[4:])
                    if number != last + 1:
                        self.findings["answers are as expected"].append(f"event {number} came after event {last}")
                    last = number
                if self._over.is_set():
                    return

        self._repeat(read)

    # MARK: Samples

    def _sample(self):
        while not self._over.wait(_SAMPLE_EVERY):
            if self._up.is_set() and time.monotonic() - self._up_since > _WARM_UP:
                try:
                    self.samples.append(Sample(len(self.recovery), self._measure()))
                except (OSError, StopIteration):
                    continue  # The daemon has ended in this moment.

    def _measure(self):
        process = f"/proc/{self.daemon.process.pid}"
        with open(f"{process}/status") as file:
            resident = next(int(line.split()[1]) for line in file if line.startswith("VmRSS"))
        wal = self.daemon.state / (DATABASE + "-wal")
        size = 0
        for folder, _, names in os.walk(self.daemon.state):
            for name in names:
                try:
                    size += os.stat(os.path.join(folder, name)).st_size
                except FileNotFoundError:
                    continue  # A checkpoint that was superseded.
        sweeps = max(1, sum(1 for entry in self.ledger.submissions if entry.sweep is not None))
        return {"resident memory": resident / 1024, "open descriptors": len(os.listdir(f"{process}/fd")),
                "write-ahead log": wal.stat().st_size / 2**20, "state folder per sweep": size / 1024 / sweeps}
