"""What an undisturbed run of each sweep file gives: the bits that every other run must give too."""

from dataclasses import dataclass

from daemon import Daemon
from database import Copy, copy_database
from sweepfiles import TRIALS, sweep_file


@dataclass
class Reference:
    """Of one kind of sweep: each index's result and learning curve, and the audit's digest over all."""

    results: dict
    curves: dict
    audit: str


def undisturbed(workplace, kinds):
    """Trains each kind once, from its start to its end, and stops the daemon in order."""
    daemon = Daemon(workplace)
    daemon.start()
    sweeps, audits = {}, {}
    for kind in kinds:
        answer = daemon.client.post("/v1/sweeps", {"file": sweep_file(kind)})
        if answer.status != 201 or answer.body["trials"] != TRIALS[kind]:
            raise RuntimeError(f"the reference of {kind} was not taken: {answer.words}")
        sweeps[kind] = answer.body["sweep"]
    for kind, sweep in sweeps.items():
        ended = daemon.wait_ended(sweep, timeout=600)
        audit = daemon.client.json(f"/v1/sweeps/{sweep}/audit")
        if not ended or ended["state"] != "completed" or not audit["sound"]:
            raise RuntimeError(f"the undisturbed run of {kind} is not sound: {ended} {audit}")
        audits[kind] = audit["digest"]
    status, _ = daemon.stop()
    if status != 0:
        raise RuntimeError(f"the undisturbed run ended with status {status}: {daemon.log()[-400:]}")
    with Copy(copy_database(daemon.state, workplace.name("copy"))) as copy:
        return {kind: Reference(copy.results(sweep), copy.curves(sweep), audits[kind])
                for kind, sweep in sweeps.items()}
