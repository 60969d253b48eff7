"""The supervisor of the stack, with small programs instead of servers."""

import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "scripts" / "servers"), str(ROOT / "tests" / "system")]

import supervisor as supervision  # noqa: E402
from pid_file import PidFile  # noqa: E402
from platform_process import free_port, wait_for  # noqa: E402
from server import Server, Trouble, http_status, started_at, wait_for_end  # noqa: E402

PROGRAMS = {
    "steady": "http.server.test(http.server.SimpleHTTPRequestHandler, port=port, bind=host)",
    "stubborn": "signal.signal(signal.SIGTERM, signal.SIG_IGN); http.server.test("
                "http.server.SimpleHTTPRequestHandler, port=port, bind=host)",
    "with a child": "subprocess.Popen(['sleep', '1000']); http.server.test("
                    "http.server.SimpleHTTPRequestHandler, port=port, bind=host)",
    "broken": "sys.exit('the reason why')",
    "silent": "signal.pause()",
}
HEAD = """
import http.server, os, signal, subprocess, sys
host, port = '127.0.0.1', int(sys.argv[1])
"""


def program(folder, name, kind="steady", **more):
    port = free_port()
    return Server(name, [port], pathlib.Path(folder) / f"{name}.log",
                  [sys.executable, "-c", HEAD + PROGRAMS[kind], str(port)],
                  answers=lambda: http_status(port, "/")[0] == 200, **more)


def supervise(folder, *kinds):
    """What a process of its own does below: all of `kinds`, until a signal."""
    supervisor = supervision.Supervisor()
    supervision.stop_on_signals()
    servers = [program(folder, f"{number}-{kind.replace(' ', '-')}", kind, stop_s=1)
               for number, kind in enumerate(kinds)]
    try:
        supervisor.start({server.name: [server] for server in servers})
        print("ready", flush=True)
        supervisor.watch()
    except supervision.Stopped:
        pass
    finally:
        supervisor.stop([server.name for server in servers])


class SupervisorTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="payments-supervisor-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def supervise(self, *kinds):
        """The supervising process once it is ready."""
        child = subprocess.Popen(
            [sys.executable, __file__, "supervise", str(self.folder), *kinds],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.addCleanup(child.communicate)
        self.addCleanup(child.kill)
        self.assertEqual(child.stdout.readline(), "ready\n")
        return child

    def pid(self, name):
        server = Server(name, [], self.folder / f"{name}.log", [], answers=lambda: True)
        return PidFile(server).running()

    def test_what_dies_is_started_again_and_named_with_its_log(self):
        child = self.supervise("steady", "steady")
        kept, killed = self.pid("0-steady"), self.pid("1-steady")
        for _ in range(2):
            os.kill(killed, signal.SIGKILL)
            told = next(line for line in child.stderr if "signal 9" in line)
            self.assertIn("1-steady was ended by signal 9; starts again in 0.", told)
            self.assertIn(str(self.folder / "1-steady.log"), told)
            before = killed
            killed = wait_for(lambda: self.pid("1-steady"), "it runs again")
            self.assertNotEqual(killed, before)
        self.assertEqual(self.pid("0-steady"), kept)

    def test_pauses_grow(self):
        supervisor = supervision.Supervisor()
        one = supervision.Watched(program(self.folder, "one"))
        pauses = []
        for _ in range(9):
            one.child = subprocess.Popen(["true"], start_new_session=True)
            one.ended = os.pidfd_open(one.child.pid)
            one.started_at = time.monotonic()
            pauses.append(one.pause_s)
            supervisor._bury(one)
            self.assertGreaterEqual(one.due_at, one.started_at + pauses[-1])
        self.assertEqual(pauses, [0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 10.0, 10.0])

    def test_what_a_dead_one_left_running_is_ended(self):
        child = self.supervise("with a child")
        left = children(self.pid("0-with-a-child"))
        self.assertEqual(len(left), 1)
        os.kill(self.pid("0-with-a-child"), signal.SIGKILL)
        self.assertTrue(wait_for_end(left[0], 10))
        child.send_signal(signal.SIGTERM)
        self.assertEqual(child.wait(10), 0)

    def test_stops_in_the_order_asked_and_leaves_nothing(self):
        child = self.supervise("steady", "stubborn", "steady")
        pids = [self.pid(f"{n}-{kind}") for n, kind in enumerate(("steady", "stubborn", "steady"))]
        child.send_signal(signal.SIGINT)
        child.send_signal(signal.SIGINT)  # a second one changes nothing
        told = child.stderr.read()
        self.assertEqual(child.wait(10), 0)
        stops = [line for line in told.splitlines() if "stop" in line]
        self.assertEqual(stops, [
            "stopping the 0-steady", "stopping the 1-stubborn",
            "1-stubborn did not stop in time and was killed", "stopping the 2-steady"])
        self.assertEqual([started_at(pid) for pid in pids], [None] * 3)
        self.assertEqual(list(self.folder.glob("*.pid")), [])

    def test_children_die_with_a_killed_supervisor(self):
        child = self.supervise("steady", "steady")
        pids = [self.pid("0-steady"), self.pid("1-steady")]
        child.kill()
        for pid in pids:
            self.assertTrue(wait_for_end(pid, 10))

    def start(self, *servers):
        supervisor = supervision.Supervisor()
        try:
            supervisor.start({"all": list(servers)})
        finally:
            handlers = {number: signal.getsignal(number) for number in supervision.STOP_SIGNALS}
            supervisor.stop(["all"])
            for number, handler in handlers.items():
                signal.signal(number, handler)

    def test_one_that_ends_while_starting_is_a_clear_failure(self):
        with self.assertRaisesRegex(Trouble, r"(?s)one ended at once with 1; .*the reason why"):
            self.start(program(self.folder, "other"), program(self.folder, "one", "broken"))

    def test_one_that_never_answers_is_a_clear_failure(self):
        with self.assertRaisesRegex(Trouble, "one did not answer within 1 s"):
            self.start(program(self.folder, "one", "silent", start_s=1))

    def test_what_runs_already_is_not_started_twice(self):
        server = program(self.folder, "one")
        PidFile(server).write(os.getpid())
        with self.assertRaisesRegex(Trouble, f"one runs already, as process {os.getpid()}"):
            supervision.Supervisor().check([server])
        # A later process of the same pid is another.
        PidFile(server).path.write_text(f'{{"pid": {os.getpid()}, "started_at": 1}}')
        supervision.Supervisor().check([server])


def children(pid):
    text = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [int(child) for child in text.split()]


if __name__ == "__main__":
    if sys.argv[1:2] == ["supervise"]:
        supervise(*sys.argv[2:])
    else:
        unittest.main()
