"""A client that is not ours reads a whole purchase from Kafka: kcat, also by the docs' commands."""

import json
import re
import subprocess
import unittest

from platform_case import PlatformTest
from platform_process import ROOT

PAGE = ROOT / "docs" / "operate.md"
EVENTS = ROOT / "docs" / "events"


def fields_allowed(type_name):
    """The names of a message's fields, and those it must have, by its schema."""
    schema = json.loads((EVENTS / f"{type_name}.json").read_text())
    return set(schema["properties"]), set(schema["required"])


class ReadingAlong(PlatformTest):
    @property
    def broker(self):
        return f"127.0.0.1:{self.platform.ports.kafka}"

    def kcat(self, topic):
        done = subprocess.run(
            ["kcat", "-b", self.broker, "-C", "-t", topic, "-o", "beginning", "-e", "-q", "-J"],
            capture_output=True, text=True, check=True, timeout=30)
        return [json.loads(line) for line in done.stdout.splitlines()]

    def test_a_whole_purchase(self):
        order = self.charge()
        found = {}
        for topic, key in (("payments.point.commands", self.user),
                           ("payments.order-item.commands", order["id"]),
                           ("payments.order.replies", order["id"]),
                           ("payments.order.events", order["id"]),
                           ("payments.point.events", self.user)):
            for record in self.kcat(topic):
                if record["key"] == key:
                    found.setdefault(self.check(topic, record), []).append(record)
        self.assertEqual(set(found), {
            "point.credit", "order-item.save", "point.done", "order-item.done", "order.paid",
            "order.succeeded", "point.changed"})
        told = json.loads(found["order.succeeded"][0]["payload"])
        self.assertEqual((told["order_id"], told["status"]), (order["id"], "SUCCESS"))
        self.assertGreaterEqual(len(self.kcat("payments.item.changed")), 4)

    def check(self, topic, record):
        """A CloudEvent in binary mode whose value is what its schema says; its type."""
        headers = dict(zip(record["headers"][::2], record["headers"][1::2]))
        self.assertEqual(headers["ce_specversion"], "1.0")
        self.assertEqual(headers["content-type"], "application/json")
        self.assertTrue(headers["ce_source"].startswith("payments/"), headers)
        self.assertRegex(headers["ce_time"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")
        self.assertRegex(headers["ce_id"], r"^msg_\w+$")
        allowed, required = fields_allowed(headers["ce_type"])
        fields = set(json.loads(record["payload"]))
        self.assertLessEqual(fields, allowed, (topic, record))
        self.assertLessEqual(required, fields, (topic, record))
        return headers["ce_type"]

    def test_by_the_docs(self):
        order = self.charge()
        [command] = re.findall(r"```sh\n(BROKER=.*?)```", PAGE.read_text(), re.S)
        lines = command.splitlines()
        self.assertIn("ORDER=ord_…", lines[0])
        lines[0] = f"BROKER={self.broker}  ORDER={order['id']}"
        done = subprocess.run(["bash", "-c", "\n".join(lines)], capture_output=True, text=True,
                              check=True, timeout=60)
        for word in ("point.credit", "order-item.save", "order.succeeded", "key=" + self.user):
            self.assertIn(word, done.stdout)


if __name__ == "__main__":
    unittest.main()
