#!/usr/bin/env python3
"""What storage and service cost, on this machine, with the real programs.

    make build && benchmarks/storage/bench.py --data-dir DATA
    benchmarks/storage/bench.py --only questions --rounds 5

Programs are taken from SWEEPD_BIN, else .build/release. The figures count only on an idle machine; --write refuses to
write benchmarks/results/storage.txt on a busy one.
"""

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import measures
import report
from service import BIN, ROOT

RESULT = ROOT / "benchmarks/results/storage.txt"
PARTS = ("submit", "epochs", "questions", "bare")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", choices=PARTS, action="append", help="measure only this; may be repeated")
    parser.add_argument("--rounds", type=int, default=9, help="how often each thing is measured (9)")
    parser.add_argument("--folder", type=Path, default=ROOT / ".run", help="where state folders are made, on a disk")
    parser.add_argument(
        "--data-dir", type=Path, help="with CIFAR-10 in it, for the comparison with sweepd trial; synthetic without")
    parser.add_argument("--iterations", type=int, default=600, help="of each trial of that comparison (600)")
    parser.add_argument("--write", action="store_true", help=f"write {RESULT.relative_to(ROOT)}")
    return parser.parse_args()


def file_system(folder):
    """Type of the file system and where it is mounted."""
    best = ("", "")
    for line in Path("/proc/self/mounts").read_text().splitlines():
        _, place, kind, *_ = line.split()
        if (str(folder) + "/").startswith(place.rstrip("/") + "/") and len(place) >= len(best[1]):
            best = (kind, place)
    return best


def measure(options, workplace):
    chosen = options.only or PARTS
    data = options.data_dir.resolve() if options.data_dir else workplace
    dataset = (
        {"name": "cifar10", "train": 49000, "validation": 1000} if options.data_dir
        else {"name": "synthetic", "train": 20000, "validation": 1000, "inputs": 3072})
    rows = []
    if "submit" in chosen:
        rows += measures.submissions(workplace, options.rounds)
    if "epochs" in chosen:
        rows += measures.epoch_rows(workplace)
    if "questions" in chosen:
        rows += measures.questions(workplace, 4 * options.rounds)
    if "bare" in chosen:
        rows += measures.service_against_bare(
            workplace, data, dataset, options.iterations, max(2, options.rounds // 2))
    return rows


def table(rows):
    lines = []
    for row in rows:
        verdict = "" if row.limit is None else "met" if row.is_met else "MISSED"
        target = "" if row.limit is None else f"≤ {row.limit:g} {row.unit}"
        lines.append(f"{row.what:44} {row.value:9.3f} {row.unit:3} {target:11} {verdict:6} {row.note}".rstrip())
    return lines


def main():
    options = arguments()
    for program in ("sweepd", "sweepctl"):
        if not (BIN / program).exists():
            sys.exit(f"bench: {BIN / program} is not there; run make build, or set SWEEPD_BIN")
    before = report.load(wants_idle=options.write)
    options.folder.mkdir(parents=True, exist_ok=True)
    kind, place = file_system(options.folder.resolve())
    if kind in ("tmpfs", "ramfs", "overlay"):
        sys.exit(f"bench: {options.folder} is on {kind}, not on a disk; name another one with --folder")
    workplace = Path(tempfile.mkdtemp(prefix="storage-bench-", dir=options.folder.resolve()))
    try:
        rows = measure(options, workplace)
    finally:
        shutil.rmtree(workplace)
    head = report.head("benchmarks/storage/bench.py", before, disk=f"{kind} on {place}")
    text = "\n".join(head + table(rows)) + "\n"
    report.show(text, RESULT if options.write else None)
    sys.exit(0 if all(row.is_met for row in rows) else 1)


if __name__ == "__main__":
    main()
