#!/usr/bin/env python3
"""Starts a sandbox by the command given, runs one SDK's test against it and stops it.

usage: run.py node|python COMMAND [ARGUMENT…]
           COMMAND prints `ready URL` once it takes requests
       run.py install
           fetches the SDKs, those that are not there yet
"""

import os
import pathlib
import shutil
import subprocess
import sys
import venv

HERE = pathlib.Path(__file__).resolve().parent
ENVIRONMENT = HERE.parents[1] / "build" / "sdk-python"
PYTHON = ENVIRONMENT / "bin" / "python"
FETCH_TIMEOUT_S = 100
TEST_TIMEOUT_S = 60
STOP_TIMEOUT_S = 10

TESTS = {
    "node": ["node", "--test", "sdk_test.mjs"],
    "python": [str(PYTHON), "sdk_test.py"],
}


def is_newer(done, wanted):
    return done.exists() and done.stat().st_mtime >= wanted.stat().st_mtime


def install_node():
    if is_newer(HERE / "node_modules" / ".package-lock.json", HERE / "package-lock.json"):
        return
    command = ["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"]
    subprocess.run(command, cwd=HERE, check=True, timeout=FETCH_TIMEOUT_S)


def install_python():
    requirements, done = HERE / "requirements.txt", ENVIRONMENT / "complete"
    if is_newer(done, requirements):
        return
    venv.create(ENVIRONMENT, clear=True, with_pip=True)
    command = [str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check", "--no-deps",
               "--require-hashes", "--only-binary", ":all:", "-r", str(requirements)]
    subprocess.run(command, check=True, timeout=FETCH_TIMEOUT_S)
    shutil.copy(requirements, done)


INSTALLS = {"node": install_node, "python": install_python}


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
