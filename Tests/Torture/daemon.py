"""A real `sweepd` on a private state folder."""

import os
import select
import signal
import socket
import subprocess
import time
from pathlib import Path

from client import Client, Unreachable
from workplace import kill_group

ROOT = Path(__file__).resolve().parent.parent.parent
BIN = Path(os.environ.get("SWEEPD_BIN") or ROOT / ".build/release").resolve()


class StartFailed(Exception):
    """The daemon ended, or was not ready in time."""

    def __init__(self, status, log):
        super().__init__(f"sweepd did not start, exit status {status}: {log[-600:]}")
        self.status = status
        self.log = log


class Daemon:
    """Starts and ends `sweepd serve`; readiness comes by sd_notify, as systemd gets it."""

    def __init__(self, workplace, state=None, settings=None, answered=None):
        self.workplace = workplace
        self.state = Path(state) if state else workplace.name("state")
        self.data = workplace.folder / "data"
        self.data.mkdir(exist_ok=True)
        self.settings = dict(settings or {})
        self.socket = workplace.socket("s")
        self.log_path = workplace.name("sweepd", ".log")
        self.client = Client(self.socket, answered=answered)
        self.process = None
        self.started_at = 0.0
        self._notify = None

    # MARK: Starting

    def launch(self, environment=None, **options):
        """Executes the daemon and returns at once; `wait_ready` waits for it."""
        self._open_notify()
        fresh = {key: value for key, value in os.environ.items() if not key.startswith(("SWEEPD_", "XDG_"))}
        fresh |= {"NOTIFY_SOCKET": str(self._notify_path), "SWIFT_BACKTRACE": "enable=no", "SWEEPD_LOG_LEVEL": "notice"}
        fresh |= {f"SWEEPD_{key.upper()}": str(value) for key, value in self.settings.items()}
        fresh |= environment or {}
        with open(self.log_path, "ab") as log:
            self.started_at = time.monotonic()
            self.process = self.workplace.spawn(
                [BIN / "sweepd", "serve", "--state-dir", self.state, "--socket", self.socket, "--data-dir", self.data],
                stdout=log, stderr=log, env=fresh, **options)
        return self

    def wait_ready(self, timeout=60, meanwhile=lambda: None):
        """Seconds from exec until READY=1; `meanwhile` is called now and then."""
        deadline = self.started_at + timeout
        while True:
            meanwhile()
            left = deadline - time.monotonic()
            readable, _, _ = select.select([self._notify], [], [], max(0, min(left, 0.05)))
            if readable:
                message = self._notify.recv(4096)
                if b"READY=1" in message.split(b"\n"):
                    return time.monotonic() - self.started_at
                continue
            if self.process.poll() is not None or left <= 0:
                status = self.process.poll()
                kill_group(self.process)
                raise StartFailed(status, self.log())

    def start(self, environment=None, timeout=60, **options):
        """Seconds from exec until READY=1."""
        return self.launch(environment, **options).wait_ready(timeout)

    # MARK: Ending

    def kill(self):
        """As when the kernel needs memory, or the power fails as far as this process can tell."""
        kill_group(self.process, signal.SIGKILL)

    def stop(self, timeout=60):
        """SIGTERM; the exit status (None: it had to be killed) and how long it took in seconds."""
        began = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(timeout), time.monotonic() - began
        except subprocess.TimeoutExpired:
            return None, time.monotonic() - began
        finally:
            kill_group(self.process)

    @property
    def is_running(self):
        return self.process is not None and self.process.poll() is None

    # MARK: Looking

    def log(self):
        return self.log_path.read_text(errors="replace") if self.log_path.exists() else ""

    def ctl(self, *arguments, timeout=60):
        """`sweepctl ARGUMENTS`, to its end."""
        environment = {**os.environ, "SWEEPD_SOCKET": str(self.socket)}
        return self.workplace.run([BIN / "sweepctl", *arguments], timeout=timeout, env=environment)

    def wait_until(self, condition, timeout=120, every=0.05):
        """Polls `condition()` until it is true; false when the time is over or the daemon is gone."""
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            try:
                if condition():
                    return True
            except Unreachable:
                if not self.is_running:
                    return False
            time.sleep(every)
        return False

    def wait_ended(self, sweep, timeout=180):
        """Waits until a sweep has ended; its last reply, or None."""
        last = {}

        def has_ended():
            last.update(self.client.json(f"/v1/sweeps/{sweep}"))
            return last["state"] in ("completed", "cancelled", "failed")

        return last if self.wait_until(has_ended, timeout) else None

    def _open_notify(self):
        if self._notify:
            # What the process before had left unread must not make this one ready.
            self._notify.close()
            self._notify_path.unlink(missing_ok=True)
        self._notify_path = self.workplace.socket("n")
        self._notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._notify.bind(str(self._notify_path))
