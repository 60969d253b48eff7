#!/usr/bin/env python3
"""A MariaDB of our own: user root without a password, on 127.0.0.1 only.

usage: mariadb.py start|wait|stop [--data DIR] [--port N]
"""

import argparse
import os
import pathlib
import shutil
import subprocess
import sys

from by_hand import add_verbs, obey
from server import Server, Trouble

DEFAULT_DATA = "data/mariadb"
DEFAULT_PORT = 8100
# It is root that owns the files of a container's root; MariaDB wants to hear that it is meant.
AS_ROOT = ["--user=root"] if os.geteuid() == 0 else []


def mariadb_server(data, port):
    data = pathlib.Path(data).resolve()
    files = data / "files"
    command = [
        shutil.which("mariadbd") or "/usr/sbin/mariadbd", "--no-defaults", *AS_ROOT,
        f"--datadir={files}", f"--tmpdir={data}", "--bind-address=127.0.0.1", f"--port={port}",
        "--socket=mariadb.sock", "--pid-file=mariadb.pid",  # both within datadir
        "--skip-name-resolve", "--skip-log-bin", "--max-connections=300",
        "--innodb-buffer-pool-size=256M", "--innodb-flush-log-at-trx-commit=1",
        "--innodb-log-file-size=512M",  # pages are written when they rest, not to make room in it
        "--character-set-server=utf8mb4", "--collation-server=utf8mb4_bin",
    ]
    return Server("mariadb", [port], data / "mariadb.log", command,
                  answers=lambda: answers(port), prepare=lambda: install(data, files), stop_s=30)


def install(data, files):
    """The system tables, in a folder that takes its name only once it is whole."""
    if files.exists():
        return
    unfinished = data / "files.unfinished"
    shutil.rmtree(unfinished, ignore_errors=True)
    data.mkdir(parents=True, exist_ok=True)
    # A tmpdir of its own: a server that starts removes the temporary tables of all that share one.
    done = subprocess.run(
        ["mariadb-install-db", "--no-defaults", *AS_ROOT, f"--datadir={unfinished}",
         f"--tmpdir={data}",
         "--auth-root-authentication-method=normal", "--skip-test-db", "--skip-name-resolve"],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode != 0:
        raise Trouble(f"mariadb-install-db failed:\n{done.stdout}")
    unfinished.rename(files)


def client(port, *arguments):
    """Debian's client on our server."""
    return subprocess.run(
        ["mariadb", "--no-defaults", "--protocol=tcp", "--host=127.0.0.1", f"--port={port}",
         "--user=root", "--connect-timeout=2", *arguments],
        stdin=subprocess.DEVNULL, capture_output=True, text=True)


def answers(port):
    return client(port, "--execute=SELECT 1").returncode == 0


def main():
    parser = argparse.ArgumentParser(description="A MariaDB of our own on 127.0.0.1.")
    add_verbs(parser, DEFAULT_DATA)
    parser.add_argument("--port", type=int, default=DEFAULT_PORT)
    asked = parser.parse_args()
    return obey(asked.verb, [mariadb_server(asked.data, asked.port)])


if __name__ == "__main__":
    sys.exit(main())
