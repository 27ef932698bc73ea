"""`torture faults`: what a box does to a daemon that is not a crash; one line a case."""

import faults_box
import faults_clients
import faults_files
from bench import Bench
from client import Unreachable
from daemon import StartFailed
from reference import undisturbed
from results import Results, progress

_CASES = faults_box.CASES | faults_files.CASES | faults_clients.CASES


def run(options, workplace, random):
    results = Results("fault")
    progress("the undisturbed run")
    references = undisturbed(workplace, ("dozen", "long"))
    bench = Bench(workplace, references, random)
    for name, case in _CASES.items():
        if options.only and options.only not in name:
            continue
        bench.note = ""
        try:
            found = list(case(bench))
        except (StartFailed, Unreachable, RuntimeError) as failure:
            found = [failure]
        finally:
            bench.end()
        results.case(name, found, bench.note)
    return results.finish(f"{results.passed} of {results.passed + len(results.failures)} faults are taken as promised")
