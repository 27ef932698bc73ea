#!/usr/bin/env python3
"""Searches on functions that cost nothing: sweepd's rules beside Optuna's, same spaces, same budgets, many seeds.

    swift build -c release --product search-bench
    python -m venv venv && venv/bin/pip install optuna==5.0.0 scipy==1.17.1 numpy torch
    venv/bin/python benchmarks/search/surrogates.py --write

sweepd's side is `search-bench`, which reads a sweep file, prints what is to be tried and how far each trial is trained,
and is told the learning curves. Optuna runs one trial after another, so that each suggestion sees all earlier results;
sweepd's `tpe` and `bayes` see those of earlier cohorts only, as with many workers.
"""

import argparse
import json
import math
import os
import statistics
import subprocess
import sys
import tempfile
import warnings
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import optuna

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from report import head  # noqa: E402
from service import ROOT  # noqa: E402

optuna.logging.set_verbosity(optuna.logging.ERROR)
warnings.filterwarnings("ignore")

KEPT = ROOT / ".run/search-surrogates.jsonl"
EPOCHS = 27
BUDGETS = (16, 32, 64, 128)
EPOCH_BUDGETS = tuple(EPOCHS * n for n in (4, 8, 16, 32, 64))


# Functions to be minimized, of the parameters of a trial.


def branin(p):
    x, y = p["reg"] - 5, p["learning_rate"]
    b, c, t = 5.1 / (4 * math.pi**2), 5 / math.pi, 1 / (8 * math.pi)
    return (y - b * x * x + c * x - 6) ** 2 + 10 * (1 - t) * math.cos(x) + 10


HARTMANN = (
    (1.0, (10, 3, 17, 3.5, 1.7, 8), (0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886)),
    (1.2, (0.05, 10, 17, 0.1, 8, 14), (0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991)),
    (3.0, (3, 3.5, 1.7, 10, 17, 8), (0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.6650)),
    (3.2, (17, 8, 0.05, 10, 0.1, 14), (0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381)),
)
SIX = ("learning_rate", "reg", "momentum", "learning_rate_decay", "dropout", "label_smoothing")


def hartmann(p):
    x = [p[name] for name in SIX]
    return -sum(w * math.exp(-sum(a * (v - c) ** 2 for a, v, c in zip(A, x, P))) for w, A, P in HARTMANN)


def rosenbrock(p):
    x = [p["reg"] - 2, p["learning_rate"] - 2, p["weight_scale"] - 2, 4 * p["learning_rate_decay"] - 2]
    return sum(100 * (b - a * a) ** 2 + (1 - a) ** 2 for a, b in zip(x, x[1:]))


def mixed(p):
    """Like a small network: a ridge of rate and batch size, words that shift it, parameters that hardly matter."""
    rate, reg = math.log10(p["learning_rate"]), math.log10(p["reg"])
    best = {"sgd": -1.5, "nesterov": -2.2, "adam": -3.1}[p["optimizer"]] + 0.5 * math.log10(p["batch_size"] / 200)
    loss = 0.35 * (rate - best) ** 2 + 0.08 * (reg + 3 - 0.3 * (rate - best)) ** 2
    loss += 0.25 * (1 - math.sqrt(p["hidden_size"] / 320)) + 0.3 * (p["dropout"] - 0.2) ** 2
    return loss + {"sgd": 0.06, "nesterov": 0.0, "adam": 0.03}[p["optimizer"]] + (0.02 if p["schedule"] == "constant" else 0)


def noise(p, epoch):
    """From -1 to 1; of the parameters and the epoch, the same for both programs."""
    x = math.sin(37.3 * math.log(p["learning_rate"]) + 91.7 * math.log(p["reg"]) + p["hidden_size"] + 12.9898 * epoch)
    return 2 * ((43758.5453 * x) % 1) - 1


def curve(p):
    """An accuracy after each epoch: high rates rise fast and end lower, low ones rise late."""
    rate = math.log10(p["learning_rate"])
    end = 0.1 + 0.45 * math.exp(-1.5 * mixed(p))
    speed = 0.12 * 10 ** (0.45 * (rate + 3))
    return [end * (1 - math.exp(-speed * e)) + 0.004 * noise(p, e) for e in range(1, EPOCHS + 1)]


def line(low, high):
    return {"distribution": "uniform", "min": low, "max": high}


LOG = "log_uniform_values"
MIXED = {
    "learning_rate": {"distribution": LOG, "min": 1e-5, "max": 1.0},
    "reg": {"distribution": LOG, "min": 1e-6, "max": 1.0},
    "hidden_size": {"distribution": "int_uniform", "min": 20, "max": 320},
    "batch_size": {"values": [50, 100, 200, 400, 800]},
    "dropout": line(0.0, 0.6),
    "optimizer": {"values": ["sgd", "nesterov", "adam"]},
    "schedule": {"values": ["constant", "cosine"]},
}
PROBLEMS = {
    "branin": (branin, {"reg": line(0, 15.0), "learning_rate": line(1e-12, 15.0)}, 0.39788735772973816),
    "hartmann6": (hartmann, {name: line(1e-12, 0.999999999) for name in SIX}, -3.322368011391339),
    "rosenbrock4": (
        rosenbrock,
        {"reg": line(0, 4.0), "learning_rate": line(1e-12, 4.0), "weight_scale": line(1e-12, 4.0),
         "learning_rate_decay": line(1e-12, 1.0)}, 0.0),
    "mixed7": (mixed, MIXED, 0.0),
}
# What the sweep file needs besides.
FIXED = {"learning_rate": 0.1, "hidden_size": 100, "momentum": 0.9}


# sweepd


def levels(space, budget):
    """A grid of at most `budget` points: the numbers of values grow in turn."""
    most = {n: len(s["values"]) if "values" in s else math.inf for n, s in space.items()}
    counts = {name: 1 for name in space}
    grew = True
    while grew:
        grew = False
        for name in space:
            trial = {**counts, name: counts[name] + 1}
            if trial[name] <= most[name] and math.prod(trial.values()) <= budget:
                counts, grew = trial, True
    return counts


def grid_values(spec, count):
    if "values" in spec:
        return spec["values"][:count]
    steps = [(i + 0.5) / count for i in range(count)]
    low, high = spec["min"], spec["max"]
    if spec["distribution"] == LOG:
        return [low * (high / low) ** s for s in steps]
    values = [low + (high - low) * s for s in steps]
    return [round(v) for v in values] if spec["distribution"] == "int_uniform" else values


def sweep_file(space, method, count, seed, extra):
    parameters = dict(space)
    if method == "grid":
        counts = levels(space, count)
        parameters = {name: {"values": grid_values(spec, counts[name])} for name, spec in space.items()}
    for name, value in FIXED.items():
        parameters.setdefault(name, {"value": value})
    file = {"name": "surrogate", "method": method, "seed": seed, "dataset": {"name": "synthetic"}, "parameters": parameters}
    parameters.setdefault("epochs", {"value": EPOCHS})
    return {**file, "run_cap": count, **extra}


def ours(program, file, answer, budget=math.inf):
    """Runs a sweep until `budget` is spent: for each piece of training in order, the trial's curve, its first and its last
    epoch."""
    with tempfile.NamedTemporaryFile("w", suffix=".json") as handle:
        json.dump(file, handle)
        handle.flush()
        process = subprocess.Popen(
            [program, handle.name], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        curves, pieces, spent = {}, [], 0
        while text := process.stdout.readline():
            asked = json.loads(text)["ask"]
            for item in asked:
                curves[item["index"]] = answer({**FIXED, **item["parameters"]})
            process.stdin.write(json.dumps([curves[item["index"]] for item in asked]) + "\n")
            process.stdin.flush()
            trained = json.loads(process.stdout.readline())["trained"]
            pieces += trained
            spent += sum(last - first for _, first, last in trained)
            if spent >= budget:
                process.kill()
                break
        if process.wait() and spent < budget:
            sys.exit("search-bench failed")
    return [(curves[index], first, last) for index, first, last in pieces]


# Optuna


def distribution(name, spec, trial):
    if "values" in spec:
        return trial.suggest_categorical(name, spec["values"])
    if spec["distribution"] == "int_uniform":
        return trial.suggest_int(name, spec["min"], spec["max"])
    return trial.suggest_float(name, spec["min"], spec["max"], log=spec["distribution"] == LOG)


def theirs(space, sampler, pruner, answer, budget, seed):
    """As `ours`; stops when the epochs of `budget` are spent."""
    study = optuna.create_study(direction="maximize", sampler=sampler(seed), pruner=pruner, study_name=f"s{seed}")
    pieces, spent = [], 0
    while spent < budget:
        trial = study.ask()
        values = answer({**FIXED, **{name: distribution(name, spec, trial) for name, spec in space.items()}})
        end, pruned = len(values), False
        if len(values) > 1:
            for epoch, value in enumerate(values, 1):
                trial.report(value, epoch)
                if epoch < len(values) and trial.should_prune():
                    end, pruned = epoch, True
                    break
        state = optuna.trial.TrialState.PRUNED if pruned else optuna.trial.TrialState.COMPLETE
        study.tell(trial, None if pruned else values[-1], state=state)
        pieces.append((values, 0, end))
        spent += end
    return pieces


# Figures


def best_at(pieces, budgets):
    """The best value that was recorded within each budget of epochs."""
    result, best, spent = [], -math.inf, 0
    budgets = list(budgets)
    for values, first, last in pieces:
        for value in values[first:last]:
            spent += 1
            while budgets and spent > budgets[0]:
                result.append(best)
                budgets.pop(0)
            if value is not None:
                best = max(best, value)
    return result + [best] * len(budgets)


def one(job):
    kind, problem, name, seed, program = job
    if kind == "function":
        function, space, _ = PROBLEMS[problem]
        budgets = BUDGETS
        def answer(p): return [-function(p)]
    else:
        space, budgets, answer = MIXED, EPOCH_BUDGETS, curve
    who, method = METHODS[kind][name]
    if who == "optuna":
        sampler, pruner = method
        return job, best_at(theirs(space, sampler, pruner(), answer, budgets[-1], seed), budgets)
    search, count, extra = method
    if search == "grid":
        # A grid is made for its budget.
        length = len(answer({**FIXED, **{n: grid_values(s, 1)[0] for n, s in space.items()}}))
        bests = []
        for budget in budgets:
            file = sweep_file(space, "grid", budget // length, seed, extra)
            bests.append(best_at(ours(program, file, answer), [budget])[0])
        return job, bests
    return job, best_at(ours(program, sweep_file(space, search, count, seed, extra), answer, budgets[-1]), budgets)


def tpe(seed): return optuna.samplers.TPESampler(seed=seed)
def gp(seed): return optuna.samplers.GPSampler(seed=seed)
def uniform(seed): return optuna.samplers.RandomSampler(seed=seed)
def qmc(seed): return optuna.samplers.QMCSampler(qmc_type="sobol", scramble=True, seed=seed)
def no_pruner(): return optuna.pruners.NopPruner()
def halving(): return optuna.pruners.SuccessiveHalvingPruner(min_resource=1, reduction_factor=3)
def hyperband(): return optuna.pruners.HyperbandPruner(min_resource=1, max_resource=EPOCHS, reduction_factor=3)
def median(): return optuna.pruners.MedianPruner()


LAST = BUDGETS[-1]
TRIALS = EPOCH_BUDGETS[-1] // EPOCHS
ASHA = {"early_terminate": {"type": "asha"}}
BANDS = {"early_terminate": {"type": "hyperband"}}
HALVES = {"early_terminate": {"type": "successive_halving"}}
MEDIAN = {"early_terminate": {"type": "median"}}
METHODS = {
    "function": {
        "grid": ("ours", ("grid", LAST, {})),
        "random": ("ours", ("random", LAST, {})),
        "sobol": ("ours", ("sobol", LAST, {})),
        "tpe, cohorts of 1": ("ours", ("tpe", LAST, {"cohort": 1})),
        "tpe, cohorts of 4": ("ours", ("tpe", LAST, {})),
        "tpe, cohorts of 8": ("ours", ("tpe", LAST, {"cohort": 8})),
        "tpe, cohorts of 16": ("ours", ("tpe", LAST, {"cohort": 16})),
        "bayes, cohorts of 1": ("ours", ("bayes", LAST, {"cohort": 1})),
        "bayes, cohorts of 4": ("ours", ("bayes", LAST, {})),
        "bayes, cohorts of 8": ("ours", ("bayes", LAST, {"cohort": 8})),
        "bayes, cohorts of 16": ("ours", ("bayes", LAST, {"cohort": 16})),
        "Optuna random": ("optuna", (uniform, no_pruner)),
        "Optuna qmc": ("optuna", (qmc, no_pruner)),
        "Optuna tpe": ("optuna", (tpe, no_pruner)),
        "Optuna gp": ("optuna", (gp, no_pruner)),
    },
    "curve": {
        "grid": ("ours", ("grid", TRIALS, {})),
        "random": ("ours", ("random", TRIALS, {})),
        "sobol": ("ours", ("sobol", TRIALS, {})),
        "tpe": ("ours", ("tpe", TRIALS, {})),
        "tpe, median": ("ours", ("tpe", 4 * TRIALS, MEDIAN)),
        "sobol, successive_halving": ("ours", ("sobol", 8 * TRIALS, {**HALVES, "cohort": 27})),
        "tpe, successive_halving": ("ours", ("tpe", 8 * TRIALS, HALVES)),
        "sobol, asha": ("ours", ("sobol", 8 * TRIALS, ASHA)),
        "tpe, asha": ("ours", ("tpe", 8 * TRIALS, ASHA)),
        "sobol, hyperband": ("ours", ("sobol", 6 * TRIALS, BANDS)),
        "tpe, hyperband": ("ours", ("tpe", 6 * TRIALS, BANDS)),
        "bayes": ("ours", ("bayes", TRIALS, {})),
        "bayes, median": ("ours", ("bayes", 4 * TRIALS, MEDIAN)),
        "bayes, asha": ("ours", ("bayes", 8 * TRIALS, ASHA)),
        "bayes, hyperband": ("ours", ("bayes", 6 * TRIALS, BANDS)),
        "Optuna random": ("optuna", (uniform, no_pruner)),
        "Optuna tpe": ("optuna", (tpe, no_pruner)),
        "Optuna tpe, median": ("optuna", (tpe, median)),
        "Optuna random, halving": ("optuna", (uniform, halving)),
        "Optuna tpe, halving": ("optuna", (tpe, halving)),
        "Optuna random, hyperband": ("optuna", (uniform, hyperband)),
        "Optuna tpe, hyperband": ("optuna", (tpe, hyperband)),
    },
}


def table(title, kind, budgets, rows, goal):
    """Median over the seeds, and the middle half of them."""
    text = [f"{title}", ""]
    text.append(f"{'':28}" + "".join(f"{b:>34}" for b in budgets))
    for name in METHODS[kind]:
        cells = []
        for place in range(len(budgets)):
            values = sorted(row[place] for row in rows[name])
            low, middle, high = statistics.quantiles(values, n=4)
            cells.append(f"{middle:9.4g} ({low:.4g}…{high:.4g})")
        text.append(f"{name:28}" + "".join(f"{c:>34}" for c in cells))
    return "\n".join(text) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", default=str(ROOT / ".build/release/search-bench"))
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--only", help="methods and problems whose name contains this")
    parser.add_argument("--again", action="store_true", help="take what earlier runs left in .run, and go on")
    parser.add_argument("--write", action="store_true", help="write benchmarks/results/search-surrogates.txt")
    options = parser.parse_args()
    jobs = [
        (kind, problem, name, seed, options.program)
        for kind, problems in (("function", PROBLEMS), ("curve", ("curves",)))
        for problem in problems for name in METHODS[kind] for seed in range(options.seeds)
        if not options.only or options.only in f"{problem} {name}"
    ]
    known = {}
    if options.again and KEPT.exists():
        known = {tuple(job): bests for job, bests in map(json.loads, KEPT.read_text().splitlines())}
    # PyTorch, which Optuna's Gaussian process brings, would otherwise start as many threads in each process.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    KEPT.parent.mkdir(exist_ok=True)
    with ProcessPoolExecutor(os.cpu_count()) as pool, KEPT.open("a" if options.again else "w") as kept:
        for (*job, _), bests in pool.map(one, [job for job in jobs if job[:4] not in known]):
            known[tuple(job)] = bests
            print(json.dumps([job, bests]), file=kept, flush=True)
    found = {}
    for kind, problem, name, seed, _ in jobs:
        found.setdefault((kind, problem), {}).setdefault(name, []).append(known[kind, problem, name, seed])
    parts = []
    for (kind, problem), rows in found.items():
        if kind == "function":
            best = PROBLEMS[problem][2]
            rows = {name: [[-v - best for v in row] for row in many] for name, many in rows.items()}
            title = f"{problem}: least value so far above the optimum, by trials"
            budgets = BUDGETS
        else:
            title, budgets = f"{problem}: best accuracy so far, by epochs; a whole training has {EPOCHS}", EPOCH_BUDGETS
        METHODS[kind] = {n: m for n, m in METHODS[kind].items() if n in rows}
        parts.append(table(title, kind, budgets, rows, None))
    before = os.getloadavg()[0]
    lines = head(
        "benchmarks/search/surrogates.py", before, program="search-bench of this commit",
        peers=f"Optuna {optuna.__version__}, one trial after another",
        figures=f"median of {options.seeds} seeds (middle half)")
    text = "\n".join(lines) + "\n" + "\n".join(parts)
    print(text)
    if options.write:
        (ROOT / "benchmarks/results/search-surrogates.txt").write_text(text)


if __name__ == "__main__":
    main()
