#!/usr/bin/env python3
"""A walk through what works, against a server of its own that leaves nothing behind.

usage: demo.py EXECUTABLE
"""

import base64
import json
import os
import pathlib
import signal
import sys

os.environ["PAYMENTS_EXECUTABLE"] = os.path.abspath(sys.argv[1])
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "tests" / "system"))

from platform_process import Platform, wait_for  # noqa: E402

USER = "minji"


class Walk:
    def __init__(self, platform):
        self.platform = platform
        self.buyer = platform.client(USER)
        self.admin = platform.client("editor", role="admin")
        self.steps = 0

    def step(self, korean, english):
        self.steps += 1
        print(f"\n{self.steps}. {korean}\n   {english}")

    def tell(self, sent, answer, *fields):
        body = answer.json
        shown = {field: body[field] for field in fields if body.get(field) is not None}
        print(f"   > {sent}\n   < {answer.status} {json.dumps(shown, ensure_ascii=False)}")
        return answer

    def check(self, holds, what):
        print(f"   {'ok' if holds else 'NOT SO'}: {what}")
        if not holds:
            raise SystemExit(f"demo: step {self.steps} did not hold: {what}")

    def place(self, item, **more):
        wait = 20 if "receipt_id" in more else None  # the others wait for a payment first
        answer = self.buyer.post("/v1/orders", {"item_id": item["id"], **more}, wait=wait)
        fields = ("id", "status", "amount", "code")
        return self.tell(f"POST /v1/orders {item['name']}", answer, *fields)

    def pay(self, order_id, amount, **more):
        receipt = self.platform.pay(order_id, amount, USER, **more)
        print(f"   (the buyer pays {amount:,} won in the browser: receipt {receipt})")
        return receipt

    def confirm(self, order_id, receipt):
        answer = self.buyer.post(
            f"/v1/orders/{order_id}/confirm", {"receipt_id": receipt}, wait=20)
        fields = ("status", "points", "code", "title")
        return self.tell("POST /v1/orders/{id}/confirm", answer, *fields)

    def points(self):
        return self.buyer.get("/v1/points").json["balance"]

    def catalogue(self):
        self.step("상품 목록을 봅니다.", "The catalogue.")
        answer = self.buyer.get("/v1/items")
        items = sorted(answer.json["data"], key=lambda item: item["amount"])
        print("   > GET /v1/items")
        for item in items:
            print(f"   < {item['name']}: {item['amount']:,} won, {item['points']:,} points")
        self.check(len(items) == 4, "four point packages are on sale")
        return items[0]

    def charge(self, package):
        self.step("주문하고, 결제하고, 승인합니다.", "Order, pay, confirm.")
        order = self.place(package).json
        receipt = self.pay(order["id"], order["amount"])
        done = self.confirm(order["id"], receipt).json
        self.check(done["status"] == "SUCCESS", "the order is a success")
        self.check(self.points() == package["points"], "the points are in the wallet")
        return order["id"], receipt

    def charge_in_one_call(self, package):
        self.step("먼저 결제하고, 한 번의 호출로 충전합니다.", "Pay first, then charge in one call.")
        receipt = self.pay("made-by-the-browser", package["amount"], confirmed_later=False)
        done = self.place(package, receipt_id=receipt).json
        self.check(done.get("status") == "SUCCESS", "the order is a success")
        return done["id"]

    def used_receipt(self, package, receipt):
        self.step("같은 영수증은 두 번 쓸 수 없습니다.", "No receipt pays twice.")
        answer = self.place(package, receipt_id=receipt)
        self.check(answer.code == "DUPLICATE_RECEIPT", "it is refused")

    def wrong_amount(self, package):
        self.step("금액이 다르면 바로 환불됩니다.", "Another amount than the price goes back at once.")
        order = self.place(package).json
        receipt = self.pay(order["id"], 100, confirmed_later=False)
        answer = self.confirm(order["id"], receipt)
        self.check(answer.code == "AMOUNT_MISMATCH", "it is refused")
        self.check(self.buyer.final(order["id"])["status"] == "FAIL", "the order has failed")
        returned = self.platform.receipt(receipt)["cancelled_price"]
        self.check(returned == 100, f"{returned} won were returned")

    def webhook_alone(self, package):
        self.step(
            "브라우저가 닫혀도 웹훅만으로 충전됩니다.",
            "The browser is gone: Bootpay's webhook alone is enough.")
        order = self.place(package).json
        self.pay(order["id"], order["amount"], confirmed_later=False)
        done = self.buyer.final(order["id"])
        print(f"   < GET /v1/orders/{{id}}/stream: {done['status']}")
        self.check(done["status"] == "SUCCESS", "the order is a success")
        return order["id"]

    def new_episode(self, name, **price):
        item = self.admin.post("/v1/items", {"kind": "content", "name": name, **price}).json
        # The order service hears of a new item by a message, some milliseconds later; until then
        # it is unknown, and after it an order by a price it does not have is INVALID.
        other = "points" if "amount" in price else "bootpay"
        probe = {"item_id": item["id"], "payment_method": other}
        wait_for(lambda: self.buyer.post("/v1/orders", probe).code == "INVALID",
                 "the new item can be ordered")
        return item

    def refund(self):
        self.step(
            "지급할 수 없는 주문은 환불됩니다 (같은 회차를 두 번 결제).",
            "What cannot be given is paid back (one episode paid for twice).")
        item = self.new_episode("별빛 아래 1화", amount=300)
        first, second = self.place(item).json, self.place(item).json
        for order, expected in ((first, "SUCCESS"), (second, "FAIL")):
            self.confirm(order["id"], self.pay(order["id"], 300))
            done = self.buyer.final(order["id"])
            self.check(done["status"] == expected, f"the order ends {expected}")
        self.check(done["canceled_amount"] == 300, "the second 300 won were returned")

    def owns(self, item):
        return self.buyer.get(f"/v1/entitlements/{item['id']}").json["owned"]

    def spend(self):
        self.step("포인트로 다음 회차를 삽니다.", "The next episode, for points.")
        before = self.points()
        item = self.new_episode("별빛 아래 2화", point_price=100)
        order = self.place(item, payment_method="points").json
        done = self.buyer.final(order["id"])
        self.check(done["status"] == "SUCCESS", "the order is a success")
        self.check(self.points() == before - 100, f"{before:,} points less 100")
        self.check(self.owns(item), "the buyer may read it")
        again = self.place(item, payment_method="points")
        self.check(again.status == 409, "nobody buys twice what they have")
        return item, order["id"]

    def cancel(self, order_id, simulate=False, **more):
        query = "?simulate=true" if simulate else ""
        answer = self.buyer.post(f"/v1/orders/{order_id}/cancel{query}", more)
        shown = f" {json.dumps(more)}" if more else ""
        fields = ("status", "allowed", "refund_amount", "points_taken", "failure")
        return self.tell(f"POST /v1/orders/{{id}}/cancel{query}{shown}", answer, *fields)

    def canceled(self, order_id, ends):
        done = self.buyer.final(order_id)
        part = f", {done['canceled_amount']:,} won canceled" if done["amount"] else ""
        print(f"   < GET /v1/orders/{{id}}/stream: {done['status']}{part}")
        self.check(done["status"] == ends, f"the order ends {ends}")
        return done

    def cancel_part(self, order_id):
        self.step(
            "취소하기 전에 물어보고, 절반만 취소합니다.",
            "Ask what a cancel would do; then cancel a half.")
        before = self.points()
        whole = self.cancel(order_id, simulate=True).json
        self.check(not whole["allowed"], "not the whole: 100 of its points are spent")
        asked = self.cancel(order_id, simulate=True, amount=2500).json
        self.check(asked["allowed"] and self.points() == before, "a half would do; nothing moved")
        self.cancel(order_id, amount=2500)
        self.canceled(order_id, "SUCCESS")
        taken = asked["points_taken"]
        self.check(self.points() == before - taken, f"{taken} points were taken back")
        self.returned(order_id, 2500)

    def returned(self, order_id, amount):
        receipt = self.buyer.get(f"/v1/orders/{order_id}").json["receipt_id"]
        seen = self.platform.receipt(receipt)["cancelled_price"]
        self.check(seen == amount, f"Bootpay returned {seen:,} won")

    def cancel_whole(self, order_id, package):
        self.step("주문 전체를 취소합니다.", "Cancel a whole order.")
        before = self.points()
        self.cancel(order_id, reason="changed my mind")
        self.canceled(order_id, "CANCELED")
        self.check(self.points() == before - package["points"], "its points are gone")
        self.returned(order_id, package["amount"])

    def cancel_episode(self, item, order_id):
        self.step(
            "포인트로 산 회차를 취소하면 포인트가 돌아옵니다.",
            "Cancel the episode: its points come back.")
        before = self.points()
        self.cancel(order_id)
        self.canceled(order_id, "CANCELED")
        self.check(self.points() == before + 100, "100 points are back")
        self.check(not self.owns(item), "the episode is not the buyer's any more")

    def back_office(self, order_id, package):
        self.step(
            "부트페이 관리자 화면에서 취소해도 따라갑니다.",
            "A cancel made in Bootpay's back office is followed.")
        before = self.points()
        receipt = self.buyer.get(f"/v1/orders/{order_id}").json["receipt_id"]
        basic = base64.b64encode(b"sandbox:sandbox").decode()
        self.platform.sandbox.post(
            "/v2/cancel", {"receipt_id": receipt}, Authorization="Basic " + basic)
        print(f"   (somebody cancels receipt {receipt} there: nobody here asked for it)")
        wait_for(lambda: self.buyer.get(f"/v1/orders/{order_id}").json["status"] == "CANCELED",
                 "the order follows")
        self.check(True, "the order is CANCELED, too")
        self.check(self.points() == before - package["points"], "its points are gone")

    def ledger(self):
        self.step("지갑과 원장입니다.", "The wallet and its ledger.")
        entries = self.buyer.get("/v1/points/ledger?limit=100").json["data"]
        print("   > GET /v1/points/ledger")
        for entry in reversed(entries):
            print(f"   < {entry['delta']:+5,} -> {entry['balance_after']:5,} ({entry['reason']})")
        wallet = self.tell("GET /v1/points", self.buyer.get("/v1/points"),
                           "balance", "paid", "bonus", "held", "owed").json
        total = sum(entry["delta"] for entry in entries)
        self.check(wallet["balance"] == total, "the balance is the sum of its entries")

    def audit(self):
        self.step("장부를 대사합니다.", "The audit: our books against Bootpay's.")
        books = self.platform.audit()
        print("   > payments audit --json --bootpay-url …")
        print(f"   < {json.dumps(books, ensure_ascii=False)}")
        self.check(books["balanced"], "the books balance")

    def go(self):
        package = self.catalogue()
        first, receipt = self.charge(package)
        second = self.charge_in_one_call(package)
        self.used_receipt(package, receipt)
        self.wrong_amount(package)
        third = self.webhook_alone(package)
        self.refund()
        episode, bought = self.spend()
        self.cancel_part(first)
        self.cancel_whole(second, package)
        self.cancel_episode(episode, bought)
        self.back_office(third, package)
        self.ledger()
        self.audit()
        print(f"\n모든 단계를 확인했습니다. All {self.steps} steps held.")


def main():
    # So that the server goes away however this ends.
    for ending in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(ending, lambda *_: sys.exit(1))
    sys.stdout.reconfigure(encoding="utf-8", line_buffering=True)
    platform = Platform()
    try:
        platform.start()
        Walk(platform).go()
        return platform.server.stop()
    except KeyboardInterrupt:
        return 130
    finally:
        platform.close()


if __name__ == "__main__":
    sys.exit(main())
