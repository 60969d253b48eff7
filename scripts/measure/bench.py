"""`payments bench` as a child: what it measured, or Trouble if that must not count."""

import json
import subprocess

from engines import clean_environment
from server import Trouble

CLIENTS = 256
FLOOR_SERVICES = ("order", "point", "order_item")
PATIENCE_S = 900  # beyond what a load takes at 100 orders a second: for the audit of many orders


class Bench:
    def __init__(self, executable, seconds):
        self.executable = executable
        self.seconds = seconds

    def load(self, served, scenario, clients=CLIENTS, rate=0, orders=0, audited=True):
        """The report of one load; by time unless `orders` are given."""
        much = ["--orders", orders] if orders else ["--seconds", self.seconds]
        # Caches fill and batches settle for as long as a second or so.
        warmup = self.seconds * (300 if clients > 1 else 20)
        return self._report(
            scenario, "--url", served.url, "--sandbox-url", served.sandbox_url,
            "--metrics-url", ",".join(served.metrics_urls), "--clients", clients, "--rate", rate,
            "--warmup", warmup, *much, *(["--db", served.db] if audited else []), orders=orders)

    def floor(self, served, batch_sizes):
        """The rows of charges in batches of these mean sizes, beside the database served."""
        batches = ",".join(f"{name}={max(1, batch_sizes[name])}" for name in FLOOR_SERVICES)
        return self._report(
            "floor", "--db", served.db, "--batch", batches, "--seconds", self.seconds)

    def seed(self, db, orders):
        self._run("bench", "seed", "--db", db, "--orders", orders, orders=orders)

    def _report(self, *flags, orders=0):
        done = self._run("bench", *flags, "--json", orders=orders)
        try:
            return json.loads(done)
        except ValueError:
            raise Trouble(f"payments bench {flags[0]} told no JSON") from None

    def _run(self, *flags, orders):
        command = [self.executable, *map(str, flags)]
        try:
            done = subprocess.run(
                command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True,
                timeout=PATIENCE_S + self.seconds + orders / 100, env=clean_environment())
        except subprocess.TimeoutExpired:
            raise Trouble(f"payments {' '.join(flags[:2])} did not end in time") from None
        if done.returncode != 0:
            raise Trouble(f"payments {' '.join(flags[:2])}: {reason(done)}")
        return done.stdout


def reason(done):
    """Why a run does not count; the rest of it is on stderr."""
    try:
        report = json.loads(done.stdout)
    except ValueError:
        return f"exit status {done.returncode}"
    if report.get("balanced") is False:
        return "the books do not balance"
    return f"{report.get('errors')} errors"
