"""Random histories of money and points: buying, spending, canceling in every way, time, and what
administrators do. After every step the books balance, and nobody was given more than was due."""

import argparse
import collections
import os
import random
import unittest

from money_case import DAY_S, MoneyTest, returned
from platform_process import run, wait_for

SEED = int(os.environ.get("PAYMENTS_SEED", random.SystemRandom().getrandbits(32)))
STEPS = int(os.environ.get("PAYMENTS_STEPS", 60))

LIFE_STEPS = 60  # then three others begin: one look at all that somebody did stays short
COOL_OFF_S = 7 * DAY_S  # the default of --cancel-within
PERMILLE = 77
# Lots live for a year or for five, what is put back for 30 days.
DAYS = {1: 12, 8: 9, 40: 6, 400: 3, 2000: 1}
CLOCK_ENDS_S = 60 * 365 * DAY_S  # from there on it goes by days: no year is out of bounds


class RandomLifeTest(MoneyTest):
    test_clock = True
    # A reconciliation is a step of its own.
    flags = ("--cancel-fee-permille", str(PERMILLE), "--reconcile-every", "0")

    def setUp(self):
        super().setUp()
        self.dice = random.Random(SEED)
        self.trail = []
        self.done = collections.Counter()

    def test_the_books_balance_after_every_step(self):
        self.packages = [
            self.sell(kind="point_package", name="포인트", **package) for package in (
                {"amount": 5000, "points": 500},
                {"amount": 6100, "points": 610, "bonus_points": 61},
                {"amount": 1009, "points": 333, "bonus_points": 7})]
        self.contents = [self.sell_content(price, amount=10 * price) for price in (70, 200, 450)]
        try:
            for step in range(STEPS):
                if step % LIFE_STEPS == 0:
                    self.begin_lives(step)
                self.step()
        except Exception:
            print(f"seed {SEED}, the last lives:", *self.trail, sep="\n  ", flush=True)
            raise
        print(f"seed {SEED}, {STEPS} steps: {dict(self.done.most_common())}", flush=True)

    def begin_lives(self, number):
        self.admin = self.platform.client("manager", role="admin")
        self.began = self.now()
        names = [f"life-{number}-{name}" for name in ("kim", "lee", "park")]
        self.people = {name: self.platform.client(name) for name in names}
        self.given = collections.Counter()  # by administrators, less what they took
        self.bought_at = {}  # the order's id: how far the clock was ahead
        self.trail.clear()

    def step(self):
        self.user = self.dice.choice(list(self.people))
        self.client = self.people[self.user]
        steps = {self.charge_points: 14, self.spend_points: 16, self.buy_content: 5,
                 self.cancel_whole: 10, self.cancel_part: 12, self.cancel_refused: 6,
                 self.back_office: 8, self.back_office_unseen: 5, self.pass_time: 9,
                 self.grant: 6, self.adjust: 9}
        chosen, = self.dice.choices(list(steps), weights=steps.values())
        self.trail.append(f"{len(self.trail) + 1}. {self.user} {chosen.__name__}")
        outcome = chosen()
        self.trail[-1] += f": {outcome}"
        self.done[f"{chosen.__name__} {outcome.split(',')[0]}"] += 1
        self.look()

    # The steps: each says how it ended, up to a comma in few words.

    def charge_points(self):
        return self.bought(self.buy(self.dice.choice(self.packages)))

    def buy_content(self):
        item = self.dice.choice(self.contents)
        if self.owns(item):
            return self.owned_already(item, "bootpay")
        return self.bought(self.buy(item))

    def spend_points(self):
        item = self.dice.choice(self.contents)
        if self.owns(item):
            return self.owned_already(item, "points")
        before = self.wallet()["balance"]
        order = self.spend(item)
        if before < item["point_price"]:
            self.assertEqual(order["failure"]["code"], "INSUFFICIENT_POINTS", order)
            self.assertEqual(order["status"], "FAIL")
            self.assertEqual(self.wallet()["balance"], before)
            return "too few"
        self.assertEqual(self.wallet()["balance"], before - item["point_price"])
        return self.bought(order)

    def bought(self, order):
        self.assertEqual(order["status"], "SUCCESS", order)
        self.bought_at[order["id"]] = self.platform.advanced_s
        return f"done, {order['id']} for {order['amount']} won, {order['points']} points"

    def owned_already(self, item, method):
        body = {"item_id": item["id"], "payment_method": method}
        self.expect(self.client.post("/v1/orders", body), 409, "CONFLICT")
        return "owned already"

    def cancel_whole(self):
        order = self.choose()
        return self.try_cancel(order) if order else self.charge_points()

    def cancel_part(self):
        order = self.choose(lambda one: one["amount"] and one["points"])
        if not order:
            return self.charge_points()
        left = order["amount"] - order["canceled_amount"]
        return self.try_cancel(order, amount=self.dice.randint(1, left))

    def cancel_refused(self):
        order = self.choose(lambda one: one["amount"])
        if not order:
            return self.charge_points()
        self.platform.fault("refuse_cancel")
        try:
            return self.try_cancel(order, gateway_refuses=True)
        finally:
            self.sandbox.call("DELETE", "/sandbox/faults")

    def try_cancel(self, order, gateway_refuses=False, **body):
        """By its user or by an admin, as its simulation says."""
        late = self.platform.advanced_s - self.bought_at[order["id"]] >= COOL_OFF_S
        admin = self.dice.random() < (0.7 if late else 0.3)
        client = self.admin if admin else self.client
        body |= {"reason": "바뀐 마음"} if admin else {}
        told = f"{order['id']} {body}"
        if late and not admin:
            for simulate in (True, False):
                refused = self.ask_cancel(order, client, simulate=simulate, **body)
                self.expect(refused, 409, "NOT_CANCELABLE")
            return f"too late, {told}"
        foreseen = self.expect(self.ask_cancel(order, client, simulate=True, **body), 200)
        net = self.net()
        self.expect(self.ask_cancel(order, client, **body), 202)
        after = self.client.final(order["id"])
        if foreseen["allowed"] and not gateway_refuses:
            self.assert_as_foreseen(order, after, foreseen, net)
            return f"done, {told}: {foreseen}"
        code = "CANCEL_REFUSED" if foreseen["allowed"] else foreseen["failure"]["code"]
        self.assertEqual((after["status"], after["failure"]["code"]), ("SUCCESS", code), after)
        self.assertEqual((after["canceled_amount"], after["cancel_fee"], self.net()),
                         (order["canceled_amount"], order["cancel_fee"], net))
        return f"{code}, {told}"

    def assert_as_foreseen(self, order, after, foreseen, net):
        self.assertIsNone(after["failure"], after)
        self.assertEqual(after["canceled_amount"], order["canceled_amount"] + foreseen["amount"])
        self.assertEqual(after["cancel_fee"], order["cancel_fee"] + foreseen["fee"])
        self.assertEqual(foreseen["refund_amount"], foreseen["amount"] - foreseen["fee"])
        taken = foreseen["points_taken"] + foreseen["bonus_points_taken"]
        self.assertEqual(self.net(), net - taken + foreseen["points_returned"])

    def back_office(self):
        """The gateway returns money by itself, and says so."""
        order, amount = self.choose_return()
        if not order:
            return self.charge_points()
        self.cancel_at_gateway(order["receipt_id"], amount)
        target = returned(order) + amount
        wait_for(lambda: returned(self.order(order["id"])) == target, "it is followed")
        return self.followed(order, amount)

    def back_office_unseen(self):
        """The gateway returns money by itself and tells nobody: a reconciliation finds it."""
        order, amount = self.choose_return()
        if not order:
            return self.charge_points()
        target = returned(order) + amount
        change = {"status": 20} if target == order["amount"] else {"canceled_price": target}
        self.expect(self.sandbox.post(f"/sandbox/receipts/{order['receipt_id']}", change), 200)
        done = run("reconcile", "--url", f"http://127.0.0.1:{self.platform.port}",
                   "--from", self.began, "--to", self.now(),
                   PAYMENTS_TOKEN=self.platform.token("operator", role="admin"))
        self.assertEqual(done.returncode, 0, done)
        self.assertEqual(returned(self.order(order["id"])), target, done)
        return self.followed(order, amount)

    def choose_return(self):
        order = self.choose(lambda one: one["amount"])
        if not order:
            return None, 0
        left = order["amount"] - returned(order)
        return order, left if self.dice.random() < 0.5 else self.dice.randint(1, left)

    def followed(self, order, amount):
        after = self.client.final(order["id"])
        whole = after["canceled_amount"] == after["amount"]
        self.assertEqual(after["status"], "CANCELED" if whole else "SUCCESS", after)
        return f"done, {order['id']} {amount} won of {order['amount']}"

    def pass_time(self):
        near = self.platform.advanced_s < CLOCK_ENDS_S
        days, = self.dice.choices(list(DAYS), weights=DAYS.values()) if near else [1]
        self.platform.advance_clock(days * DAY_S)
        now = self.now()
        for client in self.people.values():
            wait_for(lambda at=client: self.next_expiry(at) > now, "it has run out")
        return f"{days} days"

    def next_expiry(self, client):
        """Of the lots that are open, some of which nobody has closed yet."""
        lots = self.expect(client.get("/v1/points/lots"), 200)["data"]
        return lots[0]["expires_at"] if lots else "never"

    def grant(self):
        points = self.dice.randint(1, 300)
        body = {"points": points, "kind": self.dice.choice(("paid", "bonus")), "reason": "선물",
                "expires_in_days": self.dice.choice((5, 60, 500))}
        self.expect(self.admin.post(f"/v1/points/{self.user}/grant", body), 200)
        self.given[self.user] += points
        return f"done, {body}"

    def adjust(self):
        points = self.dice.choice((-1, 1)) * self.dice.randint(1, 250)
        path, body = f"/v1/points/{self.user}/adjust", {"points": points, "reason": "정정"}
        if self.balance() + points < 0:
            self.expect(self.admin.post(path, body), 409, "INSUFFICIENT_POINTS")
            return f"too few, {points}"
        self.expect(self.admin.post(path, body), 200)
        self.given[self.user] += points
        return f"{'up' if points > 0 else 'down'}, {points}"

    # What the steps choose from, and what holds after each of them.

    def choose(self, fit=lambda order: True):
        """A success of the user; nothing if there is none that fits."""
        orders = [one for one in self.orders(self.client) if one["status"] == "SUCCESS"]
        orders = [one for one in orders if fit(one)]
        return self.dice.choice(orders) if orders else None

    def orders(self, client):
        return self.all_of(client, "/v1/orders")

    def all_of(self, client, path):
        found, cursor = [], ""
        while cursor is not None:
            page = self.expect(client.get(f"{path}?limit=100{cursor}"), 200)
            found += page["data"]
            cursor = page["next_cursor"] and f"&cursor={page['next_cursor']}"
        return found

    def net(self):
        """What the user has, less what the user owes."""
        wallet = self.wallet()
        return wallet["balance"] + wallet["held"] - wallet["owed"]

    def look(self):
        books = self.platform.audit()
        self.assertTrue(books["balanced"], books)
        receipts = {receipt["receipt_id"]: receipt for receipt in
                    self.sandbox.get("/sandbox/receipts?limit=1000").json["data"]}
        granted = given_back = 0
        for self.user, self.client in self.people.items():
            orders = self.orders(self.client)
            canceled = {one["id"]: self.look_at(one, receipts) for one in orders}
            self.look_at_points(orders, canceled)
            self.look_at_contents(orders)
            charges = [one for one in orders if one["amount"] and one["points"]]
            granted += sum(points_of(one) for one in charges)
            given_back += sum(canceled[one["id"]] for one in charges)
        self.assertLessEqual(given_back, granted)

    def look_at(self, order, receipts):
        """Its money; the points that its cancels have moved."""
        self.assertIn(order["status"], ("SUCCESS", "CANCELED", "FAIL"), order)
        if order["receipt_id"]:
            receipt = receipts[order["receipt_id"]]
            self.assertEqual(receipt["price"], order["amount"], receipt)
            self.assertLessEqual(receipt["cancelled_price"], order["amount"], receipt)
            self.assertEqual(receipt["cancelled_price"], returned(order), (receipt, order))
        path = f"/v1/orders/{order['id']}/cancellations"
        cancels = [one for one in self.all_of(self.client, path) if one["phase"] != "refused"]
        self.assertLessEqual({one["phase"] for one in cancels}, {"done"}, cancels)
        self.assertEqual(sum(one["amount"] for one in cancels), order["canceled_amount"], cancels)
        self.assertEqual(sum(one["fee"] for one in cancels), order["cancel_fee"], cancels)
        moved = sum(one["points"] + one["bonus_points"] for one in cancels)
        self.assertLessEqual(moved, points_of(order), (order, cancels))
        if order["status"] == "CANCELED":
            self.assertEqual(moved, points_of(order), (order, cancels))
        return moved

    def look_at_points(self, orders, canceled):
        wallet, ledger = self.wallet(), self.all_of(self.client, "/v1/points/ledger")
        for name in ("balance", "paid", "bonus", "held", "owed"):
            self.assertGreaterEqual(wallet[name], 0, wallet)
        self.assertEqual(wallet["held"], 0, wallet)
        self.assertGreaterEqual(min((one["balance_after"] for one in ledger), default=0), 0)
        self.assertEqual(wallet["balance"], sum(one["delta"] for one in ledger))
        due = self.given[self.user] + sum(
            one["delta"] for one in ledger if one["reason"] == "expiry")
        for order in orders:
            if order["status"] != "FAIL":
                kept = points_of(order) - canceled[order["id"]]
                due += kept if order["amount"] else -kept
        self.assertEqual(self.net(), due, (wallet, ledger, orders))

    def look_at_contents(self, orders):
        bought = {one["item_id"] for one in orders if one["status"] == "SUCCESS"}
        for item in self.contents:
            self.assertEqual(self.owns(item), item["id"] in bought, (self.user, item))


def points_of(order):
    """What the order grants, or costs."""
    return (order["points"] or 0) + (order["bonus_points"] or 0)


if __name__ == "__main__":
    flags = argparse.ArgumentParser()
    flags.add_argument("--seed", type=int, default=SEED)
    flags.add_argument("--steps", type=int, default=STEPS)
    given, rest = flags.parse_known_args()
    SEED, STEPS = given.seed, given.steps
    print(f"seed {SEED} (again by --seed or PAYMENTS_SEED), {STEPS} steps", flush=True)
    unittest.main(argv=[__file__, *rest])
