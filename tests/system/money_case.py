"""Buying and canceling as a person does, with everything that has moved looked at afterwards."""

import datetime
import time

from platform_case import PlatformTest

DAY_S = 24 * 60 * 60
SETTLE_S = 20
SANDBOX_KEYS = {"Authorization": "Basic c2FuZGJveDpzYW5kYm94"}  # sandbox:sandbox


class MoneyTest(PlatformTest):
    """At the end of each test the books balance and the gateway agrees with the orders."""

    def setUp(self):
        super().setUp()
        self.admin = self.platform.client("manager", role="admin")

    def tearDown(self):
        self.sandbox.call("DELETE", "/sandbox/faults")
        books = self.last_audit()
        self.assertTrue(books["balanced"], books)
        orders = [order for order in self.every_order() if order["amount"]]
        kept = sum(order["amount"] - returned(order) for order in orders
                   if order["status"] in ("SUCCESS", "CANCELED"))
        self.assertEqual(books["amount"], kept)
        totals = self.sandbox.get("/sandbox/totals").json
        self.assertEqual(totals["paid_amount"] - totals["canceled_amount"], kept)

    def last_audit(self):
        """What the audit says when it is content, or in the end."""
        deadline = time.monotonic() + SETTLE_S
        while True:
            books = self.platform.audit()
            if books["balanced"] or time.monotonic() > deadline:
                return books

    def every_order(self):
        found, cursor = [], ""
        while cursor is not None:
            page = self.expect(self.admin.get(f"/v1/orders?limit=100{cursor}"), 200)
            found += page["data"]
            cursor = page["next_cursor"] and f"&cursor={page['next_cursor']}"
        return found

    def sell_content(self, point_price=200, **more):
        return self.sell(kind="content", name="별빛 아래", point_price=point_price, **more)

    def buy(self, item, method="card"):
        """For money; the order, a success."""
        order = self.place(item_id=item["id"], payment_method="bootpay")
        receipt = self.platform.pay(order["id"], order["amount"], self.user, method=method)
        path = f"/v1/orders/{order['id']}/confirm"
        order = self.expect(self.client.post(path, {"receipt_id": receipt}, wait=20), 200)
        self.assertEqual(order["status"], "SUCCESS", order)
        return order

    def spend(self, item):
        """For points; the order, final."""
        body = {"item_id": item["id"], "payment_method": "points"}
        return self.expect(self.client.post("/v1/orders", body, wait=20), 201)

    def order(self, order_id):
        return self.expect(self.admin.get(f"/v1/orders/{order_id}"), 200)

    def wallet(self):
        return self.expect(self.client.get("/v1/points"), 200)

    def lots(self):
        return self.expect(self.client.get("/v1/points/lots"), 200)["data"]

    def owns(self, item):
        return self.expect(self.client.get(f"/v1/entitlements/{item['id']}"), 200)["owned"]

    def at_gateway(self, order):
        """What the gateway has returned of the order."""
        receipt = order["receipt_id"]
        return self.platform.receipt(receipt)["cancelled_price"] if receipt else 0

    def standing(self, order):
        """All that a cancel of the order could change."""
        path = f"/v1/orders/{order['id']}"
        return [self.order(order["id"]), self.wallet(), self.lots(), self.ledger(),
                self.at_gateway(order), self.admin.get(path + "/cancellations").json]

    def ask_cancel(self, order, client=None, simulate=False, key=None, wait=None, **body):
        path = f"/v1/orders/{order['id']}/cancel" + ("?simulate=true" if simulate else "")
        return (client or self.client).post(path, body, key=key, wait=wait)

    def foresee(self, order, client=None, **body):
        """What a cancel would do; asking changes nothing."""
        before = self.standing(order)
        foreseen = self.expect(self.ask_cancel(order, client, simulate=True, **body), 200)
        self.assertEqual(self.standing(order), before)
        return foreseen

    def cancel(self, order, client=None, foreseeable=True, **body):
        """A cancel that is taken on, to its end, which is what its simulation said; the order."""
        foreseen = self.foresee(order, client, **body)
        before, wallet, *_, money, _ = self.standing(order)
        self.expect(self.ask_cancel(order, client, **body), 202)
        after = self.client.final(order["id"])
        if not foreseeable:
            return after
        self.assertEqual(after["failure"], foreseen["failure"])
        took, gave = foreseen["points_taken"] + foreseen["bonus_points_taken"], 0
        if foreseen["allowed"]:
            gave = foreseen["points_returned"]
            before["canceled_amount"] += foreseen["amount"]
            before["cancel_fee"] += foreseen["fee"]
            money += foreseen["refund_amount"]
        else:
            took = 0
        self.assertEqual(after["canceled_amount"], before["canceled_amount"])
        self.assertEqual(after["cancel_fee"], before["cancel_fee"])
        self.assertEqual(self.balance(), wallet["balance"] - took + gave)
        self.assertEqual(self.wallet()["held"], wallet["held"])
        self.assertEqual(self.at_gateway(order), money)
        return after

    def assert_canceled(self, order, status, canceled, balance):
        """The order, what of it is canceled and returned, and the user's points."""
        now = self.order(order["id"])
        self.assertEqual((now["status"], now["canceled_amount"]), (status, canceled), now)
        self.assertEqual(self.at_gateway(now), returned(now))
        wallet = self.wallet()
        self.assertEqual((wallet["balance"], wallet["held"]), (balance, 0), wallet)

    def cancel_at_gateway(self, receipt, amount=None):
        """In the gateway's back office, which sends its webhook."""
        body = {"receipt_id": receipt} | ({"cancel_price": amount} if amount else {})
        self.expect(self.sandbox.post("/v2/cancel", body, **SANDBOX_KEYS), 200)

    def now(self):
        """By the platform's clock."""
        return self.expect(self.admin.get("/v1/test/clock"), 200)["now"]

    def until_next_month(self):
        """Seconds, by the platform's clock, until the month is another in Korea."""
        korean = datetime.datetime.fromisoformat(self.now().replace("Z", "+00:00")).astimezone(
            datetime.timezone(datetime.timedelta(hours=9)))
        first = (korean.replace(day=1) + datetime.timedelta(days=32)).replace(
            day=1, hour=0, minute=0, second=0, microsecond=0)
        return int((first - korean).total_seconds()) + 1


def returned(order):
    """What the gateway has given back, by the order."""
    return order["canceled_amount"] - order["cancel_fee"]
