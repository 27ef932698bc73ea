"""Daemons for one case after the other, and what most cases ask of them."""

import shutil

from daemon import Daemon, StartFailed
from database import Copy, copy_database
from sweepfiles import sweep_file

#: Exit statuses: `configuration` of sysexits.h, and a conflict.
CONFIGURATION, CONFLICT = 78, 4


class Bench:
    """Daemons for the cases; `end` takes them away."""

    def __init__(self, workplace, references, random):
        self.workplace, self.references, self.random = workplace, references, random
        self.daemons = []
        self.note = ""

    def daemon(self, state=None, **settings):
        daemon = Daemon(self.workplace, state, settings)
        self.daemons.append(daemon)
        return daemon

    def end(self):
        for daemon in self.daemons:
            if daemon.process:
                daemon.kill()
            shutil.rmtree(daemon.state, ignore_errors=True)
        self.daemons = []

    def submit(self, daemon, kind):
        answer = daemon.client.post("/v1/sweeps", {"file": sweep_file(kind)})
        if answer.status != 201:
            raise RuntimeError(f"submit: {answer.words}")
        return answer.body["sweep"]

    def same_bits(self, daemon, sweep, kind):
        """The sweep ends, with the bits of an undisturbed run."""
        if not daemon.wait_ended(sweep, 120):
            yield f"sweep {sweep} does not end"
            return
        audit = daemon.client.json(f"/v1/sweeps/{sweep}/audit")
        if not audit["sound"] or audit["digest"] != self.references[kind].audit:
            yield f"sweep {sweep} has other bits than an undisturbed run: {audit}"

    def refused(self, daemon, status, *words, environment=None):
        """The start ends with this status and says these words."""
        try:
            daemon.start(environment, timeout=20)
        except StartFailed as failure:
            if failure.status != status:
                yield f"exit status {failure.status} instead of {status}: {failure.log[-300:]}"
            for word in words:
                if word not in failure.log:
                    yield f"it does not say `{word}`: {failure.log[-300:]}"
        else:
            yield "it starts"

    def ended_state(self, kind="dozen"):
        """A state folder of a daemon that has ended in order, with one completed sweep."""
        daemon = self.daemon()
        daemon.start()
        sweep = self.submit(daemon, kind)
        daemon.wait_ended(sweep)
        daemon.stop()
        return daemon

    def half_done(self):
        """A killed daemon whose trials have checkpoints."""
        daemon = self.daemon(checkpoint_seconds=0.05, slice_seconds=0.05)
        daemon.start()
        sweep = self.submit(daemon, "long")
        if not daemon.wait_until(lambda: self._has_two_checkpoints(daemon)):
            raise RuntimeError("no second checkpoint comes")
        daemon.kill()
        return daemon, sweep


    def _has_two_checkpoints(self, daemon):
        """Whether the row of some trial names a checkpoint and the one before it."""
        with Copy(copy_database(daemon.state, self.workplace.folder / "half-done")) as copy:
            column = "previous_path" if "previous_path" in copy.columns("trials") else "checkpoint_path"
            return copy.value(f"SELECT count({column}) FROM trials") > 0
