"""The measures: how each is taken, what is aimed at, and how it is told."""

import dataclasses
import statistics
import sys

from server import Trouble

FEW_STORED = 10_000
STORED_BEFORE_START = 1000

# Key: what is measured, and the targets: embedded, stack.
MEASURES = {
    "charges": ("whole charges a second at 256 clients, sandbox and load generator included",
                "5,000", "1,500"),
    "of_floor": ("the same against the floor in the same run", "≥ 0.5", "≥ 0.3"),
    "writes": ("the floor itself: rows written and bytes logged a charge",
               "aim at 15 rows", "aim at 15 rows"),
    "hot_wallet": ("one user's wallet hot against spread users", "≥ 0.9", "≥ 0.8"),
    "spend": ("contents bought with points a second at 256 clients", "—", "—"),
    "idle": ("idle: request to `SUCCESS`, p50 / p99", "5 / 15 ms", "15 / 40 ms"),
    "half_rate": ("at half of the greatest rate: request to `SUCCESS`, p99", "50 ms", "150 ms"),
    "lookups": ("order and wallet look-ups a second, one server process", "40,000", "15,000"),
    "memory": ("resident memory of a service, idle / after the load",
               "40 / 120 MB", "40 / 120 MB"),
    "start": ("start to `ready`, database there", "100 ms", "500 ms"),
    "stored": ("rate with the many stored orders against 10 thousand", "≥ 0.9", "≥ 0.8"),
}


@dataclasses.dataclass
class Seen:
    """`text` and `floor` are formats of the medians of `runs`."""

    text: str
    runs: dict[str, list[float]]
    floor: str = "—"

    def medians(self):
        return {name: statistics.median(values) for name, values in self.runs.items()}

    def told(self):
        return self.text.format(**self.medians())


def say(text):
    print(text, file=sys.stderr, flush=True)


def divided(values, by):
    return [value / other for value, other in zip(values, by, strict=True)]


class Measures:
    def __init__(self, engine, bench, runs, memory_orders=0, seeded_db=None):
        self.engine = engine
        self.bench = bench
        self.runs = runs
        self.memory_orders = memory_orders
        self.seeded_db = seeded_db
        self.greatest_rate = None
        self.refused = False

    def take(self):
        """What was seen, by key of the measure; what was refused has no runs."""
        parts = [(self.rates, ("charges", "of_floor", "writes", "hot_wallet")),
                 (self.spend, ("spend",)), (self.idle, ("idle",)),
                 (self.half_rate, ("half_rate",)), (self.lookups, ("lookups",)),
                 (self.memory, ("memory",)), (self.start, ("start",))]
        if self.seeded_db:
            parts.append((self.stored, ("stored",)))
        rows = {}
        for take, keys in parts:
            try:
                part = dict(zip(keys, take(), strict=True))
            except Trouble as trouble:
                self.refused = True
                say(f"refused: {trouble}")
                reason = str(trouble).splitlines()[0].replace("{", "{{").replace("}", "}}")
                part = {key: Seen(f"refused: {reason}", {}) for key in keys}
            for key, seen in part.items():
                say(f"=> {MEASURES[key][0]}: {seen.told()}")
            rows |= part
        return rows

    def numbered(self, what):
        """The runs, each said on stderr."""
        for number in range(1, self.runs + 1):
            say(f"{what}: run {number} of {self.runs}")
            yield number

    def rates(self):
        """Charges, the floor right after them, one hot wallet: again and again."""
        charges, hot, floors = [], [], []
        for _ in self.numbered("charges, floor, hot wallet"):
            with self.engine.serving() as served:
                charges.append(self.bench.load(served, "charge"))
                floors.append(self.bench.floor(served, charges[-1]["batch_size"]))
            with self.engine.serving() as served:
                hot.append(self.bench.load(served, "hot-wallet"))
        rates = [report["orders_per_s"] for report in charges]
        floor_rates = [report["charges_per_s"] for report in floors]
        hot_rates = [report["orders_per_s"] for report in hot]
        self.greatest_rate = statistics.median(rates)
        batches = {f"batch_size_{name}": [report["batch_size"][name] for report in charges]
                   for name in ("order", "point", "order_item")}
        written = {name: [report[name] for report in floors]
                   for name in ("rows_per_charge", "logged_bytes_per_charge")}
        return [
            Seen("{charges_per_s:,.0f}", {"charges_per_s": rates,
                                          "floor_charges_per_s": floor_rates, **batches},
                 floor="{floor_charges_per_s:,.0f}"),
            Seen("{ratio:.2f}", {"ratio": divided(rates, floor_rates)}, floor="1"),
            Seen("{rows_per_charge:.1f} rows, {logged_bytes_per_charge:,.0f} bytes", written),
            Seen("{ratio:.2f}", {"ratio": divided(hot_rates, rates),
                                 "hot_wallet_charges_per_s": hot_rates}),
        ]

    def spend(self):
        rates = []
        for _ in self.numbered("contents bought with points"):
            with self.engine.serving() as served:
                rates.append(self.bench.load(served, "spend")["orders_per_s"])
        return [Seen("{spends_per_s:,.0f}", {"spends_per_s": rates})]

    def idle(self):
        p50, p99 = [], []
        for _ in self.numbered("idle"):
            with self.engine.serving() as served:
                report = self.bench.load(served, "charge", clients=1)
            p50.append(report["latency_ms"]["to_success"]["p50"])
            p99.append(report["latency_ms"]["to_success"]["p99"])
        return [Seen("{p50_ms:.1f} / {p99_ms:.1f} ms", {"p50_ms": p50, "p99_ms": p99})]

    def half_rate(self):
        if not self.greatest_rate:
            raise Trouble("half of what rate? There is no greatest one")
        rate = max(1, round(self.greatest_rate / 2))
        p99, waiting = [], []
        for _ in self.numbered(f"{rate} charges a second"):
            with self.engine.serving() as served:
                report = self.bench.load(served, "charge", rate=rate)
            p99.append(report["latency_ms"]["to_success"]["p99"])
            waiting.append(report["waiting"])
        return [Seen("{p99_ms:.0f} ms at {rate:,.0f} a second",
                     {"p99_ms": p99, "rate": [rate], "waiting": waiting})]

    def lookups(self):
        rates = []
        with self.engine.one_process() as served:
            for _ in self.numbered("look-ups"):
                rates.append(self.bench.load(served, "read")["orders_per_s"])
        return [Seen("{lookups_per_s:,.0f}", {"lookups_per_s": rates})]

    def memory(self):
        say("memory")
        with self.engine.services_alone() as served:
            idle = served.resident_mb()
            done = self.bench.load(served, "charge", orders=self.memory_orders)["orders"]
            loaded = served.resident_mb()
        runs = {"idle_mb": [max(idle.values())], "loaded_mb": [max(loaded.values())],
                "orders": [done]}
        each = ""
        if len(idle) > 1:
            each = " (" + ", ".join(
                f"{name} {idle[name]:.0f} / {loaded[name]:.0f}" for name in idle) + ")"
            for name in idle:
                runs |= {f"{name}_idle_mb": [idle[name]], f"{name}_loaded_mb": [loaded[name]]}
        return [Seen("{idle_mb:.0f} / {loaded_mb:.0f} MB after {orders:,.0f} orders" + each, runs)]

    def start(self):
        with self.engine.services_alone() as served:
            self.bench.load(served, "charge", orders=STORED_BEFORE_START)
            runs = {f"{server.name}_ms": [] for server in served.services}
            for _ in self.numbered("start"):
                for server in served.services:
                    runs[f"{server.name}_ms"].append(served.running.restart(server) * 1000)
        if len(runs) == 1:
            return [Seen("{payments_ms:.0f} ms", runs)]
        return [Seen(", ".join(f"{server.name} {{{server.name}_ms:.0f}}"
                               for server in served.services) + " ms", runs)]

    def stored(self):
        """Turn and turn about; the many are audited once, at the end."""
        few, many = [], []
        with self.engine.stored(FEW_STORED) as small:
            for number in self.numbered("stored orders"):
                for place, rates in ((small, few), (self.seeded_db, many)):
                    audited = place == small or number == self.runs
                    with self.engine.on_stored(place) as served:
                        report = self.bench.load(served, "charge", audited=audited)
                    rates.append(report["orders_per_s"])
        return [Seen("{ratio:.2f} ({many_charges_per_s:,.0f} of {few_charges_per_s:,.0f})",
                     {"ratio": divided(many, few), "many_charges_per_s": many,
                      "few_charges_per_s": few})]
