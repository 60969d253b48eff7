"""Events of a purchase reach a server of somebody else: signed, again if it fails, and by hand."""

import unittest

from platform_case import PlatformTest
from platform_process import wait_for
from webhook_receiver import Receiver, verify


class WebhooksOutTest(PlatformTest):
    flags = ("--webhook-out-allow", "127.0.0.0/8")
    test_clock = True

    @classmethod
    def setUpClass(cls):
        cls.receiver = Receiver()
        cls.addClassCleanup(cls.receiver.close)
        super().setUpClass()

    def setUp(self):
        super().setUp()
        self.receiver.came.clear()
        self.receiver.answers.clear()
        self.admin = self.platform.client("root", role="admin")
        self.secrets = {}
        self.paths = {}
        for service in ("order", "point"):
            self.add_endpoint(service)

    def add_endpoint(self, service):
        top = f"/v1/admin/{service}/webhook-endpoints"
        made = self.expect(self.admin.post(
            top, {"url": self.receiver.url, "events": ["*"], "reason": "a test"}), 201)
        self.secrets[f"payments/{service}"] = made["secret"]
        self.paths[service] = f"{top}/{made['id']}"
        self.addCleanup(self.admin.post, f"{top}/{made['id']}/delete", {"reason": "it is over"})

    def deliveries(self, service, **query):
        text = "&".join(f"{name}={value}" for name, value in query.items())
        return self.expect(
            self.admin.get(f"{self.paths[service]}/deliveries?{text}"), 200)["data"]

    def test_a_purchase_is_told_and_every_webhook_verifies(self):
        order = self.charge()
        for name in ("order.paid", "order.succeeded"):
            event = self.receiver.wait_for(lambda event, name=name: event["type"] == name, name)
            self.assertEqual(event["data"]["order_id"], order["id"])
            self.assertEqual(event["source"], "payments/order")
        changed = self.receiver.wait_for(
            lambda event: event["type"] == "point.changed", "point.changed")
        self.assertEqual(changed["data"]["user_id"], self.user)
        self.assertEqual(changed["data"]["balance"], 500)
        for (headers, body), event in zip(list(self.receiver.came), self.receiver.events()):
            headers = {name.lower(): value for name, value in headers.items()}
            self.assertEqual(headers["webhook-id"], event["id"])
            secret = self.secrets[event["source"]]
            self.assertTrue(verify(secret, headers, body))
            self.assertFalse(verify(secret, headers, body + b" "))
        wait_for(lambda: len(self.deliveries("order", status="delivered")) == 2, "the log")

    def test_what_fails_comes_again_after_a_restart_and_by_hand(self):
        self.receiver.answers = [503] * 3
        self.charge()
        wait_for(lambda: len(self.receiver.came) == 3, "three webhooks")
        wait_for(lambda: all(one["attempts"] for service in ("order", "point")
                             for one in self.deliveries(service)), "the log")
        tried = sorted(event["id"] for event in self.receiver.events())
        self.assertEqual(self.platform.restart(), 0)
        self.platform.advance_clock(7)
        wait_for(lambda: len(self.receiver.came) == 6, "three webhooks again")
        self.assertEqual(sorted(event["id"] for event in self.receiver.events()[3:]), tried)
        delivered = wait_for(lambda: self.deliveries("point", status="delivered"), "the log")
        path = f"{self.paths['point']}/deliveries/{delivered[0]['id']}"
        whole = self.expect(self.admin.get(path), 200)
        self.assertEqual([one["status"] for one in whole["tries"]], [503, 200])
        self.expect(self.admin.post(path + "/redeliver", {"reason": "it was lost there"}), 202)
        wait_for(lambda: len(self.receiver.came) == 7, "one more")
        self.assertEqual(self.receiver.events()[6]["id"], delivered[0]["event_id"])

    def test_secrets_are_told_once_and_stand_nowhere_else(self):
        rotated = self.expect(
            self.admin.post(self.paths["order"] + "/rotate", {"reason": "a rehearsal"}), 200)
        self.expect(self.admin.post(self.paths["order"] + "/test", {"reason": "to see"}), 202)
        wait_for(lambda: self.receiver.came, "the test")
        headers, body = self.receiver.came[0]
        headers = {name.lower(): value for name, value in headers.items()}
        for secret in (rotated["secret"], self.secrets["payments/order"]):
            self.assertTrue(verify(secret, headers, body))
        told = [self.admin.get("/v1/admin/order/webhook-endpoints").body,
                self.admin.get("/v1/admin/order/actions").body,
                self.platform.server.log.read_bytes()]
        for text in told:
            self.assertNotIn(b"whsec_", text)

    def test_users_make_no_endpoints_and_nobody_one_that_points_inside(self):
        top = "/v1/admin/order/webhook-endpoints"
        body = {"url": self.receiver.url, "events": ["*"], "reason": "r"}
        self.expect(self.client.post(top, body), 403, "FORBIDDEN")
        for url in ("http://shop.example/", "https://u:p@shop.example/",
                    "https://169.254.169.254/", "https://[::1]/", "https://10.0.0.1/"):
            self.expect(self.admin.post(top, {**body, "url": url}), 422, "INVALID")


if __name__ == "__main__":
    unittest.main()
