"""start|wait|stop for a person: servers that outlive the command, known by pid files."""

import os
import pathlib
import signal
import sys
import time

from pid_file import PidFile
from server import Trouble, check_ports, kill_group, wait_for_end, wait_until_all_answer


def start(servers):
    there = [server.name for server in servers if PidFile(server).running()]
    if there:
        raise Trouble(f"{', '.join(there)} runs already on this data folder")
    check_ports(servers)
    running = []
    try:
        for server in servers:
            running.append((server, server.start(dies_with_us=False)))
            PidFile(server).write(running[-1][1].pid)
        wait_until_all_answer(running)
    except BaseException:
        for _, child in running:
            kill_group(child)
        raise


def wait(servers):
    began = time.monotonic()
    for server in servers:
        while not server.answers():
            if time.monotonic() - began > server.start_s:
                raise Trouble(f"{server.name} does not answer; its log: {server.log}")
            time.sleep(0.1)


def stop(servers):
    pids = [(server, PidFile(server).running()) for server in servers]
    for _, pid in pids:
        if pid:
            os.kill(pid, signal.SIGTERM)
    for server, pid in pids:
        if pid and not wait_for_end(pid, server.stop_s):
            os.killpg(pid, signal.SIGKILL)
            print(f"{server.name} had to be killed after {server.stop_s} s", file=sys.stderr)
        PidFile(server).remove()


def add_verbs(parser, default_data):
    parser.add_argument("verb", choices=("start", "wait", "stop"))
    parser.add_argument("--data", metavar="DIR", default=default_data, type=pathlib.Path)


def obey(verb, servers):
    """Exit status of the command."""
    try:
        {"start": start, "wait": wait, "stop": stop}[verb](servers)
    except Trouble as trouble:
        print(f"{pathlib.Path(sys.argv[0]).name}: {trouble}", file=sys.stderr)
        return 1
    return 0
