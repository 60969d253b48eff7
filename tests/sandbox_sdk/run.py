#!/usr/bin/env python3
"""Starts a sandbox by the command given, runs one SDK's test against it and stops it.

usage: run.py node|python COMMAND [ARGUMENT…]
           COMMAND prints `ready URL` once it takes requests
       run.py install
           fetches the SDKs, those that are not there yet
"""

import os
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from packages import fetch_node, fetch_python  # noqa: E402

ENVIRONMENT = HERE.parents[1] / "build" / "sdk-python"
PYTHON = ENVIRONMENT / "bin" / "python"
FETCH_TIMEOUT_S = 100
TEST_TIMEOUT_S = 60
STOP_TIMEOUT_S = 10

TESTS = {
    "node": ["node", "--test", "sdk_test.mjs"],
    "python": [str(PYTHON), "sdk_test.py"],
}

INSTALLS = {
    "node": lambda: fetch_node(HERE, FETCH_TIMEOUT_S),
    "python": lambda: fetch_python(ENVIRONMENT, HERE / "requirements.txt", FETCH_TIMEOUT_S),
}


def wait_until_ready(server):
    for line in server.stdout:
        words = line.split()
        if len(words) == 2 and words[0] == "ready":
            return words[1]
    raise SystemExit("the sandbox ended before it was ready")


def run_test(sdk, url):
    environment = dict(os.environ, SANDBOX_URL=url, NO_PROXY="127.0.0.1", no_proxy="127.0.0.1")
    test = subprocess.run(TESTS[sdk], cwd=HERE, env=environment, timeout=TEST_TIMEOUT_S)
    return test.returncode


def main():
    if sys.argv[1:] == ["install"]:
        for install in INSTALLS.values():
            install()
        return 0
    if len(sys.argv) < 3 or sys.argv[1] not in TESTS:
        raise SystemExit(__doc__)
    INSTALLS[sys.argv[1]]()
    with subprocess.Popen(sys.argv[2:], stdout=subprocess.PIPE, text=True) as server:
        try:
            return run_test(sys.argv[1], wait_until_ready(server))
        finally:
            server.terminate()
            try:
                server.wait(STOP_TIMEOUT_S)
            except subprocess.TimeoutExpired:
                server.kill()


if __name__ == "__main__":
    sys.exit(main())
