"""Counts the instructions of the functions that every request goes through, against limits.

Usage: hot_functions_test.py HOT_FUNCTIONS BUILD_TYPE COMPILER. Times differ from run to run and
from machine to machine; counts of the same program hardly do.
"""
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

HOT_FUNCTIONS, BUILD_TYPE, COMPILER = sys.argv[1:]
SKIPPED = 77

# Instructions of one call, measured with g++ 12.2 at -O2; a quarter more is a fault. Where a change
# made one cheaper for good, its line goes down.
COUNTS = {
    "check_token": 590,
    "decide_charge": 70665,
    "read_place": 6045,
    "read_reply": 7567,
    "route_with_token": 5804,
    "write_order": 10750,
}
SLACK = 1.25


def count(folder):
    """Instructions of one call, by name: each counted function leaves a file that names it."""
    subprocess.run(
        ["valgrind", "--tool=callgrind", "--quiet", "--collect-atstart=no",
         f"--callgrind-out-file={folder}/out", HOT_FUNCTIONS], check=True, timeout=100)
    counts = {}
    for file in folder.glob("out.*"):
        text = file.read_text()
        name = re.search(r"^desc: Trigger: Client Request: (\w+) (\d+)$", text, re.M)
        total = re.search(r"^(?:summary|totals): (\d+)", text, re.M)
        if name:
            counts[name[1]] = int(total[1]) // int(name[2])
    return counts


def main():
    if (BUILD_TYPE, COMPILER) != ("Release", "GNU"):
        print("skipped: the counts hold for a Release build by g++, "
              f"not for {BUILD_TYPE} by {COMPILER}")
        return SKIPPED
    if not shutil.which("valgrind"):
        print("valgrind is missing: scripts/install.sh has it among the packages for tests")
        return 1
    with tempfile.TemporaryDirectory() as folder:
        counts = count(pathlib.Path(folder))
    faults = [f"{name} takes {counts[name]} instructions, but has no limit"
              for name in counts.keys() - COUNTS.keys()]
    faults += [f"{name} was not counted" for name in COUNTS.keys() - counts.keys()]
    for name, limit in COUNTS.items():
        now = counts.get(name, 0)
        print(f"{name:24} {now:8} instructions, was {limit}")
        if now > limit * SLACK:
            faults.append(f"{name} takes {now} instructions, more than {SLACK} times {limit}")
    for fault in faults:
        print("FAULT:", fault)
    return 1 if faults else 0


sys.exit(main())
