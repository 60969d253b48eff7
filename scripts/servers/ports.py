"""Which port of the stack is whose: fixed distances from one port."""

import random
import socket

SERVICES = {"order": 1, "point": 2, "order-item": 3, "item": 4}
NEXT_INSTANCE = 100

# Below the ports that the kernel hands out and those of tests' free_port(), for three replicas.
PORT_BLOCKS = range(11_000, 20_000, 300)
TAKEN = []  # held until this process ends


class Ports:
    def __init__(self, base):
        self.nginx = base
        self.sandbox = base + 10
        self.mariadb = base + 20
        self.kafka = base + 30  # and the next two
        self.kafka_controller = base + 40

    def service(self, name, instance=0):
        return self.nginx + SERVICES[name] + NEXT_INSTANCE * instance

    def all(self, replicas, brokers):
        services = [self.service(name, n) for name in SERVICES for n in range(replicas)]
        kafka = [first + n for first in (self.kafka, self.kafka_controller) for n in range(brokers)]
        return [self.nginx, self.sandbox, self.mariadb, *services, *kafka]


def free_ports(replicas=1, brokers=1):
    """Ports of a stack that nobody uses, nor will another of us before this process ends."""
    for base in random.SystemRandom().sample(PORT_BLOCKS, len(PORT_BLOCKS)):
        ports = Ports(base)
        if max(ports.all(replicas, brokers)) >= base + PORT_BLOCKS.step:
            raise ValueError("more replicas than a block of ports has room for")
        claim = socket.socket(socket.AF_UNIX)
        try:
            claim.bind(f"\0payments-ports-{base}")  # a name of the kernel's, gone with us
            for port in ports.all(replicas, brokers):
                socket.create_server(("127.0.0.1", port)).close()
        except OSError:
            claim.close()
            continue
        TAKEN.append(claim)
        return ports
    raise AssertionError("no ports are free")
