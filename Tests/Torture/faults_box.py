"""What the box does: file systems, descriptors, clocks, and another daemon."""

import errno
import os
import resource
import socket
import time

from bench import CONFIGURATION, CONFLICT
from shim import NFS, Shim
from sweepfiles import sweep_file

_DAY = 86_400


def _read_only(bench):
    daemon = bench.daemon()
    shim = Shim(bench.workplace, daemon.state)
    daemon.start(shim.environment)
    sweep = bench.submit(daemon, "long")
    shim.fail_from(1, errno.EROFS)
    if not daemon.wait_until(lambda: daemon.client.json("/v1/health")["trouble"], timeout=20):
        yield "there is no trouble although nothing can be written"
    file = bench.workplace.name("sweep", ".json")
    file.write_text(sweep_file("dozen"))
    done = daemon.ctl("submit", file)
    if done.returncode != 8:
        yield f"submit ends with status {done.returncode} instead of 8: {done.stderr.strip()}"
    if daemon.client.get(f"/v1/sweeps/{sweep}/trials").status != 200:
        yield "trials are not read"
    shim.release()
    if not daemon.wait_until(lambda: not daemon.client.json("/v1/health")["trouble"], timeout=20):
        yield "the trouble stays although it can be written again"
    yield from bench.same_bits(daemon, sweep, "long")


def _start_read_only(bench):
    daemon = bench.ended_state()
    shim = Shim(bench.workplace, daemon.state)
    shim.fail_from(1, errno.EROFS)
    yield from bench.refused(daemon, CONFIGURATION, environment=shim.environment)
    shim.release()
    daemon.start()


def _no_descriptors(bench):
    daemon = bench.daemon()
    daemon.start(preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (96, 96)))
    sweep = bench.submit(daemon, "long")
    idle = []
    try:
        for _ in range(400):
            connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            connection.settimeout(1)
            idle.append(connection)
            try:
                connection.connect(str(daemon.socket))
            except OSError:
                break
        time.sleep(3)
        if not daemon.is_running:
            yield f"{len(idle)} connections end the daemon with status {daemon.process.poll()}: {daemon.log()[-300:]}"
            return
        count = len(os.listdir(f"/proc/{daemon.process.pid}/fd"))
        bench.note = f"{len(idle)} connections asked for, {count} of 96 descriptors in use"
    finally:
        for connection in idle:
            connection.close()
    if not daemon.wait_until(lambda: daemon.client.get("/v1/health", timeout=5).status == 200, timeout=30):
        yield "it does not answer although the connections are gone"
        return
    yield from bench.same_bits(daemon, sweep, "long")


def _clock(bench):
    daemon = bench.daemon()
    shim = Shim(bench.workplace, daemon.state)
    daemon.start(shim.environment)
    sweep = bench.submit(daemon, "long")
    budget = daemon.client.post("/v1/sweeps", {"file": sweep_file("dozen"), "set": [
        {"key": "time_budget_s", "value": "600"}]})
    for offset in (_DAY, 0, -_DAY, 30 * _DAY, 0):
        time.sleep(0.3)
        shim.set("clock_offset", offset)
        for path in ("/v1/sweeps", f"/v1/sweeps/{sweep}", "/v1/health", "/v1/plots/workers", "/v1/metrics"):
            answer = daemon.client.get(path)
            if answer.status != 200:
                yield f"GET {path} with the clock {offset} s ahead: {answer.words}"
    yield from bench.same_bits(daemon, sweep, "long")
    if not budget.is_acknowledged:
        yield f"submit: {budget.words}"
    elif daemon.wait_ended(budget.body["sweep"], 60)["state"] != "completed":
        yield "the time budget was used up by the clock"
    reply = daemon.client.json(f"/v1/sweeps/{sweep}")
    if not 0 <= reply["active_s"] < 600:
        yield f"the sweep ran for {reply['active_s']} s"
    seconds = [trial["seconds"] for trial in daemon.client.json(f"/v1/sweeps/{sweep}/trials")["trials"]]
    if not all(0 <= value < 600 for value in seconds):
        yield f"trials took {seconds} s"
    shim.set("clock_offset", -_DAY)
    status, seconds = daemon.stop()
    if status != 0 or seconds > 20:
        yield f"the stop took {seconds:.1f} s and ended with status {status}"


def _nfs(bench):
    daemon = bench.ended_state()
    shim = Shim(bench.workplace, daemon.state)
    shim.set("filesystem", NFS)
    yield from bench.refused(daemon, CONFIGURATION, "NFS", environment=shim.environment)


def _second_daemon(bench):
    first = bench.daemon()
    first.start()
    yield from bench.refused(bench.daemon(first.state), CONFLICT, str(first.state))
    if first.client.get("/v1/health").status != 200:
        yield "the first one does not answer any more"


CASES = {
    "a file system that becomes read-only": _read_only,
    "a start on a read-only file system": _start_read_only,
    "no file descriptor left": _no_descriptors,
    "the clock jumps a day and a month, both ways": _clock,
    "a state folder on NFS": _nfs,
    "a second daemon": _second_daemon,
}
