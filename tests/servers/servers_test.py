"""The servers of the fixture are what they claim to be, and outlive neither us nor their keeper."""

import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parents[1] / "scripts" / "servers")]

import mariadb  # noqa: E402
from server import Trouble, check_ports, started_at, wait_for_end  # noqa: E402

KEEPER = [sys.executable, str(HERE / "keeper.py")]
RUN = """
import subprocess, sys
subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL)
print("started", flush=True)
sys.stdin.read()
"""


def kcat(*arguments, **options):
    done = subprocess.run(["kcat", "-b", os.environ["PAYMENTS_TEST_KAFKA"], *arguments],
                          capture_output=True, text=True, timeout=30, **options)
    if done.returncode != 0:
        raise AssertionError(done.stderr)
    return done.stdout


class ServersTest(unittest.TestCase):
    def test_mariadb_answers_as_root_without_a_password(self):
        port = int(os.environ["PAYMENTS_TEST_MYSQL"].rsplit(":", 1)[1])
        asked = mariadb.client(
            port, "--skip-column-names",
            "--execute=SELECT @@innodb_flush_log_at_trx_commit, @@collation_server, @@log_bin")
        self.assertEqual(asked.stdout.split(), ["1", "utf8mb4_bin", "0"], asked.stderr)

    def test_mariadb_is_taken_where_it_listens(self):
        port = int(os.environ["PAYMENTS_TEST_MYSQL"].rsplit(":", 1)[1])
        server = mariadb.mariadb_server("unused", port)
        with self.assertRaisesRegex(Trouble, f"port {port}, meant for mariadb, is in use"):
            check_ports([server])

    def test_kafka_knows_itself_as_its_only_broker(self):
        seen = json.loads(kcat("-L", "-J"))
        self.assertEqual([broker["name"] for broker in seen["brokers"]],
                         [os.environ["PAYMENTS_TEST_KAFKA"]])

    def test_kafka_makes_no_topic_by_itself(self):
        with self.assertRaises(AssertionError):
            kcat("-P", "-t", "nobody-made-this", "-X", "message.timeout.ms=2000", input="lost")


class KeeperTest(unittest.TestCase):
    """A second pair of servers, that of another build folder."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="payments-keeper-")
        self.addCleanup(folder.cleanup)
        self.state_file = pathlib.Path(folder.name) / "servers.json"
        self.addCleanup(subprocess.run, [*KEEPER, "stop", str(self.state_file)])

    def servers_of(self, pid):
        children = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text()
        return [int(child) for child in children.split()]

    def start(self):
        """A run that wants servers and goes on; its keeper, and their pids."""
        run = subprocess.Popen(
            [sys.executable, "-c", RUN, *KEEPER, "start", str(self.state_file)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.addCleanup(run.communicate)
        self.assertEqual(run.stdout.readline(), b"started\n")
        keeper = json.loads(self.state_file.read_text())["keeper"]
        servers = self.servers_of(keeper)
        self.assertEqual(len(servers), 2)
        return run, keeper, servers

    def assert_all_end(self, pids):
        for pid in pids:
            self.assertTrue(wait_for_end(pid, 60), f"{pid} still runs")

    def test_servers_end_with_the_run_that_wanted_them(self):
        run, keeper, servers = self.start()
        run.kill()
        self.assert_all_end([keeper, *servers])
        self.assertFalse(self.state_file.exists())

    def test_servers_end_when_their_keeper_is_killed(self):
        _, keeper, servers = self.start()
        os.kill(keeper, signal.SIGKILL)
        self.assert_all_end(servers)
        state = json.loads(self.state_file.read_text())
        self.assertIsNone(started_at(state["keeper"]))
        subprocess.run([*KEEPER, "stop", str(self.state_file)], check=True)
        self.assertFalse(pathlib.Path(state["folder"]).exists())


if __name__ == "__main__":
    unittest.main()
