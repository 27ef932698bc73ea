#!/usr/bin/env python3
"""The 144 trials of configs/grid.json through a real sweepd, on all cores.

    make bench-grid DATA=~/data                        # CIFAR-10
    make bench-grid DATA=~/data BENCH=--write          # and into benchmarks/results/grid.txt
    benchmarks/kernels/grid.py --data-dir DATA --iterations 20

From the moment before the submission to the moment when the last trial has ended: reading of the images, evaluation,
checkpoints, models and rows are in it. Peak is what a loop of multiply-adds reaches on all cores at once.
"""

import argparse
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import report
from service import BIN, ROOT, Service

RESULT = ROOT / "benchmarks/results/grid.txt"
INPUTS = 3072
# Training images that accuracy is measured on beside the validation images.
PROBE = 1000


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data-dir", type=Path, help="with CIFAR-10 in it; synthetic images of its size without")
    parser.add_argument("--iterations", type=int, help="of each trial, for a short run (2000)")
    parser.add_argument("--workers", type=int, default=len(os.sched_getaffinity(0)), help="trials at once (all cores)")
    parser.add_argument("--pin", action="store_true", help="keep each worker to a core of its own")
    parser.add_argument("--folder", type=Path, default=ROOT / ".run", help="where the state folder is made (.run)")
    parser.add_argument("--write", action="store_true", help=f"write {RESULT.relative_to(ROOT)}; waits for an idle machine")
    return parser.parse_args()


def sweep_file(options):
    sweep = json.loads((ROOT / "configs/grid.json").read_text())
    if not options.data_dir:
        sweep["dataset"] = {"name": "synthetic", "train": 49000, "validation": 1000, "test": 1000, "inputs": INPUTS}
    if options.iterations:
        sweep["parameters"]["iterations"] = {"value": options.iterations}
    return sweep


def peak(workers):
    """GFLOP/s of as many cores as there are workers, busy at once."""
    cores = ",".join(map(str, sorted(os.sched_getaffinity(0))[:workers]))
    done = subprocess.run(
        [BIN / "kernel-bench", "peak", "--json", "--tries", "20", "--cores", cores], capture_output=True, check=True)
    return json.loads(done.stdout)["gflops"]


@dataclass
class Work:
    """What the trials did, from the database's rows."""

    states: dict
    training: float
    evaluation: float
    # Seconds that the trials' own slices took, added up.
    slices: float


def work(database, validation):
    states, training, evaluation, slices = {}, 0, 0, 0
    with sqlite3.connect(database) as connection:
        rows = connection.execute(
            "SELECT state, parameters, iteration, seconds, (SELECT count(*) FROM epochs WHERE trial = trials.id)"
            " FROM trials").fetchall()
    connection.close()
    for state, parameters, iteration, seconds, records in rows:
        parameters = json.loads(parameters)
        hidden, batch = parameters["hidden_size"], parameters["batch_size"]
        states[state] = states.get(state, 0) + 1
        training += 4 * batch * INPUTS * hidden * iteration
        # A trial that completes is evaluated once more at its end.
        passes = records + (state == "completed")
        evaluation += passes * (validation + PROBE) * 2 * INPUTS * hidden
        slices += seconds
    return Work(states, training, evaluation, slices)


def peak_memory(service):
    """Most bytes that the daemon's process ever had in memory."""
    status = Path(f"/proc/{service.process.pid}/status").read_text()
    return 1024 * int(re.search(r"VmHWM:\s+(\d+) kB", status).group(1))


def run(options, workplace):
    sweep, before = sweep_file(options), peak(options.workers)
    data = options.data_dir.resolve() if options.data_dir else workplace
    with Service(workplace / "grid", data, workers=options.workers, pin_workers=int(options.pin)) as service:
        start = time.perf_counter()
        made = str(service.submit(sweep))
        service.sweepctl("wait", made)
        wall = time.perf_counter() - start
        cpu, memory = service.cpu_seconds(), peak_memory(service)
        audit = json.loads(service.sweepctl("audit", made, "--json"))
        best = json.loads(service.sweepctl("best", made, "--json"))["best"]
        service.stop()
    top = max(before, peak(options.workers))
    found = work(workplace / "grid" / "sweepd.db", sweep["dataset"]["validation"])
    if not audit["sound"]:
        raise SystemExit(f"bench: the audit complains: {audit['findings']}")
    speed = found.training / wall / 1e9
    busy = (found.training + found.evaluation) / wall / 1e9
    share, both = 100 * speed / top, 100 * busy / top
    return [
        ("trials", ", ".join(f"{count} {state}" for state, count in sorted(found.states.items()))),
        ("wall", f"{wall:.1f} s, {options.workers} {'pinned ' if options.pin else ''}workers"),
        ("in slices", f"{found.slices:.1f} s of {options.workers} × {wall:.1f} s,"
                      f" {100 * found.slices / wall / options.workers:.1f} %"),
        ("processor", f"{cpu:.1f} s, all threads"),
        ("peak", f"{top:.1f} GFLOP/s, all {options.workers} cores busy, the larger one of before and after"),
        ("training", f"{found.training / 1e12:.2f} TFLOP, {speed:.1f} GFLOP/s, {share:.1f} % of peak over the wall time"),
        ("evaluation", f"{found.evaluation / 1e12:.2f} TFLOP; with it {busy:.1f} GFLOP/s, {both:.1f} % of peak"),
        ("memory", f"{memory / 1e6:.0f} MB at most"),
        ("best", f"{best['val_accuracy']:.4f} validation accuracy, index {best['index']}"),
        ("digest", audit["digest"]),
    ]


def main():
    options = arguments()
    for program in ("sweepd", "sweepctl", "kernel-bench"):
        if not (BIN / program).exists():
            sys.exit(f"bench: {BIN / program} is not there; make bench-grid builds it")
    before = report.load(wants_idle=options.write)
    options.folder.mkdir(parents=True, exist_ok=True)
    workplace = Path(tempfile.mkdtemp(prefix="grid-bench-", dir=options.folder.resolve()))
    try:
        rows = run(options, workplace)
    finally:
        shutil.rmtree(workplace)
    images = "CIFAR-10" if options.data_dir else "synthetic images"
    head = report.head(
        "benchmarks/kernels/grid.py", before, data=f"{images}, configs/grid.json"
        + (f", {options.iterations} iterations" if options.iterations else ""))
    text = "\n".join(head + [f"{name:10} {value}" for name, value in rows]) + "\n"
    report.show(text, RESULT if options.write else None)


if __name__ == "__main__":
    main()
