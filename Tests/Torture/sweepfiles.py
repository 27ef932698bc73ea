"""The sweep files that are submitted: short trials of every kind on synthetic images."""

import json

_DATA = {"name": "synthetic", "train": 300, "validation": 100, "test": 200, "inputs": 24, "classes": 4}

#: Of sweeps that learn from results; some rates diverge.
_SEARCHED = {
    "learning_rate": {"distribution": "log_uniform_values", "min": 1e-4, "max": 1000},
    "hidden_size": {"distribution": "int_uniform", "min": 4, "max": 24},
    "optimizer": {"values": ["sgd", "adam"]},
    "batch_size": {"value": 30},
    "epochs": {"value": 12},
}

_KINDS = {
    # Diverging trials among them: the last rate is far too high.
    "grid": {
        "method": "grid",
        "parameters": {
            "learning_rate": {"values": [0.003, 0.001, 0.0003, 1000]},
            "reg": {"values": [0, 0.01, 0.1]},
            "batch_size": {"values": [20, 40]},
            "hidden_size": {"values": [8, 16]},
            "optimizer": {"values": ["sgd", "adam"]},
            "iterations": {"value": 300},
        },
    },
    "random": {
        "method": "random", "run_cap": 120, "keep": "best", "train_accuracy": "full", "seed": 5,
        "parameters": {
            "learning_rate": {"distribution": "log_uniform_values", "min": 1e-4, "max": 1e-1},
            "hidden_size": {"distribution": "int_uniform", "min": 4, "max": 24},
            "dropout": {"values": [0, 0.3]},
            "optimizer": {"values": ["sgd", "nesterov", "adam"]},
            "schedule": {"values": ["epoch_decay", "cosine", "constant"]},
            "batch_size": {"value": 30},
            "iterations": {"value": 400},
        },
    },
    # Long enough for checkpoints to come due, and in order of index.
    "long": {
        "method": "grid", "order": "depth", "seed": 9,
        "parameters": {
            "learning_rate": {"values": [0.001, 0.002]},
            "hidden_size": {"values": [64, 96]},
            "momentum": {"values": [0, 0.9]},
            "batch_size": {"value": 100},
            "iterations": {"value": 6000},
        },
    },
    # Later trials are chosen from the results of those before.
    "tpe": {
        "method": "tpe", "run_cap": 40, "seed": 4,
        "parameters": _SEARCHED,
    },
    # Chosen likewise, by another model, and judged against trials that have ended.
    "bayes": {
        "method": "bayes", "run_cap": 30, "seed": 6,
        "early_terminate": {"type": "median", "startup_trials": 4, "warmup": 3, "interval": 3},
        "parameters": _SEARCHED,
    },
    # Chosen likewise, and judged at rungs.
    "asha": {
        "method": "tpe", "run_cap": 60, "seed": 8,
        "early_terminate": {"type": "asha", "min_epochs": 1, "eta": 3},
        "parameters": {
            "learning_rate": {"distribution": "log_uniform_values", "min": 1e-4, "max": 1000},
            "hidden_size": {"distribution": "int_uniform", "min": 4, "max": 24},
            "batch_size": {"value": 30},
            "epochs": {"value": 27},
        },
    },
    "halving": {
        "method": "grid", "seed": 2,
        "early_terminate": {"type": "successive_halving", "min_epochs": 1, "eta": 3},
        "parameters": {
            "learning_rate": {"values": [0.003, 0.001, 0.0003, 1000]},
            "reg": {"values": [0, 0.01, 0.1]},
            "hidden_size": {"values": [8, 16]},
            "batch_size": {"values": [20, 40]},
            "epochs": {"value": 27},
        },
    },
    # Many, of low priority: what lies in the database while others run.
    "thousand": {
        "method": "random", "run_cap": 1000, "priority": -10, "seed": 1,
        "parameters": {
            "learning_rate": {"distribution": "log_uniform_values", "min": 1e-4, "max": 1e-2},
            "reg": {"values": [0, 0.01]},
            "hidden_size": {"value": 8},
            "batch_size": {"value": 20},
            "iterations": {"value": 200},
        },
    },
    # A dozen trials, for runs that are repeated hundreds of times.
    "dozen": {
        "method": "grid", "seed": 3,
        "parameters": {
            "learning_rate": {"values": [0.003, 0.001, 1000]},
            "hidden_size": {"values": [8, 16]},
            "optimizer": {"values": ["sgd", "adam"]},
            "batch_size": {"value": 20},
            "iterations": {"value": 1500},
        },
    },
}

#: Number of trials of each kind.
TRIALS = {
    "grid": 96, "random": 120, "long": 8, "thousand": 1000, "dozen": 12, "tpe": 40, "bayes": 30, "asha": 60, "halving": 48,
}

#: Whose trials are judged against each other: what a stop leaves out may let others go on.
JUDGED = {"bayes", "asha", "halving"}


def sweep_file(kind):
    """The sweep file's text; the same for every submission of a kind, so that the same bits must come out."""
    return json.dumps({"name": kind, "dataset": _DATA, **_KINDS[kind]})
