"""Starts servers, starts again what dies, stops all in order."""

import dataclasses
import os
import select
import signal
import sys
import time

from pid_file import PidFile
from server import Trouble, check_ports, kill_group, stop_all, wait_until_all_answer

FIRST_PAUSE_S = 0.1
LONGEST_PAUSE_S = 10
STEADY_S = 30  # whoever ran so long and dies is started again without a long pause
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(BaseException):
    """A person or a program asked us to stop."""


@dataclasses.dataclass
class Watched:
    server: object
    child: object = None
    ended: int | None = None  # a descriptor that becomes readable when the child ends
    started_at: float = 0
    due_at: float = 0  # when a dead one is to be started again
    pause_s: float = FIRST_PAUSE_S


def say(text):
    print(text, file=sys.stderr, flush=True)


def stop_on_signals():
    """The first of them raises Stopped in the main thread; what comes after is not heard."""
    def stop(*_):
        no_more_signals()
        raise Stopped

    for number in STOP_SIGNALS:
        signal.signal(number, stop)


def no_more_signals():
    for number in STOP_SIGNALS:
        signal.signal(number, signal.SIG_IGN)


class Supervisor:
    """For the main thread: its children die with it."""

    def __init__(self):
        self.groups = {}  # title -> what runs of it, in the order of the start

    def check(self, servers):
        """Throws Trouble if one of them runs already, or somebody else has its port."""
        for server in servers:
            pid = PidFile(server).running()
            if pid:
                raise Trouble(f"{server.name} runs already, as process {pid}, on this data folder")
        check_ports(servers)

    def start(self, groups):
        """Title and servers of each; returns when all answer. Throws Trouble if one does not."""
        began = time.monotonic()
        names = ", ".join(server.name for servers in groups.values() for server in servers)
        say(f"starting {names}")
        started = []
        for title, servers in groups.items():
            for server in servers:
                one = Watched(server)
                self.groups.setdefault(title, []).append(one)
                self._launch(one)
                started.append((server, one.child))
        wait_until_all_answer(started)
        say(f"{names}: started in {time.monotonic() - began:.1f} s")

    def _launch(self, one):
        # No signal between the birth of a child and our knowing of it.
        held = signal.pthread_sigmask(signal.SIG_BLOCK, STOP_SIGNALS)
        try:
            one.child = one.server.start(dies_with_us=True)
            one.ended = os.pidfd_open(one.child.pid)
            one.started_at = time.monotonic()
            PidFile(one.server).write(one.child.pid)
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, held)

    def watch(self):
        """Until a signal: what dies is started again."""
        everyone = [one for group in self.groups.values() for one in group]
        while True:
            now = time.monotonic()
            dead = [one for one in everyone if one.ended is None]
            for one in dead:
                if one.due_at <= now:
                    self._start_again(one)
            due = [one.due_at - now for one in everyone if one.ended is None]
            alive = [one.ended for one in everyone if one.ended is not None]
            ended, _, _ = select.select(alive, [], [], max(0, min(due)) if due else None)
            for one in everyone:
                if one.ended in ended:
                    self._bury(one)

    def _bury(self, one):
        status = one.child.wait()
        kill_group(one.child)  # nginx's workers, say, still listen
        os.close(one.ended)
        one.ended = None
        now = time.monotonic()
        if now - one.started_at > STEADY_S:
            one.pause_s = FIRST_PAUSE_S
        one.due_at = now + one.pause_s
        how = f"was ended by signal {-status}" if status < 0 else f"ended with status {status}"
        say(f"{one.server.name} {how}; starts again in {one.pause_s:.1f} s; "
            f"its log: {one.server.log}")
        one.pause_s = min(LONGEST_PAUSE_S, one.pause_s * 2)

    def _start_again(self, one):
        try:
            self._launch(one)
        except (OSError, Trouble) as trouble:
            one.due_at = time.monotonic() + one.pause_s
            one.pause_s = min(LONGEST_PAUSE_S, one.pause_s * 2)
            say(f"{one.server.name} cannot be started: {trouble}")

    def stop(self, titles):
        """Group after group, whatever of them runs."""
        no_more_signals()
        for title in titles:
            group = [one for one in self.groups.get(title, []) if one.child]
            if not group:
                continue
            say(f"stopping the {title}")
            for name in stop_all([(one.server, one.child) for one in group]):
                say(f"{name} did not stop in time and was killed")
            for one in group:
                PidFile(one.server).remove()
