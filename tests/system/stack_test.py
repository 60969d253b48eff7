"""`./run stack` itself: one address, two instances of each service, whatever dies comes back."""

import http.client
import json
import os
import pathlib
import selectors
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import unittest

from platform_process import (
    EXECUTABLE, ROOT, SECRET, Client, clean_environment, die_with_parent, make_token, run,
    wait_for)
from stack_platform import free_ports

from server import started_at  # of scripts/servers, which stack_platform has put within reach

REPLICAS = 2
READY_S = 90
STOP_S = 120
SERVICES = ("order", "point", "order-item", "item")
NAMES = {f"{name}-{number}": f"services/{name}-{number}" for name in SERVICES for number in (1, 2)}
NAMES |= {"nginx": "nginx/nginx", "sandbox": "sandbox/sandbox", "mariadb": "mariadb/mariadb",
          "kafka-1": "kafka/broker-1/kafka-1"}


class Stack:
    """The command as a process of its own."""

    def __init__(self, ports, data, *flags):
        self.data = data
        self.log = data.with_suffix(".log")
        with open(self.log, "ab") as log:
            self.child = subprocess.Popen(
                [sys.executable, str(ROOT / "scripts" / "stack.py"), "--port-base",
                 str(ports.nginx), "--data", str(data), *flags],
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log, text=True,
                preexec_fn=die_with_parent, env=clean_environment(
                    PAYMENTS_JWT_SECRET=SECRET, PAYMENTS_EXECUTABLE=EXECUTABLE))

    def ready_line(self):
        with selectors.DefaultSelector() as selector:
            selector.register(self.child.stdout, selectors.EVENT_READ)
            return self.child.stdout.readline() if selector.select(READY_S) else "none in time"

    def told(self):
        return self.log.read_text()

    def pid(self, name):
        """Of a process that runs; None if none does."""
        try:
            known = json.loads((self.data / f"{NAMES[name]}.pid").read_text())
        except (FileNotFoundError, ValueError):
            return None
        return known["pid"] if started_at(known["pid"]) == known["started_at"] else None

    def stop(self, number=signal.SIGTERM):
        self.child.send_signal(number)
        status = self.child.wait(STOP_S)
        self.child.stdout.close()
        return status

    def close(self):
        if self.child.poll() is None:
            self.stop()


class StackTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="payments-stack-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder, True)
        cls.ports = free_ports(REPLICAS)
        cls.stack = cls.start()
        cls.addClassCleanup(lambda: cls.stack.close())
        line = cls.stack.ready_line()
        assert line == f"ready http://127.0.0.1:{cls.ports.nginx}\n", line + cls.stack.told()
        cls.client = Client(cls.ports.nginx, make_token("reader"))
        cls.admin = Client(cls.ports.nginx, make_token("boss", "admin"))
        cls.sandbox = Client(cls.ports.sandbox)
        for client in (cls.client, cls.admin, cls.sandbox):
            cls.addClassCleanup(client.close)

    @classmethod
    def start(cls, *flags, data="data"):
        return Stack(cls.ports, cls.folder / data, "--replicas", str(REPLICAS), *flags)

    def answer(self, call):
        """The first answer that is one: something is being started again."""
        def ask():
            try:
                answer = call()
            except (OSError, http.client.HTTPException):
                return None
            return answer if answer.status < 500 else None
        return self.wait_until(ask, "an answer")

    def wait_until(self, condition, what):
        """Up to a minute; what the stack told, if in vain."""
        try:
            return wait_for(condition, what, 60)
        except AssertionError as failure:
            ended = self.stack.child.poll()
            raise AssertionError(f"{failure}; stack: {ended}\n{self.stack.told()}") from None

    def charge(self):
        items = self.answer(lambda: self.client.get("/v1/items")).json["data"]
        item = min((item for item in items if item["points"]), key=lambda item: item["amount"])
        key = os.urandom(8).hex()
        placed = self.answer(
            lambda: self.client.post("/v1/orders", {"item_id": item["id"]}, key=key))
        self.assertEqual(placed.status, 201, placed)
        order = placed.json
        paid = self.answer(lambda: self.sandbox.post("/sandbox/pay", {
            "order_id": order["id"], "price": order["amount"], "user_id": "reader",
            "separately_confirmed": True}))
        confirmed = self.answer(lambda: self.client.post(
            f"/v1/orders/{order['id']}/confirm", {"receipt_id": paid.json["receipt_id"]},
            key=key + "c"))
        self.assertEqual(confirmed.status, 200, confirmed)
        path = f"/v1/orders/{order['id']}"
        read = lambda: self.answer(lambda: self.client.get(path))  # noqa: E731
        self.wait_until(lambda: read().json["status"] == "SUCCESS", "the order is a success")
        return order

    def balance(self):
        return self.answer(lambda: self.client.get("/v1/points")).json["balance"]

    def assert_balanced(self):
        done = run("audit", "--json", "--db",
                   f"mysql://root@127.0.0.1:{self.ports.mariadb}/payments", "--bootpay-url",
                   f"http://127.0.0.1:{self.ports.sandbox}/v2")
        self.assertEqual(done.returncode, 0, done)

    def test_a_new_installation_sells_through_one_address(self):
        items = self.client.get("/v1/items").json["data"]
        packages = {(item["points"], item["amount"]) for item in items if item["points"]}
        self.assertEqual(
            packages, {(500, 5_000), (1_000, 10_000), (5_000, 50_000), (10_000, 100_000)})
        before = self.balance()
        order = self.charge()
        self.assertEqual(self.balance(), before + 500)
        saved = self.client.get(f"/v1/order-items?order_id={order['id']}")
        self.assertEqual((saved.status, len(saved.json["data"])), (200, 1), saved)
        self.assertEqual(self.client.get("/metrics").status, 404)
        self.assert_balanced()

    def test_every_instance_serves(self):
        for name in SERVICES:
            for number in range(REPLICAS):
                one = Client(self.ports.service(name, number))
                self.addCleanup(one.close)
                self.assertEqual(one.get("/health/ready").status, 200)

    def test_whatever_is_killed_is_started_again_and_nothing_is_lost(self):
        before = self.balance()
        for count, name in enumerate(NAMES, 1):
            with self.subTest(name):
                killed = self.stack.pid(name)
                os.kill(killed, signal.SIGKILL)
                self.wait_until(lambda: self.stack.pid(name) not in (None, killed), "it runs again")
                self.assertIn(f"{name} was ended by signal 9; starts again in", self.stack.told())
                self.charge()
                self.wait_until(lambda: self.balance() == before + 500 * count, "the points")
        self.assert_balanced()

    def test_a_second_one_says_why_it_cannot_start(self):
        second = self.start()
        self.addCleanup(second.close)
        self.assertEqual(second.child.wait(STOP_S), 1)
        self.assertIn(f"another stack runs on the data folder {second.data}", second.told())
        other = self.start(data="other")
        self.addCleanup(other.close)
        self.assertEqual(other.child.wait(STOP_S), 1)
        self.assertIn(f"port {self.ports.mariadb}, meant for mariadb, is in use", other.told())
        self.assertEqual(list(other.data.rglob("*.pid")), [])

    def test_stops_whole_and_goes_on_with_its_data(self):
        before = self.charge()
        points = self.balance()
        pids = {name: self.stack.pid(name) for name in NAMES}
        self.assertNotIn(None, pids.values())
        self.assertEqual(self.stack.stop(signal.SIGINT), 0)
        self.assertEqual({name for name, pid in pids.items() if started_at(pid)}, set())
        self.assertNotIn("was killed", self.stack.told())
        for port in self.ports.all(REPLICAS, 1):
            socket.create_server(("127.0.0.1", port)).close()

        type(self).stack = self.start()
        self.assertEqual(self.stack.ready_line(), f"ready http://127.0.0.1:{self.ports.nginx}\n")
        self.assertEqual(self.client.get(f"/v1/orders/{before['id']}").json["status"], "SUCCESS")
        self.assertEqual(self.balance(), points)
        self.charge()
        self.assert_balanced()

    def test_flags_that_cannot_work(self):
        for flags, told in ((("--brokers", "2"), "--brokers"), (("--replicas", "0"), "--replicas"),
                            (("--port-base", "x"), "--port-base"), (("--fly",), "--fly")):
            done = subprocess.run(
                [sys.executable, str(ROOT / "scripts" / "stack.py"), *flags], capture_output=True,
                text=True, timeout=30)
            self.assertEqual((done.returncode, done.stdout), (2, ""), done)
            self.assertIn(told, done.stderr)


class RefusedFlags(unittest.TestCase):
    def test_a_service_that_will_not_start_ends_the_start(self):
        with tempfile.TemporaryDirectory(prefix="payments-stack-") as folder:
            stack = Stack(free_ports(), pathlib.Path(folder) / "data", "--", "--poll-after", "soon")
            self.addCleanup(stack.close)
            self.assertEqual(stack.child.wait(STOP_S), 1)
            self.assertEqual(stack.child.stdout.read(), "")
            self.assertIn("ended at once with 2", stack.told())
            self.assertIn("'soon'", stack.told())
            self.assertEqual(list(stack.data.rglob("*.pid")), [])


if __name__ == "__main__":
    unittest.main()
