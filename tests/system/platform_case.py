"""What the tests of a running platform have in common."""

import random
import unittest

from engine import Platform
from platform_process import wait_for


class PlatformTest(unittest.TestCase):
    """A platform for the tests of one class; its books must balance at the end."""

    flags = ()
    own_sandbox = False
    webhooks = True
    test_clock = False
    audited = True

    @classmethod
    def setUpClass(cls):
        cls.platform = Platform(*cls.flags, own_sandbox=cls.own_sandbox, webhooks=cls.webhooks,
                                test_clock=cls.test_clock)
        cls.addClassCleanup(cls.platform.close)
        cls.platform.start()

    @classmethod
    def tearDownClass(cls):
        if cls.audited:
            books = cls.platform.audit()
            assert books["balanced"], books
        assert cls.platform.server.stop() == 0, cls.platform.server.log_tail()

    def setUp(self):
        self.sandbox = self.platform.sandbox
        self.user = f"user-{random.SystemRandom().getrandbits(48):012x}"
        self.client = self.platform.client(self.user)
        self.addCleanup(self.sandbox.call, "DELETE", "/sandbox/faults")

    @property
    def package(self):
        """The smallest point package: 500 points for 5,000 won."""
        items = self.client.get("/v1/items").json["data"]
        return min((item for item in items if item["points"]), key=lambda item: item["amount"])

    def expect(self, answer, status, code=None):
        self.assertEqual(answer.status, status, answer)
        if code:
            self.assertEqual(answer.code, code, answer)
        return answer.json

    def place(self, client=None, **more):
        body = {"item_id": self.package["id"], **more}
        return self.expect((client or self.client).post("/v1/orders", body), 201)

    def sell(self, **item):
        """A new item, once it can be ordered."""
        admin = self.platform.client("editor", role="admin")
        made = self.expect(admin.post("/v1/items", item), 201)
        order = {"item_id": made["id"], "amount": 1}  # a wrong amount: places nothing
        wait_for(lambda: admin.post("/v1/orders", order).status != 404, "the new item is known")
        return made

    def charge(self, client=None, user=None, **options):
        """A whole charge by order, payment and confirm; the order, a success."""
        client = client or self.client
        order = self.place(client)
        receipt = self.platform.pay(order["id"], order["amount"], user or self.user)
        answer = client.post(
            f"/v1/orders/{order['id']}/confirm", {"receipt_id": receipt}, wait=20, **options)
        order = self.expect(answer, 200)
        self.assertEqual(order["status"], "SUCCESS", order)
        return order

    def ledger(self, client=None):
        return self.expect((client or self.client).get("/v1/points/ledger?limit=100"), 200)["data"]

    def balance(self, client=None):
        return self.expect((client or self.client).get("/v1/points"), 200)["balance"]
