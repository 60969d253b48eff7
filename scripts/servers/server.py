"""A server as a process of ours: started, waited for, stopped by its pid. Linux."""

import ctypes
import dataclasses
import http.client
import os
import pathlib
import select
import signal
import socket
import subprocess
import time
from collections.abc import Callable

ROOT = pathlib.Path(__file__).resolve().parents[2]
PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None)


class Trouble(Exception):
    """What a person must know: one clear text, no trace."""


@dataclasses.dataclass
class Server:
    """What there is to know of a server before it runs."""

    name: str
    ports: list[int]
    log: pathlib.Path
    command: list[str]
    answers: Callable[[], bool]  # does it really serve? Quick, and never throws for its absence
    prepare: Callable[[], None] = lambda: None  # before every start; what is there stays
    environment: dict[str, str] | None = None  # none: ours
    stop_s: int = 20
    start_s: int = 60

    def start(self, dies_with_us):
        """A running child, in a session of its own: a terminal's ^C is not for it.

        `dies_with_us`: when the starting thread is gone, however that came, it is told to stop.
        """
        self.log.parent.mkdir(parents=True, exist_ok=True)
        self.prepare()
        us = os.getpid()

        def in_child():
            signal.pthread_sigmask(signal.SIG_SETMASK, [])
            if dies_with_us:
                LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
                if os.getppid() != us:
                    os._exit(1)

        with open(self.log, "ab") as log:
            return subprocess.Popen(
                self.command, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                env=self.environment, start_new_session=True, preexec_fn=in_child)

    def log_tail(self, lines=15):
        try:
            with open(self.log, "rb") as file:
                file.seek(max(0, self.log.stat().st_size - 8192))
                text = file.read().decode(errors="replace")
        except FileNotFoundError:
            return ""
        return "\n".join(text.splitlines()[-lines:])


def check_ports(servers):
    """Throws Trouble that names what somebody else listens on."""
    for server in servers:
        for port in server.ports:
            with socket.socket() as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                try:
                    probe.bind(("127.0.0.1", port))
                except OSError:
                    raise Trouble(
                        f"port {port}, meant for {server.name}, is in use on 127.0.0.1") from None


def wait_until_all_answer(running):
    """`running`: pairs of server and child. Throws Trouble if one ends or takes too long."""
    began = time.monotonic()
    waiting = list(running)
    while waiting:
        for server, child in list(waiting):
            if child.poll() is not None:
                raise Trouble(f"{server.name} ended at once with {child.returncode}; "
                              f"its log {server.log} ends:\n{server.log_tail()}")
            if server.answers():
                waiting.remove((server, child))
            elif time.monotonic() - began > server.start_s:
                raise Trouble(f"{server.name} did not answer within {server.start_s} s; "
                              f"its log {server.log} ends:\n{server.log_tail()}")
        if waiting:
            time.sleep(0.05)


def stop_all(running):
    """SIGTERM to all at once, SIGKILL to what outstays its time; names of those killed."""
    for _, child in running:
        if child.poll() is None:
            child.terminate()
    killed = []
    began = time.monotonic()
    for server, child in running:
        try:
            child.wait(max(0.1, server.stop_s - (time.monotonic() - began)))
        except subprocess.TimeoutExpired:
            killed.append(server.name)
        kill_group(child)
        child.wait()
    return killed


def kill_group(child):
    """Ends what a child left running in its session, itself included."""
    try:
        os.killpg(child.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


def started_at(pid):
    """Tells one process from a later one of the same pid; None if there is none."""
    try:
        text = pathlib.Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    state, *fields = text.rsplit(")", 1)[1].split()
    return None if state == "Z" else int(fields[18])


def wait_for_end(pid, seconds):
    """Of any process, child or not; False if it still runs after that time."""
    try:
        watched = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([watched], [], [], seconds)[0])
    finally:
        os.close(watched)


def http_status(port, path):
    """The status of a GET on 127.0.0.1, and its body; None if nobody answers."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        return response.status, response.read()
    except (OSError, http.client.HTTPException):
        return None, b""
    finally:
        connection.close()
