"""Buying for money, from the order to the points and the item, and all around it that goes well."""

import json
import threading
import unittest
import urllib.parse

from platform_case import PlatformTest
from platform_process import Platform, at_once, wait_for


class ChargeTest(PlatformTest):
    def test_approved_by_confirm(self):
        order = self.place()
        self.assertEqual(order["status"], "PENDING")
        self.assertEqual(order["amount"], 5000)
        receipt = self.platform.pay(order["id"], 5000, self.user)
        self.assertEqual(self.platform.receipt(receipt)["status"], 2)
        answer = self.client.post(
            f"/v1/orders/{order['id']}/confirm", {"receipt_id": receipt}, wait=20)
        order = self.expect(answer, 200)
        self.assertEqual(order["status"], "SUCCESS")
        self.assertEqual(order["receipt_id"], receipt)
        self.assertEqual([step["status"] for step in order["steps"]], ["done"] * 3)
        self.assertEqual(self.platform.receipt(receipt)["status"], 1)
        self.assertEqual(self.balance(), 500)
        entry, = self.ledger()
        self.assertEqual((entry["delta"], entry["balance_after"]), (500, 500))
        self.assertEqual(entry["order_id"], order["id"])
        item, = self.client.get(f"/v1/order-items?order_id={order['id']}").json["data"]
        self.assertEqual(item["item_id"], order["item_id"])

    def test_charged_before_the_confirm(self):
        order = self.place()
        self.platform.fault("webhook_lost")
        receipt = self.platform.pay(order["id"], 5000, self.user, confirmed_later=False)
        path = f"/v1/orders/{order['id']}/confirm"
        done = self.expect(self.client.post(path, {"receipt_id": receipt}, wait=20), 200)
        self.assertEqual(done["status"], "SUCCESS")
        again = self.expect(self.client.post(path, {"receipt_id": receipt}), 200)
        self.assertEqual(again["version"], done["version"])
        self.assertEqual(len(self.ledger()), 1)

    def test_in_one_call(self):
        for confirmed_later in (True, False):
            with self.subTest(confirmed_later=confirmed_later):
                receipt = self.platform.pay("of-the-browser", 5000, self.user, confirmed_later)
                body = {"item_id": self.package["id"], "receipt_id": receipt, "amount": 5000}
                answer = self.client.post("/v1/orders", body, wait=20)
                order = self.expect(answer, 201)
                self.assertEqual(order["status"], "SUCCESS")
                self.assertEqual(answer.headers["Location"], f"/v1/orders/{order['id']}")
        self.assertEqual(self.balance(), 1000)

    def test_content_for_money(self):
        item = self.sell(kind="content", name="별빛 아래 1화", amount=300)
        order = self.place(item_id=item["id"])
        self.assertIsNone(order["points"])
        receipt = self.platform.pay(order["id"], 300, self.user)
        path = f"/v1/orders/{order['id']}/confirm"
        order = self.expect(self.client.post(path, {"receipt_id": receipt}, wait=20), 200)
        self.assertEqual(order["status"], "SUCCESS")
        self.assertEqual([step["name"] for step in order["steps"]], ["payment", "order_item"])
        self.assertEqual(self.ledger(), [])
        owned = self.expect(self.client.get(f"/v1/entitlements/{item['id']}"), 200)
        self.assertEqual((owned["owned"], owned["order_id"]), (True, order["id"]))

    def test_content_paid_for_twice_is_returned(self):
        item = self.sell(kind="content", name="별빛 아래 2화", amount=300)
        orders = [self.place(item_id=item["id"]) for _ in range(2)]
        for order, ends in zip(orders, ("SUCCESS", "FAIL")):
            receipt = self.platform.pay(order["id"], 300, self.user)
            path = f"/v1/orders/{order['id']}/confirm"
            self.expect(self.client.post(path, {"receipt_id": receipt}), 200)
            self.assertEqual(self.client.final(order["id"])["status"], ends)
        self.assertEqual(self.platform.receipt(receipt)["cancelled_price"], 300)

    def test_virtual_account(self):
        order = self.place()
        receipt = self.platform.pay(order["id"], 5000, self.user, method="vbank")
        path = f"/v1/orders/{order['id']}/confirm"
        waiting = self.expect(self.client.post(path, {"receipt_id": receipt}), 200)
        self.assertEqual(waiting["status"], "PENDING")
        self.expect(self.sandbox.post("/sandbox/deposit", {"receipt_id": receipt}), 200)
        self.assertEqual(self.client.final(order["id"])["status"], "SUCCESS")

    def test_stream_tells_every_state_until_the_last(self):
        order = self.place()
        seen = []
        reader = threading.Thread(target=lambda: seen.extend(
            self.platform.client(self.user).events(order["id"])))
        reader.start()
        receipt = self.platform.pay(order["id"], 5000, self.user)
        self.client.post(f"/v1/orders/{order['id']}/confirm", {"receipt_id": receipt})
        reader.join(20)
        self.assertFalse(reader.is_alive())
        self.assertEqual(seen[-1]["status"], "SUCCESS")
        versions = [state["version"] for state in seen]
        self.assertEqual(versions, sorted(set(versions)))

    def test_checkout(self):
        order = self.place()
        path = f"/v1/orders/{order['id']}/checkout"
        opened = self.expect(self.client.get(path), 200)
        self.assertEqual(opened["price"], 5000)
        self.assertEqual(opened["order_id"], order["id"])
        self.assertEqual(opened["order_name"], order["item_name"])
        self.assertEqual(opened["metadata"], {"user_id": self.user})
        self.assertTrue(opened["extra"]["separately_confirmed"])
        paid = self.charge()
        self.expect(self.client.get(f"/v1/orders/{paid['id']}/checkout"), 409, "CONFLICT")

    def test_someone_elses(self):
        order = self.charge()
        stranger = self.platform.client("somebody-else")
        receipt = {"receipt_id": order["receipt_id"]}
        for path in ("", "/checkout", "/stream"):
            self.expect(stranger.get(f"/v1/orders/{order['id']}{path}"), 404, "NOT_FOUND")
        self.expect(stranger.post(f"/v1/orders/{order['id']}/confirm", receipt), 404, "NOT_FOUND")
        self.assertEqual(stranger.get("/v1/orders").json["data"], [])
        self.expect(stranger.get(f"/v1/orders?user_id={self.user}"), 403, "FORBIDDEN")
        self.assertEqual(self.ledger(stranger), [])
        admin = self.platform.client("editor", role="admin")
        self.expect(admin.get(f"/v1/orders/{order['id']}"), 200)
        seen = self.expect(admin.get(f"/v1/orders?user_id={self.user}"), 200)["data"]
        self.assertEqual([found["id"] for found in seen], [order["id"]])
        wallet = self.expect(admin.get(f"/v1/points/{self.user}"), 200)
        self.assertEqual(wallet["balance"], 500)
        self.expect(self.client.get(f"/v1/points/{self.user}"), 403, "FORBIDDEN")

    def test_lists_and_cursors(self):
        made = [self.place()["id"] for _ in range(7)]
        paid = self.charge()["id"]
        seen, cursor = [], None
        while True:
            after = f"&cursor={urllib.parse.quote(cursor)}" if cursor else ""
            page = self.expect(self.client.get(f"/v1/orders?limit=3{after}"), 200)
            self.assertLessEqual(len(page["data"]), 3)
            seen += [order["id"] for order in page["data"]]
            cursor = page["next_cursor"]
            if cursor is None:
                break
        # Newest first; ids of one millisecond have no order of their own.
        self.assertEqual(seen, sorted({paid, *made}, reverse=True))
        listed = self.client.get("/v1/orders?status=SUCCESS").json["data"]
        self.assertEqual([order["id"] for order in listed], [paid])

    def test_prefer_wait_ends_with_its_time(self):
        answer = self.client.post("/v1/orders", {"item_id": self.package["id"]}, wait=1)
        self.assertEqual(self.expect(answer, 201)["status"], "PENDING")


class IdempotencyTest(PlatformTest):
    def test_replay_also_after_a_restart(self):
        body = {"item_id": self.package["id"]}
        first = self.client.post("/v1/orders", body, key="once")
        self.expect(first, 201)
        self.assertEqual(self.platform.restart(), 0)
        again = self.client.post("/v1/orders", body, key="once")
        self.assertEqual((again.status, again.body), (first.status, first.body))
        self.assertEqual(again.headers["Idempotency-Replayed"], "true")
        self.assertIsNone(first.headers["Idempotency-Replayed"])
        other = self.client.post("/v1/orders", {**body, "amount": 5000}, key="once")
        self.expect(other, 422, "IDEMPOTENCY_KEY_REUSED")
        elsewhere = self.client.post(
            f"/v1/orders/{first.json['id']}/confirm", {"receipt_id": "0" * 24}, key="once")
        self.expect(elsewhere, 422, "IDEMPOTENCY_KEY_REUSED")
        self.assertEqual(len(self.client.get("/v1/orders").json["data"]), 1)

    def test_anothers_key_is_another_key(self):
        other = self.platform.client("somebody-else")
        body = {"item_id": self.package["id"]}
        mine = self.expect(self.client.post("/v1/orders", body, key="shared"), 201)
        theirs = self.expect(other.post("/v1/orders", body, key="shared"), 201)
        self.assertNotEqual(mine["id"], theirs["id"])

    def test_in_progress(self):
        order = self.place()
        receipt = self.platform.pay(order["id"], 5000, self.user)
        path, body = f"/v1/orders/{order['id']}/confirm", {"receipt_id": receipt}
        self.platform.fault("delay", delay_ms=1000)

        def call(_):
            client = self.platform.client(self.user)
            return client.post(path, body, key="confirm-once", wait=20)

        answers = at_once(2, call)
        self.assertEqual(sorted(answer.status for answer in answers), [200, 409], answers)
        refused = max(answers, key=lambda answer: answer.status)
        self.assertEqual(refused.code, "IDEMPOTENCY_IN_PROGRESS")
        again = self.client.post(path, body, key="confirm-once")
        self.assertEqual(self.expect(again, 200)["status"], "SUCCESS")
        self.assertEqual(again.headers["Idempotency-Replayed"], "true")

    def test_a_refused_confirm_is_refused_again(self):
        order = self.place()
        path, body = f"/v1/orders/{order['id']}/confirm", {"receipt_id": "0" * 24}
        first = self.client.post(path, body, key="refused")
        self.expect(first, 422, "RECEIPT_INVALID")
        again = self.client.post(path, body, key="refused")
        self.assertEqual((again.status, again.body), (first.status, first.body))


class WebhookTest(PlatformTest):
    def paid_order(self, **options):
        order = self.place()
        return order, self.platform.pay(order["id"], 5000, self.user, **options)

    def test_alone(self):
        order, _ = self.paid_order(confirmed_later=False)
        self.assertEqual(self.client.final(order["id"])["status"], "SUCCESS")
        self.assertEqual(self.balance(), 500)

    def test_before_and_after_the_confirm(self):
        for lost_first in (False, True):
            self.platform.fault("webhook_lost" if lost_first else "webhook_double")
            order, receipt = self.paid_order(confirmed_later=False)
            path = f"/v1/orders/{order['id']}/confirm"
            self.expect(self.client.post(path, {"receipt_id": receipt}, wait=20), 200)
            notice = {"receipt_id": receipt, "order_id": order["id"], "status": 1, "price": 5000}
            told = self.client.post("/webhooks/bootpay", notice)
            self.assertEqual(self.expect(told, 200), {"success": True})
        self.assertEqual([entry["delta"] for entry in self.ledger()], [500, 500])

    def test_in_form_encoding(self):
        self.platform.fault("webhook_lost")
        order, receipt = self.paid_order(confirmed_later=False)
        form = urllib.parse.urlencode({
            "receipt_id": receipt, "order_id": order["id"], "status": "1", "price": "5000"})
        told = self.client.post(
            "/webhooks/bootpay", form, Content_Type="application/x-www-form-urlencoded")
        self.assertEqual(self.expect(told, 200), {"success": True})
        self.assertEqual(self.client.final(order["id"])["status"], "SUCCESS")

    def test_is_never_believed(self):
        order, receipt = self.paid_order()  # approvable, not charged
        for status in (1, 20, -2, 77):
            notice = {"receipt_id": receipt, "order_id": order["id"], "status": status,
                      "price": 5000, "cancelled_price": 5000 if status == 20 else 0}
            self.expect(self.client.post("/webhooks/bootpay", json.dumps(notice)), 200)
        invented = {"receipt_id": "f" * 24, "order_id": order["id"], "status": 1, "price": 5000}
        self.expect(self.client.post("/webhooks/bootpay", invented), 200)
        self.assertEqual(self.client.final(order["id"])["status"], "SUCCESS")  # approved by us
        self.assertEqual(len(self.ledger()), 1)

    def test_malformed(self):
        for body in (b"", b"nonsense", b"[]", b"{}", b'{"receipt_id":"../passwd","status":1}',
                     b'{"receipt_id":7,"status":1}', b"\xff\xfe"):
            self.expect(self.client.post("/webhooks/bootpay", body or b" "), 400, "BAD_REQUEST")


class PollerTest(PlatformTest):
    flags = ("--poll-after", "200ms", "--expire-after", "3s")

    def test_finds_a_payment_nobody_told_of(self):
        self.platform.fault("webhook_lost", times=None)
        order = self.place()
        self.platform.pay(order["id"], 5000, self.user, confirmed_later=False)
        self.assertEqual(self.client.final(order["id"])["status"], "SUCCESS")

    def test_unpaid_expires_and_a_late_payment_is_returned(self):
        order = self.place()
        self.assertEqual(self.client.final(order["id"])["status"], "EXPIRED")
        receipt = self.platform.pay(order["id"], 5000, self.user, confirmed_later=False)
        path = f"/v1/orders/{order['id']}/confirm"
        self.expect(self.client.post(path, {"receipt_id": receipt}), 422, "RECEIPT_INVALID")
        wait_for(lambda: self.platform.receipt(receipt)["cancelled_price"] == 5000, "returned")
        self.assertEqual(self.ledger(), [])


if __name__ == "__main__":
    unittest.main()
