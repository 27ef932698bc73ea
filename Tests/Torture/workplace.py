"""A temporary folder for one run, and every child process that the run starts."""

import atexit
import os
import shutil
import signal
import subprocess
import tempfile
import threading
from pathlib import Path

# Longest path below the folder: a Unix socket's path may have 107 bytes, and one byte short of 100 is easy to check.
SOCKET_LIMIT = 100


class Workplace:
    """A private folder. `close` kills what is left of the children, by the ids of their groups, and removes it."""

    def __init__(self, parent=None, keep=False):
        self.folder = Path(tempfile.mkdtemp(prefix="torture-", dir=parent))
        # Sockets may need a shorter path than the folder has.
        self.sockets = self.folder
        if len(os.fsencode(self.folder / "notify-0000.sock")) >= SOCKET_LIMIT:
            self.sockets = Path(tempfile.mkdtemp(prefix="torture-", dir="/tmp"))
        self.keep = keep
        self._children = []
        self._lock = threading.Lock()
        self._names = 0
        self._at_close = []
        atexit.register(self.close)

    def name(self, prefix, suffix=""):
        """A path in the folder that nothing has had yet."""
        with self._lock:
            self._names += 1
            return self.folder / f"{prefix}-{self._names:04d}{suffix}"

    def socket(self, prefix):
        return self.sockets / self.name(prefix, ".sock").name

    def spawn(self, arguments, **options):
        """`subprocess.Popen` in a process group of its own."""
        child = subprocess.Popen(list(map(str, arguments)), process_group=0, **options)
        with self._lock:
            self._children = [other for other in self._children if other.returncode is None] + [child]
        return child

    def run(self, arguments, timeout=60, **options):
        """Runs to the end; exit status, output and errors as text."""
        child = self.spawn(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options)
        try:
            output, errors = child.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            kill_group(child)
            output, errors = child.communicate()
        return subprocess.CompletedProcess(arguments, child.returncode, output, errors)

    def at_close(self, action):
        """Something to undo before the folder is removed, such as a mount."""
        self._at_close.append(action)

    def close(self):
        with self._lock:
            children, self._children = self._children, []
        for child in children:
            kill_group(child)
        while self._at_close:
            self._at_close.pop()()
        if not self.keep:
            for folder in {self.folder, self.sockets}:
                shutil.rmtree(folder, ignore_errors=True)


def kill_group(child, number=signal.SIGKILL):
    """Ends a child that has not been waited for, and everything that it started."""
    if child.returncode is not None:
        return
    try:
        os.killpg(child.pid, number)
    except ProcessLookupError:
        pass
    child.wait()
