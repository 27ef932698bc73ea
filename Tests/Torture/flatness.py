"""What may not grow while a daemon runs, and the rule by which it has."""

from dataclasses import dataclass

from results import median


@dataclass
class Measure:
    """Flat: the last third's median is at most `factor` times the first third's, plus `slack`."""

    name: str
    unit: str
    factor: float
    slack: float
    #: Starts anew with each process, so that only the one long life is looked at.
    is_of_process: bool


@dataclass
class Sample:
    #: Number of the start.
    life: int
    values: dict


MEASURES = (
    Measure("resident memory", "MiB", 1.25, 16, True),
    Measure("open descriptors", "", 1.0, 8, True),
    Measure("write-ahead log", "MiB", 1.0, 8, False),
    # A sweep's rows and models stay: it grows with what was submitted, and that is what it is divided by.
    Measure("state folder per sweep", "KiB", 1.25, 200, False),
)


def judge(measure, samples):
    last_life = samples[-1].life if samples else 0
    values = [sample.values[measure.name] for sample in samples
              if sample.life == last_life or not measure.is_of_process]
    third = len(values) // 3
    name = f"{measure.name} stays flat"
    if third < 3:
        return name, [f"{len(values)} samples are too few"]
    first, last = median(values[:third]), median(values[-third:])
    words = (f"median {first:.1f} {measure.unit} in the first third, {last:.1f} in the last, at most "
             f"{max(values):.1f}; allowed {measure.factor:g} times the first and {measure.slack:g} more")
    return (name, [words]) if last > first * measure.factor + measure.slack else (name, [], words)
