"""What is measured. Each function returns rows for the table: what, figure, target, how."""

import itertools
import json
import random
import sqlite3
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass

from service import BIN, Service, environment

MILLI = 1000


@dataclass
class Row:
    what: str
    value: float
    unit: str
    # At most this; None where the row only explains another one.
    limit: float | None = None
    note: str = ""

    @property
    def is_met(self):
        return self.limit is None or self.value <= self.limit


def seconds_of(action):
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def synthetic(name, trials, **parameters):
    """A random search over the smallest data set there is."""
    return {
        "name": name, "method": "random", "run_cap": trials,
        "dataset": {"name": "synthetic", "train": 100, "validation": 10, "test": 10, "inputs": 1, "classes": 2},
        "parameters": {
            "learning_rate": {"distribution": "log_uniform_values", "min": 1e-4, "max": 1e-2},
            "reg": {"distribution": "uniform", "min": 0, "max": 1}, "hidden_size": {"min": 1, "max": 8},
            "batch_size": {"values": [50, 100]}, "iterations": {"value": 50},
        } | parameters,
    }


# MARK: A submission of ten thousand trials


def submissions(workplace, rounds):
    """From the connection to the answer, which comes after the commit is on disk. The daemon is idle until then."""
    spent = {"socket": [], "sweepctl": []}
    with Service(workplace / "submit", workplace) as service:
        for number in range(rounds):
            sweep = synthetic(f"submit-{number}", 10_000)
            for way in spent:
                if way == "socket":
                    start = time.perf_counter()
                    made = service.submit(sweep)
                else:
                    file = workplace / "sweep.json"
                    file.write_text(json.dumps(sweep))
                    start = time.perf_counter()
                    made = json.loads(service.sweepctl("submit", file, "--json"))["sweep"]
                spent[way].append(time.perf_counter() - start)
                service.ask("POST", f"/v1/sweeps/{made}/cancel", {})
    note = f"median of {rounds}, most {{most:.0f}} ms"
    return [
        Row(f"submit of 10,000 trials, {way}", MILLI * statistics.median(times), "ms", 1000,
            note.format(most=MILLI * max(times)))
        for way, times in spent.items()
    ]


# MARK: A row of a learning curve


def epoch_rows(workplace, trials=8, iterations=20_000):
    """The same steps with a row for each of them, and with a row for a thousand of them.

    Processor time of the whole daemon (workers, recorder, SQLite, HTTP): what other threads do for a row counts too.
    """
    found = {}
    for name, samples in (("many", 100), ("few", 100_000)):
        sweep = synthetic(
            name, trials, batch_size={"value": 100}, iterations={"value": iterations}, hidden_size={"value": 1},
            learning_rate={"value": 1e-6})
        sweep["dataset"]["train"] = samples
        with Service(workplace / f"epochs-{name}", workplace) as service:
            before, start = service.cpu_seconds(), time.perf_counter()
            made = service.submit(sweep)
            service.sweepctl("wait", str(made))
            found[name] = (service.cpu_seconds() - before, time.perf_counter() - start)
            service.stop()
        with sqlite3.connect(workplace / f"epochs-{name}" / "sweepd.db") as database:
            found[name] += database.execute("SELECT count(*) FROM epochs").fetchone()
        database.close()
    (cpu, wall, rows), (few_cpu, _, few_rows) = found["many"], found["few"]
    more = rows - few_rows
    return [
        Row("epoch row, all processor time of the daemon", MILLI * cpu / rows, "ms", 0.2,
            f"{cpu:.2f} s for {rows} rows, their training and evaluation included"),
        Row("epoch row, what it adds", MILLI * (cpu - few_cpu) / more, "ms", 0.2,
            f"against {few_rows} rows over the same steps; its evaluation included"),
        Row("epoch row, elapsed", MILLI * wall / rows, "ms", None, f"{rows / wall:.0f} rows a second, one worker"),
    ]


# MARK: Questions over a hundred thousand trials


def questions(workplace, rounds, sweeps=10, trials=10_000, epochs=10):
    state = workplace / "questions"
    with Service(state, workplace) as service:
        for number in range(sweeps):
            made = service.submit(synthetic(f"history-{number}", trials))
            service.ask("POST", f"/v1/sweeps/{made}/cancel", {})
        service.stop()
        pretend_to_have_completed(state / "sweepd.db", epochs)
        service.start()
        cold = seconds_of(lambda: service.ask("GET", "/v1/sweeps"))
        counts = service.ask("GET", "/v1/sweeps")["sweeps"]
        completed = sum(sweep["counts"].get("completed", 0) for sweep in counts)
        if completed != sweeps * trials:
            raise SystemExit(f"bench: the daemon sees {completed} completed trials instead of {sweeps * trials}")
        start = statistics.median(
            seconds_of(lambda: subprocess.run([BIN / "sweepctl", "--version"], check=True, capture_output=True))
            for _ in range(rounds))
        some = sweeps // 2
        asked = [
            ("status, socket", lambda: service.ask("GET", "/v1/sweeps")),
            ("status of one sweep, socket", lambda: service.ask("GET", f"/v1/sweeps/{some}")),
            ("best, socket", lambda: service.ask("GET", f"/v1/sweeps/{some}/best")),
            ("status, sweepctl", lambda: service.sweepctl("status")),
            ("status of one sweep, sweepctl", lambda: service.sweepctl("status", str(some))),
            ("best, sweepctl", lambda: service.sweepctl("best", str(some))),
        ]
        rows = [
            Row("status, socket, first one after a start", MILLI * cold, "ms", 50,
                "when the daemon has read nothing of the database yet")
        ]
        for what, action in asked:
            times = sorted(seconds_of(action) for _ in range(rounds))
            note = f"median of {rounds}, most {MILLI * times[-1]:.1f} ms"
            if "sweepctl" in what:
                note += f"; {MILLI * start:.1f} ms of it are the program's own start"
            rows.append(Row(what, MILLI * statistics.median(times), "ms", 50, note))
        return rows


def pretend_to_have_completed(path, epochs):
    """Turns cancelled trials of a stopped daemon's database into completed ones with learning curves.

    Training them would take an hour and say the same about questions.
    """
    noise = random.Random(1)
    with sqlite3.connect(path) as database:
        database.create_function("noise", 0, noise.random)
        database.execute(
            "UPDATE trials SET state = 'completed', reason = NULL, iteration = 50, iterations = 50, seconds = 0.01,"
            " val_accuracy = noise(), train_accuracy = noise(), val_loss = noise(), train_loss = noise(),"
            " started_at = ended_at WHERE state <> 'completed'")
        database.execute("UPDATE sweeps SET state = 'completed', reason = NULL, started_at = submitted_at")
        database.execute("DELETE FROM epochs")
        database.execute(
            "WITH RECURSIVE n(epoch) AS (SELECT 0 UNION ALL SELECT epoch + 1 FROM n WHERE epoch < ? - 1)"
            " INSERT INTO epochs (trial, epoch, iteration, val_accuracy, train_accuracy, val_loss, train_loss,"
            " learning_rate, seconds) SELECT id, epoch, 5 * epoch + 1, noise(), noise(), noise(), noise(), 0.001, 0.001"
            " FROM trials, n", (epochs,))
    database.close()


# MARK: The service against the bare program


def service_against_bare(workplace, data, dataset, iterations, rounds):
    """The same configurations, one worker: `sweepd trial` one after the other, then the daemon; and again.

    Bare: the seconds that each trial's last line gives, which begin after the data are read. Service: from the first
    trial's start to the last one's end, as its rows have them; so everything between the slices counts, and the
    reading of the data does not. The first round warms up and is not counted.
    """
    sweep = {
        "name": "against-bare", "method": "grid", "dataset": dataset, "seed": 5,
        "parameters": {
            "learning_rate": {"values": [1e-3, 5e-4]}, "hidden_size": {"values": [80, 160]},
            "batch_size": {"values": [200, 400]}, "reg": {"value": 0.1}, "iterations": {"value": iterations},
            # The trials' own, so that both ways do the same work to the bit.
            "seed": {"value": 5},
        },
    }
    bare, service, pairs, between = [], [], [], []
    for number in range(rounds + 1):
        alone, expected = bare_trials(workplace, data, sweep)
        together, own, results = service_trials(workplace / f"service-{number}", data, sweep)
        if results != expected:
            raise SystemExit(f"bench: the two ways end with other accuracies: {expected}, {results}")
        if number:
            bare.append(sum(alone))
            service.append(together)
            pairs.append(100 * (together / sum(alone) - 1))
            between.append(100 * (together / own - 1))
            print(f"  round {number}: bare {sum(alone):.3f} s, service {together:.3f} s ({pairs[-1]:+.2f} %), "
                  f"{own:.3f} s of it in slices", file=sys.stderr, flush=True)
    trials = len(alone)
    return [
        Row("service against bare, median of the rounds", statistics.median(pairs), "%", 2,
            f"{rounds} alternating rounds of {trials} trials, from {min(pairs):+.2f} to {max(pairs):+.2f} %"),
        Row("service against bare, fastest round of each", 100 * (min(service) / min(bare) - 1), "%", 2,
            f"{min(service):.3f} s against {min(bare):.3f} s"),
        Row("service, its time outside of slices", statistics.median(between), "%", 2,
            "against the seconds that its own trials trained; less sensitive to noise"),
        Row("bare, a trial", MILLI * statistics.median(bare) / trials, "ms", None, "median of the rounds"),
        Row("service, a trial", MILLI * statistics.median(service) / trials, "ms", None, "median of the rounds"),
    ]


def bare_trials(workplace, data, sweep):
    """Seconds of training and validation accuracy of each configuration of the grid, in its order."""
    single = {key: value for key, value in sweep.items() if key != "name"}
    file = workplace / "single.json"
    names = [name for name, values in sweep["parameters"].items() if "values" in values]
    seconds, accuracies = [], []
    for choice in itertools.product(*(sweep["parameters"][name]["values"] for name in names)):
        fixed = {name: {"value": value} for name, value in zip(names, choice)}
        file.write_text(json.dumps(single | {"parameters": sweep["parameters"] | fixed}))
        done = subprocess.run(
            [BIN / "sweepd", "trial", file, "--data-dir", data], env=environment(), capture_output=True, check=True)
        final = json.loads(done.stdout.splitlines()[-1])
        if final["state"] != "completed":
            raise SystemExit(f"bench: a bare trial ended as {final['state']}: {final['reason']}")
        seconds.append(final["seconds"])
        accuracies.append(final["val_accuracy"])
    return seconds, accuracies


def service_trials(state, data, sweep):
    """Elapsed seconds of all trials, the sum of the seconds that each says it trained, and their accuracies."""
    with Service(state, data) as service:
        service.sweepctl("wait", str(service.submit(sweep)))
    with sqlite3.connect(state / "sweepd.db") as database:
        rows = database.execute(
            "SELECT state, started_at, ended_at, seconds, val_accuracy FROM trials ORDER BY idx").fetchall()
    database.close()
    if any(row[0] != "completed" for row in rows):
        raise SystemExit(f"bench: the daemon's trials ended as {[row[0] for row in rows]}")
    elapsed = max(row[2] for row in rows) - min(row[1] for row in rows)
    return elapsed, sum(row[3] for row in rows), [row[4] for row in rows]
