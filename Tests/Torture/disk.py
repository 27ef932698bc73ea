"""`torture disk`: the disk is full from the n-th write on, and has room again later; for every n of a scenario."""

import errno
from concurrent.futures import ThreadPoolExecutor

from reference import undisturbed
from results import Results, progress
from scenario import Scenario
from starts import STARTS, make_killed, start_steps, start_when_full
from tmpfs import fill_and_free

#: Runs for each error; the first calls one by one, then in growing steps.
_RUNS = {errno.ENOSPC: 90, errno.EIO: 25, errno.EROFS: 15}
#: Runs wait for the daemon's next attempt most of the time, so that several fit side by side.
_TOGETHER = 3


def run(options, workplace, random):
    results = Results("disk")
    progress("the undisturbed run")
    references = undisturbed(workplace, ("dozen",))
    calls = Scenario(workplace, references).count()
    progress(f"the scenario makes {calls} calls that write")
    cases = [(error, number) for error, runs in _RUNS.items() for number in _steps(calls, runs)]
    before = make_killed(workplace)
    starts = [(kind, number) for kind in STARTS for number in start_steps(workplace, kind, before)]
    with ThreadPoolExecutor(_TOGETHER) as pool:
        found = pool.map(lambda case: Scenario(workplace, references).run(*case), cases)
        for (error, number), findings in zip(cases, found):
            results.count([f"{errno.errorcode[error]} from call {number} on: {finding}" for finding in findings])
        progress(f"{len(cases)} runs of the scenario; now {len(starts)} starts")
        found = pool.map(lambda case: start_when_full(workplace, *case, before), starts)
        for (kind, number), findings in zip(starts, found):
            results.count([f"start from {kind}, ENOSPC from call {number} on: {finding}" for finding in findings])
    note, findings = fill_and_free(workplace, references)
    results.case("a small tmpfs, filled and freed", findings, note)
    return results.finish(
        f"{len(cases)} disks that fill up during a scenario of {calls} calls, {len(starts)} during a start; "
        f"{Scenario.refused} submissions refused, {Scenario.accepted} acknowledged, {Scenario.lost} of them lost")


def _steps(calls, runs):
    """1, 2, 3 …, then evenly up to the last call."""
    dense = list(range(1, min(calls, runs // 2) + 1))
    left = runs - len(dense)
    rest = [dense[-1] + round((calls - dense[-1]) * step / left) for step in range(1, left + 1)] if left > 0 else []
    return sorted(set(dense + rest))
