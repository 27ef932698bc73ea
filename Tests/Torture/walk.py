"""A walk past everything that a state folder can go through; it goes on where a crash has interrupted it."""

import os
import shutil
import signal

from client import Unreachable
from daemon import BIN, Daemon, StartFailed
from database import DATABASE, Copy, copy_database, file_findings
from era import OLD_DATABASE
from ledger import Ledger
from oracle import Oracle
from sweepfiles import TRIALS, sweep_file

#: So short that every trial has checkpoints, and checkpoints that are superseded.
_SETTINGS = {"checkpoint_seconds": 0.02, "slice_seconds": 0.02}


class Walk:
    """Submit, run, pause, resume, cancel, retry, promote, let a pruned trial go on, back up, prune, keep, stop, start, restore.

    The first daemon (and `sweepd restore`) run in `environment`; after its crash all others run without.
    """

    def __init__(self, workplace, references, environment, is_old=False):
        self.workplace = workplace
        self.daemon = Daemon(workplace, settings=_SETTINGS)
        self.environment = environment
        self.ledger = Ledger(workplace.name("ledger", ".jsonl"))
        self.oracle = Oracle(self.ledger, references, os.getpid())
        self.references = references
        self.crashes = 0
        self.crashed_in = "nothing"
        self.found = []
        self.absent = set()
        self.pruned = None
        self.backup_file = workplace.name("backup", ".db")
        if is_old:
            self.daemon.state.mkdir()
            shutil.copyfile(OLD_DATABASE, self.daemon.state / DATABASE)
            with Copy(copy_database(self.daemon.state, workplace.name("copy"))) as copy:
                self.oracle.learn(copy)
                self.absent = set(copy.named_files())

    def run(self):
        """All steps; a step that a crash interrupts is done again after a start without the fault."""
        steps = (self._begin, self._submit_all, self._pause, self._resume, self._cancel, self._retry, self._judge, self._end_first,
                 self._promote, self._end_all, self._resume_trial, self._back_up, self._prune, self._keep, self._stop, self._begin,
                 self._stop, self._restore)
        try:
            for step in steps:
                self._step(step)
            self._check(self.daemon.state, self.ledger)
        except (StartFailed, Unreachable, RuntimeError) as failure:
            self.found.append(f"{failure} {self.daemon.log()[-300:]}")
        finally:
            if self.daemon.process:
                self.daemon.kill()
            self.ledger.close()
            shutil.rmtree(self.daemon.state, ignore_errors=True)

    def _step(self, step):
        name = step.__name__.strip("_")
        try:
            step()
        except (Unreachable, StartFailed, _Crashed):
            status = self.daemon.process.wait(30)
            if self.crashes or status != -signal.SIGKILL:
                raise RuntimeError(f"the daemon ended during {name} with status {status}") from None
            self._crash(name)
            if step != self._stop:
                if step != self._begin:
                    self._begin()
                step()

    def _crash(self, name):
        self.crashes += 1
        self.crashed_in = name
        self.environment = {}

    # MARK: Requests

    def submit(self, key, kind="dozen"):
        entry = next((entry for entry in self.ledger.submissions if entry.key == key), None)
        entry = entry or self.ledger.submission(kind, TRIALS[kind], key)
        if not entry.submit.is_acknowledged:
            answer = self.daemon.client.post("/v1/sweeps", {"file": sweep_file(kind), "key": key})
            self.ledger.settle(entry.submit, answer)
            if not answer.is_acknowledged:
                raise RuntimeError(f"submit: {answer.words}")
            entry.sweep = answer.body["sweep"]
        return entry

    def trials(self, entry):
        return self.daemon.client.json(f"/v1/sweeps/{entry.sweep}/trials")["trials"]

    def is_done(self, entry):
        return self.daemon.client.json(f"/v1/sweeps/{entry.sweep}")["ended_at"] is not None

    def _verb(self, number, verb):
        entry = self.ledger.submissions[number]
        request = self.ledger.verb(entry, verb)
        body = {"states": ["cancelled", "failed"]} if verb == "retry" else {}
        answer = self.daemon.client.post(f"/v1/sweeps/{entry.sweep}/{verb}", body)
        self.ledger.settle(request, answer)
        # What a crash has interrupted may have happened, and a sweep may end before it is changed.
        if not answer.is_acknowledged and not (answer.status == 409 and (self.crashes or self.is_done(entry))):
            self.found.append(f"{verb}: {answer.words}")

    # MARK: Steps

    def _begin(self):
        self.daemon.start(self.environment)

    def _submit_all(self):
        for number in range(2):
            self.submit(f"walk-{number}")

    def _pause(self):
        # A few slices first, so that there is something to save.
        entry = self.ledger.submissions[0]
        self._wait(lambda: any(trial["iteration"] > 0 for trial in self.trials(entry)))
        self._verb(0, "pause")

    def _resume(self):
        if self.daemon.client.json(f"/v1/sweeps/{self.ledger.submissions[0].sweep}")["state"] == "paused":
            self._verb(0, "resume")

    def _cancel(self):
        self.submit("walk-2")
        self._verb(2, "cancel")
        self._wait(lambda: self.is_done(self.ledger.submissions[2]))

    def _retry(self):
        self._verb(2, "retry")

    def _judge(self):
        self.submit("walk-3", "halving")

    def _resume_trial(self):
        """One that was pruned goes on to its end; the same one again where a crash came between."""
        entry = self.ledger.submissions[3]
        entry.was_resumed = True
        if self.pruned is None:
            self.pruned = next(trial["trial"] for trial in self.trials(entry) if trial["state"] == "pruned")
        answer = self.daemon.client.post(f"/v1/trials/{self.pruned}/resume")
        # It may have been let go on before the crash.
        if not answer.is_acknowledged and not (answer.status == 409 and self.crashes):
            self.found.append(f"resume-trial: {answer.words}")
        self._wait(lambda: self.is_done(entry))
        state = self.daemon.client.json(f"/v1/trials/{self.pruned}")["state"]
        if state != "completed":
            self.found.append(f"trial {self.pruned} was let go on and is {state}")

    def _end_first(self):
        self._wait(lambda: self.is_done(self.ledger.submissions[0]))

    def _promote(self):
        self.ledger.ask_promotion()
        answer = self.daemon.client.post("/v1/promotions", {"sweep": self.ledger.submissions[0].sweep})
        if answer.is_acknowledged:
            self.ledger.promoted(answer.body)
        else:
            self.found.append(f"promote: {answer.words}")

    def _end_all(self):
        for entry in self.ledger.submissions:
            self._wait(lambda: self.is_done(entry))
            audit = self.daemon.client.json(f"/v1/sweeps/{entry.sweep}/audit")
            if not audit["sound"] or audit["digest"] != self.references[entry.kind].audit:
                self.found.append(f"audit of sweep {entry.sweep}: {audit}")

    def _back_up(self):
        self._ctl("backup", self.backup_file, "--force")

    def _prune(self):
        self._ctl("prune", self.ledger.submissions[1].sweep, "--keep", 1)

    def _keep(self):
        """A trial whose model has been pruned is trained again."""
        completed = [t for t in self.trials(self.ledger.submissions[1]) if t["state"] == "completed"]
        worst = min(completed, key=lambda trial: (trial["val_accuracy"], -trial["index"]))
        self._ctl("keep", worst["trial"], timeout=60)

    def _stop(self):
        status, _ = self.daemon.stop()
        if status == -signal.SIGKILL and self.environment:
            raise _Crashed
        if status != 0:
            self.found.append(f"the stop ended with status {status}")

    def _restore(self):
        """The backup, put back into another folder, holds everything."""
        folder = self.workplace.name("restored")
        command = [BIN / "sweepd", "restore", self.backup_file, "--state-dir", folder]
        done = self.workplace.run(command, env={**os.environ, **self.environment})
        if done.returncode == -signal.SIGKILL and self.environment:
            self._crash("restore")
            is_there = (folder / DATABASE).exists()
            done = self.workplace.run(command + (["--replace"] if is_there else []))
        if done.returncode != 0:
            self.found.append(f"restore ended with status {done.returncode}: {_first_line(done)}")
            return
        self._check(folder, self.ledger)
        restored = Daemon(self.workplace, folder)
        restored.start()
        check = restored.client.post("/v1/check").body
        self.found += [f"restored: {sentence}" for sentence in check["findings"] if not self.absent]
        restored.kill()
        shutil.rmtree(folder, ignore_errors=True)

    # MARK: Help

    def _wait(self, condition):
        if not self.daemon.wait_until(condition, timeout=60, every=0.01):
            if not self.daemon.is_running:
                raise _Crashed
            raise RuntimeError("waited for a minute")

    def _ctl(self, *arguments, timeout=30):
        done = self.daemon.ctl(*arguments, timeout=timeout)
        if done.returncode == 0:
            self.ledger.acknowledge(arguments[0])
            return
        # The answer may be lost because the daemon dies at this moment.
        if self.environment and self._dies():
            raise _Crashed
        self.found.append(f"{arguments[0]} ended with status {done.returncode}: {_first_line(done)}")

    def _dies(self):
        try:
            return self.daemon.process.wait(1) is not None
        except Exception:
            return False

    def _check(self, state, ledger):
        with Copy(copy_database(state, self.workplace.name("copy"))) as copy:
            self.found += self.oracle.check(copy).all()
            named = {path: what for path, what in copy.named_files().items() if path not in self.absent}
            self.found += file_findings(state, named)


def _first_line(done):
    return next(iter(done.stderr.strip().splitlines()), "nothing was said")


class _Crashed(Exception):
    """The daemon is gone, as was to be expected."""
