"""Runs `payments bench charge` against a server of its own and looks at what it measured.

Usage: bench_test.py PAYMENTS (the executable).
"""
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import unittest

EXECUTABLE = sys.argv.pop(1)
ENVIRONMENT = {k: v for k, v in os.environ.items() if not k.startswith("PAYMENTS_")}


class Server:
    """A whole server with its sandbox, on free ports and a throw-away folder."""

    def __init__(self, past_orders=0):
        self.past_orders = past_orders

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory()
        self.db = "sqlite:" + self.folder.name + "/data"
        if self.past_orders:
            done = bench("seed", "--db", self.db, "--orders", str(self.past_orders))
            assert done.returncode == 0, done.stderr
        self.process = subprocess.Popen(
            [EXECUTABLE, "serve", "--db", self.db, "--listen", "127.0.0.1:0",
             "--sandbox-listen", "127.0.0.1:0", "--log-format", "json"],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=ENVIRONMENT)
        self.url = self.process.stdout.readline().removeprefix("ready ").strip()
        self.sandbox_url = None
        while not self.sandbox_url:
            line = self.process.stderr.readline()
            assert line, "the server ended"
            self.sandbox_url = (re.findall(r"http://127\.0\.0\.1:\d+", line) or [None])[0]
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        self.process.communicate(timeout=30)
        self.folder.cleanup()

    def bench(self, *flags):
        return bench("charge", "--url", self.url, "--sandbox-url", self.sandbox_url, *flags)


def bench(*flags):
    return subprocess.run([EXECUTABLE, "bench", *flags],
                          capture_output=True, text=True, timeout=100, env=ENVIRONMENT)


class Charge(unittest.TestCase):
    def test_measures_whole_purchases_and_audits_them(self):
        with Server() as server:
            run = server.bench("--orders", "300", "--clients", "16", "--warmup", "20",
                               "--db", server.db, "--json")
        self.assertEqual(run.returncode, 0, run.stderr)
        report = json.loads(run.stdout)
        self.assertEqual(report["scenario"], "charge")
        self.assertEqual(report["orders"], 300)
        self.assertEqual(report["errors"], 0)
        self.assertIs(report["balanced"], True)
        self.assertGreater(report["seconds"], 0)
        self.assertGreater(report["orders_per_s"], 0)
        self.assertEqual(set(report["latency_ms"]), {"request", "to_success"})
        for latency in report["latency_ms"].values():
            self.assertEqual(list(latency), ["p50", "p90", "p99", "p999"])
            self.assertGreater(latency["p50"], 0)
            self.assertEqual(sorted(latency.values()), list(latency.values()))
        self.assertEqual(set(report["batch_size"]), {"item", "order", "order_item", "point"})
        for service in ("order", "order_item", "point"):
            self.assertGreaterEqual(report["batch_size"][service], 1)

    def test_without_the_database_there_is_no_verdict(self):
        with Server() as server:
            run = server.bench("--orders", "20", "--clients", "1", "--warmup", "0", "--json")
            table = server.bench("--seconds", "1", "--clients", "4", "--warmup", "0")
        self.assertIsNone(json.loads(run.stdout)["balanced"])
        self.assertEqual(table.returncode, 0, table.stderr)
        self.assertRegex(table.stdout, r"charge: \d+ orders in .* 0 errors\n")

    def test_orders_that_fail_are_errors_and_exit_1(self):
        with Server() as server:
            run = server.bench("--orders", "20", "--clients", "2", "--warmup", "0", "--json",
                               "--jwt-secret", "not the secret of this server, but as long")
        self.assertEqual(run.returncode, 1)
        report = json.loads(run.stdout)
        self.assertEqual((report["orders"], report["errors"]), (0, 20))

    def test_no_server_is_one_clear_line(self):
        run = bench("charge", "--url", "http://127.0.0.1:1", "--orders", "1")
        self.assertEqual(run.returncode, 2)
        self.assertIn("http://127.0.0.1:1: GET /v1/items: no answer", run.stderr)

    def test_what_to_do_must_be_named(self):
        run = bench()
        self.assertEqual(run.returncode, 2)
        self.assertIn("name what bench shall do", run.stderr)


class Seed(unittest.TestCase):
    def test_a_server_goes_on_from_past_orders(self):
        with Server(past_orders=3000) as server:
            again = bench("seed", "--db", server.db, "--orders", "10")
            run = server.bench("--orders", "50", "--clients", "4", "--warmup", "0",
                               "--db", server.db, "--json")
        self.assertEqual(again.returncode, 2)
        self.assertIn("is served by another process", again.stderr)
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertIs(json.loads(run.stdout)["balanced"], True)

    def test_tells_its_rate(self):
        with tempfile.TemporaryDirectory() as folder:
            run = bench("seed", "--db", "sqlite:" + folder + "/data", "--orders", "10")
        self.assertRegex(run.stdout, r"^seed: 10 orders, \d+ a second\n$")


class Floor(unittest.TestCase):
    def test_measures_beside_the_given_databases(self):
        with tempfile.TemporaryDirectory() as folder:
            run = bench("floor", "--db", "sqlite:" + folder + "/data", "--batch",
                        "order=8.5,point=4,order_item=4", "--orders", "100", "--json")
            table = bench("floor", "--db", "sqlite:" + folder + "/data", "--batch", "20",
                          "--orders", "100")
            self.assertEqual(os.listdir(folder), [])
        report = json.loads(run.stdout)
        self.assertEqual(report["charges"], 100)
        self.assertGreater(report["charges_per_s"], 0)
        self.assertGreater(report["logged_bytes_per_charge"], 0)
        self.assertEqual(set(report["services"]), {"order", "order_item", "point"})
        self.assertEqual(sum(each["rows_per_charge"] for each in report["services"].values()),
                         report["rows_per_charge"])
        self.assertRegex(table.stdout, r"^floor: 100 charges in ")

    def test_a_batch_size_is_needed(self):
        run = bench("floor", "--batch", "many")
        self.assertEqual(run.returncode, 2)
        self.assertIn("--batch is a mean batch size", run.stderr)


if __name__ == "__main__":
    unittest.main()
