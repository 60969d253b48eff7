#!/usr/bin/env python3
"""Runs a command that is told where this run's MariaDB and Kafka are (see keeper.py).

usage: with_servers.py -- COMMAND [ARGUMENT…]
Sets PAYMENTS_TEST_MYSQL (mysql://root@127.0.0.1:PORT, to be followed by /PREFIX) and
PAYMENTS_TEST_KAFKA (127.0.0.1:PORT). The servers are those of the build folder it runs in.
"""

import json
import os
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]


def find_state():
    """servers.json of the build folder we are in, else of build/."""
    here = pathlib.Path.cwd()
    for folder in (here, *here.parents, ROOT / "build"):
        if (folder / "servers.json").exists():
            return json.loads((folder / "servers.json").read_text())
    sys.exit("with_servers.py: no servers run: they are started by ctest's fixture `servers`, or by"
             " `python3 tests/servers/keeper.py start build/servers.json`")


def main():
    if len(sys.argv) < 3 or sys.argv[1] != "--":
        sys.exit(__doc__)
    state = find_state()
    os.environ["PAYMENTS_TEST_MYSQL"] = state["mysql"]
    os.environ["PAYMENTS_TEST_KAFKA"] = state["kafka"]
    os.execvp(sys.argv[2], sys.argv[2:])


if __name__ == "__main__":
    main()
