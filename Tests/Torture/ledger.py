"""The client's own log: what was asked, and what was acknowledged before the client went on."""

import json
import threading
from dataclasses import dataclass, field

#: What a verb makes of its sweep.
_INTENT = {"pause": "paused", "resume": "running", "stop": "stopped", "cancel": "cancelled"}


@dataclass
class Request:
    """One request that changes something."""

    verb: str
    outcome: str = "unknown"  # acknowledged, refused, or unknown: the connection was lost
    reply: dict = field(default_factory=dict)
    #: A submission may be asked for more than once.
    asked: int = 1
    answers: int = 0

    @property
    def is_acknowledged(self):
        return self.outcome == "acknowledged"


@dataclass
class Submission:
    """A sweep that was asked for, and every verb on it, in order: a client has one request at a time on a sweep."""

    key: str
    kind: str
    trials: int
    submit: Request = field(default_factory=lambda: Request("submit"))
    sweep: int | None = None
    verbs: list[Request] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock, repr=False)
    #: Set once the sweep was seen at its end: nothing may change any more, unless by a retry.
    has_ended: bool = False
    #: A pruned trial was let go on.
    was_resumed: bool = False

    def intents(self):
        """What may hold of the sweep now: one intent, or several where an answer never came."""
        possible = {"running"}
        for request in self.verbs:
            if request.outcome == "refused":
                continue
            after = {self._after(request, intent) for intent in possible}
            possible = after if request.is_acknowledged else possible | after
        return possible

    @staticmethod
    def _after(request, intent):
        if request.verb != "retry":
            return intent if intent == "cancelled" and request.verb in ("stop", "cancel") else _INTENT[request.verb]
        happened = not request.is_acknowledged or request.reply.get("retried", 0) > 0
        return "running" if happened and intent in ("stopped", "cancelled") else intent

    def count(self, verb):
        """At least and at most so many times it took effect."""
        asked = [request for request in self.verbs if request.verb == verb and request.outcome != "refused"]
        effective = [request for request in asked if request.is_acknowledged and self._has_effect(request)]
        return len(effective), len(asked)

    def _has_effect(self, request):
        if request.verb == "retry":
            return request.reply.get("retried", 0) > 0
        # A sweep that is about to end takes a second cancel without doing anything.
        return request.verb in ("pause", "resume")

    @property
    def was_cut(self):
        """Whether trials may have ended, or gone on, because somebody asked for it."""
        return self.was_resumed or any(
            request.verb in ("stop", "cancel") and request.outcome != "refused" for request in self.verbs)

    def was_retried(self, since):
        return any(request.verb == "retry" and request.outcome != "refused" for request in self.verbs[since:])


@dataclass
class Promoted:
    """An acknowledged promotion, as its reply had it."""

    promotion: int
    trial: int
    correct: int
    test_examples: int


class Ledger:
    """All submissions and promotions of a state folder. Every line is on disk before the client goes on."""

    def __init__(self, path):
        self._file = open(path, "a", buffering=1)
        self._lock = threading.Lock()
        self.submissions = []
        self.promotions = {}
        self.asked_promotions = 0
        self.acknowledged = 0

    def submission(self, kind, trials, key):
        entry = Submission(key, kind, trials)
        with self._lock:
            self.submissions.append(entry)
        self._write("asked", "submit", key=key, kind=kind)
        return entry

    def verb(self, entry, verb):
        request = Request(verb)
        entry.verbs.append(request)
        self._write("asked", verb, key=entry.key, sweep=entry.sweep)
        return request

    def settle(self, request, answer, **what):
        """The answer has come: acknowledged or refused."""
        request.answers += 1
        request.outcome = "acknowledged" if answer.is_acknowledged else "refused"
        request.reply = answer.body if isinstance(answer.body, dict) else {}
        with self._lock:
            self.acknowledged += answer.is_acknowledged
        self._write(request.outcome, request.verb, status=answer.status, **what)

    def ask_promotion(self):
        with self._lock:
            self.asked_promotions += 1
        self._write("asked", "promote")

    def promoted(self, reply):
        entry = Promoted(reply["promotion"], reply["trial"], reply["correct"], reply["test_examples"])
        with self._lock:
            self.promotions[entry.promotion] = entry
            self.acknowledged += 1
        self._write("acknowledged", "promote", **vars(entry))

    def acknowledge(self, verb):
        """Something that leaves nothing behind in the database, such as a backup."""
        with self._lock:
            self.acknowledged += 1
        self._write("acknowledged", verb)

    @property
    def unanswered(self):
        """Changes that were asked for and never answered."""
        requests = [request for entry in self.submissions for request in (entry.submit, *entry.verbs)]
        return sum(request.asked - request.answers for request in requests)

    def close(self):
        self._file.close()

    def _write(self, outcome, verb, **what):
        with self._lock:
            self._file.write(json.dumps({"outcome": outcome, "verb": verb, **what}) + "\n")
