#!/usr/bin/env python3
"""One contender: trains the exercise's net step by step, as bench.py asks it to.

    peers.py NAME FOLDER

The protocol is that of `kernel-bench peer` (Sources/kernel-bench/PeerMode.swift): one line asks, one line answers.
"""

import importlib
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

# Which module, and which class in it.
PEERS = {
    "numpy64": ("peer_numpy", "Exercise"),
    "numpy32": ("peer_numpy", "Single"),
    "autograd": ("peer_torch", "Autograd"),
    "torch": ("peer_torch", "Eager"),
    "compile": ("peer_torch", "Compiled"),
    "jax": ("peer_jax", "Scan"),
}
CLASSES = 10


@dataclass
class Start:
    """A new net: W1 (D×H), b1 (H), W2 (H×C), b2 (C), all float64, and the rows of each step, STEPS×B."""

    weights: list
    index: np.ndarray
    rate: float
    reg: float


def split(flat, inputs, hidden):
    sizes = [inputs * hidden, hidden, hidden * CLASSES, CLASSES]
    W1, b1, W2, b2 = np.split(flat, np.cumsum(sizes)[:-1])
    return [W1.reshape(inputs, hidden), b1, W2.reshape(hidden, CLASSES), b2]


def distance(ours, reference, start):
    """Of the tensor that differs most, as a share of how far it has moved, both as Euclidean norms.

    Not the largest element: a hidden unit whose input rounds to the other side of zero has another gradient.
    """
    return max(
        float(np.linalg.norm(a - b) / np.linalg.norm(b - s)) for a, b, s in zip(ours, reference, start, strict=True))


def trial_seconds(peer, start, steps=3, tries=7):
    """Of a few steps, the best of some tries; the first one warms up."""
    peer.prepare(start)
    spent = []
    for _ in range(tries + 1):
        begin = time.process_time()
        peer.run(0, steps)
        spent.append(time.process_time() - begin)
    return min(spent[1:])


class Worker:
    """A library may have several ways to do the same; the faster one at each shape is its contender."""

    def __init__(self, name, folder):
        self.name, self.folder = name, folder
        module, kind = PEERS[name]
        labels = np.fromfile(folder / "labels.u8", np.uint8)
        rows = np.fromfile(folder / "rows.u8", np.uint8).reshape(len(labels), -1)
        self.inputs = rows.shape[1]
        make = getattr(importlib.import_module(module), kind)
        self.variants = [make(rows, labels, **choice) for choice in make.CHOICES]
        self.peer = self.variants[0]
        self.done = 0

    def prepare(self, hidden, batch, steps, rate, reg):
        self.hidden = int(hidden)
        index = np.fromfile(self.folder / "index.u32", np.uint32).astype(np.int64).reshape(int(steps), int(batch))
        start = Start(self.read("start"), index, float(rate), float(reg))
        if len(self.variants) > 1:
            self.peer = min(self.variants, key=lambda peer: trial_seconds(peer, start))
        self.peer.prepare(start)
        self.done = 0
        return "ok"

    def save(self, steps):
        self.advance(int(steps))
        flat = np.concatenate([np.asarray(tensor, np.float64).ravel() for tensor in self.peer.weights()])
        flat.tofile(self.folder / f"{self.name}.f64")
        return "ok"

    def time(self, first, count):
        self.advance(int(first))
        processor, wall = time.process_time(), time.perf_counter()
        self.peer.run(self.done, int(count))
        processor, wall = time.process_time() - processor, time.perf_counter() - wall
        self.done += int(count)
        return f"{processor!r} {wall!r}"

    def compare(self, other):
        return repr(distance(self.read(other), self.read(self.name), self.read("start")))

    def advance(self, steps):
        if steps > self.done:
            self.peer.advance(self.done, steps - self.done)
            self.done = steps

    def read(self, name):
        return split(np.fromfile(self.folder / f"{name}.f64", np.float64), self.inputs, self.hidden)


def main():
    worker = Worker(sys.argv[1], Path(sys.argv[2]))
    print("ready", worker.peer.version(), flush=True)
    for line in sys.stdin:
        verb, *words = line.split()
        print(getattr(worker, verb)(*words), flush=True)


if __name__ == "__main__":
    main()
