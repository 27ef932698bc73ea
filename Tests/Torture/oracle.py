"""Holds a database against the client's log and the undisturbed runs."""

from dataclasses import dataclass, field

from sweepfiles import JUDGED

ENDED = ("completed", "cancelled", "failed")
_KIND = {"pause": "sweep_paused", "resume": "sweep_resumed", "retry": "trials_retried"}


@dataclass
class Findings:
    """Sentences by what they are about; empty when all is well."""

    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    different: list[str] = field(default_factory=list)
    damaged: list[str] = field(default_factory=list)

    def add(self, other):
        for name, sentences in vars(other).items():
            getattr(self, name).extend(sentences)

    def all(self):
        return [f"{name}: {sentence}" for name, sentences in vars(self).items() for sentence in sentences]

    def __bool__(self):
        return any(vars(self).values())


class Oracle:
    """Keeps what it saw before, so that it notices what changes that must not."""

    def __init__(self, ledger, references, pid):
        self.ledger = ledger
        self.references = references
        self.pid = pid
        self._seen_results = {}
        self._last_event = 0
        self._unnamed = 0
        self._promotions = 0

    def learn(self, copy):
        """What is in the database before the first request."""
        self._unnamed = self._count_unnamed(copy)
        self._promotions = copy.value("SELECT count(*) FROM promotions")
        self._last_event = copy.last_event()

    @staticmethod
    def _count_unnamed(copy):
        return copy.value("SELECT count(*) FROM sweeps WHERE id NOT IN (SELECT sweep FROM submission_keys)")

    def check(self, copy):
        findings = Findings()
        findings.damaged += copy.integrity()
        self._check_submissions(copy, findings)
        present = {sweep for sweep, in copy.rows("SELECT id FROM sweeps")}
        for entry in self.ledger.submissions:
            if entry.sweep in present:
                self._check_verbs(copy, entry, findings)
                self._check_results(copy, entry, findings)
        self._check_promotions(copy, findings)
        last = copy.last_event()
        if last < self._last_event:
            findings.lost.append(f"events end at {last}, and went to {self._last_event} before")
        self._last_event = last
        return findings

    # MARK: Sweeps

    def _check_submissions(self, copy, findings):
        rows = {key: (sweep, trials) for key, sweep, trials in copy.rows(
            "SELECT key, sweeps.id, trials FROM submission_keys JOIN sweeps ON sweeps.id = sweep")}
        known = {entry.key: entry for entry in self.ledger.submissions}
        for key in rows.keys() - known.keys():
            findings.doubled.append(f"sweep {rows[key][0]} has the key {key}, which nobody gave")
        for key, entry in known.items():
            if key not in rows:
                if entry.submit.is_acknowledged or entry.sweep is not None:
                    findings.lost.append(f"sweep {entry.sweep}, acknowledged with the key {key}")
                continue
            sweep, trials = rows[key]
            if entry.sweep is None:
                # Its answer never came, and it took effect.
                entry.sweep = sweep
            elif entry.sweep != sweep:
                findings.doubled.append(f"the key {key} stands for sweep {sweep}, and for {entry.sweep} before")
            if trials != entry.trials:
                findings.different.append(f"sweep {sweep} has {trials} trials instead of {entry.trials}")
        unnamed = self._count_unnamed(copy)
        if unnamed != self._unnamed:
            findings.doubled.append(f"{unnamed} sweeps without a key, {self._unnamed} at the beginning")
        for sweep, trials, count, first, last, different in copy.rows(
                "SELECT s.id, s.trials, count(t.id), min(idx), max(idx), count(DISTINCT idx)"
                " FROM sweeps s LEFT JOIN trials t ON t.sweep = s.id GROUP BY s.id"):
            if count < trials or different < count:
                findings.lost.append(f"sweep {sweep} has {different} of its {trials} trials")
            if count > trials or (first, last) != (0, trials - 1):
                findings.doubled.append(f"sweep {sweep} has {count} rows, index {first} to {last}, for {trials} trials")

    def _check_verbs(self, copy, entry, findings):
        state, closing = copy.rows("SELECT state, closing FROM sweeps WHERE id = ?", entry.sweep)[0]
        possible = entry.intents()
        if not any(self._agrees(intent, state, closing) for intent in possible):
            findings.lost.append(
                f"sweep {entry.sweep} is {state} (closing {closing}); the client's log says {' or '.join(possible)}: "
                + ", ".join(f"{request.verb} {request.outcome}" for request in entry.verbs[-4:]))
        counts = dict(copy.rows("SELECT kind, count(*) FROM events WHERE sweep = ? AND pid = ? GROUP BY kind",
                                entry.sweep, self.pid))
        for verb, kind in _KIND.items():
            least, most = entry.count(verb)
            if counts.get(kind, 0) < least:
                findings.lost.append(
                    f"{verb} of sweep {entry.sweep}: {counts.get(kind, 0)} events, {least} acknowledged")
            if counts.get(kind, 0) > most:
                findings.doubled.append(f"{verb} of sweep {entry.sweep}: {counts[kind]} events, {most} asked")
        if counts.get("sweep_submitted", 0) != 1:
            findings.doubled.append(f"sweep {entry.sweep} was submitted {counts.get('sweep_submitted', 0)} times")
        if state in ENDED:
            left = copy.value("SELECT count(*) FROM trials WHERE sweep = ? AND ended_at IS NULL", entry.sweep)
            if left:
                findings.different.append(f"sweep {entry.sweep} is {state} with {left} trials that have not ended")
        elif possible == {"running"} and not closing and any(r.verb == "retry" for r in entry.verbs):
            left = copy.value("SELECT count(*) FROM trials WHERE sweep = ? AND state = 'cancelled'", entry.sweep)
            if left:
                findings.lost.append(f"retry of sweep {entry.sweep}: {left} trials are still cancelled")

    @staticmethod
    def _agrees(intent, state, closing):
        """A sweep that ends by itself is completed whatever was asked of it in that moment."""
        if state == "completed":
            return intent != "cancelled"
        return {
            "running": state in ("queued", "running") and closing is None,
            "paused": state == "paused",
            "stopped": closing == "stop",
            "cancelled": closing == "cancel" or state == "cancelled",
        }[intent]

    # MARK: Results

    def _check_results(self, copy, entry, findings):
        reference = self.references.get(entry.kind)
        if reference is None:
            return
        failed = copy.rows("SELECT idx, reason FROM trials WHERE sweep = ? AND state = 'failed'", entry.sweep)
        findings.different += [f"trial {index} of sweep {entry.sweep} failed: {reason}" for index, reason in failed[:3]]
        if entry.kind in JUDGED and entry.was_cut:
            return
        results = copy.results(entry.sweep)
        curves = copy.curves(entry.sweep)
        for index, result in results.items():
            if result != reference.results.get(index):
                findings.different.append(
                    f"trial {index} of sweep {entry.sweep} ({entry.kind}): {result}, undisturbed "
                    f"{reference.results.get(index)}")
            elif curves.get(index) != reference.curves.get(index):
                findings.different.append(f"the learning curve of trial {index} of sweep {entry.sweep} ({entry.kind})")
        before = self._seen_results.get(entry.sweep, set())
        gone = before - results.keys()
        if gone:
            findings.lost.append(f"results of trials {sorted(gone)[:5]} of sweep {entry.sweep} that were there before")
        self._seen_results[entry.sweep] = set(results)

    def _check_promotions(self, copy, findings):
        rows = {row[0]: row[1:] for row in copy.rows("SELECT id, trial, correct, test_examples FROM promotions")}
        for promotion, entry in self.ledger.promotions.items():
            expected = (entry.trial, entry.correct, entry.test_examples)
            if promotion not in rows:
                findings.lost.append(f"promotion {promotion} of trial {entry.trial}")
            elif rows[promotion] != expected:
                findings.different.append(f"promotion {promotion} is {rows[promotion]}, acknowledged {expected}")
        if not self._promotions <= len(rows) <= self._promotions + self.ledger.asked_promotions:
            findings.doubled.append(
                f"{len(rows)} promotions, {self._promotions} at the beginning, {self.ledger.asked_promotions} asked")
