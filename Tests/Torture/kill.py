"""`torture kill`: kill -9 at random moments, and nothing that was acknowledged may be missing afterwards."""

from era import BASE_SWEEPS, KINDS, Era, make_base
from oracle import Findings
from reference import undisturbed
from results import Results, percentile, progress
from sweepfiles import TRIALS

#: Rounds on one state folder; then a fresh one, so that it does not grow without bound.
_ROUNDS_AN_ERA = 25
#: One era in so many starts from a database of version 1, which is migrated under fire.
_OLD_EVERY = 4
#: From exec to READY, with the base in the database.
_RECOVERY_MS = 500


def run(options, workplace, random):
    results = Results("round")
    progress("the undisturbed runs")
    references = undisturbed(workplace, (*KINDS, "thousand"))
    base = make_base(workplace)
    totals = _Totals()
    era = None
    for number in range(1, options.rounds + 1):
        if era is None:
            is_old = totals.eras % _OLD_EVERY == 1
            era = Era(workplace, random, references, None if is_old else base, totals)
            totals.eras += 1
        results.count([f"(seed {options.seed}, round {number}) {finding}" for finding in era.round()])
        if number % _ROUNDS_AN_ERA == 0 or number == options.rounds:
            results.count([f"(seed {options.seed}, after round {number}) {finding}" for finding in era.finish()])
            era = None
            progress(f"{number} rounds; {totals.line()}")
    totals.print()
    slowest = percentile([1000 * seconds for seconds in totals.recovery], 99)
    results.case(f"99 of 100 recoveries take less than {_RECOVERY_MS} ms",
                 [f"{slowest:.0f} ms"] if slowest >= _RECOVERY_MS else [], f"{slowest:.0f} ms")
    return results.finish(f"{options.rounds} rounds of kill -9, seed {options.seed}: {totals.line()}")


class _Totals:
    """What is printed at the end."""

    def __init__(self):
        self.eras = 0
        self.acknowledged = 0
        self.found = Findings()
        self.recovery = []
        self.unanswered = 0
        self.kills = {}

    def line(self):
        return (f"{self.acknowledged} acknowledged requests, {len(self.found.lost)} lost, "
                f"{len(self.found.doubled)} doubled, {len(self.found.different)} different, "
                f"{len(self.found.damaged)} damaged")

    def print(self):
        times = [1000 * seconds for seconds in self.recovery]
        print(f"killed during   {', '.join(f'{what} {count}' for what, count in sorted(self.kills.items()))}")
        print(f"acknowledged    {self.acknowledged}")
        for name, sentences in vars(self.found).items():
            print(f"{name:15} {len(sentences)}")
        print(f"recovery        p50 {percentile(times, 50):.0f} ms, p99 {percentile(times, 99):.0f} ms, "
              f"max {max(times, default=0):.0f} ms from exec to READY, {len(times)} starts, "
              f"{BASE_SWEEPS} sweeps of {TRIALS['thousand']} trials in the database")
        print(f"unanswered      {self.unanswered} changes were cut off by a kill")
