"""What every table of figures says about where it comes from: command, commit, program, machine, load, date."""

import os
import platform
import shlex
import subprocess
import sys
import time
from datetime import datetime, timezone
from pathlib import Path

from service import BIN, ROOT

# Our own shell and this program leave less than this behind.
IDLE = 0.5
# Seconds. The load is a mean over the last minute, about.
PATIENCE = 300
# Options whose value is a folder: where it is says nothing.
FOLDERS = {"--data-dir": "DATA", "--folder": "FOLDER", "--python": "PYTHON"}


def load(wants_idle):
    """The load now. If figures are to be written down, waits until it has fallen, as after a build, or ends the program."""
    deadline = time.monotonic() + PATIENCE
    while wants_idle and os.getloadavg()[0] > IDLE:
        if time.monotonic() > deadline:
            sys.exit(f"bench: the load is {os.getloadavg()[0]:.2f}; --write wants an idle machine, below {IDLE}")
        print(f"waiting for the load to fall: {os.getloadavg()[0]:.2f}, wanted {IDLE}", file=sys.stderr, flush=True)
        time.sleep(15)
    return os.getloadavg()[0]


def head(script, before, **more):
    """Lines for the top of a table; `more` adds lines of the same form."""
    lines = {
        "command": command(script, sys.argv[1:]),
        "commit": commit(),
        "program": program(),
        "machine": machine(),
        **more,
        "load": f"{before:.2f} before",
        "date": f"{datetime.now(timezone.utc):%Y-%m-%d %H:%M} UTC",
    }
    return [f"{name:9} {value}" for name, value in lines.items()] + [""]


def show(text, file):
    """Prints the table, and writes it to `file` where there is one."""
    print(text, end="", flush=True)
    if file:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)


def machine():
    facts = {}
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        name, _, value = line.partition(":")
        facts.setdefault(name.strip(), value.strip())
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    processor = facts.get("model name", platform.machine())
    if "cpu family" in facts:
        processor += f" (family {facts['cpu family']}, model {facts['model']})"
    return f"{processor}, {os.cpu_count()} cores, {memory:.0f} GiB, Linux {platform.release()}"


def commit():
    try:
        found = subprocess.run(
            ["git", "-C", ROOT, "describe", "--always", "--dirty"], capture_output=True, text=True, check=True)
        return found.stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return "unknown"


def program():
    if not (BIN / "sweepd").exists():
        return "kernel-bench of this commit"
    return subprocess.run([BIN / "sweepd", "--version"], capture_output=True, text=True).stdout.strip()


def command(script, words):
    """As it was given, folders by their kind."""
    shown = []
    for word in words:
        name, sign, _ = word.partition("=")
        if shown and shown[-1] in FOLDERS:
            word = FOLDERS[shown[-1]]
        elif name in FOLDERS and sign:
            word = f"{name}={FOLDERS[name]}"
        shown.append(word)
    return shlex.join([script, *shown])
