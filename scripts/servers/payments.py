"""Our own processes: each service alone, and the Bootpay sandbox."""

import os
import pathlib

from ports import SERVICES
from server import ROOT, Server, http_status

EXECUTABLE = os.environ.get("PAYMENTS_EXECUTABLE", str(ROOT / "build" / "payments"))


def sandbox_server(data, ports, flags=()):
    """`flags`: those of the services, of which a test clock is the sandbox's too."""
    data = pathlib.Path(data).resolve()
    command = [EXECUTABLE, "sandbox", "--listen", f"127.0.0.1:{ports.sandbox}",
               "--webhook-url", f"http://127.0.0.1:{ports.nginx}/webhooks/bootpay",
               "--db", str(data / "sandbox.db"),
               *(flag for flag in flags if flag == "--test-clock")]
    return Server("sandbox", [ports.sandbox], data / "sandbox.log", command,
                  answers=lambda: http_status(ports.sandbox, "/sandbox/totals")[0] == 200)


def service_servers(data, ports, replicas, brokers, flags=()):
    """`replicas` of each service over MariaDB and Kafka; `flags` go to each."""
    data = pathlib.Path(data).resolve()
    addresses = ",".join(f"127.0.0.1:{ports.kafka + n}" for n in range(brokers))
    # As many as can be read at a time: each more costs a request, here and there, for every commit.
    partitions = ["--kafka-partitions", str(replicas)]
    if "--kafka-partitions" in flags:
        partitions = []
    shared = ["--db", f"mysql://root@127.0.0.1:{ports.mariadb}/payments",
              "--bus", f"kafka://{addresses}", "--kafka-replication", str(brokers), *partitions,
              "--bootpay-url", f"http://127.0.0.1:{ports.sandbox}/v2",
              "--trusted-proxy", "127.0.0.1/32", *flags]
    return [service(data, name, number, ports.service(name, number), shared)
            for number in range(replicas) for name in SERVICES]


def in_turns(services):
    """The item service comes first: what the others are ready with is its whole catalogue."""
    items = [one for one in services if one.name.startswith("item-")]
    return [items, [one for one in services if one not in items]]


def service(data, name, number, port, shared):
    title = f"{name}-{number + 1}"
    return Server(title, [port], data / f"{title}.log",
                  [EXECUTABLE, "serve", name, "--listen", f"127.0.0.1:{port}", *shared],
                  answers=lambda: http_status(port, "/health/ready")[0] == 200, stop_s=40)
