"""scripts/performance.py: a whole table, whole JSON, and no figure of what failed.

Usage: performance_test.py PAYMENTS (the executable).
"""

import contextlib
import json
import pathlib
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "scripts" / "performance.py"
EXECUTABLE = sys.argv.pop(1)

MEDIANS = {
    "charges": {"charges_per_s", "floor_charges_per_s", "batch_size_order", "batch_size_point",
                "batch_size_order_item"},
    "of_floor": {"ratio"},
    "writes": {"rows_per_charge", "logged_bytes_per_charge"},
    "hot_wallet": {"ratio", "hot_wallet_charges_per_s"},
    "spend": {"spends_per_s"},
    "idle": {"p50_ms", "p99_ms"},
    "half_rate": {"p99_ms", "rate", "waiting"},
    "lookups": {"lookups_per_s"},
    "memory": {"idle_mb", "loaded_mb", "orders"},
    "start": {"payments_ms"},
    "stored": {"ratio", "many_charges_per_s", "few_charges_per_s"},
}
NEVER_ZERO = set().union(*MEDIANS.values()) - {"waiting"}


def performance(*flags):
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder) / "performance.json"
        run = subprocess.run(
            [sys.executable, SCRIPT, "embedded", "--runs", "1", "--seconds", "1", "--json", file,
             "--folder", folder, *flags],
            capture_output=True, text=True, timeout=250)
        report = json.loads(file.read_text()) if file.exists() else None
        left = [path.name for path in pathlib.Path(folder).iterdir() if path != file]
    return run, report, left


def rows_of(table):
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()]


def processes_with(text):
    """Those whose command line has it."""
    lines = []
    for file in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            lines.append(file.read_bytes().replace(b"\0", b" ").decode(errors="replace"))
    return [line for line in lines if text in line]


class Performance(unittest.TestCase):
    def test_measures_every_row(self):
        with tempfile.TemporaryDirectory() as folder:
            stored = f"sqlite:{folder}/stored"
            subprocess.run([EXECUTABLE, "bench", "seed", "--db", stored, "--orders", "100"],
                           check=True, capture_output=True, timeout=60)
            run, report, left = performance("--executable", EXECUTABLE, "--seeded-db", stored)
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertEqual(left, [])
        self.assertEqual((report["engine"], report["runs"], report["seconds"]), ("embedded", 1, 1))
        measures = report["measures"]
        self.assertEqual({key: set(one["medians"]) for key, one in measures.items()}, MEDIANS)
        for key, one in measures.items():
            for name, median in one["medians"].items():
                self.assertEqual(median, statistics.median(one["runs"][name]))
                self.assertGreaterEqual(median, 1e-9 if name in NEVER_ZERO else 0, (key, name))
        head, line, *rows = rows_of(run.stdout)
        self.assertEqual(head, ["measure", "target", "seen", "floor of the same run"])
        self.assertEqual(
            [row[:3] for row in rows],
            [[one["measure"], one["target"], one["seen"]] for one in measures.values()])
        for row in rows:
            self.assertRegex(row[2], r"^\d", row[0])

    def test_refuses_what_went_wrong(self):
        with tempfile.TemporaryDirectory() as folder:
            broken = pathlib.Path(folder) / "payments"  # serves, but its loads all have errors
            broken.write_text(f"#!/bin/sh\n[ $1 = bench ] && echo '{{\"errors\":3}}' && exit 1\n"
                              f"exec '{pathlib.Path(EXECUTABLE).resolve()}' \"$@\"\n")
            broken.chmod(0o755)
            run, report, left = performance("--executable", broken)
        self.assertEqual(run.returncode, 1)
        self.assertEqual(left, [])
        self.assertEqual({key: one["medians"] for key, one in report["measures"].items()},
                         {key: {} for key in MEDIANS if key != "stored"})
        self.assertEqual(len(re.findall(r"\| refused: ", run.stdout)), len(MEDIANS) - 1)
        self.assertIn("refused: payments bench charge: 3 errors", run.stdout)

    def test_needs_an_executable(self):
        run, report, _ = performance("--executable", ROOT)
        self.assertEqual(run.returncode, 2)
        self.assertIsNone(report)
        self.assertIn("--executable", run.stderr)

    def test_needs_the_stored_orders(self):
        run, report, left = performance(
            "--executable", EXECUTABLE, "--seeded-db", "sqlite:not-there")
        self.assertEqual((run.returncode, report, left), (2, None, []))
        self.assertIn("--seeded-db: sqlite:not-there is not there", run.stderr)

    def test_leaves_nothing_when_it_is_stopped(self):
        with tempfile.TemporaryDirectory() as folder:
            run = subprocess.Popen(
                [sys.executable, SCRIPT, "embedded", "--seconds", "60", "--folder", folder,
                 "--executable", EXECUTABLE], stderr=subprocess.PIPE, text=True)
            while "measure" not in run.stderr.readline():
                self.assertIsNone(run.poll())
            run.send_signal(signal.SIGINT)
            run.communicate(timeout=60)
            self.assertEqual(run.returncode, 1)
            self.assertEqual(list(pathlib.Path(folder).iterdir()), [])
            self.assertEqual(processes_with(folder), [])


if __name__ == "__main__":
    unittest.main()
