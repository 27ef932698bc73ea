"""`torture wal`: the write-ahead log cut and flipped everywhere; each opens to a committed prefix."""

import shutil
import struct
import threading
import time
from dataclasses import dataclass

from daemon import Daemon, StartFailed
from database import DATABASE, Copy
from results import Results, progress
from sweepfiles import sweep_file
from walfile import FRAME_HEADER, HEADER, WriteAheadLog

#: Frames at most: SQLite writes the WAL back into the database from a thousand on, and a cut below that would be
#: something that no crash can leave.
_FRAMES_AT_MOST = 900
#: So many of all cases are opened by starting the daemon; the others by SQLite and the same checks.
_DAEMON_STARTS = 60


def run(options, workplace, random):
    results = Results("cut")
    source = _make_source(workplace)
    log = WriteAheadLog.read(source / (DATABASE + "-wal"))
    backfilled = _backfilled(source)
    if backfilled or not log.commits or len(log.commits) < 10:
        results.case("a WAL to cut", [f"{len(log.commits)} transactions, {backfilled} frames written back already"])
        return results.finish("there was nothing to cut")
    progress(f"{log.frames} frames of {log.page_size} bytes, {len(log.commits)} transactions")
    cases = list(_cases(log, random))
    with_daemon = set(random.sample(range(len(cases)), min(_DAEMON_STARTS, len(cases)))) | {0, len(cases) - 1}
    bench = _Bench(workplace, source, log)
    last_event = -1
    for number, case in enumerate(cases):
        found, event = bench.open(case, number in with_daemon)
        # Cuts come in order: a longer log never shows less.
        if case.flipped is None:
            if event < last_event:
                found.append(f"the events end at {event}, and at {last_event} with a shorter log")
            last_event = event
        results.count([f"{case.name}: {sentence}" for sentence in found])
        if number % 500 == 499:
            progress(f"{number + 1} of {len(cases)}")
    cuts = sum(1 for case in cases if case.flipped is None)
    return results.finish(
        f"a WAL of {log.frames} frames and {len(log.commits)} transactions: {cuts} cuts and {len(cases) - cuts} "
        f"flipped bytes, {len(with_daemon)} of them opened by the daemon, the others by SQLite; "
        f"{len(bench.states)} states seen")


@dataclass
class _Case:
    name: str
    length: int
    #: Position of a byte that is inverted, if one is.
    flipped: int | None
    #: Frames that are left whole.
    whole: int


def _cases(log, random):
    for length in (0, 1, HEADER - 1, HEADER, HEADER + 1):
        yield _Case(f"cut at {length}", length, None, 0)
    for frame in range(1, log.frames + 1):
        end = log.end(frame)
        yield _Case(f"cut one byte before the end of frame {frame}", end - 1, None, frame - 1)
        yield _Case(f"cut at the end of frame {frame}", end, None, frame)
        if frame < log.frames:
            yield _Case(f"cut one byte after the end of frame {frame}", end + 1, None, frame)
    for frame in range(1, log.frames + 1):
        # Every byte of a frame counts: page, size, salts and checksums.
        position = random.randrange(log.end(frame - 1), log.end(frame))
        yield _Case(f"byte {position} of frame {frame} flipped", len(log.content), position, frame - 1)


class _Bench:
    """Opens the same database with another log each time."""

    def __init__(self, workplace, source, log):
        self.workplace, self.source, self.log = workplace, source, log
        self.folder = workplace.name("bench")
        self.folder.mkdir()
        #: Models at the end of the whole log.
        self._models = {path.name for path in (source / "models").iterdir()}
        #: Frames of the committed prefix → what the database holds then.
        self.states = {}

    def open(self, case, with_daemon):
        """What is wrong with it, and the last event."""
        content = bytearray(self.log.content[:case.length])
        if case.flipped is not None:
            content[case.flipped] ^= 0xFF
        self._lay_out(content)
        try:
            with Copy(self.folder / DATABASE) as copy:
                found, event = self._check(copy, self.log.committed(case.whole)), copy.last_event()
                is_empty = not copy.has_table("sweeps") or copy.value("SELECT count(*) FROM sweeps") == 0
        except Exception as error:  # Whatever SQLite says, it is this case's result.
            return [f"{type(error).__name__}: {error}"], -1
        if with_daemon:
            found += self._start(content, event, is_empty, case.whole == self.log.frames)
        return found, event

    def _is_later(self, finding):
        """Whether a row of the shorter past names a file that a later transaction has removed: a checkpoint that was
        superseded, or a model that retention has pruned."""
        file = finding.split()[0]
        return file.startswith("checkpoints/") or (
            file.startswith("models/") and file.removeprefix("models/") not in self._models)

    def _lay_out(self, content):
        for old in self.folder.glob(DATABASE + "*"):
            old.unlink()
        shutil.copyfile(self.source / DATABASE, self.folder / DATABASE)
        (self.folder / (DATABASE + "-wal")).write_bytes(content)

    def _check(self, copy, committed):
        found = copy.integrity()
        state = copy.fingerprint()
        if self.states.setdefault(committed, state) != state:
            found.append(f"it holds something else than the first {committed} frames")
        if not copy.has_table("trials"):
            return found
        for sweep, trials, count in copy.rows(
                "SELECT s.id, s.trials, count(DISTINCT idx) FROM sweeps s LEFT JOIN trials t ON t.sweep = s.id"
                " GROUP BY s.id"):
            if count != trials:
                found.append(f"sweep {sweep} has {count} of {trials} trials")
        return found

    def _start(self, content, event, is_empty, is_whole):
        """The daemon opens the same files, and has the same past."""
        state = self.workplace.name("state")
        shutil.copytree(self.source, state, ignore=shutil.ignore_patterns(DATABASE + "-*"))
        (state / (DATABASE + "-wal")).write_bytes(content)
        daemon = Daemon(self.workplace, state)
        try:
            daemon.start()
            after = daemon.client.json("/v1/events?limit=1000")["events"]
            seqs = [row["seq"] for row in after]
            found = [] if len(seqs) >= 1000 or seqs == list(range(1, len(seqs) + 1)) else ["the events have gaps"]
            if seqs and seqs[-1] < event:
                found.append(f"the daemon's events end at {seqs[-1]} instead of {event} or later")
            check = daemon.client.post("/v1/check").body
            # A shorter past may name files that are gone; the whole log names none.
            return found + [sentence for sentence in check["findings"] if is_whole or not self._is_later(sentence)]
        except StartFailed as error:
            # Models beside a database that knows of none: it says so, and touches nothing.
            is_right = is_empty and self._models and "its database is new" in str(error)
            kept = {path.name for path in (state / "models").iterdir()}
            return [] if is_right and kept == self._models else [str(error)]
        finally:
            daemon.kill()
            shutil.rmtree(state, ignore_errors=True)


def _make_source(workplace):
    """A state folder of a killed daemon whose WAL holds many transactions, none of them written back."""
    daemon = Daemon(workplace)
    daemon.start()
    daemon.stop()
    daemon.start()
    client = daemon.client
    wal = daemon.state / (DATABASE + "-wal")
    page = FRAME_HEADER + 4096

    def has_room():
        return wal.stat().st_size < _FRAMES_AT_MOST * page

    def watch():
        while daemon.is_running and has_room():
            time.sleep(0.002)
        daemon.kill()

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        for number in range(20):
            sweep = client.post("/v1/sweeps", {"file": sweep_file("dozen"), "key": f"wal-{number}"}).body["sweep"]
            if number % 3 == 1:
                client.post(f"/v1/sweeps/{sweep}/pause")
            if number % 3 == 2:
                client.post(f"/v1/sweeps/{sweep}/cancel")
                client.post(f"/v1/sweeps/{sweep}/retry", {"states": ["cancelled"]})
            elif number % 3 == 0 and daemon.wait_ended(sweep, 20):
                client.post("/v1/promotions", {"sweep": sweep})
    except Exception as error:
        progress(f"the log is long enough ({type(error).__name__})")
    watcher.join(20)
    daemon.kill()
    watcher.join()
    return daemon.state


def _backfilled(state):
    """Frames that were written back into the database, from the wal-index (`nBackfill`)."""
    index = (state / (DATABASE + "-shm")).read_bytes()
    return struct.unpack_from("=I", index, 96)[0]
