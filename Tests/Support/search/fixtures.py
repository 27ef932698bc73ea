"""Writes what other programs say of searches, for SweepModelTests to compare with.

    python -m venv venv && venv/bin/pip install optuna==5.0.0 scipy==1.17.1 scikit-learn==1.9.1
    venv/bin/python Tests/Support/search/fixtures.py Tests/SweepModelTests/Fixtures

sobol.json   points of scipy's unscrambled Sobol sequence
pruners.json learning curves, and what Optuna's pruners decide on them
tpe.json     observations, and the densities that Optuna's Parzen estimators give
normal.json  scipy's normal distribution
gaussian.json scikit-learn's Gaussian process with a Matérn kernel
"""

import json
import math
import random
import sys
from pathlib import Path

import numpy as np
import optuna
from optuna.samplers._tpe.parzen_estimator import _ParzenEstimator, _ParzenEstimatorParameters
from optuna.samplers._tpe.sampler import default_weights
from scipy.optimize import minimize
from scipy.special import log_ndtr, ndtri
from scipy.stats import qmc
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import ConstantKernel, Matern, WhiteKernel

optuna.logging.set_verbosity(optuna.logging.ERROR)


def write(folder, name, value):
    (folder / f"{name}.json").write_text(json.dumps(value, separators=(",", ":")) + "\n")


def sobol():
    bits, dimensions, count = 16, 64, 256
    points = qmc.Sobol(dimensions, scramble=False, bits=32).random(count)
    words = (points * 2**bits).astype(int)
    assert (words / 2**bits == points).all()
    return {"scipy": __import__("scipy").__version__, "bits": bits, "points": words.T.tolist()}


def curves(trials, epochs, seed, levels=1000):
    """Rising curves that cross, on a grid of values as coarse as an accuracy on `levels` images."""
    draw = random.Random(seed)
    result = []
    for _ in range(trials):
        end, speed = draw.uniform(0.1, 0.6), draw.uniform(0.05, 1.5)
        values = [end * (1 - math.exp(-speed * e)) + draw.gauss(0, 0.01) for e in range(1, epochs + 1)]
        result.append([round(max(v, 0) * levels) / levels for v in values])
    return result


def one_after_another(pruner, curves, direction, name):
    """The epoch after which each trial is pruned, or 0, when they run in this order."""
    study = optuna.create_study(
        study_name=name, direction=direction, pruner=pruner, sampler=optuna.samplers.RandomSampler(seed=0))
    ends, brackets = [], []
    for curve in curves:
        trial = study.ask()
        frozen = study._storage.get_trial(trial._trial_id)
        if isinstance(pruner, optuna.pruners.HyperbandPruner):
            if not pruner._pruners:
                pruner._try_initialization(study)
            brackets.append(pruner._get_bracket_id(study, frozen))
        end = 0
        for epoch, value in enumerate(curve, 1):
            trial.report(value, epoch)
            if trial.should_prune():
                end = epoch
                break
        study.tell(trial, curve[-1] if not end else None,
                   state=optuna.trial.TrialState.PRUNED if end else optuna.trial.TrialState.COMPLETE)
        ends.append(end)
    return ends, brackets


def arriving_last(eta, minimum, curves, direction):
    """By rung, who is pruned there when each of those that stand there arrives last; only the others go on."""
    rungs, epoch, alive = [], minimum, list(range(len(curves)))
    while epoch < len(curves[0]) and alive:
        pruned = []
        for last in alive:
            pruner = optuna.pruners.SuccessiveHalvingPruner(min_resource=epoch, reduction_factor=eta)
            study = optuna.create_study(direction=direction, pruner=pruner)
            for index in [i for i in alive if i != last] + [last]:
                trial = study.ask()
                trial.report(curves[index][epoch - 1], epoch)
                decision = trial.should_prune()
                study.tell(trial, None, state=optuna.trial.TrialState.PRUNED)
            if decision:
                pruned.append(last)
        rungs.append({"epoch": epoch, "pruned": pruned})
        alive = [i for i in alive if i not in pruned]
        epoch *= eta
    return rungs


def pruners():
    result = {"optuna": optuna.__version__, "cases": []}
    for seed in range(4):
        for direction in ("maximize", "minimize"):
            # Fine values, and ones so coarse that many are equal.
            for levels in (1000, 20):
                data = curves(40, 27, seed, levels)
                case = {"direction": direction, "curves": data, "median": [], "halving": [], "last": []}
                for startup, warmup, interval in ((5, 0, 1), (0, 0, 1), (3, 4, 1), (5, 2, 5), (10, 9, 3)):
                    ends, _ = one_after_another(
                        optuna.pruners.MedianPruner(
                            n_startup_trials=startup, n_warmup_steps=warmup, interval_steps=interval),
                        data, direction, "m")
                    case["median"].append(
                        {"startup": startup, "warmup": warmup, "interval": interval, "ends": ends})
                for eta, minimum in ((3, 1), (2, 1), (4, 2), (3, 5)):
                    ends, _ = one_after_another(
                        optuna.pruners.SuccessiveHalvingPruner(min_resource=minimum, reduction_factor=eta),
                        data, direction, "s")
                    case["halving"].append({"eta": eta, "min": minimum, "ends": ends})
                if levels == 1000:
                    for eta, minimum in ((3, 1), (2, 2)):
                        case["last"].append(
                            {"eta": eta, "min": minimum, "rungs": arriving_last(eta, minimum, data, direction)})
                ends, brackets = one_after_another(
                    optuna.pruners.HyperbandPruner(min_resource=1, max_resource=27, reduction_factor=3),
                    data, direction, f"h{seed}")
                case["hyperband"] = {"eta": 3, "max": 27, "ends": ends, "brackets": brackets}
                result["cases"].append(case)
    return result


def tpe():
    space = {
        "learning_rate": optuna.distributions.FloatDistribution(1e-4, 1e-1, log=True),
        "reg": optuna.distributions.FloatDistribution(0, 2),
        "hidden_size": optuna.distributions.IntDistribution(16, 64),
        "batch_size": optuna.distributions.IntDistribution(50, 2500, step=50),
        "optimizer": optuna.distributions.CategoricalDistribution(["sgd", "nesterov", "adam"]),
    }
    rng = np.random.RandomState(3)
    def internal(count):
        return {
            "learning_rate": 10 ** rng.uniform(-4, -1, count),
            "reg": rng.uniform(0, 2, count),
            # Without repetition: NumPy's sort does not say which of two equal ones comes first.
            "hidden_size": rng.permutation(np.arange(16, 65))[:count].astype(float),
            "batch_size": 50.0 * rng.permutation(np.arange(1, 51))[:count],
            "optimizer": rng.randint(0, 3, count).astype(float),
        }
    parameters = _ParzenEstimatorParameters(1.0, True, False, default_weights, True)
    cases = []
    for count in (0, 1, 2, 7, 24, 26, 40):
        seen, asked = internal(count), internal(12)
        estimator = _ParzenEstimator(seen, space, parameters)
        cases.append({
            "observations": {k: v.tolist() for k, v in seen.items()},
            "points": {k: v.tolist() for k, v in asked.items()},
            "log_density": estimator.log_pdf(asked).tolist(),
        })
    return {"optuna": optuna.__version__, "cases": cases}


def normal():
    a = [-30, -12, -8, -5.5, -3, -1.5, -1, -0.3, -1e-6, 0, 1e-6, 0.4, 1, 2, 3.75, 5, 7]
    p = [1e-300, 1e-100, 1e-30, 1e-10, 1e-5, 0.001, 0.02, 0.1, 0.2, 0.21, 0.3, 0.4999, 0.5, 0.6, 0.9, 0.975, 0.9999]
    return {"a": a, "log_below": [float(log_ndtr(x)) for x in a], "p": p, "quantile": [float(ndtri(x)) for x in p]}


def gaussian():
    draw = np.random.default_rng(0)
    cases = []
    for count, dimensions in ((1, 1), (6, 1), (12, 2), (25, 4)):
        points, others = draw.random((count, dimensions)), draw.random((8, dimensions))
        values = draw.standard_normal(count)
        lengths, noise, signal = draw.uniform(0.2, 2, dimensions), draw.uniform(1e-3, 0.2), draw.uniform(0.5, 2)
        kernel = ConstantKernel(signal) * Matern(lengths, nu=2.5) + WhiteKernel(noise)
        process = GaussianProcessRegressor(kernel, alpha=0, optimizer=None).fit(points, values)
        mean, deviation = process.predict(others, return_std=True)
        likelihood, slope = process.log_marginal_likelihood(process.kernel_.theta, eval_gradient=True)
        cases.append({
            "points": points.tolist(), "values": values.tolist(), "others": others.tolist(),
            # scikit-learn's order is signal, lengths, noise.
            "logarithms": np.log([*lengths, noise, signal]).tolist(),
            "mean": mean.tolist(), "variance": (deviation**2 - noise).tolist(),
            "log_likelihood": likelihood + count / 2 * math.log(2 * math.pi),
            "slope": [*slope[1:].tolist(), slope[0]],
        })
    return {"scikit-learn": __import__("sklearn").__version__, "cases": cases, "fits": fits()}


def fits():
    """Least losses that scipy finds from many starts; the priors are KernelFit's."""
    draw = np.random.default_rng(1)
    functions = (
        ("smooth", lambda x: np.sin(3 * x[:, 0]) + x[:, 1] ** 2, 0.0), ("rough", lambda x: np.sin(20 * x[:, 0]), 0.1),
        ("noisy", lambda x: x[:, 0] - x[:, 2], 0.5), ("noise alone", lambda x: 0 * x[:, 0], 1.0))
    found = []
    for count in (10, 30, 60):
        for name, function, noise in functions:
            points = draw.random((count, 4))
            values = function(points) + noise * draw.standard_normal(count)
            values = (values - values.mean()) / values.std()
            kernel = ConstantKernel(1) * Matern([1] * 4, nu=2.5) + WhiteKernel(1e-3)
            process = GaussianProcessRegressor(kernel, alpha=0, optimizer=None).fit(points, values)
            mean, deviation = np.array([0, 0, 0, 0, 0, -8]), np.array([1, 1, 1, 1, 1, 2])

            def loss(theta):
                likelihood, slope = process.log_marginal_likelihood(theta, eval_gradient=True)
                z = (theta - mean) / deviation
                return z @ z / 2 - likelihood - count / 2 * math.log(2 * math.pi), z / deviation - slope

            starts = [mean, *(mean + deviation * draw.standard_normal((9, 6)))]
            ends = [minimize(loss, s, jac=True, method="L-BFGS-B", bounds=[(-12, 7)] * 6) for s in starts]
            found.append({"name": name, "points": points.tolist(), "values": values.tolist(), "loss": min(e.fun for e in ends)})
    return found


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    for name, make in (("sobol", sobol), ("pruners", pruners), ("tpe", tpe), ("normal", normal), ("gaussian", gaussian)):
        write(folder, name, make())
