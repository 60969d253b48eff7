#!/usr/bin/env python3
"""Measures one engine: each row of docs/performance.md's table, with the floor of the same run.

usage: performance.py embedded|stack [--runs 5] [--seconds 10] [--executable build/payments]
                      [--memory-orders N] [--seeded-db PLACE] [--folder DIR] [--json FILE]
Starts what it needs on free ports of 127.0.0.1 and stops it, also at ^C. Tells on stderr what it
does and at the end prints a table of medians. Every load ends by an audit; a figure whose books do
not balance, or with an error, is refused, and the exit status is 1.

embedded: `payments serve` hosts the sandbox; every load has a server of its own on a fresh folder.
stack: one MariaDB, Kafka broker, sandbox, nginx and process a service take all loads but those of
look-ups, memory, starts and stored orders, after one that does not count: Java has to warm up.
Look-ups go to one process that serves all services over MariaDB and Kafka, without nginx.
Memory is that of services, on both engines with the sandbox in another process.

--seeded-db PLACE: many past orders, to compare with 10,000; charges are added to them.
embedded: sqlite:DIR, made by `payments bench seed --db sqlite:DIR --orders 10000000`.
stack: the folder of a MariaDB: `scripts/servers/mariadb.py start --data DIR --port 8100`,
`payments bench seed --db mysql://root@127.0.0.1:8100/payments --orders 10000000`, then stop it.
"""

import argparse
import json
import os
import pathlib
import platform
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "measure"))

from engines import Embedded, Stack  # noqa: E402  knows where the servers are
from bench import Bench  # noqa: E402
from rows import MEASURES, Measures, say  # noqa: E402
from server import ROOT, Trouble  # noqa: E402
from supervisor import Stopped, stop_on_signals  # noqa: E402

ENGINES = {"embedded": Embedded, "stack": Stack}
QUIET_LOAD = 0.5


def read_flags():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter,
        usage=argparse.SUPPRESS)
    parser.add_argument("engine", choices=ENGINES)
    parser.add_argument("--runs", type=positive, default=5, metavar="N",
                        help="of each measure; their median counts (5)")
    parser.add_argument("--seconds", type=positive, default=10, metavar="N",
                        help="of each load (10)")
    parser.add_argument("--executable", type=pathlib.Path, default=ROOT / "build" / "payments",
                        metavar="FILE", help="of `payments` (build/payments)")
    parser.add_argument("--memory-orders", type=int, default=0, metavar="N",
                        help="orders before memory is measured again; 0: as many as --seconds give")
    parser.add_argument("--seeded-db", metavar="PLACE", help="see above; none: not measured")
    parser.add_argument("--folder", type=pathlib.Path, default="/var/tmp", metavar="DIR",
                        help="on the disk to measure (/var/tmp)")
    parser.add_argument("--json", type=pathlib.Path, metavar="FILE",
                        help="the medians, and each run's figures")
    asked = parser.parse_args()
    if not (asked.executable.is_file() and os.access(asked.executable, os.X_OK)):
        parser.error(f"--executable: {asked.executable} cannot be run")
    if asked.seeded_db and not pathlib.Path(asked.seeded_db.removeprefix("sqlite:")).is_dir():
        parser.error(f"--seeded-db: {asked.seeded_db} is not there")
    return asked


def positive(text):
    number = int(text)
    if number < 1:
        raise ValueError
    return number


def target_of(key, engine):
    return MEASURES[key][1 + list(ENGINES).index(engine)]


def table(engine, rows):
    lines = ["| measure | target | seen | floor of the same run |", "|---|---|---|---|"]
    for key, seen in rows.items():
        cells = (MEASURES[key][0], target_of(key, engine), seen.told(),
                 seen.floor.format(**seen.medians()))
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def as_json(asked, load_average, rows):
    return json.dumps({
        "engine": asked.engine, "runs": asked.runs, "seconds": asked.seconds,
        "machine": {"cores": os.cpu_count(), "kernel": platform.release(),
                    "load_average_before": load_average},
        "measures": {
            key: {"measure": MEASURES[key][0], "target": target_of(key, asked.engine),
                  "seen": seen.told(), "medians": seen.medians(),
                  "runs": seen.runs}
            for key, seen in rows.items()},
    }, indent=2, ensure_ascii=False)


def measure(asked):
    """The exit status."""
    load_average = os.getloadavg()[0]
    if load_average > QUIET_LOAD:
        say(f"the machine is busy (load {load_average:.2f}): figures will be low")
    bench = Bench(str(asked.executable.resolve()), asked.seconds)
    with (tempfile.TemporaryDirectory(dir=asked.folder, prefix="payments-") as folder,
          ENGINES[asked.engine](bench, folder) as engine):
        measures = Measures(engine, bench, asked.runs, asked.memory_orders, asked.seeded_db)
        rows = measures.take()
    print(table(asked.engine, rows))
    if asked.json:
        asked.json.write_text(as_json(asked, load_average, rows) + "\n")
    return 1 if measures.refused else 0


def main():
    asked = read_flags()
    stop_on_signals()
    try:
        return measure(asked)
    except Trouble as trouble:
        say(f"performance.py: {trouble}")
        return 1
    except Stopped:
        return 1


if __name__ == "__main__":
    sys.exit(main())
