"""The same purchases on the embedded platform and on the stack: the books are the same."""

import unittest

from platform_process import Client, Platform, at_once, wait_for
from stack_platform import StackPlatform

USERS = 12
FLAGS = ("--poll-after", "300ms", "--expire-after", "4s", "--refund-recheck", "1s")


class Payer(Client):
    """A person at the sandbox; a connection of its own, for each buys on a thread of its own."""

    def pay(self, order_id, price, user, confirmed_later=True):
        answer = self.post("/sandbox/pay", {
            "order_id": order_id, "price": price, "user_id": user,
            "separately_confirmed": confirmed_later})
        if answer.status != 201:
            raise AssertionError(repr(answer))
        return answer.json["receipt_id"]


def buy(platform, number):
    """What user `number` does; each differs, and none depends on chance."""
    user = f"user-{number}"
    client = platform.client(user)
    payer = Payer(platform.sandbox_port)
    platform.clients.append(payer)
    items = sorted((item for item in client.get("/v1/items").json["data"] if item["points"]),
                   key=lambda item: item["amount"])
    outcomes = []
    for turn in range(4):
        item = items[(number + turn) % len(items)]
        way = (number + turn) % 6
        if way == 5:  # paid before there is an order, and used twice
            receipt = payer.pay(f"cart-{number}-{turn}", item["amount"], user)
            body = {"item_id": item["id"], "receipt_id": receipt}
            answers = [client.post("/v1/orders", body, wait=20) for _ in range(2)]
            outcomes.append([answer.status for answer in answers])
            continue
        order = client.post("/v1/orders", {"item_id": item["id"]}).json
        if way == 4:  # never paid
            outcomes.append(client.final(order["id"])["status"])
            continue
        amount = order["amount"] - (1 if way == 3 else 0)
        receipt = payer.pay(order["id"], amount, user, confirmed_later=way != 2)
        if way != 1:  # the browser comes back; else the webhook must do
            confirmed = client.post(f"/v1/orders/{order['id']}/confirm", {"receipt_id": receipt})
            outcomes.append(confirmed.status)
        outcomes.append(client.final(order["id"])["status"])
    return outcomes


def told(platform, number):
    """A user's books, without what chance and the clock give: ids and times."""
    client = platform.client(f"user-{number}")
    ledger = client.get("/v1/points/ledger?limit=100").json["data"]
    orders = client.get("/v1/orders?limit=100").json["data"]
    items = client.get("/v1/order-items?limit=100").json["data"]
    wallet = client.get("/v1/points").json
    wallet["expiring"] = [entry["points"] for entry in wallet["expiring"]]
    return {
        "wallet": wallet,
        "ledger": [[entry["delta"], entry["balance_after"], entry["reason"]] for entry in ledger],
        "orders": [[order["status"], order["amount"], order["points"], order["canceled_amount"],
                    order["failure"] and order["failure"]["code"],
                    [[step["name"], step["status"]] for step in order["steps"]]]
                   for order in orders],
        "items": [[item["item_name"], item["amount"], item["points"]] for item in items],
    }


def books_of(platform):
    try:
        platform.start()
        outcomes = at_once(USERS, lambda number: buy(platform, number))
        audit = wait_for(lambda: (books := platform.audit())["balanced"] and books, "balanced", 60)
        totals = platform.sandbox.get("/sandbox/totals").json
        users = [told(platform, number) for number in range(USERS)]
        unclaimed = sorted(payment["amount"] for payment in audit.pop("unclaimed"))
        return {"outcomes": outcomes, "audit": audit, "unclaimed": unclaimed, "totals": totals,
                "users": users}
    finally:
        platform.close()


class SameBooks(unittest.TestCase):
    maxDiff = None

    def test_embedded_and_stack(self):
        embedded = books_of(Platform(*FLAGS, own_sandbox=True))
        stack = books_of(StackPlatform(*FLAGS))
        self.assertEqual(embedded, stack)
        seen = {status for status, count in embedded["audit"]["orders"].items() if count}
        self.assertEqual(seen, {"SUCCESS", "FAIL", "EXPIRED"})


if __name__ == "__main__":
    unittest.main()
