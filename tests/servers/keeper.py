"""One MariaDB and one Kafka broker for all tests of a run, kept until it ends, however it ends.

usage: keeper.py start STATE_FILE    the fixture's set-up: returns when both answer
       keeper.py stop STATE_FILE     its clean-up
`start` leaves a process behind that owns both. It stops them when it is told to, or when whoever
called `start` (ctest) is gone; should it be killed itself, they are told to stop by the kernel.
"""

import json
import os
import pathlib
import select
import shutil
import signal
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "scripts" / "servers"), str(ROOT / "tests" / "system")]

from kafka import kafka_servers  # noqa: E402
from mariadb import mariadb_server  # noqa: E402
from platform_process import free_port  # noqa: E402
from server import (  # noqa: E402
    Trouble, started_at, stop_all, wait_for_end, wait_until_all_answer)

STOP_S = 60


def start(state_file):
    """Has a process of its own keep the servers for our caller."""
    stop(state_file)  # what a killed run may have left
    caller = os.getppid()
    log = state_file.with_suffix(".log")
    state_file.parent.mkdir(parents=True, exist_ok=True)
    ready, tells = os.pipe()
    with open(log, "wb") as errors:
        keeper = subprocess.Popen(
            [sys.executable, __file__, "keep", str(state_file), str(caller), str(tells)],
            stdin=subprocess.DEVNULL, stdout=errors, stderr=errors, pass_fds=[tells],
            start_new_session=True)
    os.close(tells)
    with os.fdopen(ready) as answer:  # ends when the keeper is ready, or gone
        if answer.read() != "ready":
            keeper.wait()
            raise Trouble(log.read_text(errors="replace"))
    print(state_file.read_text())


def keep(state_file, caller, tells):
    watched = os.pidfd_open(caller)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="payments-servers-"))
    running = []
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        mysql_port, kafka_port = free_port(), free_port()
        servers = [mariadb_server(folder / "mariadb", mysql_port),
                   *kafka_servers(folder / "kafka", kafka_port, free_port(), brokers=1)]
        for server in servers:
            running.append((server, server.start(dies_with_us=True)))
        wait_until_all_answer(running)
        write(state_file, {
            "keeper": os.getpid(), "started_at": started_at(os.getpid()), "folder": str(folder),
            "mysql": f"mysql://root@127.0.0.1:{mysql_port}", "kafka": f"127.0.0.1:{kafka_port}"})
        os.write(tells, b"ready")
        os.close(tells)
        select.select([watched], [], [])
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        state_file.unlink(missing_ok=True)
        stop_all(running)
        shutil.rmtree(folder, ignore_errors=True)


def write(state_file, state):
    unfinished = state_file.with_suffix(".unfinished")
    unfinished.write_text(json.dumps(state, indent=1))
    unfinished.rename(state_file)


def stop(state_file):
    try:
        state = json.loads(state_file.read_text())
    except FileNotFoundError:
        return
    pid = state["keeper"]
    if started_at(pid) == state["started_at"]:
        os.kill(pid, signal.SIGTERM)
        if not wait_for_end(pid, STOP_S):
            raise Trouble(f"the servers' keeper, process {pid}, does not end")
    shutil.rmtree(state["folder"], ignore_errors=True)  # a killed keeper's
    state_file.unlink(missing_ok=True)


def main():
    verb, state_file, *more = sys.argv[1:]
    state_file = pathlib.Path(state_file).resolve()
    try:
        if verb == "keep":
            keep(state_file, *map(int, more))
        else:
            {"start": start, "stop": stop}[verb](state_file)
    except Trouble as trouble:
        sys.exit(str(trouble))


if __name__ == "__main__":
    main()
