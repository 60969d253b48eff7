"""The platform as processes over a MariaDB and a Kafka of its own, with nginx in front."""

import dataclasses
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts" / "servers"))

from kafka import kafka_servers  # noqa: E402
from mariadb import mariadb_server  # noqa: E402
from nginx import nginx_server  # noqa: E402
from payments import in_turns, service_servers  # noqa: E402
from platform_process import Platform, clean_environment  # noqa: E402
from ports import free_ports  # noqa: E402
from server import kill_group, stop_all, wait_until_all_answer  # noqa: E402


class Processes:
    """Servers that were started together; as Process, for several."""

    def __init__(self, servers):
        self.running_servers = []
        try:
            for server in servers:
                self.running_servers.append((server, server.start(dies_with_us=True)))
            self.answer()
        except BaseException:
            self.kill()
            raise

    def answer(self):
        """Waits until all of them answer."""
        wait_until_all_answer(self.running_servers)

    def names(self):
        return [server.name for server, _ in self.running_servers]

    def child(self, name):
        return next(child for server, child in self.running_servers if server.name == name)

    def kill_one(self, name):
        """SIGKILL, and gone from here; the server, to be started again."""
        server, child = next(one for one in self.running_servers if one[0].name == name)
        self.running_servers.remove((server, child))
        kill_group(child)
        child.wait()
        return server

    def add(self, server):
        """Starts one more; answer() waits for it."""
        child = server.start(dies_with_us=True)
        self.running_servers.append((server, child))

    def signal(self, number):
        for _, child in self.running_servers:
            child.send_signal(number)

    def wait(self):
        """The exit status of all; the first that is not 0 if one is not."""
        statuses = [child.wait(server.stop_s) for server, child in self.running_servers]
        return next((status for status in statuses if status != 0), 0)

    def stop(self):
        if stop_all(self.running_servers):
            return None
        return self.wait()

    def kill(self):
        for _, child in self.running_servers:
            kill_group(child)
        for _, child in self.running_servers:
            child.wait()

    def running(self):
        return any(child.poll() is None for _, child in self.running_servers)

    def log_tail(self, lines=40):
        return "\n".join(f"--- {server.name}\n{server.log_tail(lines)}"
                         for server, _ in self.running_servers)


class StackPlatform(Platform):
    """As Platform; `server` are the processes of all services. The sandbox is always its own."""

    def __init__(self, *flags, own_sandbox=True, folder=None, webhooks=True, replicas=1, brokers=1,
                 test_clock=False):
        super().__init__(*flags, own_sandbox=True, folder=folder, webhooks=webhooks,
                         test_clock=test_clock)
        self.ports = free_ports(replicas, brokers)
        self.port = self.ports.nginx
        self.sandbox_port = self.ports.sandbox
        self.sandbox.port = self.sandbox_port
        self.services = [
            dataclasses.replace(
                service, environment=clean_environment(PAYMENTS_JWT_SECRET=self.secret))
            for service in service_servers(
                self.folder / "services", self.ports, replicas, brokers, self.flags)]
        self.below = [
            mariadb_server(self.folder / "mariadb", self.ports.mariadb),
            *kafka_servers(self.folder / "kafka", self.ports.kafka, self.ports.kafka_controller,
                           brokers),
            nginx_server(self.folder / "nginx", self.ports, replicas)]
        self.servers_below = None

    @property
    def db(self):
        return f"mysql://root@127.0.0.1:{self.ports.mariadb}/payments"

    def start(self):
        if not self.servers_below:
            self.servers_below = Processes(self.below)
        return super().start()

    def start_server(self):
        items, others = in_turns(self.services)
        self.server = Processes(items)
        for server in others:
            self.server.add(server)
        self.server.answer()
        self._advance_services(self.advanced_s)
        return self

    @property
    def service_ports(self):
        return [port for service in self.services for port in service.ports]

    def assert_nothing_was_parked(self):
        admin = self.client("auditor", role="admin")
        for service in ("order", "point", "order-item"):
            letters = admin.get(f"/v1/admin/{service}/dead-letters")
            if letters.status != 200 or letters.json["data"]:
                raise AssertionError(f"dead letters of {service}: {letters}")

    def close(self):
        for processes in (self.server, self.servers_below):
            if processes:
                processes.kill()
        self.server = None
        super().close()
