"""What is measured: the services in one process over SQLite, or each alone over MariaDB and Kafka.

An engine hands out what it serves in context managers; all of it is gone after them.
"""

import contextlib
import dataclasses
import os
import pathlib
import re
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "servers"))

from kafka import kafka_servers  # noqa: E402
from mariadb import mariadb_server  # noqa: E402
from nginx import nginx_server  # noqa: E402
from payments import in_turns, sandbox_server, service_servers  # noqa: E402
from ports import free_ports  # noqa: E402
from server import Server, Trouble, http_status, stop_all, wait_until_all_answer  # noqa: E402

SMALL_PAUSE_S = 0.001  # of a start that is timed


def clean_environment():
    """Ours, without what would change the flags of `payments`."""
    return {key: value for key, value in os.environ.items() if not key.startswith("PAYMENTS_")}


class Running:
    """Servers of ours, in groups: the last started is the first stopped."""

    def __init__(self):
        self.groups = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for group in reversed(self.groups):
            for name in stop_all(group):
                print(f"{name} did not stop in time and was killed", file=sys.stderr)

    def start(self, servers):
        group = []
        self.groups.append(group)
        for server in servers:
            group.append((server, server.start(dies_with_us=True)))
        wait_until_all_answer(group)

    def child(self, server):
        return next(child for group in self.groups for one, child in group if one is server)

    def restart(self, server):
        """Seconds from its exec to its line `ready`."""
        group = next(group for group in self.groups if any(one is server for one, _ in group))
        old = (server, self.child(server))
        stop_all([old])
        group.remove(old)
        told_before = server.log.stat().st_size
        child = server.start(dies_with_us=True)  # returns when the exec is done
        began = time.monotonic()
        group.append((server, child))
        with open(server.log, "rb") as log:
            log.seek(told_before)
            told = b""
            while not re.search(rb"^ready ", told, re.M):
                if child.poll() is not None or time.monotonic() - began > server.start_s:
                    raise Trouble(f"{server.name} did not get ready:\n{server.log_tail()}")
                time.sleep(SMALL_PAUSE_S)
                told += log.read()
        return time.monotonic() - began


@dataclasses.dataclass
class Served:
    """What takes requests now, and the processes whose cost counts."""

    running: Running
    services: list[Server]
    url: str
    sandbox_url: str
    metrics_urls: list[str]
    db: str

    def resident_mb(self):
        """By name of the service's process."""
        return {server.name: resident_mb(self.running.child(server).pid)
                for server in self.services}


def resident_mb(pid):
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"^VmRSS:\s+(\d+) kB$", status, re.M)[1]) / 1024


class Engine:
    def __init__(self, bench, folder):
        """`folder`: on the disk that is measured; every start has one of its own within."""
        self.bench = bench
        self.folder = folder
        self.ports = free_ports()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        """Ends what serving() keeps."""

    @contextlib.contextmanager
    def fresh_folder(self):
        with tempfile.TemporaryDirectory(dir=self.folder, prefix="run-") as name:
            yield pathlib.Path(name)

    def ours(self, server):
        """A server that runs the executable that is measured."""
        command = [self.bench.executable, *server.command[1:]]
        return dataclasses.replace(server, command=command, environment=clean_environment())

    def all_in_one(self, folder, db, *flags):
        """All services in one process."""
        return Server(
            "payments", [self.ports.nginx], folder / "payments.log",
            [self.bench.executable, "serve", "--db", db,
             "--listen", f"127.0.0.1:{self.ports.nginx}", *flags],
            answers=lambda: http_status(self.ports.nginx, "/health/ready")[0] == 200,
            environment=clean_environment(), stop_s=40)

    def served(self, running, services, db, port=None):
        """`port`: where requests go; none: nginx's, or that of the process in its place."""
        return Served(
            running, services, f"http://127.0.0.1:{port or self.ports.nginx}",
            f"http://127.0.0.1:{self.ports.sandbox}",
            [f"http://127.0.0.1:{server.ports[0]}" for server in services], db)


class Embedded(Engine):
    """One process with its sandbox; each start on a fresh folder."""

    def database_of(self, folder):
        return f"sqlite:{folder}/stored"

    @contextlib.contextmanager
    def serving(self):
        with self.fresh_folder() as folder, self.on_stored(self.database_of(folder)) as served:
            yield served

    one_process = serving

    @contextlib.contextmanager
    def services_alone(self):
        """The sandbox, which keeps every receipt in memory, is a process of its own."""
        with self.fresh_folder() as folder, Running() as running:
            db = self.database_of(folder)
            running.start([self.ours(sandbox_server(folder / "sandbox", self.ports))])
            server = self.all_in_one(
                folder, db, "--bootpay-url", f"http://127.0.0.1:{self.ports.sandbox}/v2")
            running.start([server])
            yield self.served(running, [server], db)

    @contextlib.contextmanager
    def stored(self, orders):
        """The place of so many past orders, for on_stored()."""
        with self.fresh_folder() as folder:
            place = self.database_of(folder)
            self.bench.seed(place, orders)
            yield place

    @contextlib.contextmanager
    def on_stored(self, place):
        """`place`: sqlite:DIR, of a server that does not run."""
        with self.fresh_folder() as folder, Running() as running:
            server = self.all_in_one(
                folder, place, "--sandbox-listen", f"127.0.0.1:{self.ports.sandbox}")
            running.start([server])
            yield self.served(running, [server], place)


class Stack(Engine):
    """A process a service, MariaDB, one Kafka broker, the sandbox, nginx; serving() keeps one."""

    def __init__(self, bench, folder):
        super().__init__(bench, folder)
        self.kept = contextlib.ExitStack()
        self.kept_served = None

    def close(self):
        self.kept_served = None
        self.kept.close()

    @contextlib.contextmanager
    def serving(self):
        if not self.kept_served:
            served = self.kept.enter_context(self.started())
            self.bench.load(served, "charge")  # Java compiles what is hot; that is not measured
            self.kept_served = served
        yield self.kept_served

    @contextlib.contextmanager
    def services_alone(self):
        self.close()
        with self.started() as served:
            yield served

    @contextlib.contextmanager
    def one_process(self):
        """All services in one process over MariaDB and Kafka, without nginx."""
        self.close()
        with self.fresh_folder() as folder, self.below(folder, folder / "mariadb") as running:
            order = self.services(folder)[0]
            program, serve, _, *flags = order.command
            server = dataclasses.replace(order, name="payments", command=[program, serve, *flags])
            running.start([server])
            yield self.served(running, [server], self.db, server.ports[0])

    @contextlib.contextmanager
    def stored(self, orders):
        self.close()
        with self.fresh_folder() as folder:
            with Running() as running:
                running.start([mariadb_server(folder, self.ports.mariadb)])
                self.bench.seed(self.db, orders)
            yield str(folder)

    @contextlib.contextmanager
    def on_stored(self, place):
        """`place`: the --data of scripts/servers/mariadb.py, which does not run."""
        self.close()
        with self.started(mariadb_folder=place) as served:
            yield served

    @property
    def db(self):
        return f"mysql://root@127.0.0.1:{self.ports.mariadb}/payments"

    def services(self, folder):
        return [self.ours(server) for server in service_servers(folder / "services", self.ports,
                                                                replicas=1, brokers=1)]

    @contextlib.contextmanager
    def below(self, folder, mariadb_folder):
        """What the services need."""
        ports = self.ports
        with Running() as running:
            running.start([mariadb_server(mariadb_folder, ports.mariadb)])
            running.start([
                *kafka_servers(folder / "kafka", ports.kafka, ports.kafka_controller, brokers=1),
                self.ours(sandbox_server(folder / "sandbox", ports))])
            yield running

    @contextlib.contextmanager
    def started(self, mariadb_folder=None):
        with (self.fresh_folder() as folder,
              self.below(folder, mariadb_folder or folder / "mariadb") as running):
            services = self.services(folder)
            running.start([nginx_server(folder / "nginx", self.ports, replicas=1)])
            for turn in in_turns(services):
                running.start(turn)
            yield self.served(running, services, self.db)
