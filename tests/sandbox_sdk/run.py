#!/usr/bin/env python3
"""Starts a sandbox by the command given, runs the SDK's test against it and stops it.

usage: run.py COMMAND [ARGUMENT…]   (a program that prints `ready URL` once it takes requests)
"""

import os
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
NPM_TIMEOUT_S = 100
NODE_TIMEOUT_S = 60
STOP_TIMEOUT_S = 10


def install_packages():
    if (HERE / "node_modules" / "@bootpay" / "backend-js").is_dir():
        return
    command = ["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"]
    subprocess.run(command, cwd=HERE, check=True, timeout=NPM_TIMEOUT_S)


def wait_until_ready(server):
    for line in server.stdout:
        words = line.split()
        if len(words) == 2 and words[0] == "ready":
            return words[1]
    raise SystemExit("the sandbox ended before it was ready")


def run_test(url):
    environment = dict(os.environ, SANDBOX_URL=url, NO_PROXY="127.0.0.1", no_proxy="127.0.0.1")
    command = ["node", "--test", "sdk_test.mjs"]
    return subprocess.run(command, cwd=HERE, env=environment, timeout=NODE_TIMEOUT_S).returncode


def main():
    if len(sys.argv) < 2:
        raise SystemExit(__doc__)
    install_packages()
    with subprocess.Popen(sys.argv[1:], stdout=subprocess.PIPE, text=True) as server:
        try:
            return run_test(wait_until_ready(server))
        finally:
            server.terminate()
            try:
                server.wait(STOP_TIMEOUT_S)
            except subprocess.TimeoutExpired:
                server.kill()


if __name__ == "__main__":
    sys.exit(main())
