"""A real file system that is full: a small tmpfs, a ballast file, and its removal."""

import os
import shutil
import subprocess
from pathlib import Path

from daemon import Daemon
from database import Copy, copy_database
from ledger import Ledger
from oracle import Oracle
from sweepfiles import TRIALS, sweep_file

_MIB = 1 << 20


def fill_and_free(workplace, references):
    """A note and what was found; without the right to mount, the note says so."""
    mount = workplace.name("tmpfs")
    mount.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(mount)], capture_output=True, text=True)
    if done.returncode != 0:
        return f"left out, it cannot be mounted here: {done.stderr.strip()}", []
    workplace.at_close(lambda: subprocess.run(["umount", "-l", str(mount)], capture_output=True))
    return _run(workplace, mount, references)


def _run(workplace, mount, references):
    daemon = Daemon(workplace, mount / "state")
    daemon.start()
    ledger = Ledger(workplace.name("ledger", ".jsonl"))
    found, refused = [], 0
    client = daemon.client
    first = _submit(client, ledger)
    ballast = mount / "ballast"
    _fill(ballast)
    for _ in range(6):
        refused += _submit(client, ledger).sweep is None
        if client.get("/v1/sweeps").status != 200:
            found.append("the list of sweeps is not read while the disk is full")
    trouble = daemon.wait_until(lambda: client.json("/v1/health")["trouble"], timeout=10)
    if client.post(f"/v1/sweeps/{first.sweep}/pause").status not in (200, 409, 503):
        found.append("pause is answered strangely while the disk is full")
    _fill(ballast)
    ballast.unlink()
    if not daemon.wait_until(lambda: client.json("/v1/health")["trouble"] is None, timeout=30):
        found.append("the trouble does not end although there is room")
    for entry in ledger.submissions:
        if entry.sweep is None:
            answer = client.post("/v1/sweeps", {"file": sweep_file("dozen"), "key": entry.key})
            ledger.settle(entry.submit, answer)
            entry.sweep = answer.body.get("sweep")
            if not answer.is_acknowledged:
                found.append(f"with room again: {answer.words}")
    if client.json(f"/v1/sweeps/{first.sweep}")["state"] == "paused":
        client.post(f"/v1/sweeps/{first.sweep}/resume")
    for entry in ledger.submissions:
        if entry.sweep is not None and not daemon.wait_ended(entry.sweep, 60):
            found.append(f"sweep {entry.sweep} does not end although there is room")
    status, _ = daemon.stop()
    if status != 0:
        found.append(f"the stop ended with status {status}")
    with Copy(copy_database(daemon.state, workplace.name("copy"))) as copy:
        # The verbs above are not in the ledger: what is looked at are sweeps and results.
        oracle = Oracle(ledger, references, os.getpid())
        found += [line for line in oracle.check(copy).all() if "pause of" not in line and "resume of" not in line]
    ledger.close()
    shutil.rmtree(daemon.state, ignore_errors=True)
    return f"{refused} submissions refused, {'trials waited' if trouble else 'no trial needed room'}", found


def _submit(client, ledger):
    entry = ledger.submission("dozen", TRIALS["dozen"], f"tmpfs-{len(ledger.submissions)}")
    answer = client.post("/v1/sweeps", {"file": sweep_file("dozen"), "key": entry.key})
    ledger.settle(entry.submit, answer)
    if answer.is_acknowledged:
        entry.sweep = answer.body["sweep"]
    elif answer.code != "refused_for_now":
        raise RuntimeError(f"submit: {answer.words}")
    return entry


def _fill(path: Path):
    """Writes until no byte fits any more."""
    with open(path, "ab", buffering=0) as file:
        for size in (_MIB, 4096, 1):
            try:
                while True:
                    file.write(bytes(size))
            except OSError:
                continue
