#!/usr/bin/env python3
"""Everything real, each in a process of its own: MariaDB, Kafka, the sandbox, the services, nginx.

usage: stack.py [--port-base N] [--replicas N] [--brokers 1|3] [--data DIR] [-- FLAG…]
Says `ready URL` on stdout when all of it takes requests; runs until SIGINT or SIGTERM.
"""

import argparse
import contextlib
import fcntl
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "servers"))

from kafka import kafka_servers  # noqa: E402
from mariadb import mariadb_server  # noqa: E402
from nginx import nginx_server  # noqa: E402
from payments import in_turns, sandbox_server, service_servers  # noqa: E402
from ports import Ports  # noqa: E402
from server import Trouble, http_status  # noqa: E402
from supervisor import Stopped, Supervisor, say, stop_on_signals  # noqa: E402

STOP_ORDER = ("services", "front", "sandbox", "brokers", "databases")


def read_flags():
    parser = argparse.ArgumentParser(
        prog="./run stack", description="The services as processes over MariaDB and Kafka.")
    parser.add_argument("--port-base", type=int, default=8080, metavar="N",
                        help="nginx's port; all others follow from it (8080)")
    parser.add_argument("--replicas", type=int, default=1, metavar="N",
                        help="instances of each service (1)")
    parser.add_argument("--brokers", type=int, choices=(1, 3), default=1,
                        help="Kafka brokers; with 3 every topic is kept by each (1)")
    parser.add_argument("--data", default="data/stack", metavar="DIR", type=pathlib.Path,
                        help="data and logs; a second run goes on with them (data/stack)")
    parser.add_argument("flags", nargs="*", metavar="-- FLAG",
                        help="for each `payments serve`")
    asked = parser.parse_args()
    if not 1 <= asked.replicas <= 9:
        parser.error("--replicas: 1 to 9")
    if not 1 <= asked.port_base <= 65535 - 1000:
        parser.error("--port-base: 1 to 64535")
    return asked


@contextlib.contextmanager
def alone_in(data):
    """The folder is ours until the end. Throws Trouble if another stack has it."""
    data.mkdir(parents=True, exist_ok=True)
    with open(data / "lock", "wb") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Trouble(f"another stack runs on the data folder {data}") from None
        yield


def start_all(supervisor, asked):
    """The address of what then takes requests."""
    data, ports = asked.data, Ports(asked.port_base)
    databases = [mariadb_server(data / "mariadb", ports.mariadb)]
    brokers = kafka_servers(data / "kafka", ports.kafka, ports.kafka_controller, asked.brokers)
    sandbox = [sandbox_server(data / "sandbox", ports, asked.flags)]
    services = service_servers(data / "services", ports, asked.replicas, asked.brokers, asked.flags)
    front = [nginx_server(data / "nginx", ports, asked.replicas)]

    supervisor.check([*databases, *brokers, *sandbox, *services, *front])
    supervisor.start({"databases": databases, "brokers": brokers, "sandbox": sandbox})
    for turn in in_turns(services):
        supervisor.start({"services": turn})
    supervisor.start({"front": front})
    status, body = http_status(ports.nginx, "/v1/items")
    if status != 200:
        raise Trouble(f"GET /v1/items through nginx: {status} {body[:200]!r}")
    return f"http://127.0.0.1:{ports.nginx}"


def main():
    asked = read_flags()
    supervisor = Supervisor()
    stop_on_signals()
    try:
        with alone_in(asked.data):
            try:
                print("ready", start_all(supervisor, asked), flush=True)
                supervisor.watch()
            finally:
                supervisor.stop(STOP_ORDER)
    except Trouble as trouble:
        say(f"./run stack: {trouble}")
        return 1
    except Stopped:
        return 0


if __name__ == "__main__":
    sys.exit(main())
