"""`torture points`: a crash before and after every named commit point, and before every call that writes of a start."""

import signal
from concurrent.futures import ThreadPoolExecutor

from daemon import BIN, Daemon, StartFailed
from reference import undisturbed
from results import Results, progress
from shim import KILL, Shim
from starts import STARTS, lay_out, make_killed
from walk import Walk

#: The first time that a point is reached, and a later one where there is one.
_HITS = (1, 3)
_TOGETHER = 3
#: Calls of a walk before which it is killed, beside the named points.
_CALLS = 60
#: Crashes after which a trial must be quarantined at the latest: one beside others, three alone, and one to spare.
_CRASHES_AT_MOST = 5


def run(options, workplace, random):
    results = Results("point")
    names = workplace.run([BIN / "sweepd", "faults"]).stdout.split()
    if not names:
        results.case("sweepd faults names the points", ["it prints none"])
    if options.only:
        names = [name for name in names if options.only in name]
    progress(f"{len(names)} points; the undisturbed run")
    references = undisturbed(workplace, ("dozen", "halving"))
    reached = set()
    cases = [(name, hit) for name in names for hit in _HITS]
    with ThreadPoolExecutor(_TOGETHER) as pool:
        for (name, hit), walk in zip(cases, pool.map(lambda case: _walk(workplace, references, *case), cases)):
            if walk.crashes:
                reached.add(name)
            if walk.crashes or walk.found or hit == 1:
                missed = [] if walk.crashes or hit > 1 else ["no scenario reaches it"]
                results.case(f"{name}, hit {hit}", missed + walk.found, f"crashed during: {walk.crashed_in}")
        if not options.only or options.only == "slice":
            results.case("a trial that crashes the daemon is quarantined", _quarantine(workplace, references))
        if not options.only or options.only == "call":
            _calls(workplace, references, pool, results)
        if not options.only or options.only == "walk":
            _walks(workplace, references, random, pool, results)
    return results.finish(f"{len(reached)} of {len(names)} named points were crashed at and replayed")


def _walk(workplace, references, name, hit):
    walk = Walk(workplace, references, {"SWEEPD_FAULT": f"{name}:{hit}"}, is_old=name.endswith("migrate"))
    walk.run()
    return walk


# MARK: Calls

def _calls(workplace, references, pool, results):
    """Killed before each call that writes of a start: points that nobody has thought of naming."""
    before = make_killed(workplace)
    starts = [(kind, number) for kind in STARTS for number in range(1, _calls_of_start(workplace, kind, before) + 1)]
    progress(f"{len(starts)} calls of a start")
    for (kind, number), found in zip(starts, pool.map(lambda case: _start(workplace, *case, before), starts)):
        results.count([f"start from {kind}, killed before call {number}: {finding}" for finding in found])


def _walks(workplace, references, random, pool, results):
    """Killed before some of the calls that write of a whole walk."""
    whole = Walk(workplace, references, {})
    shim = Shim(workplace, whole.daemon.state)
    whole.environment = shim.environment
    whole.run()
    calls = shim.get("calls")
    chosen = sorted(random.sample(range(1, calls + 1), min(calls, _CALLS)))
    progress(f"{len(chosen)} of {calls} calls of a walk")

    def walk(number):
        walk = Walk(workplace, references, {})
        shim = Shim(workplace, walk.daemon.state)
        shim.fail_from(number, KILL)
        walk.environment = shim.environment
        walk.run()
        return walk

    for number, done in zip(chosen, pool.map(walk, chosen)):
        results.count([f"killed before call {number} (in {done.crashed_in}): {finding}" for finding in done.found])


def _calls_of_start(workplace, kind, before):
    daemon = Daemon(workplace)
    lay_out(daemon, kind, before)
    shim = Shim(workplace, daemon.state)
    daemon.start(shim.environment)
    daemon.kill()
    return shim.get("calls")


def _start(workplace, kind, number, before):
    daemon = Daemon(workplace)
    lay_out(daemon, kind, before)
    shim = Shim(workplace, daemon.state)
    shim.fail_from(number, KILL)
    try:
        try:
            daemon.start(shim.environment)
        except StartFailed as failure:
            if failure.status != -signal.SIGKILL:
                return [str(failure)]
        daemon.kill()
        try:
            daemon.start()
        except StartFailed as failure:
            return [f"the next start: {failure}"]
        sweeps = len(daemon.client.json("/v1/sweeps")["sweeps"])
        expected = 0 if kind == "nothing" else 1
        return [] if sweeps == expected else [f"{sweeps} sweeps instead of {expected}"]
    finally:
        daemon.kill()


# MARK: Quarantine

def _quarantine(workplace, references):
    walk = Walk(workplace, references, {})
    daemon = walk.daemon
    daemon.start()
    entry = walk.submit("quarantine")
    victim = walk.trials(entry)[4]["trial"]
    daemon.kill()
    crashes = 0
    while crashes <= _CRASHES_AT_MOST:
        try:
            daemon.start({"SWEEPD_FAULT": f"slice-{victim}:1:trap"})
        except StartFailed as failure:
            if failure.status is None or failure.status >= 0:
                return [str(failure)]
        if not daemon.wait_until(lambda: walk.is_done(entry), timeout=60) and daemon.is_running:
            return ["the sweep does not end"]
        if daemon.is_running:
            break
        crashes += 1
    trials = walk.trials(entry) if daemon.is_running else []
    found = [] if 3 <= crashes <= _CRASHES_AT_MOST else [f"{crashes} crashes until it was given up"]
    for trial in trials:
        is_victim = trial["trial"] == victim
        if is_victim and not (trial["state"] == "failed" and trial["reason"].startswith("quarantined")):
            found.append(f"the trial is {trial['state']}: {trial['reason']}")
        if not is_victim and trial["state"] not in ("completed", "diverged"):
            found.append(f"trial {trial['trial']} is {trial['state']}: {trial['reason']}")
    if daemon.is_running:
        daemon.stop()
        daemon.start()
        daemon.client.post(f"/v1/sweeps/{entry.sweep}/retry", {"states": ["failed"]})
        if not daemon.wait_ended(entry.sweep, 60):
            found.append("retried without the fault, it does not end")
        elif daemon.client.json(f"/v1/sweeps/{entry.sweep}/audit")["digest"] != references["dozen"].audit:
            found.append("retried without the fault, it has other bits than an undisturbed run")
    daemon.kill()
    return found
