"""The preloaded library that makes a daemon's disk full and its clock jump: built, loaded and steered."""

import errno
import mmap
import os
import struct
from pathlib import Path

_FIELDS = ("calls", "first", "error", "failed", "clock_offset", "filesystem", "torn")
NFS = 0x6969
#: In place of an errno: the process is killed before the call.
KILL = -1


def build(workplace):
    """Compiles shim.c into the temporary folder; the library's path."""
    library = workplace.folder / "shim.so"
    if not library.exists():
        source = Path(__file__).resolve().parent / "shim.c"
        done = workplace.run(
            [os.environ.get("CC", "cc"), "-O1", "-Wall", "-shared", "-fPIC", "-o", library, source, "-ldl"])
        if done.returncode != 0:
            raise RuntimeError(f"shim.c does not compile: {done.stderr}")
    return library


class Shim:
    """Steers one daemon's calls below `folder`, at any moment."""

    def __init__(self, workplace, folder):
        self._library = build(workplace)
        self._folder = folder
        self._path = workplace.name("control")
        self._path.write_bytes(bytes(8 * len(_FIELDS)))
        with open(self._path, "r+b") as file:
            self._map = mmap.mmap(file.fileno(), 8 * len(_FIELDS))

    @property
    def environment(self):
        return {"LD_PRELOAD": str(self._library), "TORTURE_CONTROL": str(self._path),
                "TORTURE_FOLDER": str(self._folder)}

    def get(self, field):
        return struct.unpack_from("=q", self._map, 8 * _FIELDS.index(field))[0]

    def set(self, field, value):
        struct.pack_into("=q", self._map, 8 * _FIELDS.index(field), value)

    def fail_from(self, number, error=errno.ENOSPC, torn=False):
        """The `number`-th call from now on, and all later ones, fail."""
        self.set("first", 0)
        self.set("error", error)
        self.set("torn", int(torn))
        self.set("failed", 0)
        self.set("calls", 0)
        self.set("first", number)

    def release(self):
        """There is room again."""
        self.set("first", 0)

    @property
    def has_failed(self):
        return self.get("failed") > 0
