"""Runs `payments bench` against servers of its own and looks at what it measured.

Usage: bench_test.py PAYMENTS (the executable).
"""
import contextlib
import json
import os
import pty
import re
import signal
import sqlite3
import subprocess
import sys
import tempfile
import unittest
import urllib.request

EXECUTABLE = sys.argv.pop(1)
ENVIRONMENT = {k: v for k, v in os.environ.items() if not k.startswith("PAYMENTS_")}


class Server:
    """A whole server with its sandbox, on free ports and a throw-away folder."""

    def __init__(self, *flags, past_orders=0):
        self.flags = flags
        self.past_orders = past_orders

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory()
        self.db = "sqlite:" + self.folder.name + "/data"
        if self.past_orders:
            done = bench("seed", "--db", self.db, "--orders", str(self.past_orders))
            assert done.returncode == 0, done.stderr
        self.process = subprocess.Popen(
            [EXECUTABLE, "serve", "--db", self.db, "--listen", "127.0.0.1:0",
             "--sandbox-listen", "127.0.0.1:0", "--log-format", "json", *self.flags],
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

    def bench(self, scenario, *flags):
        return bench(scenario, "--url", self.url, "--sandbox-url", self.sandbox_url, *flags)


def bench(*flags):
    return subprocess.run([EXECUTABLE, "bench", *flags],
                          capture_output=True, text=True, timeout=100, env=ENVIRONMENT)


class Bench(unittest.TestCase):
    def measured(self, run, scenario, steps, latencies):
        """The whole report of a run in which nothing went wrong."""
        self.assertEqual(run.returncode, 0, run.stderr)
        report = json.loads(run.stdout)
        self.assertEqual(set(report), {
            "scenario", "clients", "rate", "orders", "seconds", "orders_per_s", "waiting",
            "latency_ms", "batch_size", "errors", "balanced"})
        self.assertEqual(report["scenario"], scenario)
        self.assertEqual(report["orders"], steps)
        self.assertEqual(report["errors"], 0)
        self.assertIs(report["balanced"], True)
        self.assertGreater(report["seconds"], 0)
        self.assertGreater(report["orders_per_s"], 0)
        self.assertEqual(set(report["latency_ms"]), latencies)
        for latency in report["latency_ms"].values():
            self.assertEqual(list(latency), ["p50", "p90", "p99", "p999"])
            self.assertGreater(latency["p50"], 0)
            self.assertEqual(sorted(latency.values()), list(latency.values()))
        self.assertEqual(set(report["batch_size"]), {"item", "order", "order_item", "point"})
        return report


class ClosedLoop(Bench):
    def test_charge_measures_whole_purchases_and_audits_them(self):
        with Server() as server:
            run = server.bench("charge", "--orders", "300", "--clients", "16", "--warmup", "20",
                               "--db", server.db, "--json")
        report = self.measured(run, "charge", 300, {"request", "to_success"})
        self.assertEqual((report["clients"], report["rate"], report["waiting"]), (16, None, 0))
        for service in ("order", "order_item", "point"):
            self.assertGreaterEqual(report["batch_size"][service], 1)

    def test_spend_buys_content_with_points(self):
        with Server() as server:
            run = server.bench("spend", "--orders", "300", "--clients", "16", "--warmup", "20",
                               "--db", server.db, "--json")
            self.measured(run, "spend", 300, {"request", "to_success"})
            # The point packages are no longer on the first page of what is sold.
            again = server.bench("charge", "--orders", "5", "--warmup", "0")
        self.assertEqual(again.returncode, 0, again.stderr)

    def test_hot_wallet_buys_for_one_user(self):
        with Server() as server:
            run = server.bench("hot-wallet", "--orders", "60", "--clients", "8", "--warmup", "0",
                               "--db", server.db, "--json")
            self.measured(run, "hot-wallet", 60, {"request", "to_success"})
            token = subprocess.run([EXECUTABLE, "token", "--user", "bench-user-0"], check=True,
                                   capture_output=True, text=True, env=ENVIRONMENT).stdout.strip()
            asked = urllib.request.Request(server.url + "/v1/orders?limit=100",
                                           headers={"authorization": "Bearer " + token})
            with urllib.request.urlopen(asked, timeout=30) as answer:
                orders = json.load(answer)["data"]
        self.assertEqual([order["status"] for order in orders], ["SUCCESS"] * 60)

    def test_read_looks_up_orders_and_wallets(self):
        with Server() as server:
            run = server.bench("read", "--orders", "500", "--clients", "8", "--warmup", "10",
                               "--db", server.db, "--json")
        self.measured(run, "read", 500, {"order_lookup", "points_lookup"})

    def test_mixed_buys_and_looks_up(self):
        with Server() as server:
            run = server.bench("mixed", "--orders", "400", "--clients", "8", "--warmup", "0",
                               "--db", server.db, "--json")
        self.measured(run, "mixed", 400, {"order_lookup", "points_lookup", "request", "to_success"})

    def test_tokens_are_as_the_server_wants_them(self):
        names = ("--jwt-issuer", "us", "--jwt-audience", "readers")
        with Server(*names) as server:
            run = server.bench("charge", "--orders", "5", "--clients", "1", "--warmup", "0", *names)
        self.assertEqual(run.returncode, 0, run.stdout)

    def test_without_the_database_there_is_no_verdict(self):
        with Server() as server:
            run = server.bench("charge", "--orders", "20", "--clients", "1", "--warmup", "0",
                               "--json")
            table = server.bench("charge", "--seconds", "1", "--clients", "4", "--warmup", "0")
        self.assertIsNone(json.loads(run.stdout)["balanced"])
        self.assertEqual(table.returncode, 0, table.stderr)
        self.assertRegex(table.stdout, r"charge: \d+ done in .* 0 errors\n")


class OpenLoop(Bench):
    def test_steps_come_by_the_schedule(self):
        with Server() as server:
            run = server.bench("charge", "--orders", "200", "--rate", "400", "--clients", "16",
                               "--warmup", "20", "--db", server.db, "--json")
        report = self.measured(run, "charge", 200, {"request", "to_success"})
        self.assertEqual((report["rate"], report["waiting"]), (400, 0))
        # The last of 200 comes 199/400 s after the first, however fast the server is.
        self.assertGreaterEqual(report["seconds"], 199 / 400)

    def test_points_are_spent_by_the_schedule(self):
        with Server() as server:
            run = server.bench("spend", "--orders", "200", "--rate", "400", "--clients", "16",
                               "--warmup", "20", "--db", server.db, "--json")
        report = self.measured(run, "spend", 200, {"request", "to_success"})
        self.assertEqual((report["rate"], report["waiting"]), (400, 0))

    def test_look_ups_come_by_the_schedule(self):
        with Server() as server:
            run = server.bench("read", "--orders", "500", "--rate", "2000", "--clients", "4",
                               "--warmup", "10", "--db", server.db, "--json")
        self.measured(run, "read", 500, {"order_lookup", "points_lookup"})

    def test_what_nobody_had_begun_is_said(self):
        with Server() as server:
            run = server.bench("charge", "--seconds", "1", "--rate", "1000000", "--clients", "2",
                               "--warmup", "0", "--json")
            table = server.bench("charge", "--seconds", "1", "--rate", "1000000", "--clients", "2",
                                 "--warmup", "0")
        report = json.loads(run.stdout)
        self.assertEqual(report["orders"] + report["waiting"], 1_000_000)
        self.assertRegex(table.stdout, r"asked for 1000000 a second, at most 2 at once; "
                                       r"\d+ still waited at the end\n")


class Faults(unittest.TestCase):
    def test_orders_that_fail_are_errors_and_exit_1(self):
        with Server() as server:
            run = server.bench("charge", "--orders", "20", "--clients", "2", "--warmup", "0",
                               "--json", "--jwt-secret",
                               "not the secret of this server, but as long")
        self.assertEqual(run.returncode, 1)
        report = json.loads(run.stdout)
        self.assertEqual((report["orders"], report["errors"]), (0, 20))

    def test_books_that_do_not_balance_are_exit_1(self):
        with Server() as server:
            folder = server.folder.name + "/data"
            self.assertEqual(server.bench("charge", "--orders", "5", "--warmup", "0").returncode, 0)
            with contextlib.closing(sqlite3.connect(folder + "/point.db")) as points:
                points.execute("UPDATE wallet SET paid = paid + 1")
                points.commit()
            run = server.bench("read", "--orders", "5", "--warmup", "0", "--db", server.db,
                               "--json")
        self.assertEqual(run.returncode, 1, run.stderr)
        self.assertIs(json.loads(run.stdout)["balanced"], False)

    def test_look_ups_need_orders(self):
        with Server() as server:
            run = server.bench("read", "--orders", "20", "--clients", "2", "--jwt-secret",
                               "not the secret of this server, but as long")
        self.assertEqual(run.returncode, 2)
        self.assertIn("no orders to look up: POST /v1/orders: 401 INVALID_TOKEN", run.stderr)

    def test_spending_needs_points_and_things_to_buy(self):
        with Server() as server:
            run = server.bench("spend", "--orders", "20", "--clients", "2", "--jwt-secret",
                               "not the secret of this server, but as long")
        self.assertEqual(run.returncode, 2)
        self.assertIn("no points to spend: POST /v1/orders: 401 INVALID_TOKEN", run.stderr)

    def test_no_server_is_one_clear_line(self):
        run = bench("charge", "--url", "http://127.0.0.1:1", "--orders", "1")
        self.assertEqual(run.returncode, 2)
        self.assertIn("http://127.0.0.1:1: GET /v1/items?limit=100: no answer", run.stderr)

    def test_what_to_do_must_be_named(self):
        run = bench()
        self.assertEqual(run.returncode, 2)
        self.assertIn("name what bench shall do", run.stderr)


class Seed(unittest.TestCase):
    def test_a_server_goes_on_from_past_orders(self):
        with Server(past_orders=3000) as server:
            again = bench("seed", "--db", server.db, "--orders", "10")
            run = server.bench("charge", "--orders", "50", "--clients", "4", "--warmup", "0",
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
        self.assertAlmostEqual(
            sum(each["rows_per_charge"] for each in report["services"].values()),
            report["rows_per_charge"], delta=0.05)
        self.assertRegex(table.stdout, r"^floor: 100 charges in ")

    def test_a_batch_size_is_needed(self):
        run = bench("floor", "--batch", "many")
        self.assertEqual(run.returncode, 2)
        self.assertIn("--batch is a mean batch size", run.stderr)


class Progress(unittest.TestCase):
    FLAGS = ("--seconds", "2", "--clients", "2", "--warmup", "0")

    def test_short_work_says_nothing_where_there_is_no_terminal(self):
        with Server() as server:
            run = server.bench("charge", *self.FLAGS)
        self.assertEqual((run.returncode, run.stderr.count("measure")), (0, 0), run.stderr)

    def test_is_rewritten_in_place_on_a_terminal(self):
        with Server() as server:
            master, terminal = pty.openpty()
            run = subprocess.Popen(
                [EXECUTABLE, "bench", "charge", "--url", server.url, "--sandbox-url",
                 server.sandbox_url, *self.FLAGS],
                stdout=subprocess.DEVNULL, stderr=terminal, env=ENVIRONMENT)
            os.close(terminal)
            self.assertEqual(run.wait(timeout=100), 0)
            written = os.read(master, 65536)
            os.close(master)
        self.assertRegex(written, rb"\r\x1b\[Kmeasure  \[#*\.*\] +\d+ %")


if __name__ == "__main__":
    unittest.main()
