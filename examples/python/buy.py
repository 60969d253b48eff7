#!/usr/bin/env python3
"""Buys the smallest package of points with Python's standard library alone, and follows the order.

With `./run` going:    TOKEN=$(build/payments token --user alice) python3 examples/python/buy.py"""

import json
import os
import time
import urllib.error
import urllib.request
import uuid

API = os.environ.get("PAYMENTS_URL", "http://127.0.0.1:8080")
SANDBOX = os.environ.get("SANDBOX_URL", "http://127.0.0.1:8090")
TOKEN = os.environ.get("TOKEN", "")
ATTEMPTS = 5


def call(method, url, body=None, **headers):
    """The answer's JSON. What the server or the network cannot do now is sent again with the same
    key, so that it is done once."""
    headers |= {"Authorization": f"Bearer {TOKEN}", "Idempotency-Key": str(uuid.uuid4())}
    data = None if body is None else json.dumps(body).encode()
    for attempt in range(1, ATTEMPTS + 1):
        wait = 2 ** attempt / 4
        try:
            request = urllib.request.Request(url, data, headers, method=method)
            with urllib.request.urlopen(request, timeout=40) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as failure:
            problem = json.load(failure)
            running = problem["code"] == "IDEMPOTENCY_IN_PROGRESS"
            passing = running or failure.code in (429, 503, 504)
            if not passing or attempt == ATTEMPTS:
                raise SystemExit(f"{problem['code']}: {problem['detail']}") from None
            wait = float(failure.headers.get("Retry-After", wait))
        except urllib.error.URLError as failure:
            if attempt == ATTEMPTS:
                raise SystemExit(f"{url}: {failure.reason}") from None
        time.sleep(wait)


items = call("GET", f"{API}/v1/items")["data"]
item = next(item for item in items if item["kind"] == "point_package" and item["amount"] == 5000)
order = call("POST", f"{API}/v1/orders", {"item_id": item["id"]})
# Here the buyer pays in Bootpay's window, which gives the receipt; the sandbox does it for us.
paid = call("POST", f"{SANDBOX}/sandbox/pay", {
    "order_id": order["id"], "price": order["amount"], "separately_confirmed": True})
order = call("POST", f"{API}/v1/orders/{order['id']}/confirm", {"receipt_id": paid["receipt_id"]},
             Prefer="wait=20")
while order["status"] not in ("SUCCESS", "FAIL", "CANCELED", "EXPIRED"):
    time.sleep(1)
    order = call("GET", f"{API}/v1/orders/{order['id']}")
balance = call("GET", f"{API}/v1/points")["balance"]
print(f"{order['item_name']}: {order['status']}, balance {balance}")
