"""Stops, and clients that do not do what clients should."""

import socket
import threading
import time

from database import DATABASE
from sweepfiles import sweep_file

def _clean_stop(bench):
    """SIGTERM in full flight: nothing is charged, and the same bits come out with another number of workers."""
    daemon = bench.daemon(workers=2)
    daemon.start()
    sweep = bench.submit(daemon, "long")
    for workers in (1, 3, 2):
        time.sleep(0.7)
        status, seconds = daemon.stop()
        if status != 0 or seconds > 10:
            yield f"the stop took {seconds:.1f} s and ended with status {status}"
        wal = daemon.state / (DATABASE + "-wal")
        if wal.exists() and wal.stat().st_size:
            yield f"the WAL has {wal.stat().st_size} bytes after the stop"
        daemon.settings["workers"] = workers
        daemon.start()
    yield from bench.same_bits(daemon, sweep, "long")
    attempts = [trial["attempt"] for trial in daemon.client.json(f"/v1/sweeps/{sweep}/trials")["trials"]]
    if set(attempts) != {1}:
        yield f"stops were charged: attempts {attempts}"


#: What a client may leave a daemon with, without ever reading an answer.
_SLOW = {
    "nothing": b"",
    "half a head": b"GET /v1/health HTTP/1.1\r\nHo",
    "half a body": b"POST /v1/sweeps HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{",
    "a stream that nobody reads": b"GET /v1/events HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\n\r\n",
    "what is not HTTP": b"\x16\x03\x01\x02garbage\r\n\r\n",
}


def _slow_clients(bench):
    """Clients that send half of something and then nothing keep neither others nor a stop waiting."""
    for what, content in _SLOW.items():
        daemon = bench.daemon()
        daemon.start()
        slow = []
        for _ in range(10):
            connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            connection.connect(str(daemon.socket))
            connection.sendall(content)
            slow.append(connection)
        sweep = bench.submit(daemon, "dozen")
        for finding in bench.same_bits(daemon, sweep, "dozen"):
            yield f"{what}: {finding}"
        status, seconds = daemon.stop(timeout=20)
        if status != 0:
            yield f"{what}: the stop takes more than {seconds:.0f} s" if status is None else f"{what}: status {status}"
        for connection in slow:
            connection.close()


def _many_keys(bench):
    """The same key from many clients at once is one sweep."""
    daemon = bench.daemon()
    daemon.start()
    answers = []

    def submit():
        answers.append(daemon.client.post("/v1/sweeps", {"file": sweep_file("dozen"), "key": "same"}))

    clients = [threading.Thread(target=submit) for _ in range(16)]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    sweeps = {answer.body.get("sweep") for answer in answers}
    if len(sweeps) != 1 or sorted(answer.status for answer in answers) != [200] * 15 + [201]:
        yield f"{sorted(answer.status for answer in answers)} for sweeps {sweeps}"
    if len(daemon.client.json("/v1/sweeps")["sweeps"]) != 1:
        yield "there is not one sweep"


CASES = {
    "stops, with other numbers of workers": _clean_stop,
    "slow and strange clients": _slow_clients,
    "one key from many clients": _many_keys,
}
