"""The table that a mode prints, and its last two lines."""

import sys
import time


def progress(words):
    """One line on standard error: results alone go to standard output."""
    print(f"{time.strftime('%H:%M:%S')} {words}", file=sys.stderr, flush=True)


def percentile(values, share):
    """The smallest value that at least this share of all values does not exceed."""
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * share // 100) - 1)] if ordered else float("nan")


def median(values):
    return percentile(values, 50)


class Results:
    """Cases that passed or failed; a failed one keeps what was found."""

    def __init__(self, mode):
        self.mode = mode
        self.passed = 0
        self.failures = []

    def case(self, name, findings=(), note=""):
        """One line of the table; it failed when there are findings."""
        findings = [str(finding) for finding in findings]
        if findings:
            self.failures.append((name, findings))
            print(f"FAILED  {name}: {findings[0]}" + (f" (and {len(findings) - 1} more)" if findings[1:] else ""))
            for finding in findings[1:8]:
                print(f"        {finding}")
        else:
            self.passed += 1
            print(f"ok      {name}" + (f": {note}" if note else ""))
        sys.stdout.flush()

    def count(self, findings):
        """A case without a line of its own, such as one of hundreds of rounds, unless it failed."""
        if findings:
            self.case(f"{self.mode} {self.passed + len(self.failures) + 1}", findings)
        else:
            self.passed += 1

    def finish(self, summary):
        """Prints the last lines; the exit status."""
        print(summary)
        print(f"{self.passed} passed, {len(self.failures)} failed")
        return 1 if self.failures or self.passed == 0 else 0
