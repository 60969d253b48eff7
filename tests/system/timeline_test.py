"""A timeline says where an order's messages stand in Kafka, what was repeated, what was undone."""

import json
import subprocess
import unittest

from platform_case import PlatformTest
from platform_process import wait_for


class Timeline(PlatformTest):
    def setUp(self):
        super().setUp()
        self.admin = self.platform.client("root", role="admin")

    def page(self, order_id):
        return self.expect(self.admin.get(f"/v1/admin/order/orders/{order_id}"), 200)

    def entries(self, order_id, kind, **detail):
        return [entry for entry in self.page(order_id)["timeline"] if entry["kind"] == kind
                and detail.items() <= entry["detail"].items()]

    def record(self, place, prefix=""):
        """What a consumer that is not ours finds at a place."""
        done = subprocess.run(
            ["kcat", "-b", f"127.0.0.1:{self.platform.ports.kafka}", "-C", "-t", place["topic"],
             "-p", place[prefix + "partition"], "-o", place[prefix + "offset"], "-c", "1", "-q",
             "-J"], capture_output=True, text=True, check=True, timeout=30)
        record = json.loads(done.stdout.splitlines()[0])
        headers = dict(zip(record["headers"][::2], record["headers"][1::2]))
        return headers, json.loads(record["payload"])

    def check_place(self, entry, order_id):
        headers, payload = self.record(entry["detail"])
        self.assertEqual(headers["ce_type"], entry["detail"]["type"])
        self.assertEqual(payload["order_id"], order_id)
        return headers

    def test_a_consumer_finds_each_message_where_the_timeline_says(self):
        order = self.charge()
        sent = [entry for entry in self.entries(order["id"], "message_out")
                if "commands" in entry["detail"]["topic"]]
        self.assertEqual({entry["detail"]["type"] for entry in sent},
                         {"point.credit", "order-item.save"})
        heard = self.entries(order["id"], "message_in")
        self.assertEqual({entry["detail"]["type"] for entry in heard},
                         {"point.done", "order-item.done"})
        for entry in sent:
            headers = self.check_place(entry, order["id"])
            self.assertEqual(headers["ce_time"], entry["at"])
        for entry in heard:
            headers = self.check_place(entry, order["id"])
            place = entry["detail"]
            self.assertTrue(headers["answers"].startswith(
                f"{place['answers_partition']}/{place['answers_offset']}/"), headers)

    def test_what_a_dead_service_did_not_answer_is_sent_again(self):
        processes = self.platform.server
        order = self.place()
        receipt = self.platform.pay(order["id"], order["amount"], self.user)
        names = [name for name in processes.names() if name.startswith("point")]
        dead = [processes.kill_one(name) for name in names]
        path = f"/v1/orders/{order['id']}/confirm"
        self.expect(self.client.post(path, {"receipt_id": receipt}), 200)
        wait_for(lambda: self.entries(order["id"], "driver", attempts="1"), "it is sent again")
        page = self.page(order["id"])
        self.assertEqual(page["waits"]["for"], "point")
        self.assertGreaterEqual(page["waits"]["attempts"], 1)
        repeated = self.entries(order["id"], "message_out", type="point.credit")
        self.assertGreaterEqual(len(repeated), 2, page["timeline"])
        for server in dead:
            processes.add(server)
        processes.answer()
        wait_for(lambda: self.page(order["id"])["order"]["status"] == "SUCCESS", "it succeeds", 60)
        [heard] = self.entries(order["id"], "message_in", answers="point.credit")
        self.check_place(heard, order["id"])

    def test_a_cancel_shows_what_it_takes_back(self):
        order = self.charge()
        answer = self.client.post(f"/v1/orders/{order['id']}/cancel", {}, wait=20)
        self.assertEqual(self.expect(answer, 202)["status"], "CANCELED", answer)
        for phase in ("holding", "returning", "settling", "revoking", "done"):
            self.assertTrue(self.entries(order["id"], "status", phase=phase), phase)
        [revoke] = self.entries(order["id"], "message_out", compensates="true")
        self.assertEqual(revoke["detail"]["type"], "order-item.revoke")
        self.check_place(revoke, order["id"])
        asked = self.entries(order["id"], "request")
        self.assertTrue(all(entry["detail"]["request_id"] for entry in asked), asked)
        self.assertEqual(len(asked), 3)

    def test_every_service_says_how_it_is(self):
        self.charge()
        for service in ("order", "point", "order-item", "item"):
            status = self.expect(self.admin.get(f"/v1/admin/{service}/status"), 200)
            self.assertEqual(status["service"], service)
            self.assertEqual(sum(one["leads"] for one in status["instances"]), 1, status)

        def lags():
            return self.admin.get("/v1/admin/point/status").json["consumers"]
        wait_for(lags, "librdkafka tells of its partitions")
        self.assertIn("payments.point.commands", {lag["topic"] for lag in lags()})


if __name__ == "__main__":
    unittest.main()
