"""A card is stored, agreed to, charged by itself as points run low or a month comes, and let go."""

import datetime
import unittest

from money_case import SANDBOX_KEYS
from platform_case import PlatformTest
from platform_process import wait_for

KOREA = datetime.timezone(datetime.timedelta(hours=9))
DAY_S = 24 * 60 * 60


class AutoChargeCase(PlatformTest):
    flags = ("--poll-after", "300ms", "--resend-after", "1s")
    test_clock = True
    own_sandbox = True

    def store_card(self, client=None, user=None):
        """As the browser does: the receipt of the issue; the key is never seen here."""
        issued = self.expect(
            self.sandbox.post("/sandbox/billing-keys", {"user_id": user or self.user}), 201)
        body = {"receipt_id": issued["receipt_id"], "consent": True}
        return (client or self.client).post("/v1/billing-keys", body, key=issued["receipt_id"])

    def agree(self, **trigger):
        key = self.expect(self.store_card(), 201)
        body = {"billing_key_id": key["id"], "item_id": self.package["id"], "consent": True}
        made = self.client.post("/v1/auto-charges", {**body, **trigger})
        return self.expect(made, 201)

    def auto_charge(self):
        return self.expect(self.client.get("/v1/auto-charges"), 200)["data"][0]

    def charges(self):
        """The caller's orders paid with money."""
        orders = self.client.get("/v1/orders?limit=100").json["data"]
        return [order for order in orders if order["payment_method"] == "bootpay"]

    def buy(self, price):
        episode = self.sell(kind="content", name="별빛 아래 3화", point_price=price)
        body = {"item_id": episode["id"], "payment_method": "points"}
        order = self.expect(self.client.post("/v1/orders", body, wait=20), 201)
        self.assertEqual(order["status"], "SUCCESS", order)
        return order

    def rests(self, count):
        """Waits until so many charges are made and over."""
        def over():
            if len(self.charges()) != count:
                return None
            shown = self.auto_charge()  # after its order: before, it may not have begun
            return not shown["charging"] and shown
        return wait_for(over, f"{count} charges")

    def charged_at_the_gateway(self, order):
        listed = self.sandbox.get(f"/sandbox/receipts?order_id={order['id']}").json["data"]
        return [receipt for receipt in listed if receipt["status"] == 1]


class BalanceTest(AutoChargeCase):
    def test_points_run_low_and_are_charged_once(self):
        self.charge()
        agreed = self.agree(below=300)
        self.assertEqual((agreed["amount"], agreed["points"]), (5000, 500))
        self.buy(100)
        self.assertEqual(self.balance(), 400)
        self.buy(150)  # 250 left: below
        charged = self.rests(2)
        order, = [one for one in self.charges() if one["id"] == charged["last_order_id"]]
        self.assertEqual(order["status"], "SUCCESS", order)
        self.assertEqual(self.balance(), 750)
        receipt, = self.charged_at_the_gateway(order)
        self.assertEqual((receipt["price"], receipt["receipt_id"]), (5000, order["receipt_id"]))
        self.buy(100)  # 650: far from it
        path = f"/v1/auto-charges/{agreed['id']}/withdraw"
        withdrawn = self.expect(self.client.post(path), 200)
        self.assertEqual(withdrawn["status"], "withdrawn")
        self.buy(600)
        self.platform.advance_clock(2 * DAY_S)
        self.buy(10)
        self.assertEqual(len(self.charges()), 2)

    def test_what_an_admin_takes_away_counts_too(self):
        self.charge()
        self.agree(below=100)
        admin = self.platform.client("root", role="admin")
        body = {"points": -450, "reason": "a mistake of ours"}
        self.expect(admin.post(f"/v1/points/{self.user}/adjust", body, key="take"), 200)
        self.rests(2)
        wait_for(lambda: self.balance() == 550, "the points")

    def test_an_answer_that_is_lost_charges_nobody_twice(self):
        self.charge()
        self.agree(below=300)
        self.platform.fault("drop_after_charge")
        self.buy(250)
        charged = self.rests(2)
        self.assertEqual(charged["failures"], 0)
        order = self.client.get(f"/v1/orders/{charged['last_order_id']}").json
        self.assertEqual(order["status"], "SUCCESS", order)
        self.assertEqual(len(self.charged_at_the_gateway(order)), 1)

    def test_a_decline_rests_and_the_next_balance_tries_again(self):
        self.charge()
        self.agree(below=300)
        self.platform.fault("decline_charge")
        self.buy(250)
        declined = self.rests(2)
        self.assertEqual(declined["last_failure"]["code"], "DECLINED")
        order = self.client.get(f"/v1/orders/{declined['last_order_id']}").json
        self.assertEqual((order["status"], order["failure"]["code"]), ("FAIL", "PAYMENT_DECLINED"))
        self.buy(10)
        self.assertEqual(len(self.charges()), 2)
        self.platform.advance_clock(60 * 60)
        self.buy(10)
        self.assertEqual(self.rests(3)["failures"], 0)

    def test_a_restart_between_trigger_and_charge(self):
        self.charge()
        self.agree(below=300)
        self.buy(250)
        self.assertEqual(self.platform.restart(), 0)
        charged = self.rests(2)
        order = self.client.get(f"/v1/orders/{charged['last_order_id']}").json
        self.assertEqual(len(self.charged_at_the_gateway(order)), 1)


class KeyTest(AutoChargeCase):
    def test_a_revoked_key_is_destroyed_and_charged_no_more(self):
        self.charge()
        agreed = self.agree(below=300)
        path = f"/v1/billing-keys/{agreed['billing_key_id']}/revoke"
        self.assertEqual(self.expect(self.client.post(path), 200)["status"], "revoked")
        self.assertEqual(self.auto_charge()["status"], "withdrawn")
        wait_for(lambda: self.client.get("/v1/billing-keys").json["data"][0]["destroyed_at"],
                 "the gateway destroys the key")
        self.buy(250)
        self.platform.advance_clock(DAY_S)
        self.assertEqual(len(self.charges()), 1)

    def test_an_account_is_a_key_once_its_holder_has_agreed(self):
        account = {
            "order_name": "자동 충전", "subscription_id": self.user, "pg": "나이스페이",
            "username": "홍길동", "bank_name": "국민", "bank_account": "12345678901234",
            "metadata": {"user_id": self.user}, "identity_no": "901014"}
        below = "/v2/request/subscribe/automatic-transfer"
        asked = self.expect(self.sandbox.post(below, account, **SANDBOX_KEYS), 200)
        body = {"receipt_id": asked["receipt_id"], "consent": True}
        self.platform.fault("withhold_consent")
        for published, *told in ((400, 422, "RECEIPT_INVALID"), (200, 201)):
            self.expect(self.sandbox.post(
                below + "/publish", {"receipt_id": asked["receipt_id"]}, **SANDBOX_KEYS),
                published)
            self.expect(self.client.post("/v1/billing-keys", body), *told)
        key, = self.client.get("/v1/billing-keys").json["data"]
        self.assertEqual(key["status"], "active")

    def test_another_ones_card_is_refused(self):
        other = self.platform.client("somebody-else")
        self.expect(self.store_card(client=other), 422, "RECEIPT_INVALID")
        answer = self.client.post("/v1/billing-keys", {"receipt_id": "0" * 24, "consent": False})
        self.expect(answer, 422, "INVALID")
        mine = self.expect(self.store_card(), 201)
        body = {"billing_key_id": mine["id"], "item_id": self.package["id"], "below": 1,
                "consent": True}
        self.expect(other.post("/v1/auto-charges", body), 404)
        self.expect(other.post(f"/v1/billing-keys/{mine['id']}/revoke"), 404)


class MonthTest(AutoChargeCase):
    def test_a_month_comes_and_another(self):
        agreed = self.agree(monthly_day=5)
        for count in (1, 2):
            due = datetime.datetime.fromisoformat(self.auto_charge()["next_at"])
            self.assertEqual((due.astimezone(KOREA).day, due.astimezone(KOREA).hour), (5, 9))
            now = datetime.datetime.now(datetime.timezone.utc)
            ahead = due - now - datetime.timedelta(seconds=self.platform.advanced_s)
            self.platform.advance_clock(int(ahead.total_seconds()) + 1)
            self.assertEqual(self.rests(count)["failures"], 0)
            # A charge is over once it is paid; its points are a message away.
            points = 500 * count
            wait_for(lambda: self.balance() == points, "the points")
            self.assertEqual(self.balance(), points)
        self.assertEqual(self.auto_charge()["id"], agreed["id"])


if __name__ == "__main__":
    unittest.main()
