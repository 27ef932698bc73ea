"""A real `sweepd` on a folder of a real disk, and two ways to talk to it: its socket, and `sweepctl`."""

import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(os.environ.get("SWEEPD_BIN") or ROOT / ".build/release").resolve()
TICKS = os.sysconf("SC_CLK_TCK")


class _UnixConnection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost", timeout=600)
        self.path = str(path)

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


def environment(**more):
    """Without the caller's own settings of sweepd."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("SWEEPD_", "XDG_"))}
    return kept | {"SWEEPD_LOG_LEVEL": "warning"} | more


class Service:
    """`sweepd serve` on a state folder of its own."""

    def __init__(self, state, data, workers=1, **settings):
        self.state, self.data, self.workers = Path(state), Path(data), workers
        self.settings = {"submits_per_minute": 0} | settings
        # A Unix socket's path has at most 107 bytes.
        self.sockets = Path(tempfile.mkdtemp(prefix="sweepd-bench-"))
        self.socket = self.sockets / "s"
        self.process = None

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        try:
            self.stop()
        finally:
            shutil.rmtree(self.sockets)

    def start(self):
        self.state.mkdir(parents=True, exist_ok=True)
        more = {f"SWEEPD_{key.upper()}": str(value) for key, value in self.settings.items()}
        with open(self.state.with_suffix(".log"), "ab") as log:
            self.process = subprocess.Popen(
                [BIN / "sweepd", "serve", "--state-dir", self.state, "--socket", self.socket, "--data-dir", self.data,
                 "--workers", str(self.workers)],
                stdout=log, stderr=log, env=environment(**more))
        deadline = time.monotonic() + 60
        while True:
            try:
                return self.ask("GET", "/v1/health")
            except OSError:
                if self.process.poll() is not None or time.monotonic() > deadline:
                    log = self.state.with_suffix(".log").read_text()[-300:]
                    raise SystemExit(f"bench: sweepd did not start: {log}") from None
                time.sleep(0.02)

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(timeout=120)

    def ask(self, method, path, body=None):
        """The reply, decoded; one request a connection, as a script would."""
        connection = _UnixConnection(self.socket)
        try:
            content = None if body is None else json.dumps(body)
            connection.request(method, path, content, {"Content-Type": "application/json"} if content else {})
            answer = connection.getresponse()
            content = answer.read()
            if answer.status not in (200, 201):
                raise SystemExit(f"bench: {method} {path} is answered with {answer.status} {content[:300]!r}")
            return json.loads(content)
        finally:
            connection.close()

    def submit(self, sweep):
        return self.ask("POST", "/v1/sweeps", {"file": json.dumps(sweep)})["sweep"]

    def sweepctl(self, *words):
        """What `sweepctl` prints."""
        done = subprocess.run(
            [BIN / "sweepctl", *words, "--socket", self.socket], env=environment(), capture_output=True, check=False)
        if done.returncode:
            raise SystemExit(f"bench: sweepctl {' '.join(map(str, words))} failed: {done.stderr.decode()[-300:]}")
        return done.stdout

    def cpu_seconds(self):
        """Processor time of the daemon so far, all threads, user and system."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS
