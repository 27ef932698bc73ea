"""A program that trains as it is told, on one core: `kernel-bench peer`, or peers.py with one library."""

import os
import subprocess
import tempfile
from pathlib import Path

from service import BIN

HERE = Path(__file__).resolve().parent
# One thread each, and no spinning while another contender has the core. What the caller's shell says about a library's
# choice of kernels does not count here: each is free to take its best.
ONE_THREAD = {
    "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "OMP_WAIT_POLICY": "passive",
    "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1", "JAX_PLATFORMS": "cpu",
}
DROPPED = ("OPENBLAS_", "OMP_", "MKL_", "NVPL_", "KMP_", "XLA_", "JAX_", "TORCH", "ATEN_", "DNNL_", "ONEDNN_")


def environment():
    kept = {name: value for name, value in os.environ.items() if not name.startswith(DROPPED)}
    return kept | ONE_THREAD


class Contender:
    def __init__(self, name, folder, core, python, isa):
        self.name = name
        words = (
            [BIN / "kernel-bench", "peer", "--data", folder, *(["--isa", isa] if isa else [])] if name == "sweepd"
            else [python, HERE / "peers.py", name, folder])
        # What it has to say about itself goes into a file, or a library's chatter would stand in the table.
        self.messages = tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen(
            words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.messages, text=True, env=environment(),
            preexec_fn=lambda: os.sched_setaffinity(0, {core}))

    def __enter__(self):
        word, _, self.version = self.answer().partition(" ")
        if word != "ready":
            raise SystemExit(f"bench: {self.name} begins with '{word}'")
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait(timeout=60)
        self.messages.close()

    def ask(self, *words):
        try:
            self.process.stdin.write(" ".join(map(str, words)) + "\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            pass
        return self.answer()

    def answer(self):
        line = self.process.stdout.readline()
        if not line:
            self.process.wait(timeout=60)
            self.messages.seek(0)
            raise SystemExit(f"bench: {self.name} ended with {self.process.returncode}: {self.messages.read()[-1000:]}")
        return line.strip()
