"""State folders to start from, and starts on a full disk."""

import shutil
import time

from daemon import Daemon, StartFailed
from database import DATABASE
from era import OLD_DATABASE
from shim import Shim
from sweepfiles import sweep_file

STARTS = ("nothing", "a killed daemon", "a database of version 1")


def make_killed(workplace):
    """A state folder that is recovered at the next start."""
    daemon = Daemon(workplace)
    daemon.start()
    daemon.client.post("/v1/sweeps", {"file": sweep_file("grid"), "key": "before"})
    time.sleep(0.2)
    daemon.kill()
    return daemon.state


def lay_out(daemon, kind, before):
    if kind == "a killed daemon":
        shutil.copytree(before, daemon.state)
    elif kind == "a database of version 1":
        daemon.state.mkdir()
        shutil.copyfile(OLD_DATABASE, daemon.state / DATABASE)


def start_steps(workplace, kind, before):
    """Every call of a start."""
    daemon = Daemon(workplace)
    lay_out(daemon, kind, before)
    shim = Shim(workplace, daemon.state)
    daemon.start(shim.environment)
    calls = shim.get("calls")
    daemon.kill()
    return range(1, calls + 1, max(1, calls // 40))


def start_when_full(workplace, kind, number, before):
    """The disk is full during the start: it is ready nevertheless, waits for room, or says why not; with room it starts."""
    daemon = Daemon(workplace)
    lay_out(daemon, kind, before)
    shim = Shim(workplace, daemon.state)
    shim.fail_from(number, torn=number % 2 == 0)
    found = []
    try:
        try:
            daemon.launch(shim.environment)
            daemon.wait_ready(30, lambda: shim.release() if "waits until there is room" in daemon.log() else None)
            daemon.kill()
        except StartFailed as failure:
            if failure.status is None:
                found.append("it neither starts nor ends")
            elif failure.status <= 0 or not failure.log.strip():
                found.append(f"it ended with status {failure.status} and said: {failure.log[-200:]!r}")
        shim.release()
        try:
            daemon.start(timeout=30)
        except StartFailed as failure:
            return found + [f"with room again: {failure}"]
        sweeps = daemon.client.json("/v1/sweeps")["sweeps"]
        expected = {"nothing": 0, "a killed daemon": 1, "a database of version 1": 1}[kind]
        if len(sweeps) != expected:
            found.append(f"{len(sweeps)} sweeps instead of {expected}")
        findings = daemon.client.post("/v1/check").body["findings"] if kind != "a database of version 1" else []
        return found + findings
    finally:
        daemon.kill()
        shutil.rmtree(daemon.state, ignore_errors=True)
