"""What a receipt must be to pay an order, and what becomes of one that is not."""

import unittest

from platform_case import PlatformTest
from platform_process import at_once, wait_for

PAID, APPROVABLE, CANCELED, DECLINED = 1, 2, 20, -2


class ReceiptTest(PlatformTest):
    def pay(self, order_id, price=5000, **options):
        return self.platform.pay(order_id, price, options.pop("user", self.user), **options)

    def confirm(self, order, receipt, client=None):
        path = f"/v1/orders/{order['id']}/confirm"
        return (client or self.client).post(path, {"receipt_id": receipt}, wait=20)

    def place_with(self, receipt, client=None, **more):
        body = {"item_id": self.package["id"], "receipt_id": receipt, **more}
        return (client or self.client).post("/v1/orders", body, wait=20)

    def assert_untouched(self, receipt, status):
        found = self.platform.receipt(receipt)
        self.assertEqual((found["status"], found["cancelled_price"]), (status, 0), found)

    def assert_returned(self, receipt, amount):
        wait_for(lambda: self.platform.receipt(receipt)["cancelled_price"] == amount,
                 f"{amount} won returned")
        self.assertEqual(self.platform.receipt(receipt)["status"], CANCELED)


class WhoseAndForWhat(ReceiptTest):
    def test_unknown_to_the_gateway(self):
        order = self.place()
        for receipt in ("0" * 24, "nonsense", "", "x" * 5000, "../../v2/cancel", "0" * 24 + "?a=b"):
            self.expect(self.confirm(order, receipt), 422, "RECEIPT_INVALID")
        self.expect(self.place_with("0" * 24), 422, "RECEIPT_INVALID")
        self.assertEqual(self.client.get("/v1/orders").json["data"][0]["status"], "PENDING")

    def test_of_another_order_is_never_touched(self):
        mine, theirs = self.place(), self.place(self.platform.client("somebody-else"))
        for confirmed_later, status in ((True, APPROVABLE), (False, PAID)):
            with self.subTest(status=status):
                self.platform.fault("webhook_lost")
                receipt = self.pay(theirs["id"], user="somebody-else",
                                   confirmed_later=confirmed_later)
                self.expect(self.confirm(mine, receipt), 422, "RECEIPT_INVALID")
                self.expect(self.place_with(receipt), 422, "RECEIPT_INVALID")
                self.assert_untouched(receipt, status)
        self.assertEqual(self.ledger(), [])

    def test_of_nobodys_order_pays_none_by_confirm(self):
        order = self.place()
        receipt = self.pay("someone's cart")
        self.expect(self.confirm(order, receipt), 422, "RECEIPT_INVALID")
        self.assert_untouched(receipt, APPROVABLE)

    def test_of_another_user_or_of_nobody(self):
        for user in ("somebody-else", None):
            receipt = self.pay("cart", user=user)
            self.expect(self.place_with(receipt), 422, "RECEIPT_INVALID")
            self.assert_untouched(receipt, APPROVABLE)

    def test_of_one_call_for_another_amount(self):
        for price in (4999, 5001, 10_000):
            for confirmed_later, status in ((True, APPROVABLE), (False, PAID)):
                receipt = self.pay("cart", price, confirmed_later=confirmed_later)
                self.expect(self.place_with(receipt), 422, "AMOUNT_MISMATCH")
                self.assert_untouched(receipt, status)
        self.assertEqual(self.client.get("/v1/orders").json["data"], [])

    def test_of_an_order_made_by_one_call_is_used(self):
        receipt = self.pay("cart")
        done = self.expect(self.place_with(receipt), 201)
        refused = self.expect(self.place_with(receipt), 409, "DUPLICATE_RECEIPT")
        self.assertEqual(refused["order_id"], done["id"])
        other = self.place()
        self.expect(self.confirm(other, receipt), 409, "DUPLICATE_RECEIPT")
        stranger = self.platform.client("somebody-else")
        refused = self.expect(self.place_with(receipt, stranger), 409, "DUPLICATE_RECEIPT")
        self.assertNotIn("order_id", refused)
        self.assert_untouched(receipt, PAID)

    def test_amount_stated_by_the_caller(self):
        receipt = self.pay("cart", 100)
        self.expect(self.place_with(receipt, amount=100), 422, "AMOUNT_MISMATCH")
        refused = self.client.post("/v1/orders", {"item_id": self.package["id"], "amount": 1})
        self.expect(refused, 422, "AMOUNT_MISMATCH")


class Amounts(ReceiptTest):
    def test_charged_is_returned(self):
        order = self.place()
        self.platform.fault("webhook_lost")
        receipt = self.pay(order["id"], 4000, confirmed_later=False)
        self.expect(self.confirm(order, receipt), 422, "AMOUNT_MISMATCH")
        ended = self.client.final(order["id"])
        self.assertEqual((ended["status"], ended["failure"]["code"]), ("FAIL", "AMOUNT_MISMATCH"))
        self.assert_returned(receipt, 4000)
        self.expect(self.confirm(order, receipt), 422, "AMOUNT_MISMATCH")

    def test_charged_is_returned_when_only_the_webhook_tells(self):
        order = self.place()
        receipt = self.pay(order["id"], 50_000, confirmed_later=False)
        self.assertEqual(self.client.final(order["id"])["status"], "FAIL")
        self.assert_returned(receipt, 50_000)

    def test_approvable_is_never_approved(self):
        order = self.place()
        receipt = self.pay(order["id"], 4000)
        self.expect(self.confirm(order, receipt), 422, "AMOUNT_MISMATCH")
        self.assertEqual(self.client.final(order["id"])["status"], "FAIL")
        self.assert_untouched(receipt, APPROVABLE)
        self.assertEqual(self.ledger(), [])


class Races(ReceiptTest):
    def test_one_receipt_for_eight_orders(self):
        receipt = self.pay("cart")
        package = self.package["id"]

        def call(_):
            body = {"item_id": package, "receipt_id": receipt}
            return self.platform.client(self.user).post("/v1/orders", body, wait=20)

        answers = at_once(8, call)
        won, = [answer for answer in answers if answer.status == 201]
        lost = [answer for answer in answers if answer.status != 201]
        self.assertEqual({answer.code for answer in lost}, {"DUPLICATE_RECEIPT"}, lost)
        self.assertEqual({answer.json.get("order_id") for answer in lost}, {won.json["id"]})
        self.assertEqual(self.client.final(won.json["id"])["status"], "SUCCESS")
        self.assertEqual([entry["delta"] for entry in self.ledger()], [500])
        listed = self.client.get("/v1/orders").json["data"]
        self.assertEqual([order["id"] for order in listed], [won.json["id"]])

    def test_eight_confirms_of_one_order(self):
        order = self.place()
        receipt = self.pay(order["id"])
        answers = at_once(
            8, lambda _: self.confirm(order, receipt, self.platform.client(self.user)))
        self.assertEqual({answer.status for answer in answers}, {200}, answers)
        self.assertEqual({answer.json["status"] for answer in answers}, {"SUCCESS"})
        self.assertEqual(len(self.ledger()), 1)

    def test_two_payments_of_one_order(self):
        order = self.place()
        receipts = [self.pay(order["id"]) for _ in range(2)]
        answers = at_once(2, lambda number: self.confirm(
            order, receipts[number], self.platform.client(self.user)))
        self.assertEqual(sorted(answer.status for answer in answers), [200, 422], answers)
        self.assertEqual(self.client.final(order["id"])["status"], "SUCCESS")
        statuses = sorted(self.platform.receipt(receipt)["status"] for receipt in receipts)
        self.assertEqual(statuses, [PAID, APPROVABLE])
        self.assertEqual(len(self.ledger()), 1)


class AllTellAtOnce(ReceiptTest):
    flags = ("--poll-after", "100ms")

    def test_confirm_webhook_and_poller(self):
        self.platform.fault("webhook_double", times=None)
        for confirmed_later in (True, False):
            orders = [self.place() for _ in range(10)]
            paid = [self.pay(order["id"], confirmed_later=confirmed_later) for order in orders]
            answers = at_once(10, lambda number: self.confirm(
                orders[number], paid[number], self.platform.client(self.user)))
            for order, answer in zip(orders, answers):
                self.expect(answer, 200)
                self.assertEqual(self.client.final(order["id"])["status"], "SUCCESS")
        self.assertEqual([entry["delta"] for entry in self.ledger()], [500] * 20)


class SecondPayments(ReceiptTest):
    def test_declined_then_another(self):
        order = self.place()
        self.platform.fault("decline_confirm")
        first = self.pay(order["id"])
        self.expect(self.confirm(order, first), 422, "PAYMENT_DECLINED")
        self.expect(self.confirm(order, first), 422, "PAYMENT_DECLINED")
        waiting = self.client.get(f"/v1/orders/{order['id']}").json
        self.assertEqual((waiting["status"], waiting["receipt_id"]), ("PENDING", None))
        done = self.expect(self.confirm(order, self.pay(order["id"])), 200)
        self.assertEqual(done["status"], "SUCCESS")
        self.assertEqual(self.platform.receipt(first)["status"], DECLINED)

    def test_charged_second_is_returned(self):
        order = self.charge()
        told = self.pay(order["id"], confirmed_later=False)  # the webhook tells
        self.assert_returned(told, 5000)
        self.platform.fault("webhook_lost")
        confirmed = self.pay(order["id"], confirmed_later=False)
        self.expect(self.confirm(order, confirmed), 422, "RECEIPT_INVALID")
        self.assert_returned(confirmed, 5000)
        self.assert_untouched(order["receipt_id"], PAID)
        self.assertEqual(len(self.ledger()), 1)

    def test_approvable_second_is_not_approved(self):
        order = self.charge()
        second = self.pay(order["id"])
        self.expect(self.confirm(order, second), 422, "RECEIPT_INVALID")
        self.assert_untouched(second, APPROVABLE)

    def test_canceled_by_the_gateway_pays_nothing(self):
        self.platform.fault("webhook_lost", times=2)
        order = self.place()
        receipt = self.pay(order["id"], confirmed_later=False)
        self.expect(self.sandbox.post(
            "/v2/cancel", {"receipt_id": receipt},
            Authorization="Basic c2FuZGJveDpzYW5kYm94"), 200)
        self.expect(self.confirm(order, receipt), 422, "RECEIPT_INVALID")
        done = self.expect(self.confirm(order, self.pay(order["id"])), 200)
        self.assertEqual(done["status"], "SUCCESS")

    def test_of_nobodys_order_stays_unclaimed(self):
        receipt = self.pay("a cart nobody knows", confirmed_later=False)
        webhook = {"receipt_id": receipt, "order_id": "a cart nobody knows", "status": 1}
        self.expect(self.client.post("/webhooks/bootpay", webhook), 200)
        self.assert_untouched(receipt, PAID)


if __name__ == "__main__":
    unittest.main()
