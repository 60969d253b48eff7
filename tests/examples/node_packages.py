#!/usr/bin/env python3
"""The TypeScript client, and the example that stands on it.

usage: node_packages.py install     fetches what both need of npm, if it is not there yet
       node_packages.py test        builds the client and runs its tests"""

import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests"))

from packages import fetch_node  # noqa: E402

CLIENT = ROOT / "clients" / "typescript"
EXAMPLE = ROOT / "examples" / "typescript"
FETCH_TIMEOUT_S = 200
TEST_TIMEOUT_S = 200


def install():
    """The client first: the example has a link to it."""
    for folder in (CLIENT, EXAMPLE):
        fetch_node(folder, FETCH_TIMEOUT_S)


def build():
    install()
    subprocess.run(["npm", "run", "--silent", "build"], cwd=CLIENT, check=True,
                   timeout=TEST_TIMEOUT_S)


def main():
    if sys.argv[1:] not in (["install"], ["test"]):
        raise SystemExit(__doc__)
    install()
    if sys.argv[1] == "install":
        return 0
    return subprocess.run(["npm", "test"], cwd=CLIENT, timeout=TEST_TIMEOUT_S).returncode


if __name__ == "__main__":
    sys.exit(main())
