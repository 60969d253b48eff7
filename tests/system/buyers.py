"""Buyers that load a platform in random ways, and what must hold when they are done."""

import http.client
import os
import random
import threading

from platform_process import Client, wait_for

SEED = int(os.environ.get("PAYMENTS_SEED", random.SystemRandom().getrandbits(32)))
SETTLE_S = 120
FINAL = {"SUCCESS", "FAIL", "CANCELED", "EXPIRED"}
NOT_NOW = {409, 429, 500, 502, 503, 504}  # to be asked again; 500 is none of ours to give
QUICK = (
    "--poll-after", "300ms", "--approval-recheck", "2s", "--refund-recheck", "1s",
    "--resend-after", "500ms", "--expire-after", "8s",
)


class Buyer:
    """Buys in random ways, with idempotency keys; takes no broken connection for an answer."""

    def __init__(self, platform, number, items, stop):
        self.platform = platform
        self.dice = random.Random(f"{SEED}/{number}")
        self.user = f"buyer-{number}"
        self.client = platform.client(self.user)
        self.sandbox = Client(platform.sandbox_port)
        self.items = items
        self.stop = stop
        self.calls = 0
        self.accepted = set()  # ids of the orders we were told of
        self.promised = set()  # and of those we were told are a success
        self.too_late = set()
        self.disturbed = []  # calls that had to be asked again
        self.trouble = None

    def run(self):
        try:
            while not self.stop.is_set():
                self.buy()
        except Exception as failure:  # the test reports it
            self.trouble = failure
        finally:
            self.sandbox.close()

    def post(self, path, body):
        """The first answer that is one; the same key each time, through crashes."""
        self.calls += 1
        key = f"{self.user}-{self.calls}"
        while True:
            wait = self.dice.choice((None, 1)) if "receipt_id" in body else None
            try:
                answer = self.client.post(path, body, key=key, wait=wait)
            except (OSError, http.client.HTTPException) as failure:
                answer = None
                self.disturbed.append(repr(failure))
            if answer is not None:
                if answer.status == 500:
                    raise AssertionError(f"{path} {body}: {answer}")
                if answer.status not in NOT_NOW or answer.code == "DUPLICATE_RECEIPT":
                    break
                self.disturbed.append(repr(answer))
            if self.stop.is_set():
                return None
            self.stop.wait(0.02)
        if answer.status in (200, 201):
            self.accepted.add(answer.json["id"])
            if answer.json["status"] == "SUCCESS":
                self.promised.add(answer.json["id"])
        return answer

    def pay(self, order_id, amount):
        """Its own connection to the sandbox, which is never killed."""
        body = {"order_id": order_id, "price": amount, "user_id": self.user,
                "separately_confirmed": self.dice.random() < 0.6}
        answer = self.sandbox.post("/sandbox/pay", body)
        assert answer.status == 201, answer
        return answer.json["receipt_id"]

    def buy(self):
        item = self.dice.choice(self.items)
        if self.dice.random() < 0.3:
            receipt = self.pay(f"cart-{self.user}-{self.calls}", item["amount"])
            body = {"item_id": item["id"], "receipt_id": receipt}
            self.expect(self.post("/v1/orders", body), 201)
            return
        placed = self.post("/v1/orders", {"item_id": item["id"]})
        if placed is None:
            return
        self.expect(placed, 201)
        order = placed.json["id"]
        way = self.dice.random()
        if way < 0.1:
            return  # never paid: expires
        wrong = way > 0.9
        receipt = self.pay(order, item["amount"] - 1 if wrong else item["amount"])
        if 0.1 <= way < 0.25:
            return  # the browser is closed: the webhook or the poller must do
        confirmed = self.post(f"/v1/orders/{order}/confirm", {"receipt_id": receipt})
        self.expect(confirmed, 422 if wrong else 200, order)

    def expect(self, answer, status, order=None):
        if answer is None or answer.status == status:
            return
        if order and answer.code == "RECEIPT_INVALID":
            self.too_late.add(order)  # paid after it expired, if it did
            return
        raise AssertionError(f"{status} expected: {answer}")



class Crowd:
    """Buyers at work for as long as the `with` block lasts; then look() proves the outcome."""

    def __init__(self, test, platform, count):
        self.test = test
        self.platform = platform
        self.stop = threading.Event()
        items = platform.client().get("/v1/items").json["data"]
        self.buyers = [Buyer(platform, number, items, self.stop) for number in range(count)]
        self.threads = [threading.Thread(target=buyer.run) for buyer in self.buyers]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *failure):
        self.stop.set()
        for thread in self.threads:
            thread.join()
        for buyer in self.buyers:
            if buyer.trouble and not failure[0]:
                raise buyer.trouble

    def bought(self):
        """How many orders they were told of so far; throws what one of them met."""
        for buyer in self.buyers:
            if buyer.trouble:
                raise buyer.trouble
        return sum(len(buyer.accepted) for buyer in self.buyers)

    def buy_more(self, count):
        """Waits until they were told of so many more orders."""
        enough = self.bought() + count
        wait_for(lambda: self.bought() >= enough, f"{enough} orders", SETTLE_S)

    def disturbed(self):
        return [text for buyer in self.buyers for text in buyer.disturbed]

    def orders(self):
        """Every order there is, by the admin's list."""
        admin = self.platform.client("auditor", role="admin")
        found, cursor = [], ""
        while True:
            answer = admin.get(f"/v1/orders?limit=100{cursor}")
            self.test.assertEqual(answer.status, 200, answer)
            found += answer.json["data"]
            if answer.json["next_cursor"] is None:
                return found
            cursor = f"&cursor={answer.json['next_cursor']}"

    def look(self):
        """Every accepted order is final, nothing is lost or doubled, the books balance."""
        wait_for(lambda: all(order["status"] in FINAL for order in self.orders()),
                 "every order is final", SETTLE_S)
        orders = {order["id"]: order for order in self.orders()}
        for buyer in self.buyers:
            self.test.assertLessEqual(buyer.accepted, orders.keys(), "an accepted order is lost")
            for promised in buyer.promised:
                self.test.assertEqual(orders[promised]["status"], "SUCCESS", orders[promised])
            for late in buyer.too_late:
                self.test.assertEqual(orders[late]["status"], "EXPIRED", orders[late])
        self.assert_books_balance(orders.values())
        self.assert_points_are_right(orders.values())
        return orders

    def assert_books_balance(self, orders):
        books = wait_for(self.settled_books, "the audit is balanced", SETTLE_S)
        totals = self.platform.sandbox.get("/sandbox/totals").json
        unclaimed = sum(payment["amount"] for payment in books["unclaimed"])
        ours = sum(order["amount"] - order["canceled_amount"]
                   for order in orders if order["status"] == "SUCCESS")
        self.test.assertEqual(
            totals["paid_amount"] - totals["canceled_amount"] - unclaimed, ours)
        self.test.assertEqual(books["amount"], ours)

    def settled_books(self):
        books = self.platform.audit()
        return books if books["balanced"] else None

    def assert_points_are_right(self, orders):
        """Told by the ledgers, with nothing of the audit's."""
        for buyer in self.buyers:
            credited, cursor = {}, ""
            while cursor is not None:
                page = buyer.client.get(f"/v1/points/ledger?limit=100{cursor}").json
                for entry in page["data"]:
                    self.test.assertNotIn(entry["order_id"], credited, "credited twice")
                    credited[entry["order_id"]] = entry["delta"]
                cursor = page["next_cursor"] and f"&cursor={page['next_cursor']}"
            bought = {order["id"]: order["points"] for order in orders
                      if order["user_id"] == buyer.user and order["status"] == "SUCCESS"}
            self.test.assertEqual(credited, bought)
