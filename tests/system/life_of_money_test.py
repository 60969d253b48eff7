"""Points and won from the purchase to the last part of a cancel, and what time does to them."""

import unittest

from money_case import DAY_S, MoneyTest
from platform_process import run, wait_for

REFUND_RECHECK_S = 61  # past the default of --refund-recheck
POLL_S = 16  # past the default of --poll-after
ACCOUNT = {"bank_code": "088", "account": "110-431-902175", "holder": "이도령"}


class LifeOfMoney(MoneyTest):
    test_clock = True


class Points(LifeOfMoney):
    def test_bought_and_spent(self):
        self.charge()
        episode = self.sell_content(200)
        order = self.spend(episode)
        self.assertEqual((order["status"], order["points"]), ("SUCCESS", 200), order)
        self.assertEqual((order["payment_method"], order["amount"]), ("points", None))
        self.assertTrue(self.owns(episode))
        self.assertEqual(self.wallet()["held"], 0)
        self.assertEqual([entry["delta"] for entry in self.ledger()], [-200, 500])

    def test_too_few(self):
        self.charge()
        before = (self.wallet(), self.lots(), self.ledger())
        episode = self.sell_content(501)
        order = self.spend(episode)
        self.assertEqual(order["status"], "FAIL", order)
        self.assertEqual(order["failure"]["code"], "INSUFFICIENT_POINTS")
        self.assertEqual((self.wallet(), self.lots(), self.ledger()), before)
        self.assertFalse(self.owns(episode))

    def test_owned_content_is_not_sold_again(self):
        self.charge()
        episode = self.sell_content(200, amount=2000)
        self.assertEqual(self.spend(episode)["status"], "SUCCESS")
        for method in ("points", "bootpay"):
            body = {"item_id": episode["id"], "payment_method": method}
            self.expect(self.client.post("/v1/orders", body), 409, "CONFLICT")
        self.assertEqual(self.balance(), 300)

    def test_come_back_into_their_lots(self):
        package = self.sell(kind="point_package", name="보너스", amount=6000, points=600,
                            bonus_points=61)
        self.buy(package)
        lots = self.lots()
        episode = self.sell_content(100)
        for _ in range(2):
            order = self.spend(episode)
            self.assertEqual((order["status"], self.balance()), ("SUCCESS", 561))
            canceled = self.cancel(order)
            self.assertEqual(canceled["status"], "CANCELED")
            self.assertEqual([step["status"] for step in canceled["steps"]], ["reversed"] * 3)
            self.assertFalse(self.owns(episode))
            self.assertEqual(self.lots(), lots)

    def test_run_out(self):
        self.buy(self.sell(kind="point_package", name="보너스", amount=6000, points=600,
                           bonus_points=61))
        self.platform.advance_clock(6 * 365 * DAY_S)
        wait_for(lambda: self.balance() == 0, "the points have run out")
        self.assertEqual(sum(e["delta"] for e in self.ledger() if e["reason"] == "expiry"), -661)
        self.assertEqual([lot["left"] for lot in self.lots()], [0] * len(self.lots()))


class Cancels(LifeOfMoney):
    def test_whole(self):
        order = self.cancel(self.charge())
        self.assertEqual((order["status"], order["failure"]), ("CANCELED", None))
        self.assertEqual([step["status"] for step in order["steps"]], ["reversed"] * 3)
        self.assert_canceled(order, "CANCELED", 5000, balance=0)
        self.expect(self.ask_cancel(order), 409, "NOT_CANCELABLE")
        self.expect(self.ask_cancel(order, simulate=True), 409, "NOT_CANCELABLE")
        done, = self.client.get(f"/v1/orders/{order['id']}/cancellations").json["data"]
        self.assertEqual((done["phase"], done["origin"], done["amount"]), ("done", "user", 5000))

    def test_in_parts(self):
        """Points go by the running total, rounded up: parts never take more than the whole."""
        order = self.charge()
        for amount, points in ((1000, 100), (1001, 101), (1, 0)):
            self.assertEqual(self.foresee(order, amount=amount)["points_taken"], points)
            self.assertEqual(self.cancel(order, amount=amount)["status"], "SUCCESS")
        self.assert_canceled(order, "SUCCESS", 2002, balance=299)
        for wrong in (0, 2999):
            self.expect(self.ask_cancel(order, amount=wrong), 422, "INVALID")
            self.expect(self.ask_cancel(order, amount=wrong, simulate=True), 422, "INVALID")
        self.assertEqual(self.cancel(order)["status"], "CANCELED")
        self.assert_canceled(order, "CANCELED", 5000, balance=0)

    def test_bonus_goes_back_in_proportion(self):
        order = self.buy(self.sell(kind="point_package", name="보너스", amount=6000, points=600,
                                   bonus_points=61))
        self.assertEqual((self.wallet()["paid"], self.wallet()["bonus"]), (600, 61))
        self.cancel(order, amount=2000)
        self.assertEqual((self.wallet()["paid"], self.wallet()["bonus"]), (400, 40))
        self.assertEqual(self.cancel(order)["status"], "CANCELED")
        self.assert_canceled(order, "CANCELED", 6000, balance=0)

    def test_of_spent_points(self):
        order = self.charge()
        self.spend(self.sell_content(200))
        for amount in ({}, {"amount": 3001}):
            refused = self.cancel(order, **amount)
            self.assertEqual(refused["status"], "SUCCESS")
            self.assertEqual(refused["failure"]["code"], "POINTS_SPENT")
        self.assert_canceled(order, "SUCCESS", 0, balance=300)
        self.assertEqual(self.cancel(order, amount=3000)["status"], "SUCCESS")
        self.assert_canceled(order, "SUCCESS", 3000, balance=0)

    def test_users_for_seven_days_then_admins_who_say_why(self):
        order = self.charge()
        self.platform.advance_clock(7 * DAY_S - 600)
        self.assertTrue(self.foresee(order)["allowed"])
        self.platform.advance_clock(601)
        self.expect(self.ask_cancel(order), 409, "NOT_CANCELABLE")
        self.expect(self.ask_cancel(order, simulate=True), 409, "NOT_CANCELABLE")
        self.expect(self.ask_cancel(order, self.admin), 422, "INVALID")
        stranger = self.platform.client("somebody-else")
        self.expect(self.ask_cancel(order, stranger), 404, "NOT_FOUND")
        self.assert_canceled(order, "SUCCESS", 0, balance=500)
        done = self.cancel(order, self.admin, reason="바뀐 마음")
        self.assertEqual(done["status"], "CANCELED")
        actions = self.admin.get(f"/v1/admin/order/actions?target={order['id']}").json["data"]
        self.assertEqual([(one["actor"], one["reason"]) for one in actions],
                         [("manager", "바뀐 마음")])

    def test_once_for_one_key(self):
        order = self.charge()
        for wait in (None, 20):
            key = f"cancel-{order['id']}-{wait}"
            first = self.ask_cancel(order, amount=1000, key=key, wait=wait)
            self.expect(first, 202)
            self.client.final(order["id"])
            again = self.ask_cancel(order, amount=1000, key=key, wait=wait)
            self.assertEqual((again.status, again.body), (first.status, first.body))
            self.assertEqual(again.headers["Idempotency-Replayed"], "true")
            other = self.ask_cancel(order, amount=2000, key=key)
            self.expect(other, 422, "IDEMPOTENCY_KEY_REUSED")
        self.assert_canceled(order, "SUCCESS", 2000, balance=300)


class Gateways(LifeOfMoney):
    def test_refuses(self):
        order = self.charge()
        self.platform.fault("refuse_cancel")
        refused = self.cancel(order, foreseeable=False)
        self.assertEqual(refused["status"], "SUCCESS")
        self.assertEqual(refused["failure"]["code"], "CANCEL_REFUSED")
        self.assert_canceled(order, "SUCCESS", 0, balance=500)
        self.assertEqual(self.cancel(order)["status"], "CANCELED")

    def test_answer_lost(self):
        order = self.charge()
        for amount, status in ((1000, "SUCCESS"), (4000, "CANCELED")):
            self.platform.fault("webhook_lost")
            self.platform.fault("drop_after_cancel")
            self.expect(self.ask_cancel(order, amount=amount), 202)
            wait_for(lambda: self.sandbox.get("/sandbox/faults").json["faults"] == [], "it struck")
            self.assertEqual(self.order(order["id"])["status"], "CANCELING")
            self.platform.advance_clock(REFUND_RECHECK_S)
            self.assertEqual(self.client.final(order["id"])["status"], status)
        self.assert_canceled(order, "CANCELED", 5000, balance=0)

    def test_telephone_whole_and_in_its_month(self):
        order = self.buy(self.package, method="phone")
        for simulate in (True, False):
            part = self.ask_cancel(order, amount=1000, simulate=simulate)
            self.expect(part, 422, "INVALID")
        self.assertEqual(self.cancel(order)["status"], "CANCELED")
        late = self.buy(self.package, method="phone")
        self.platform.advance_clock(self.until_next_month())
        for client, reason in ((self.client, {}), (self.admin, {"reason": "달이 바뀜"})):
            for simulate in (True, False):
                refused = self.ask_cancel(late, client, simulate=simulate, **reason)
                self.expect(refused, 409, "NOT_CANCELABLE")
        self.assert_canceled(late, "SUCCESS", 0, balance=500)

    def test_virtual_account_paid_days_later(self):
        order = self.place()
        receipt = self.platform.pay(order["id"], 5000, self.user, method="vbank")
        path = f"/v1/orders/{order['id']}/confirm"
        self.expect(self.client.post(path, {"receipt_id": receipt}), 200)
        self.platform.advance_clock(2 * DAY_S)
        self.assertEqual(self.order(order["id"])["status"], "PENDING")
        self.expect(self.sandbox.post("/sandbox/deposit", {"receipt_id": receipt}), 200)
        self.assertEqual(self.client.final(order["id"])["status"], "SUCCESS")
        self.expect(self.ask_cancel(self.order(order["id"])), 422, "INVALID")
        incomplete = {"bank_code": "088", "account": ACCOUNT["account"], "holder": ""}
        self.expect(self.ask_cancel(order, refund_account=incomplete), 422, "INVALID")
        for more in ({"amount": 1000}, {}):
            done = self.cancel(self.order(order["id"]), refund_account=ACCOUNT, **more)
        self.assertEqual(done["status"], "CANCELED")
        self.assert_canceled(order, "CANCELED", 5000, balance=0)
        self.assert_nowhere(order, ACCOUNT["account"], ACCOUNT["holder"])

    def assert_nowhere(self, order, *secrets):
        below = f"/v1/orders/{order['id']}"
        paths = (below, f"{below}/cancellations", "/v1/orders", "/v1/admin/order/actions",
                 "/v1/admin/order/dead-letters")
        told = {path: self.expect(self.admin.get(path), 200) and self.admin.get(path).body
                for path in paths}
        told |= {path: path.read_bytes() for path in self.platform.folder.rglob("*.log")
                 if "sandbox" not in path.name}
        self.assertGreater(len(told), len(paths), "no log was looked at")
        for place, text in told.items():
            for secret in secrets:
                self.assertNotIn(secret.encode(), text, place)


class Webhooks(LifeOfMoney):
    def test_of_a_purchase_first_twice_or_lost(self):
        for number, fault in enumerate((None, "webhook_double", "webhook_lost"), 1):
            with self.subTest(fault):
                if fault:
                    self.platform.fault(fault)
                order = self.place()
                self.platform.pay(order["id"], 5000, self.user, confirmed_later=False)
                if fault == "webhook_lost":
                    self.platform.advance_clock(POLL_S)
                self.assertEqual(self.client.final(order["id"])["status"], "SUCCESS")
                self.assertEqual(self.balance(), 500 * number)

    def test_of_our_cancel_first_twice_or_lost(self):
        for fault in (None, "webhook_double", "webhook_lost", "webhook_late"):
            with self.subTest(fault):
                order = self.charge()
                if fault:
                    self.platform.fault(fault, times=2, delay_ms=300)
                self.assertEqual(self.cancel(order, amount=1500)["status"], "SUCCESS")
                self.assertEqual(self.cancel(order)["status"], "CANCELED")
                self.assert_canceled(order, "CANCELED", 5000, balance=0)

    def test_of_a_cancel_in_the_back_office(self):
        since = self.now()
        order = self.charge()
        self.platform.fault("webhook_double")
        self.cancel_at_gateway(order["receipt_id"], 1000)
        wait_for(lambda: self.order(order["id"])["canceled_amount"] == 1000, "it is followed")
        self.client.final(order["id"])
        self.assert_canceled(order, "SUCCESS", 1000, balance=400)
        self.platform.fault("webhook_lost")
        self.cancel_at_gateway(order["receipt_id"])
        done = run("reconcile", "--url", f"http://127.0.0.1:{self.platform.port}",
                   "--from", since, "--to", self.now(),
                   PAYMENTS_TOKEN=self.platform.token("operator", role="admin"))
        self.assertEqual(done.returncode, 0, done)
        self.assertEqual(self.client.final(order["id"])["status"], "CANCELED")
        self.assert_canceled(order, "CANCELED", 5000, balance=0)

    def test_of_a_back_office_that_returns_what_is_spent(self):
        order = self.charge()
        self.spend(self.sell_content(200))
        self.cancel_at_gateway(order["receipt_id"])
        wait_for(lambda: self.order(order["id"])["status"] == "CANCELED", "it is followed")
        self.assertEqual((self.wallet()["owed"], self.balance()), (200, 0))
        self.charge()
        self.assertEqual((self.wallet()["owed"], self.balance()), (0, 300))


if __name__ == "__main__":
    unittest.main()
