"""Each service alone over a Kafka that goes away, comes back, or comes back empty: /health/ready
says so, SIGTERM ends every service within seconds whatever Kafka does, and the topics are made
again."""

import pathlib
import shutil
import signal
import tempfile
import time
import unittest

from platform_process import SECRET, Client, Process, free_port, wait_for
from stack_platform import Processes
from kafka import kafka_servers

SERVICES = ("order", "point", "order-item", "item")
STOP_S = 15  # most is what clients wait for brokers that do not answer


class BusLoss(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="payments-test-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.port = free_port()
        self.kafka = kafka_servers(self.folder / "kafka", self.port, free_port(), 1)
        self.broker = Processes(self.kafka)
        self.addCleanup(self.broker.kill)
        self.services = {}
        self.started = 0
        for name in SERVICES:
            self.serve(name)
        self.until_ready(200)

    def serve(self, name):
        """One more process of a service, with a database of its own."""
        self.started += 1
        title = f"{name}-{self.started}"
        flags = ["--bootpay-url", "sandbox:", "--sandbox-listen", "127.0.0.1:0"]
        process = Process(
            "serve", name, "--db", f"sqlite:{self.folder / title}", "--listen", "127.0.0.1:0",
            "--bus", f"kafka://127.0.0.1:{self.port}", *(flags if name == "order" else []),
            log=self.folder / f"{title}.log", PAYMENTS_JWT_SECRET=SECRET)
        self.services[title] = process
        self.addCleanup(lambda: process.running() and process.kill())

    def until_ready(self, status):
        for name, process in self.services.items():
            client = Client(process.port)
            wait_for(lambda: client.get("/health/ready").status == status,
                     f"{name} answers {status}", seconds=60)
            client.close()

    def lose_broker(self):
        self.broker.kill_one("kafka-1")

    def start_broker(self):
        self.broker.add(self.kafka[0])

    def stop_services(self):
        began = time.monotonic()
        for process in self.services.values():
            process.signal(signal.SIGTERM)
        for name, process in self.services.items():
            left = max(0.1, STOP_S - (time.monotonic() - began))
            try:
                status = process.child.wait(left)
            except Exception:
                self.fail(f"{name} still runs after {STOP_S} s:\n{process.log_tail()}")
            process.child.stdout.close()
            self.assertEqual(status, 0, f"{name}:\n{process.log_tail()}")
        print(f"{self.id()}: stopped within {time.monotonic() - began:.1f} s", flush=True)

    def test_stops_while_kafka_is_down(self):
        self.lose_broker()
        self.until_ready(503)
        self.stop_services()

    def test_stops_while_kafka_goes(self):
        self.lose_broker()
        self.stop_services()

    def test_stops_while_kafka_hangs(self):
        self.broker.child("kafka-1").send_signal(signal.SIGSTOP)
        self.stop_services()

    def test_stops_while_kafka_comes_back(self):
        self.lose_broker()
        self.until_ready(503)
        self.start_broker()
        self.stop_services()

    def test_stops_while_partitions_are_dealt_out(self):
        for name in SERVICES:
            self.serve(name)
        self.stop_services()

    def test_stops_where_kafka_came_back_empty(self):
        self.come_back_empty()
        self.stop_services()

    def test_stops_while_kafka_comes_back_empty(self):
        self.lose_broker()
        shutil.rmtree(self.folder / "kafka")
        self.start_broker()
        self.broker.answer()
        self.stop_services()

    def test_makes_topics_again(self):
        self.come_back_empty()
        for process in self.services.values():
            self.assertIn("clients begin anew", process.log.read_text())
        self.lose_broker()  # the topics that were made last are found again
        self.until_ready(503)
        self.start_broker()
        self.until_ready(200)
        self.stop_services()

    def come_back_empty(self):
        self.lose_broker()
        self.until_ready(503)
        shutil.rmtree(self.folder / "kafka")
        self.start_broker()
        self.broker.answer()
        self.until_ready(200)


if __name__ == "__main__":
    unittest.main()
