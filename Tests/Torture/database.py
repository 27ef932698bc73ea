"""A copy of the files of a dead daemon, read by SQLite itself."""

import hashlib
import shutil
import sqlite3
import struct
from pathlib import Path

DATABASE = "sweepd.db"
#: What must be the same in every run of the same sweep: all but ids, times and machines.
_RESULT = "state, iteration, val_accuracy, train_accuracy, val_loss, train_loss, model_digest, model_iteration"


def copy_database(state, to):
    """The database and its WAL as they lie there; the wal-index is left out, as after a power cut."""
    to = Path(to)
    to.mkdir(parents=True, exist_ok=True)
    for old in to.glob(DATABASE + "*"):
        old.unlink()
    for suffix in ("", "-wal"):
        source = Path(state) / (DATABASE + suffix)
        if source.exists():
            shutil.copyfile(source, to / source.name)
    return to / DATABASE


def bits(value):
    """A number by its bits, so that nothing is rounded."""
    return struct.pack(">d", value).hex() if isinstance(value, float) else value


class Copy:
    """Queries over a copied database. Opening it replays the copied WAL; the daemon's own files stay as they are."""

    def __init__(self, path):
        self._database = sqlite3.connect(path, isolation_level=None)
        self._columns = {}

    def close(self):
        self._database.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def rows(self, sql, *values):
        return self._database.execute(sql, values).fetchall()

    def value(self, sql, *values):
        return self._database.execute(sql, values).fetchone()[0]

    def has_table(self, name):
        return bool(self.value("SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = ?", name))

    def columns(self, table):
        if table not in self._columns:
            self._columns[table] = {row[1] for row in self.rows(f"PRAGMA table_info({table})")}
        return self._columns[table]

    def integrity(self):
        """What `integrity_check` and the foreign keys find; empty when sound."""
        found = [row[0] for row in self.rows("PRAGMA integrity_check") if row[0] != "ok"]
        return found + [f"a row of {row[0]} names a row of {row[2]} that is not there"
                        for row in self.rows("PRAGMA foreign_key_check")]

    def fingerprint(self):
        """Equal for equal contents, and different after any transaction of the daemon's."""
        digest = hashlib.sha256()
        for table in ("boots", "sweeps", "submission_keys", "trials", "epochs", "events", "promotions"):
            if self.has_table(table):
                for row in self._database.execute(f"SELECT * FROM {table} ORDER BY 1, 2"):
                    digest.update(repr(row).encode())
        return digest.hexdigest()

    def last_event(self):
        return self.value("SELECT coalesce(max(seq), 0) FROM events") if self.has_table("events") else 0

    def results(self, sweep):
        """Index → result of the trials of a sweep that trained to their end."""
        found = {}
        for index, *result in self.rows(
                f"SELECT idx, {_RESULT} FROM trials WHERE sweep = ? AND state IN ('completed', 'diverged', 'pruned')", sweep):
            found[index] = tuple(map(bits, result))
        return found

    def curves(self, sweep):
        """Index → digest over the learning curve, for the same trials; times are left out."""
        curves = {}
        for index, *point in self._database.execute(
                "SELECT idx, epoch, epochs.iteration, epochs.val_accuracy, epochs.train_accuracy, epochs.val_loss,"
                " epochs.train_loss, learning_rate FROM epochs JOIN trials ON trials.id = trial"
                " WHERE sweep = ? AND state IN ('completed', 'diverged', 'pruned') ORDER BY idx, epoch", (sweep,)):
            curves.setdefault(index, hashlib.sha256()).update(repr(tuple(map(bits, point))).encode())
        return {index: digest.hexdigest() for index, digest in curves.items()}

    def named_files(self):
        """Path → (bytes, digest) of every file that a row says is there."""
        files = {}
        kept = " AND model_kept" if "model_kept" in self.columns("trials") else ""
        kinds = [("checkpoint", ""), ("model", kept)]
        if "previous_path" in self.columns("trials"):
            kinds.append(("previous", ""))
        if "pruned_path" in self.columns("trials"):
            kinds.append(("pruned", ""))
        for kind, condition in kinds:
            for path, size, digest in self.rows(
                    f"SELECT {kind}_path, {kind}_bytes, {kind}_digest FROM trials"
                    f" WHERE {kind}_path IS NOT NULL{condition}"):
                files[path] = (size, digest)
        return files


def file_findings(state, named, known=None):
    """Files that a row names and that are not whole; `known` remembers those that were."""
    found = []
    known = set() if known is None else known
    for path, (size, digest) in named.items():
        if (path, digest) in known:
            if not (Path(state) / path).exists():
                found.append(f"{path} is named by a row and is gone")
            continue
        try:
            content = (Path(state) / path).read_bytes()
        except OSError as error:
            found.append(f"{path} is named by a row: {error.strerror}")
            continue
        if len(content) != size or hashlib.sha256(content).hexdigest() != digest:
            found.append(f"{path} does not have the recorded digest")
        else:
            known.add((path, digest))
    return found
