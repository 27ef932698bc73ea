#!/usr/bin/env python3
"""Searches on the real task, CIFAR-10: sweepd's methods beside Optuna's, same space, same trainings, equal budgets.

    make bench-search-cifar DATA=~/data                       # everything, about 90 minutes on two idle cores
    make bench-search-cifar DATA=~/data BENCH=--write         # and into benchmarks/results/search-cifar10.txt
    benchmarks/search/cifar10.py --data-dir DATA table  # one part; needs the table of an earlier `record`

Parts, in this order:

record  The exercise's 144 configurations (configs/grid.json) through sweepd: their learning curves are the table, and the
        time of the whole grid is the measure of `mark`.
mark    The same grid with early_terminate asha (and the other rules), the best weights of each trial kept, and a target: how
        long until a trial has completed with the exercise's 0.54. Then the whole sweep with that rule; the epochs that
        each trial ran are compared with what the rules say from the table: the daemon decides as search-bench does.
table   Every method on the table, 20 seeds: best validation accuracy within a budget of epochs. A configuration of the
        grid has the same learning curve whoever asks for it, so that searches are compared and nothing else.
real    The continuous space, short trainings, some seeds: sweepd trains as its rules say; Optuna's configurations are
        trained by `sweepd trial` with the same code and data, and charged only the epochs up to their pruning.

A budget counts epochs, that is passes over the training images; the last one of a training may be a part of one. A
configuration that diverges is charged what it ran. sweepd is told that it diverged; Optuna, which has no word for it, that it
has the accuracy of guessing.

The daemons' states stay in .run; `--again` reads what they found there instead of training it once more.
"""

import argparse
import json
import math
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

import optuna

sys.path[:0] = [str(Path(__file__).resolve().parent.parent), str(Path(__file__).resolve().parent)]

import report  # noqa: E402
import surrogates  # noqa: E402
from service import BIN, ROOT, Service, environment  # noqa: E402

RESULT = ROOT / "benchmarks/results/search-cifar10.txt"
PARTS = ("record", "mark", "table", "real")
CHANCE = 0.1
LOG = "log_uniform_values"
# Student's t at 97.5 %, by degrees of freedom.
T = {1: 12.706, 2: 4.303, 3: 3.182, 4: 2.776, 5: 2.571, 6: 2.447, 7: 2.365, 8: 2.306, 9: 2.262, 14: 2.145, 19: 2.093}


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], help="which parts; all of them when left out")
    parser.add_argument("--data-dir", type=Path, required=True, help="with CIFAR-10 in it")
    parser.add_argument("--seeds", type=int, default=20, help="of each method on the table (20)")
    parser.add_argument("--real-seeds", type=int, default=3, help="of each method in `real` (3)")
    parser.add_argument("--real-trials", type=int, default=16, help="the budget of `real`, in whole trainings (16)")
    parser.add_argument("--target", type=float, default=0.54, help="the mark of `mark` (0.54)")
    parser.add_argument("--rules", default="asha,successive_halving,hyperband,median", help="those of `mark`, with commas (all)")
    parser.add_argument("--workers", type=int, default=len(os.sched_getaffinity(0)), help="trials at once (all cores)")
    parser.add_argument("--folder", type=Path, default=ROOT / ".run", help="where states and the table are kept (.run)")
    parser.add_argument("--program", default=str(BIN / "search-bench"), help="sweepd's rules without a daemon")
    parser.add_argument("--again", action="store_true", help="take what earlier runs with these options left in the folder")
    parser.add_argument("--small", action="store_true", help="few images and iterations: a test of this script")
    parser.add_argument("--write", action="store_true", help=f"write {RESULT.relative_to(ROOT)}; waits for an idle machine")
    return parser.parse_args()


# The sweep files


def grid(options, **more):
    sweep = json.loads((ROOT / "configs/grid.json").read_text())
    if options.small:
        sweep["dataset"] |= {"train": 2000, "validation": 200}
        sweep["parameters"]["iterations"] = {"value": 12}
    return sweep | more


def key(parameters):
    """A point of the grid, whoever asks for it."""
    return tuple(float(parameters[name]) for name in ("learning_rate", "reg", "batch_size", "hidden_size"))


def space(options):
    return {name: spec for name, spec in grid(options)["parameters"].items() if "values" in spec}


def continuous(options, seed, method, count, extra):
    length, images = (4, 2000) if options.small else (9, 10000)
    parameters = REAL | {"epochs": {"value": length}}
    dataset = {"name": "cifar10", "train": images, "validation": 1000, "test": 1000}
    return {"name": f"{method}-{seed}", "method": method, "run_cap": count, "seed": seed, "dataset": dataset,
            "parameters": parameters} | extra


REAL = {
    "learning_rate": {"distribution": LOG, "min": 1e-5, "max": 1e-2},
    "reg": {"distribution": LOG, "min": 1e-4, "max": 1.0},
    "batch_size": {"values": [100, 200, 400]},
    "hidden_size": {"distribution": "int_uniform", "min": 80, "max": 320},
}


# record and mark: through the daemon


def run(service, sweep):
    """Submits, waits, and returns seconds, the sweep's row, its trials and their curves.

    A daemon's sweeps count from 1: one that an earlier run has left is not submitted again.
    """
    service.runs = getattr(service, "runs", 0) + 1
    number = service.runs
    if all(row["sweep"] != number for row in service.ask("GET", "/v1/sweeps?limit=100")["sweeps"]):
        number = service.submit(sweep)
    service.sweepctl("wait", str(number))
    row = service.ask("GET", f"/v1/sweeps/{number}")
    seconds = (datetime.fromisoformat(row["ended_at"]) - datetime.fromisoformat(row["submitted_at"])).total_seconds()
    trials = []
    while True:
        page = service.ask("GET", f"/v1/sweeps/{number}/trials?limit=1000&offset={len(trials)}")
        trials += page["trials"]
        if page["next_offset"] is None:
            break
    curves = service.ask("GET", f"/v1/sweeps/{number}/curves")["trials"]
    curves = {one["index"]: one for one in curves}
    return seconds, row, trials, {trial["index"]: values(trial, curves[trial["index"]]) for trial in trials}


def values(trial, curve):
    """Validation accuracy after each epoch, the record after the first iteration left out, then the final one; None where
    the trial diverged."""
    found = [a for iteration, a in zip(curve["iteration"], curve["val_accuracy"]) if iteration > 1]
    if trial["state"] == "completed" and (not found or curve["iteration"][-1] < trial["iteration"]):
        found.append(trial["val_accuracy"])
    if trial["state"] == "diverged":
        while found and found[-1] is None:
            found.pop()
        return [*plain(found), None]
    return plain(found)


def record(options, lines):
    with daemon(options, "search-record") as service:
        seconds, row, trials, curves = run(service, grid(options))
    table = []
    for trial in trials:
        table.append({"index": trial["index"], "parameters": trial["parameters"], "curve": curves[trial["index"]]})
    found = {"seconds": seconds, "best": row["best"]["val_accuracy"], "trials": table}
    path(options).write_text(json.dumps(found))
    lines += [f"record    {len(trials)} trials, {epochs(table)} epochs, {seconds:.1f} s, {options.workers} workers; "
              f"best {found['best']:.4f} validation accuracy", ""]


def epochs(table):
    return sum(len(trial["curve"]) for trial in table)


def path(options):
    return options.folder / ("search-table-small.json" if options.small else "search-table.json")


def load(options):
    if not path(options).exists():
        sys.exit(f"bench: there is no {path(options)}; run the part `record` first")
    return json.loads(path(options).read_text())


def mark(options, lines):
    """Time to the target with each rule, and whether the daemon decides as the rules say from the table."""
    known = load(options)
    target = min(options.target, highest(known))
    by_point = {key(trial["parameters"]): trial["curve"] for trial in known["trials"]}
    lines += [f"mark      seconds and epochs until a trial has completed with {target:.4f} or more, through the daemon,",
              f"          beside the whole grid's {known['seconds']:.1f} s and {epochs(known['trials'])} epochs", "",
              "          Then the whole sweep with that rule and without a target.", "",
              f"{'':26}{'until':>26}{'':12}{'whole sweep':>26}{'':9}{'trials that ran as many':>26}",
              f"{'':26}" + f"{'seconds':>10}{'part':>7}{'epochs':>8}{'part':>7}" * 2 + f"{'best':>9}{'epochs as on the table':>26}"]
    for rule in options.rules.split(","):
        # What reaches the mark must be what is kept, as the exercise keeps its best net.
        shape = (BANDS if rule == "hyperband" else early(rule)) | {"keep": "best"}
        with daemon(options, f"search-mark-{rule}") as service:
            goal = {"metric": {"name": "val_accuracy", "target": target}}
            seconds, row, _, curves = run(service, grid(options, **shape, **goal))
            all_seconds, all_row, trials, all_curves = run(service, grid(options, **shape))
        reached = row["best"] is not None and row["best"]["val_accuracy"] >= target
        cells = cost(known, seconds, curves) if reached else f"{'-':>10}{'-':>7}{'-':>8}{'-':>7}"
        lines.append(f"{'grid, ' + rule:26}{cells}{cost(known, all_seconds, all_curves)}{all_row['best']['val_accuracy']:9.4f}"
                     f"{agreement(options, shape, by_point, trials, all_curves):>26}")
    lines.append("")


def highest(known):
    return max(value for trial in known["trials"] for value in trial["curve"] if value is not None)


def cost(known, seconds, curves):
    spent, whole = sum(map(len, curves.values())), epochs(known["trials"])
    return f"{seconds:10.1f}{seconds / known['seconds']:7.3f}{spent:8d}{spent / whole:7.3f}"


def agreement(options, shape, by_point, trials, curves):
    """How many trials ran as many epochs in the daemon as the rules let them run on the table's curves."""
    pieces = surrogates.ours(options.program, grid(options, **shape), lambda p: by_point[key(p)])
    ends = {}
    for curve, _, last in pieces:
        ends[id(curve)] = max(last, ends.get(id(curve), 0))
    same = sum(
        len(curves[trial["index"]]) == ends.get(id(by_point[key(trial["parameters"])]), 0)
        for trial in trials if trial["state"] in ("completed", "pruned"))
    return f"{same} of {sum(trial['state'] in ('completed', 'pruned') for trial in trials)}"


def daemon(options, name):
    folder = options.folder / name
    if not options.again:
        shutil.rmtree(folder, ignore_errors=True)
    options.folder.mkdir(parents=True, exist_ok=True)
    return Service(folder, options.data_dir, options.workers)


# table: the rules alone, on recorded curves


def tpe(seed): return optuna.samplers.TPESampler(seed=seed)
def uniform(seed): return optuna.samplers.RandomSampler(seed=seed)
def qmc(seed): return optuna.samplers.QMCSampler(qmc_type="sobol", scramble=True, seed=seed)
def none(): return optuna.pruners.NopPruner()
def median(): return optuna.pruners.MedianPruner()
def halving(): return optuna.pruners.SuccessiveHalvingPruner(min_resource=1, reduction_factor=3)
def hyperband(): return optuna.pruners.HyperbandPruner(min_resource=1, max_resource=27, reduction_factor=3)


class Grid(optuna.samplers.GridSampler):
    """Optuna's grid in its random order; the budget ends it."""

    def after_trial(self, study, trial, state, values):
        pass


def early(rule, **more): return {"early_terminate": {"type": rule} | more}


# The exercise's trials are 8 to 32 epochs long, as their batches are.
BANDS = early("hyperband", max_iter=27)


OURS = {
    "grid": ("grid", {}), "random": ("random", {}), "sobol": ("sobol", {}), "tpe": ("tpe", {}),
    "random, asha": ("random", early("asha")), "tpe, asha": ("tpe", early("asha")),
    "random, hyperband": ("random", BANDS), "tpe, hyperband": ("tpe", BANDS),
    "tpe, median": ("tpe", early("median")),
    "bayes": ("bayes", {}), "bayes, asha": ("bayes", early("asha")), "bayes, hyperband": ("bayes", BANDS),
    "bayes, median": ("bayes", early("median")),
}
THEIRS = {
    "Optuna grid": ("grid", none), "Optuna random": (uniform, none), "Optuna qmc": (qmc, none), "Optuna tpe": (tpe, none),
    "Optuna random, halving": (uniform, halving), "Optuna tpe, halving": (tpe, halving),
    "Optuna random, hyperband": (uniform, hyperband), "Optuna tpe, hyperband": (tpe, hyperband),
    "Optuna tpe, median": (tpe, median),
}


def on_table(job):
    """Best value within each budget, and the epochs until the target."""
    options, name, seed, trials, budgets, target = job
    by_point = {key(trial["parameters"]): trial["curve"] for trial in trials}
    points = space(options)

    def answer(p): return by_point[key(p)]

    if name in OURS:
        method, extra = OURS[name]
        file = grid(options, method=method, seed=seed, **extra)
        if method != "grid":
            # Enough trials for the largest budget, however early they are pruned.
            file["run_cap"] = len(trials) * (4 if extra else 2)
        pieces = surrogates.ours(options.program, file, answer, 2 * budgets[-1])
    else:
        sampler, pruner = THEIRS[name]
        if sampler == "grid":
            def sampler(seed): return Grid({n: s["values"] for n, s in points.items()}, seed=seed)
        pieces = surrogates.theirs(points, sampler, pruner(), lambda p: plain(answer(p)), budgets[-1], seed)
    return name, surrogates.best_at(pieces, budgets), until(pieces, target)


def plain(curve):
    """For a program that knows no divergence."""
    return [CHANCE if value is None else value for value in curve]


def until(pieces, target):
    """Epochs until a recorded value reaches the target; infinite when none does."""
    spent = 0
    for curve, first, last in pieces:
        for value in curve[first:last]:
            spent += 1
            if value is not None and value >= target:
                return spent
    return math.inf


def on_recorded(options, lines):
    known = load(options)
    whole = epochs(known["trials"])
    budgets = [max(1, round(whole * part)) for part in (1 / 16, 1 / 8, 1 / 4, 1 / 2, 1)]
    target = min(options.target, highest(known))
    jobs = [(options, name, seed, known["trials"], budgets, target)
            for name in [*OURS, *THEIRS]
            # A grid has one order.
            for seed in range(1 if name == "grid" else options.seeds)]
    rows, times = {}, {}
    with ProcessPoolExecutor(options.workers) as pool:
        for name, bests, spent in pool.map(on_table, jobs, chunksize=2):
            rows.setdefault(name, []).append(bests)
            times.setdefault(name, []).append(spent)
    lines += [f"table     best validation accuracy within a budget of epochs on the recorded curves; the whole grid is {whole} epochs.",
              f"          Mean over {options.seeds} seeds with its interval of 95 %; last, the median of the epochs until {target:.4f},",
              "          and its part of the whole grid's", ""]
    lines.append(f"{'':26}" + "".join(f"{budget:>20}" for budget in budgets) + f"{'until':>9}{'part':>8}")
    for name in [*OURS, *THEIRS]:
        cells = "".join(f"{mean(column):>20}" for column in zip(*rows[name]))
        middle = statistics.median(times[name])
        lines.append(f"{name:26}{cells}{middle if middle < math.inf else '-':>9}{part(middle, whole):>8}")
    lines.append("")


def part(value, whole): return f"{value / whole:.3f}" if value < math.inf else "-"


def mean(column):
    """`0.5312 ± 0.0021`: half the width of Student's interval."""
    middle = statistics.mean(column)
    if len(column) < 2:
        return f"{middle:.4f}"
    t = T.get(len(column) - 1, 2.0 if len(column) > 20 else 2.3)
    return f"{middle:.4f} ± {t * statistics.stdev(column) / math.sqrt(len(column)):.4f}"


# real: trainings that nobody has seen before


REAL_OURS = {
    "random": ("random", 1, {}), "sobol": ("sobol", 1, {}), "tpe": ("tpe", 1, {}),
    "bayes": ("bayes", 1, {}),
    "sobol, asha": ("sobol", 3, early("asha")), "tpe, asha": ("tpe", 3, early("asha")),
    "bayes, asha": ("bayes", 3, early("asha")),
    "sobol, hyperband": ("sobol", 3, early("hyperband")), "tpe, hyperband": ("tpe", 3, early("hyperband")),
    "bayes, hyperband": ("bayes", 3, early("hyperband")),
}
REAL_THEIRS = {
    "Optuna random": (uniform, none), "Optuna qmc": (qmc, none), "Optuna tpe": (tpe, none),
    "Optuna tpe, halving": (tpe, halving), "Optuna tpe, hyperband": (tpe, hyperband),
}


def real(options, lines):
    length = continuous(options, 0, "random", 1, {})["parameters"]["epochs"]["value"]
    budgets = [max(1, round(options.real_trials * length * part)) for part in (1 / 4, 1 / 2, 1)]
    rows = {}
    for seed in range(options.real_seeds):
        with daemon(options, f"search-real-{seed}") as service:
            for name, (method, times, extra) in REAL_OURS.items():
                file = continuous(options, seed, method, options.real_trials * times, extra)
                _, _, trials, curves = run(service, file)
                pieces = in_order(options, file, trials, curves, length)
                rows.setdefault(name, []).append(surrogates.best_at(pieces, budgets))
    jobs = [(name, seed) for name in REAL_THEIRS for seed in range(options.real_seeds)]
    with ThreadPoolExecutor(options.workers) as pool:
        for (name, _), bests in zip(jobs, pool.map(lambda job: of_optuna(options, *job, budgets), jobs)):
            rows.setdefault(name, []).append(bests)
    lines += [f"real      best validation accuracy within a budget of epochs, trainings of {length} epochs on "
              f"{continuous(options, 0, 'random', 1, {})['dataset']['train']} images.",
              f"          Mean over {options.real_seeds} seeds with its interval of 95 %", ""]
    lines.append(f"{'':26}" + "".join(f"{budget:>20}" for budget in budgets))
    for name in [*REAL_OURS, *REAL_THEIRS]:
        lines.append(f"{name:26}" + "".join(f"{mean(column):>20}" for column in zip(*rows[name])))
    lines.append("")


def in_order(options, file, trials, curves, length):
    """Pieces of training in the order of the rules, rung by rung, whatever the number of workers."""
    found = {}
    for trial in trials:
        curve = curves[trial["index"]]
        # What a pruned trial would have reached later decides nothing.
        more = [] if trial["state"] == "diverged" else [CHANCE] * (length - len(curve))
        found[json.dumps(trial["parameters"], sort_keys=True)] = curve + more
    return surrogates.ours(options.program, file, lambda p: found[point(p, file)])


def point(parameters, file):
    """Without what `surrogates` adds for its own functions."""
    return json.dumps({name: parameters[name] for name in file["parameters"]}, sort_keys=True)


def of_optuna(options, name, seed, budgets):
    sampler, pruner = REAL_THEIRS[name]
    pieces = surrogates.theirs(REAL, sampler, pruner(), lambda p: trained(options, seed, p), budgets[-1], seed)
    return surrogates.best_at(pieces, budgets)


def trained(options, seed, parameters):
    """The curve of one configuration, trained by `sweepd trial`."""
    file = continuous(options, seed, "grid", 1, {})
    file["parameters"] = {name: {"value": parameters[name]} for name in REAL} | {"epochs": file["parameters"]["epochs"]}
    for name in ("name", "method", "run_cap"):
        del file[name]
    with tempfile.NamedTemporaryFile("w", suffix=".json") as handle:
        json.dump(file, handle)
        handle.flush()
        done = subprocess.run(
            [BIN / "sweepd", "trial", handle.name, "--data-dir", options.data_dir], env=environment(),
            capture_output=True, text=True, check=False)
    lines = [json.loads(line) for line in done.stdout.splitlines() if line.strip()]
    if not lines:
        sys.exit(f"bench: sweepd trial failed: {done.stderr[-300:]}")
    curve = [line.get("val_accuracy") for line in lines if not line.get("final") and line.get("epoch", 0) > 0]
    return plain(curve or [None])


def main():
    options = arguments()
    parts = options.parts or PARTS
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    before = report.load(options.write)
    lines = report.head("benchmarks/search/cifar10.py", before, optuna=optuna.__version__)
    work = {"record": record, "mark": mark, "table": on_recorded, "real": real}
    for name in PARTS:
        if name in parts:
            began = time.monotonic()
            work[name](options, lines)
            print(f"{name}: {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
            # An hour's figures do not wait for those of the next part.
            if options.write:
                RESULT.write_text("\n".join(lines))
    print("\n".join(lines), end="", flush=True)


if __name__ == "__main__":
    main()
