"""Which port of the stack is whose: fixed distances from one port."""

SERVICES = {"order": 1, "point": 2, "order-item": 3, "item": 4}
NEXT_INSTANCE = 100


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
