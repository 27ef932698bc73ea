"""`torture faults`: what a box does to a daemon that is not a crash; one line a case."""

import errno
import os
import resource
import shutil
import socket
import sqlite3
import threading
import time

from client import Unreachable
from daemon import Daemon, StartFailed
from database import DATABASE, Copy, copy_database
from reference import undisturbed
from results import Results, progress
from shim import NFS, Shim
from sweepfiles import sweep_file

_DAY = 86_400
#: What `configuration` is among the exit statuses of sysexits.h, and what a conflict is.
_CONFIGURATION, _CONFLICT = 78, 4


def run(options, workplace, random):
    results = Results("fault")
    progress("the undisturbed run")
    references = undisturbed(workplace, ("dozen", "long"))
    bench = _Bench(workplace, references, random)
    for name, case in _CASES.items():
        if options.only and options.only not in name:
            continue
        bench.note = ""
        try:
            found = list(case(bench))
        except (StartFailed, Unreachable, RuntimeError) as failure:
            found = [failure]
        finally:
            bench.end()
        results.case(name, found, bench.note)
    return results.finish(f"{results.passed} of {results.passed + len(results.failures)} faults are taken as promised")


class _Bench:
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

    def half_done(self, unclean=True, **settings):
        """A killed daemon whose trials have checkpoints."""
        daemon = self.daemon(checkpoint_seconds=0.05, slice_seconds=0.05, **settings)
        daemon.start()
        sweep = self.submit(daemon, "long")
        folder = daemon.state / "checkpoints"
        if not daemon.wait_until(lambda: any(not path.name.endswith(".partial") for path in folder.iterdir())):
            raise RuntimeError("no checkpoint comes")
        if unclean:
            daemon.kill()
        else:
            daemon.stop()
        return daemon, sweep


# MARK: The box

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
    yield from bench.refused(daemon, _CONFIGURATION, environment=shim.environment)
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
    yield from bench.refused(daemon, _CONFIGURATION, "NFS", environment=shim.environment)


def _second_daemon(bench):
    first = bench.daemon()
    first.start()
    yield from bench.refused(bench.daemon(first.state), _CONFLICT, str(first.state))
    if first.client.get("/v1/health").status != 200:
        yield "the first one does not answer any more"


# MARK: Damaged files

def _refused_untouched(bench, daemon, *words):
    path = daemon.state / DATABASE
    before = path.read_bytes()
    yield from bench.refused(daemon, _CONFIGURATION, *words)
    if path.read_bytes() != before:
        yield "the database has changed"
    strays = {entry.name for entry in daemon.state.iterdir()} - {
        DATABASE, "lock", "checkpoints", "models", "backups", "data", "crash"}
    if strays - {DATABASE + "-wal", DATABASE + "-shm"}:
        yield f"there is something new: {sorted(strays)}"


def _corrupt(bench):
    daemon, _ = bench.half_done()
    path = daemon.state / DATABASE
    _checkpoint(path)
    with open(path, "r+b") as file:
        size = path.stat().st_size
        for page in range(1, size // 4096, 3):
            file.seek(page * 4096)
            file.write(bytes(bench.random.getrandbits(8) for _ in range(64)))
    yield from _refused_untouched(bench, daemon, "sweepd restore")


def _header(bench):
    daemon = bench.ended_state()
    with open(daemon.state / DATABASE, "r+b") as file:
        file.write(b"not a database, by any means....")
    yield from _refused_untouched(bench, daemon, "sweepd restore")


def _truncated(bench):
    daemon, _ = bench.half_done()
    path = daemon.state / DATABASE
    _checkpoint(path)
    os.truncate(path, path.stat().st_size // 2 // 4096 * 4096 + 1000)
    yield from _refused_untouched(bench, daemon, "sweepd restore")


def _empty(bench):
    """A database of no bytes beside models is one that was lost, not a new one."""
    daemon = bench.ended_state()
    os.truncate(daemon.state / DATABASE, 0)
    models = sorted(path.name for path in (daemon.state / "models").iterdir())
    try:
        daemon.start()
        daemon.kill()
    except StartFailed as failure:
        if failure.status != _CONFIGURATION:
            yield f"exit status {failure.status}: {failure.log[-300:]}"
    if sorted(path.name for path in (daemon.state / "models").iterdir()) != models:
        yield f"{len(models)} models were removed because the database was empty"


def _newer(bench):
    daemon = bench.ended_state()
    with sqlite3.connect(daemon.state / DATABASE) as database:
        database.execute("INSERT INTO grdb_migrations (identifier) VALUES ('9999_from_the_future')")
    database.close()
    _checkpoint(daemon.state / DATABASE)
    yield from _refused_untouched(bench, daemon, "newer", "9999_from_the_future")


def _checkpoint(path):
    """Everything is in the database itself, and no WAL is left."""
    database = sqlite3.connect(path)
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    for suffix in ("-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def _damage(path):
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    path.write_bytes(content)


def _damaged_checkpoint(bench):
    daemon, sweep = bench.half_done()
    with Copy(copy_database(daemon.state, bench.workplace.name("copy"))) as copy:
        named = [path for path, in copy.rows("SELECT checkpoint_path FROM trials WHERE checkpoint_path IS NOT NULL")]
    for path in named:
        _damage(daemon.state / path)
    daemon.start()
    yield from bench.same_bits(daemon, sweep, "long")
    kinds = {event["kind"] for event in daemon.client.json(f"/v1/events?sweep={sweep}")["events"]}
    if "trial_fell_back" not in kinds:
        yield f"no event says that trials fell back: {sorted(kinds)}"
    kept = [path for path in named if (daemon.state / (path + ".damaged")).exists()]
    if not kept:
        yield "the damaged files are not set aside as ….damaged"
    bench.note = f"{len(named)} damaged, {len(kept)} set aside"


def _lost_checkpoint(bench):
    daemon, sweep = bench.half_done()
    for path in (daemon.state / "checkpoints").iterdir():
        path.unlink()
    daemon.start()
    yield from bench.same_bits(daemon, sweep, "long")


def _damaged_model(bench):
    daemon = bench.ended_state()
    daemon.start()
    sweep = daemon.client.json("/v1/sweeps")["sweeps"][0]["sweep"]
    best = daemon.client.json(f"/v1/sweeps/{sweep}/best")["best"]
    with Copy(copy_database(daemon.state, bench.workplace.name("copy"))) as copy:
        path = copy.value("SELECT model_path FROM trials WHERE id = ?", best["trial"])
    _damage(daemon.state / path)
    answer = daemon.client.post("/v1/promotions", {"sweep": sweep})
    if answer.is_acknowledged or "damaged" not in answer.words:
        yield f"promote: {answer.words}"
    if daemon.client.json("/v1/promotions")["promotions"]:
        yield "something was promoted"
    done = daemon.ctl("check")
    if done.returncode != 1 or path not in done.stdout + done.stderr:
        yield f"check ends with status {done.returncode}: {done.stdout} {done.stderr}"
    done = daemon.ctl("verify", best["trial"])
    bench.note = f"promote: {answer.words}; verify ends with status {done.returncode}"


# MARK: Ends

def _clean_stop(bench):
    """SIGTERM in full flight: nothing is charged, and the same bits come out with another number of workers."""
    daemon = bench.daemon(workers=2)
    daemon.start()
    sweep = bench.submit(daemon, "long")
    for workers in (1, 3, 2):
        time.sleep(0.7)
        status, seconds = daemon.stop()
        if status != 0 or seconds > 10:
            yield f"the stop took {seconds:.1f} s and ended with status {status}"
        wal = daemon.state / (DATABASE + "-wal")
        if wal.exists() and wal.stat().st_size:
            yield f"the WAL has {wal.stat().st_size} bytes after the stop"
        daemon.settings["workers"] = workers
        daemon.start()
    yield from bench.same_bits(daemon, sweep, "long")
    attempts = [trial["attempt"] for trial in daemon.client.json(f"/v1/sweeps/{sweep}/trials")["trials"]]
    if set(attempts) != {1}:
        yield f"stops were charged: attempts {attempts}"


#: What a client may leave a daemon with, without ever reading an answer.
_SLOW = {
    "nothing": b"",
    "half a head": b"GET /v1/health HTTP/1.1\r\nHo",
    "half a body": b"POST /v1/sweeps HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{",
    "a stream that nobody reads": b"GET /v1/events HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\n\r\n",
    "what is not HTTP": b"\x16\x03\x01\x02garbage\r\n\r\n",
}


def _slow_clients(bench):
    """Clients that send half of something and then nothing keep neither others nor a stop waiting."""
    for what, content in _SLOW.items():
        daemon = bench.daemon()
        daemon.start()
        slow = []
        for _ in range(10):
            connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            connection.connect(str(daemon.socket))
            connection.sendall(content)
            slow.append(connection)
        sweep = bench.submit(daemon, "dozen")
        for finding in bench.same_bits(daemon, sweep, "dozen"):
            yield f"{what}: {finding}"
        status, seconds = daemon.stop(timeout=20)
        if status != 0:
            yield f"{what}: the stop takes more than {seconds:.0f} s" if status is None else f"{what}: status {status}"
        for connection in slow:
            connection.close()


def _many_keys(bench):
    """The same key from many clients at once is one sweep."""
    daemon = bench.daemon()
    daemon.start()
    answers = []

    def submit():
        answers.append(daemon.client.post("/v1/sweeps", {"file": sweep_file("dozen"), "key": "same"}))

    clients = [threading.Thread(target=submit) for _ in range(16)]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    sweeps = {answer.body.get("sweep") for answer in answers}
    if len(sweeps) != 1 or sorted(answer.status for answer in answers) != [200] * 15 + [201]:
        yield f"{sorted(answer.status for answer in answers)} for sweeps {sweeps}"
    if len(daemon.client.json("/v1/sweeps")["sweeps"]) != 1:
        yield "there is not one sweep"


_CASES = {
    "a file system that becomes read-only": _read_only,
    "a start on a read-only file system": _start_read_only,
    "no file descriptor left": _no_descriptors,
    "the clock jumps a day and a month, both ways": _clock,
    "a state folder on NFS": _nfs,
    "a second daemon": _second_daemon,
    "a damaged database": _corrupt,
    "a damaged header of the database": _header,
    "a truncated database": _truncated,
    "an empty database beside models": _empty,
    "a database of a newer version": _newer,
    "damaged checkpoints": _damaged_checkpoint,
    "lost checkpoints": _lost_checkpoint,
    "a damaged model": _damaged_model,
    "stops, with other numbers of workers": _clean_stop,
    "slow and strange clients": _slow_clients,
    "one key from many clients": _many_keys,
}
