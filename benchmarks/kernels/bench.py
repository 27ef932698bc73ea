#!/usr/bin/env python3
"""Whole training steps of sweepd, NumPy, PyTorch and JAX, side by side on one core.

    make bench                                       # builds, installs the peers once, random bytes
    make bench DATA=~/data BENCH=--write             # on CIFAR-10, and into benchmarks/results/kernels.txt
    benchmarks/kernels/bench.py --hidden 80 --batch 200 --only sweepd --only jax

peers: every contender begins with the same weights and takes the same rows of the same images at each step. After 20 steps
its weights are held against NumPy's in float64. Then they take turns, in an order that changes, and each one's best
counts.
own: kernel-bench alone, with every optimizer, evaluation, toy nets, and two nets on two cores.
"""

import argparse
import contextlib
import os
import random
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import report
from contender import HERE, Contender
from service import BIN, ROOT

RESULT = ROOT / "benchmarks/results/kernels.txt"
PARTS = ("peers", "own")
NAMES = ("sweepd", "numpy64", "numpy32", "autograd", "torch", "compile", "jax")
ROWS, INPUTS = 49_000, 3072
CHECKED = 20
# As a share of how far a tensor has moved by then. Rounding to float32 makes some 1e-5, and up to 2e-3 where an
# input of ReLU falls on the other side of zero; without the L2 term it would be 1e-1.
TOLERANCE = 1e-2
REG = 0.1


def numbers(text):
    return [int(word) for word in text.split(",")]


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--part", choices=PARTS, action="append", help="only this table; may be repeated")
    parser.add_argument("--hidden", type=numbers, default=[80, 160, 320, 500, 50, 100], metavar="H,…")
    parser.add_argument("--batch", type=numbers, default=[200, 400, 800], metavar="B,…")
    parser.add_argument("--only", choices=NAMES, action="append", help="only this contender; may be repeated")
    parser.add_argument("--rounds", type=int, default=5, help="turns of each contender at each shape (5)")
    parser.add_argument("--work", type=float, default=40, help="GFLOP of a turn, about (40)")
    parser.add_argument("--core", type=int, default=min(os.sched_getaffinity(0)), help="where all of them run")
    parser.add_argument("--isa", help="instruction set of sweepd's kernels; the best one without")
    parser.add_argument("--data-dir", type=Path, help="with cifar-10-batches-bin/ in it; random bytes without")
    parser.add_argument("--folder", type=Path, default=ROOT / ".run", help="where 150 MB may be put for a while (.run)")
    parser.add_argument("--python", type=Path, help="one with the packages of requirements.txt; made without")
    parser.add_argument("--write", nargs="?", const=RESULT.name, metavar="FILE",
                        help=f"write {RESULT.relative_to(ROOT)}, or FILE beside it; waits for an idle machine")
    return parser.parse_args()


# MARK: Data


def write_images(folder, data):
    """rows.u8, 49,000×3072, and labels.u8."""
    if not data:
        noise = random.Random(1)
        (folder / "rows.u8").write_bytes(noise.randbytes(ROWS * INPUTS))
        (folder / "labels.u8").write_bytes(bytes(noise.choices(range(10), k=ROWS)))
        return "random bytes"
    batches = [data / "cifar-10-batches-bin" / f"data_batch_{number}.bin" for number in range(1, 6)]
    missing = [str(path) for path in batches if not path.exists()]
    if missing:
        sys.exit(f"bench: {missing[0]} is not there; sweepctl dataset fetch cifar10 brings CIFAR-10")
    records = b"".join(path.read_bytes() for path in batches)
    size = 1 + INPUTS
    with open(folder / "rows.u8", "wb") as rows:
        for start in range(0, ROWS * size, size):
            rows.write(records[start + 1:start + size])
    (folder / "labels.u8").write_bytes(records[:ROWS * size:size])
    return "CIFAR-10"


# MARK: Measuring


@dataclass
class Shape:
    hidden: int
    batch: int
    peak: float = 0
    # Of a step, by contender: processor time, and the elapsed time of the same turn.
    seconds: dict = field(default_factory=dict)
    differences: dict = field(default_factory=dict)

    @property
    def work(self):
        """Floating-point operations of a step: both products of the first layer, nothing else."""
        return 4 * self.batch * INPUTS * self.hidden

    @property
    def rate(self):
        """So small that no net diverges, so large that rounding is small beside what the weights move."""
        return 1e-3 * min(1, self.batch / 200)

    def gflops(self, name):
        return self.work / self.seconds[name][0] / 1e9


def turns(shape, rounds, work):
    """Where each turn begins, and its length, in steps. None of them has an epoch record of sweepd's in it."""
    per = max(ROWS // shape.batch, 1)
    count = min(max(round(work * 1e9 / shape.work), 3), per - 1)
    starts, at = [], CHECKED
    for _ in range(rounds):
        if at % per == 0 or at % per + count > per:
            at = -(-at // per) * per + 1
        starts.append(at)
        at += count
    return starts, count


def measure(shape, contenders, options):
    # One more turn than counts: the first one compiles and warms up.
    starts, count = turns(shape, options.rounds + 1, options.work)
    ours = contenders[0]
    for contender in contenders:
        contender.ask("prepare", shape.hidden, shape.batch, starts[-1] + count, shape.rate, REG)
        contender.ask("save", CHECKED)
    for contender in contenders:
        shape.differences[contender.name] = compare(contender, contenders)
    before = peak(ours, options.rounds)
    for number, first in enumerate(starts):
        order = contenders[number % len(contenders):] + contenders[:number % len(contenders)]
        for contender in order:
            spent = [float(word) / count for word in contender.ask("time", first, count).split()]
            if number:
                shape.seconds[contender.name] = min(spent, shape.seconds.get(contender.name, spent))
    shape.peak = max(before, peak(ours, options.rounds))


def compare(contender, contenders):
    reference = next((one for one in contenders if one.name == "numpy64"), None)
    return float(reference.ask("compare", contender.name)) if reference else None


def peak(ours, tries):
    return max(float(ours.ask("peak")) for _ in range(tries))


# MARK: The table


def table(shapes, names):
    peers = [name for name in names if name != "sweepd"]
    head = f"{'H':>4} {'B':>4} {'peak':>7} {'sweepd':>7} {'of peak':>8}"
    head += "".join(f" {name:>8}" for name in peers)
    head += "".join(f" {'/' + name:>8}" for name in peers) + (f" {'/best':>6}" if peers else "")
    lines = ["GFLOP/s, 4·B·D·H a step; then how many times each peer's speed sweepd's is", "", head]
    for shape in shapes:
        own = shape.gflops("sweepd")
        line = f"{shape.hidden:4} {shape.batch:4} {shape.peak:7.1f} {own:7.1f} {100 * own / shape.peak:6.1f} %"
        line += "".join(f" {shape.gflops(name):8.1f}" for name in peers)
        line += "".join(f" {own / shape.gflops(name):8.2f}" for name in peers)
        line += f" {own / max(shape.gflops(name) for name in peers):6.2f}" if peers else ""
        lines.append(line)
    return lines


def least(shapes, names):
    """The least ratio to each peer over all shapes."""
    lines = []
    waits = max((shape.seconds[name][1] / shape.seconds[name][0], name) for shape in shapes for name in names)
    lines.append(f"most elapsed time over processor time: {waits[0]:.2f} ({waits[1]}); near 1 where nothing else runs")
    for name in names[1:]:
        shape = min(shapes, key=lambda shape: shape.gflops("sweepd") / shape.gflops(name))
        ratio = shape.gflops("sweepd") / shape.gflops(name)
        lines.append(f"least ratio to {name:8} {ratio:6.2f} at H = {shape.hidden}, B = {shape.batch}")
    if "numpy64" in names:
        for name in names:
            if name != "numpy64":
                worst = max(shape.differences[name] for shape in shapes)
                lines.append(
                    f"largest difference of {name:8} from numpy64 after {CHECKED} steps: {worst:.1e} of what a tensor moved")
    return lines


# MARK: sweepd alone


def own_figures(options):
    """What kernel-bench prints in each of its modes."""
    shape = ["--hidden", ",".join(map(str, options.hidden)), "--batch", ",".join(map(str, options.batch))]
    chosen = ["--isa", options.isa] if options.isa else []
    cores = os.sched_getaffinity(0)
    lines = []
    for mode in ("shapes", "bf16", "variants", "evaluation", "small", "pair"):
        if mode == "pair" and len(cores) < 2:
            continue
        print(f"  kernel-bench {mode}", file=sys.stderr, flush=True)
        # `pair` pins its threads itself.
        allowed = cores if mode == "pair" else {options.core}
        done = subprocess.run(
            [BIN / "kernel-bench", mode, *shape, *chosen], stdout=subprocess.PIPE, text=True, check=True,
            preexec_fn=lambda allowed=allowed: os.sched_setaffinity(0, allowed))
        lines += ["", *done.stdout.splitlines()]
    return ["", "sweepd alone, processor time of its thread (pair: elapsed time)"] + lines


def peers_python(options):
    if options.python:
        return options.python
    made = subprocess.run([HERE / "environment"], stdout=subprocess.PIPE, text=True, check=False)
    if made.returncode:
        sys.exit("bench: there is no environment for the peers; --part own measures without them")
    return Path(made.stdout.strip())


def side_by_side(options, names, python, folder):
    """The table, and its head's lines."""
    images = write_images(folder, options.data_dir)
    shapes = [Shape(hidden, batch) for hidden in options.hidden for batch in options.batch]
    with contextlib.ExitStack() as stack:
        contenders = [stack.enter_context(Contender(name, folder, options.core, python, options.isa)) for name in names]
        for number, shape in enumerate(shapes, 1):
            measure(shape, contenders, options)
            speeds = ", ".join(f"{name} {shape.gflops(name):.1f}" for name in names)
            print(f"  {number} of {len(shapes)}, H = {shape.hidden}, B = {shape.batch}: {speeds}", file=sys.stderr, flush=True)
    versions = dict.fromkeys(contender.version for contender in contenders[1:])
    return shapes, {
        "program": f"sweepd's kernels, {contenders[0].version}",
        "peers": "; ".join(versions) or "none",
        "data": f"{images}, {ROWS:,}×{INPUTS}",
        "method": f"core {options.core}, one thread each, processor time, best of {options.rounds} turns",
    }


def main():
    options = arguments()
    parts = options.part or PARTS
    names = [name for name in NAMES if name == "sweepd" or not options.only or name in options.only]
    if not (BIN / "kernel-bench").exists():
        sys.exit(f"bench: {BIN / 'kernel-bench'} is not there; make bench builds it")
    python = peers_python(options) if "peers" in parts and len(names) > 1 else None
    print("about a quarter of a minute for each shape, and one and a half for sweepd alone", file=sys.stderr, flush=True)
    before = report.load(wants_idle=bool(options.write))
    shapes, facts, lines = [], {"program": "sweepd's kernels"}, []
    if "peers" in parts:
        options.folder.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix="kernels-bench-", dir=options.folder.resolve()))
        try:
            shapes, facts = side_by_side(options, names, python, folder)
        finally:
            shutil.rmtree(folder)
        lines = table(shapes, names) + [""] + least(shapes, names)
    if "own" in parts:
        lines += own_figures(options)
    text = "\n".join(report.head("benchmarks/kernels/bench.py", before, **facts) + lines) + "\n"
    report.show(text, RESULT.parent / options.write if options.write else None)
    off = {name for shape in shapes for name, found in shape.differences.items() if found and found > TOLERANCE}
    if off:
        sys.exit(f"bench: {', '.join(sorted(off))} did not do the same work: differs by more than {TOLERANCE}")


if __name__ == "__main__":
    main()
