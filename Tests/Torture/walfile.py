"""The frames of SQLite's write-ahead log."""

import struct
from dataclasses import dataclass

HEADER = 32
FRAME_HEADER = 24


@dataclass
class WriteAheadLog:
    """The frames of a `-wal` file; https://www.sqlite.org/fileformat2.html#walformat has the layout."""

    content: bytes
    page_size: int
    frames: int
    #: Number of frames up to and including each commit.
    commits: list

    @classmethod
    def read(cls, path):
        content = path.read_bytes()
        page_size, = struct.unpack_from(">I", content, 8)
        salts = content[16:24]
        size = FRAME_HEADER + page_size
        commits, frame = [], 0
        while HEADER + (frame + 1) * size <= len(content):
            start = HEADER + frame * size
            if content[start + 8:start + 16] != salts:
                break
            frame += 1
            if content[start + 4:start + 8] != b"\0\0\0\0":
                commits.append(frame)
        return cls(content[:HEADER + frame * size], page_size, frame, commits)

    def end(self, frame):
        """Bytes up to the end of so many frames."""
        return HEADER + frame * (FRAME_HEADER + self.page_size)

    def committed(self, whole_frames):
        """Frames of the last transaction that is whole within so many frames."""
        return max((commit for commit in self.commits if commit <= whole_frames), default=0)
