"""The oracle notices what it is there for. `cd Tests/Torture && python3 -m unittest`."""

import os
import random
import sqlite3
import time
import unittest

from daemon import Daemon
from database import Copy, copy_database
from ledger import Ledger
from oracle import Oracle
from reference import undisturbed
from workload import Workload
from workplace import Workplace

#: What is done to the database → the finding that must follow.
_MUTATIONS = {
    "DELETE FROM submission_keys": "lost",
    "DROP TRIGGER promotions_stay; DELETE FROM promotions; DELETE FROM submission_keys; DELETE FROM epochs;"
    "DELETE FROM events; DELETE FROM trials; DELETE FROM sweeps": "lost",
    "DELETE FROM epochs WHERE trial = 3; DELETE FROM events WHERE trial = 3; DELETE FROM trials WHERE id = 3": "lost",
    "DROP TRIGGER promotions_stay; DELETE FROM promotions": "lost",
    "DELETE FROM events WHERE kind = 'sweep_paused'": "lost",
    "DELETE FROM events WHERE seq > 5": "lost",
    "UPDATE sweeps SET state = 'paused', ended_at = NULL": "lost",
    "UPDATE trials SET idx = 12 WHERE id = 3": "doubled",
    "INSERT INTO events (at, kind, sweep, uid, pid, detail) SELECT at, kind, sweep, uid, pid, detail FROM events":
        "doubled",
    "UPDATE trials SET val_accuracy = val_accuracy + 1e-16 * 10 WHERE id = 1": "different",
    "UPDATE trials SET model_digest = 'x' WHERE id = 2": "different",
    "UPDATE epochs SET train_loss = train_loss * (1 + 1e-15) WHERE trial = 1 AND epoch = 1": "different",
    "DELETE FROM epochs WHERE trial = 1 AND epoch = 1": "different",
    "DROP TRIGGER promotions_stay_as_written; UPDATE promotions SET correct = correct - 1": "different",
    "UPDATE trials SET state = 'failed', reason = 'x' WHERE id = 1": "different",
    "UPDATE trials SET sweep = 99 WHERE id = 1": "damaged",
}


class OracleTests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.workplace = Workplace()
        cls.references = undisturbed(cls.workplace, ("dozen",))
        cls.daemon = daemon = Daemon(cls.workplace)
        daemon.start()
        cls.ledger = Ledger(cls.workplace.name("ledger", ".jsonl"))
        workload = Workload(daemon, cls.ledger, random.Random(1), ("dozen",))
        workload.submit()
        entry = cls.ledger.submissions[0]
        daemon.wait_until(lambda: daemon.client.json(f"/v1/sweeps/{entry.sweep}")["state"] == "running", every=0.002)
        workload.change("pause")
        time.sleep(0.1)
        workload.change("resume")
        daemon.wait_ended(entry.sweep)
        workload.promote()
        daemon.stop()

    @classmethod
    def tearDownClass(cls):
        cls.ledger.close()
        cls.workplace.close()

    def _findings(self, *sql):
        """Of a copy that a script has been run on, after a look at it as it was."""
        path = copy_database(self.daemon.state, self.workplace.folder / "mutated")
        oracle = Oracle(self.ledger, self.references, os.getpid())
        with Copy(path) as copy:
            before = oracle.check(copy)
        self.assertEqual(before.all(), [])
        database = sqlite3.connect(path)
        for script in sql:
            database.executescript(script)
        database.close()
        with Copy(path) as copy:
            return oracle.check(copy)

    def test_nothing_is_found_where_nothing_is_wrong(self):
        self.assertEqual(self._findings().all(), [])

    def test_each_mutation_is_found(self):
        for script, kind in _MUTATIONS.items():
            with self.subTest(script):
                found = self._findings("PRAGMA ignore_check_constraints = ON; " + script)
                self.assertTrue(getattr(found, kind), f"not {kind}: {found.all()}")


if __name__ == "__main__":
    unittest.main()
