"""A private sweepd in a temporary folder, and the dashboard that sweepctl opens on it."""

import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

BIN = Path(os.environ["SWEEPD_BIN"])


class Daemon:
    """Starts sweepd on a folder; `stop` ends all that was started and removes what was temporary."""

    def __init__(self, state=None, data=None):
        # A Unix socket's path has at most 107 bytes, so it lives in the system's temporary folder.
        self.folder = Path(tempfile.mkdtemp(prefix="sweepd-browser-"))
        self.state = Path(state) if state else self.folder / "state"
        self.data = Path(data) if data else self.folder / "data"
        self.data.mkdir(parents=True, exist_ok=True)
        self.socket = self.folder / "s.sock"
        self.environment = {**os.environ, "SWEEPD_SOCKET": str(self.socket)}
        self.log = open(self.folder / "sweepd.log", "ab")
        self.process = None
        self.proxy = None
        self.start()

    def start(self):
        self.process = subprocess.Popen(
            [BIN / "sweepd", "serve", "--state-dir", self.state, "--socket", self.socket, "--data-dir", self.data],
            stdout=self.log, stderr=self.log)
        for _ in range(200):
            if subprocess.run([BIN / "sweepctl", "version"], env=self.environment, capture_output=True).returncode == 0:
                return
            if self.process.poll() is not None:
                break
            time.sleep(0.05)
        raise RuntimeError("sweepd did not start:\n" + (self.folder / "sweepd.log").read_text())

    def kill(self):
        """As the kernel does when memory is short."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def open(self):
        """The address of the dashboard, with its token."""
        self.proxy = subprocess.Popen(
            [BIN / "sweepctl", "dashboard", "--no-open"], env=self.environment, stdout=subprocess.PIPE,
            stderr=self.log, text=True)
        for line in self.proxy.stdout:
            found = re.search(r"http://127\.0\.0\.1:\d+/\S*", line)
            if found:
                return found.group(0)
        raise RuntimeError("sweepctl dashboard printed no address:\n" + (self.folder / "sweepd.log").read_text())

    def ctl(self, *arguments):
        """What `sweepctl … --json` answers."""
        done = subprocess.run([BIN / "sweepctl", *map(str, arguments), "--json"], env=self.environment,
                              capture_output=True, text=True)
        if done.returncode != 0:
            raise RuntimeError(f"sweepctl {arguments}: {done.stderr}")
        return json.loads(done.stdout)

    def submit(self, sweep, *options):
        """Submits a sweep file given as a dictionary; its number."""
        file = self.folder / "sweep.json"
        file.write_text(json.dumps(sweep))
        return self.ctl("submit", file, *options)["sweep"]

    def stop(self):
        for process in (self.proxy, self.process):
            if process and process.poll() is None:
                process.terminate()
                try:
                    process.wait(timeout=20)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()
        self.log.close()
        shutil.rmtree(self.folder, ignore_errors=True)
