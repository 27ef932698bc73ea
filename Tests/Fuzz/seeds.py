#!/usr/bin/env python3
"""Writes a few well-formed inputs for each target into a folder, for the fuzzers to begin with.

    Tests/Fuzz/seeds.py FOLDER        one folder a target below FOLDER

The corpora in Tests/Fuzz/Corpus grew from these; scripts/fuzz does not need this program.
"""

import gzip
import io
import json
import pathlib
import pickle
import struct
import sys
import tarfile
import zipfile
import zlib

PLANES = bytes((37 * i) & 0xFF for i in range(3072))


def sweep_files():
    grid = {
        "name": "g", "method": "grid", "metric": {"name": "val_accuracy", "goal": "maximize", "target": 0.5},
        "dataset": {"name": "cifar10", "train": 49000, "validation": 1000, "test": 1000}, "seed": 3, "keep": "best",
        "train_accuracy": "full", "priority": 2, "max_parallel": 4, "order": "depth", "time_budget_s": 60, "epoch_budget": 900, "no_progress": 20,
        "max_retries": 1, "max_consecutive_failures": 5, "run_cap": 10, "early_terminate": False,
        "enqueue": [{"learning_rate": 1e-3, "batch_size": 200}],
        "parameters": {
            "learning_rate": {"values": [1e-1, 1e-2, 0.01]}, "reg": {"value": 0},
            "batch_size": {"values": [200, 400.0]},
            "hidden_size": {"min": 80, "max": 82}, "iterations": {"value": 2000},
            "learning_rate_decay": {"value": 0.95}, "optimizer": {"values": ["sgd", "adam"]},
            "weight_scale": {"value": "he"}, "momentum": {"value": 0.5}, "seed": {"value": 7},
        },
    }
    draws = {
        "name": "r", "method": "random", "run_cap": 6,
        "dataset": {"name": "synthetic", "path": "a/b.npz", "inputs": 5, "classes": 3},
        "parameters": {
            "learning_rate": {"distribution": "log_uniform_values", "min": 1e-4, "max": 1e-1},
            "reg": {"distribution": "q_log_uniform_values", "min": 0.1, "max": 1, "q": 0.1},
            "hidden_size": {"distribution": "int_uniform", "min": 10, "max": 320},
            "batch_size": {"distribution": "q_uniform", "min": 50, "max": 400, "q": 50},
            "dropout": {"distribution": "uniform", "min": 0, "max": 0.5},
            "momentum": {"distribution": "normal", "mu": 0.5, "sigma": 0.1}, "epochs": {"value": 1.5},
            "label_smoothing": {"values": [0, 0.1]}, "schedule": {"values": ["cosine", "constant", "epoch_decay"]},
            "preprocess": {"value": "standardize"}, "precision": {"values": ["float32", "bf16"]},
            "warmup_epochs": {"value": 1}, "clip_norm": {"values": [0, 2.5]}, "averaging": {"values": ["none", "ema", "tail"]},
            "ema_decay": {"value": 0.99}, "tail_share": {"value": 0.3}, "patience": {"value": 5},
        },
    }
    searches = [
        {
            "name": "s", "method": method, "run_cap": 40, "dataset": {"name": "cifar10", "train": 49000}, **more,
            "parameters": {
                "learning_rate": {"distribution": "log_uniform_values", "min": 1e-4, "max": 1e-1},
                "hidden_size": {"min": 16, "max": 64}, "optimizer": {"values": ["sgd", "adam"]},
                "epochs": {"value": 27},
            },
        }
        for method, more in (
            ("sobol", {"early_terminate": {"type": "hyperband", "max_iter": 27, "s": 2}, "replicates": 2}),
            ("tpe", {"early_terminate": {"type": "asha", "min_iter": 1, "eta": 3, "asynchronous": False}, "cohort": 5}),
            ("tpe", {"early_terminate": {"type": "median", "startup_trials": 3, "warmup": 2, "interval": 4}}),
            ("bayes", {"early_terminate": {"type": "hyperband", "max_iter": 9}}),
            ("random", {"early_terminate": {"type": "successive_halving", "min_epochs": 1, "max_epochs": 9}}),
        )
    ]
    conditional = {
        "name": "c", "method": "tpe", "run_cap": 30, "dataset": {"name": "cifar10"},
        "parameters": {
            "learning_rate": {"distribution": "log_uniform_values", "min": 1e-4, "max": 1e-1},
            "hidden_size": {"value": 50}, "optimizer": {"values": ["sgd", "adam"]},
            "momentum": {"values": [0.5, 0.9], "when": {"optimizer": ["sgd"]}},
            "warmup_epochs": {"min": 1, "max": 3, "when": {"optimizer": "sgd", "momentum": 0.9}},
        },
    }
    searches += [conditional, {**conditional, "method": "random", "replicates": 2}]
    yaml = (
        "# a comment\nname: 'y'\nmethod: \"grid\"\ndataset: {name: cifar10}\nparameters:\n  learning_rate:\n"
        "    values: [1e-3, 0.01]\n  hidden_size:\n    value: 50\n  flip: {value: false}\n  epochs:\n    values:\n"
        "    - 1\n    - 2\n"
    )
    single = {
        "dataset": {"name": "cifar10"},
        "parameters": {
            "learning_rate": {"value": 0.001}, "hidden_size": {"value": 50}, "optimizer": {"value": "nesterov"},
        },
    }
    texts = [json.dumps(grid), json.dumps(draws, indent=1), yaml, json.dumps(single), *map(json.dumps, searches)]
    return [text.encode() for text in texts]


def overrides():
    lines = [
        "learning_rate=[0.1, 0.01]\nrun_cap=3\ndataset.train=100\n\n", "reg={\"min\": 0.1, \"max\": 1}\nname=other\n\n",
        "optimizer=adam\nparameters.seed=4\nmetric.target=0.6\nkeep=null\n\n", "enqueue=[]\nhidden_size=\"12\"\n\n",
    ]
    return [line.encode() + text for line, text in zip(lines, sweep_files())]


def assignments():
    return [
        b'{"learning_rate": 0.001, "hidden_size": 80, "optimizer": "adam", "flip": false}', b"{}",
        b'{"reg": 1e-05, "batch_size": -2, "x": 0.3333333333333333, "seed": 9007199254740991}',
        '{"a\\"\\\\": "\\u0007é", "b": "*c", "d": true}'.encode(), b"a: 1\n'b': x\n",
    ]


def binary(labels):
    return b"".join(bytes([label]) + PLANES for label in labels)


def pickles():
    def text(value):  # protocol 2, as Python 2's cPickle writes str
        return b"U" + bytes([len(value)]) + value

    array = (
        b"cnumpy.core.multiarray\n_reconstruct\nq\x02cnumpy\nndarray\nq\x03K\x00\x85" + text(b"b") + b"\x87R"
        + b"(K\x01K\x01M\x00\x0c\x86cnumpy\ndtype\n" + text(b"u1") + b"K\x00K\x01\x87R(K\x03" + text(b"|")
        + b"NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb\x89T" + struct.pack("<I", 3072) + PLANES + b"tb"
    )
    python2 = (
        b"\x80\x02}q\x01(" + text(b"data") + array + text(b"labels") + b"]q\x04K\x03a" + text(b"batch_label")
        + text(b"x") + text(b"filenames") + b"](" + text(b"a.png") + b"eu."
    )
    zero = b"(dp0\nS'labels'\np1\n(lp2\nI3\nasS'other'\nL5L\nsV\\u0041b\nI01\ns."
    values = {"labels": [3, 70000, -1, 1 << 40], "t": (1, 2, 3, 4), "n": None, "f": 1.5, "b": b"\xff\x00", "l": True}
    values["self"] = values["labels"]
    return [python2, zero] + [pickle.dumps(values, protocol) for protocol in range(6)]


def idx_file(sizes, contents):
    return bytes([0, 0, 8, len(sizes)]) + b"".join(struct.pack(">I", size) for size in sizes) + contents


def idx():
    files = [
        idx_file([3, 2, 4], bytes(range(24))), idx_file([3], bytes([1, 9, 0])), idx_file([2, 2, 4], bytes(16)),
        idx_file([2], bytes([4, 4])),
    ]
    zipped = [gzip.compress(file, mtime=0) for file in files]
    return [join_parts(files), join_parts(zipped), join_parts([zipped[0], files[1], zipped[2], files[3]])]


def join_parts(parts):
    return b"".join(struct.pack("<H", len(part)) + part for part in parts[:-1]) + parts[-1]


def npy(kind, shape, contents, version=1):
    header = repr({"descr": kind, "fortran_order": False, "shape": shape}).encode()
    size = struct.pack("<H" if version == 1 else "<I", len(header) + 1)
    return b"\x93NUMPY" + bytes([version, 0]) + size + header + b"\n" + contents


def npz(compression, force_zip64, arrays):
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w", compression) as archive:
        for name, contents in arrays:
            info = zipfile.ZipInfo(name + ".npy")
            info.compress_type = compression
            with archive.open(info, "w", force_zip64=force_zip64) as member:
                member.write(contents)
    return memory.getvalue()


def archives():
    small = [("X_train", npy("|u1", (3, 2), bytes(6))), ("y_train", npy("<i8", (3,), struct.pack("<3q", 0, 1, 0)))]
    more = [
        ("X_train", npy("<f4", (2, 1, 2, 1), struct.pack("<4f", 0, 1, 2, 3))),
        ("y_train", npy("|i1", (2, 1), b"\0\2", 2)),
        ("X_val", npy("<f8", (1, 1, 2, 1), struct.pack("<2d", 0.5, 1))), ("y_val", npy("<u2", (1,), b"\1\0")),
        ("X_test", npy("<f4", (1, 1, 2, 1), struct.pack("<2f", 0.5, 1))), ("y_test", npy("|b1", (1,), b"\1", 3)),
    ]
    return [
        npz(zipfile.ZIP_STORED, False, small), npz(zipfile.ZIP_DEFLATED, True, small),
        npz(zipfile.ZIP_DEFLATED, False, more), npz(zipfile.ZIP_STORED, True, more),
    ]


def streams():
    text = b"the same words again, and again the same words; " * 6
    packed = gzip.compress(text, mtime=0)
    bare = zlib.compressobj(9, zlib.DEFLATED, -15)
    return [
        b"\0\x10" + packed, b"\0\x00" + packed + gzip.compress(b"x", mtime=0),
        b"\1\x05" + bare.compress(text) + bare.flush(),
        b"\0\xff" + gzip.compress(bytes(40000), mtime=0), b"\0\7" + packed + b"trailing",
    ]


def tars():
    def archive(kind, entries):
        memory = io.BytesIO()
        with tarfile.open(fileobj=memory, mode="w", format=kind) as tar:
            for name, contents, entry in entries:
                info = tarfile.TarInfo(name)
                info.type, info.size, info.linkname = entry, len(contents), "x"
                info.pax_headers = {"comment": "é"} if kind == tarfile.PAX_FORMAT else {}
                tar.addfile(info, io.BytesIO(contents))
        return memory.getvalue()[: 512 * 8]

    regular = tarfile.REGTYPE
    files = [("data", b"", tarfile.DIRTYPE), ("data/a.bin", b"abc", regular), ("data/b.bin", b"", regular)]
    links = files[:1] + [("data/c", b"", tarfile.SYMTYPE), ("../d", b"d", regular)]
    return [
        b"\0" + archive(tarfile.USTAR_FORMAT, files), b"\0" + archive(tarfile.PAX_FORMAT, files),
        b"\1" + archive(tarfile.GNU_FORMAT, files), b"\0" + archive(tarfile.USTAR_FORMAT, links),
    ]


def models():
    def model(dimension, hidden, classes, kind):
        count = 2 * dimension + (dimension + 1) * hidden + (hidden + 1) * classes
        head = b"SSWPMDL1" + struct.pack("<IIQQQ", 1, kind, dimension, hidden, classes)
        return head + struct.pack(f"<{count}f", *(0.25 * i for i in range(count)))

    return [model(1, 1, 1, 0), model(3, 2, 2, 1)]


def checkpoints():
    count = (3 + 1) * 2 + (2 + 1) * 2

    def checkpoint(choice, moments, iteration, best, losses, form=2):
        head = bytes([choice]) + b"SSWPCKP1" + struct.pack("<IIQQQ", form, 1, 0, iteration, (iteration + 3) // 4)
        head += struct.pack("<ddd", 1e-3, 0.7 if iteration else 0, 0.5 if best else 0) + struct.pack("<Q", best)
        if form == 2:
            head += struct.pack("<Q", len(losses)) + b"".join(struct.pack("<Qf", at, 0.7) for at in losses)
        blocks = count * (1 + moments + best)
        return head + struct.pack(f"<{blocks}f", *(0.01 * i for i in range(blocks)))

    return [
        checkpoint(0, 0, 0, 0, []), checkpoint(0, 0, 3, 0, [2, 3]), checkpoint(1, 1, 5, 1, []),
        checkpoint(2, 2, 9, 1, []), checkpoint(2, 2, 4, 1, [2, 3, 4]), checkpoint(0, 0, 2, 0, [], form=1),
    ]


def bodies():
    submit = {
        "file": "{\"name\": \"x\"}", "set": [{"key": "reg", "value": "0.1"}], "name": "n", "priority": -3, "key": "k",
    }
    return [
        b"\0" + json.dumps(submit).encode(), b"\1" + b'{"reason": "\\u00e9\\ud83d\\ude00 because"}', b"\1",
        b"\2" + b'{"states": ["failed", "cancelled"]}', b"\3" + b'{"sweep": 9223372036854775807, "trial": null}',
    ]


def queries():
    return [
        b"/v1/events?sweep=1&after=0&limit=1000", b"/v1/trials/7/plots/loss?format=svg&width=400&theme=dark&id=a-1",
        b"/v1/sweeps/1/plots/heatmap?x=learning%5Frate&y=%C3%A9&embedded=true&ascii=false&colors=256,none",
        b"/v1/sweeps/1/plots/curves?metric=val_loss",
        b"/v1/sweeps?state=running&limit=%31&value=best#end",
    ]


def gates():
    token = b"0123456789abcdef0123456789abcdef"
    return [
        b"box.example:8443\nAuthorization: Bearer " + token + b"\nOrigin: https://box.example:8443\nSec-Fetch-Site: none",
        b"[::1]:80\nauthorization:bearer " + token, b"127.0.0.1\nAuthorization: Basic x\nHost: a",
        b"LOCALHOST\nOrigin: null\nSec-Fetch-Site: cross-site\nAuthorization: Bearer " + token[1:],
    ]


def events():
    return [
        b"\7event: event\nid: 12\ndata: {\"seq\": 12}\n\n:\n\nevent: sweep\r\ndata: a\r\ndata: b\r\n\r\n",
        b"\0\xef\xbb\xbfdata\rretry: 300\rid\r\rdata:  x\n\nother: y\nid: a\0b\ndata:z\n\n",
    ]


SEEDS = {
    "sweep-file": sweep_files, "override": overrides, "assignment": assignments,
    "cifar-binary": lambda: [binary([3]), binary([0, 9])], "cifar-pickle": pickles, "idx": idx, "npz": archives,
    "gzip": streams, "tar": tars, "model": models, "checkpoint": checkpoints, "request-body": bodies,
    "request-query": queries, "request-gate": gates, "event-stream": events,
}


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    for target, make in SEEDS.items():
        folder = pathlib.Path(sys.argv[1], target)
        folder.mkdir(parents=True, exist_ok=True)
        for number, contents in enumerate(make()):
            (folder / f"seed-{number}").write_bytes(contents)


main()
