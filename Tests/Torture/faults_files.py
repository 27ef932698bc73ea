"""Files that are damaged, cut, lost, or of another version."""

import os
import sqlite3

from bench import CONFIGURATION
from daemon import StartFailed
from database import DATABASE, Copy, copy_database


def _refused_untouched(bench, daemon, *words):
    path = daemon.state / DATABASE
    before = path.read_bytes()
    yield from bench.refused(daemon, CONFIGURATION, *words)
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
        if failure.status != CONFIGURATION:
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
    aside = daemon.state / "damaged"
    kept = list(aside.iterdir()) if aside.exists() else []
    if not kept:
        yield "the damaged files are not set aside in `damaged`"
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


CASES = {
    "a damaged database": _corrupt,
    "a damaged header of the database": _header,
    "a truncated database": _truncated,
    "an empty database beside models": _empty,
    "a database of a newer version": _newer,
    "damaged checkpoints": _damaged_checkpoint,
    "lost checkpoints": _lost_checkpoint,
    "a damaged model": _damaged_model,
}
