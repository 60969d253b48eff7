#!/usr/bin/env python3
"""Lets Schemathesis loose on a server of its own, by the document the server gives of itself.

usage: fuzz.py user|admin     one run, as that caller; PAYMENTS_SEED repeats one,
                              PAYMENTS_LONG=1 is twenty times as long
       fuzz.py install        fetches Schemathesis, if it is not there yet

Ten orders, dead letters and more are there before it begins, so that ids lead somewhere. A defect
is any 5xx, an answer later than ten seconds, a status, a header or a body the document does not
tell of, a good request refused, a bad one taken."""

import json
import os
import pathlib
import random
import sqlite3
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
ENVIRONMENT = HERE.parents[1] / "build" / "fuzz-python"
FETCH_TIMEOUT_S = 300
LONG = bool(os.environ.get("PAYMENTS_LONG"))
EXAMPLES = 60 if LONG else 3
RUN_TIMEOUT_S = 3000 if LONG else 300
SEED = int(os.environ.get("PAYMENTS_SEED", random.SystemRandom().getrandbits(32)))
USER = "alice"

sys.path[:0] = [str(HERE.parent), str(HERE.parent / "system")]

from packages import fetch_python  # noqa: E402


def install():
    fetch_python(ENVIRONMENT, HERE / "requirements.txt", FETCH_TIMEOUT_S)


def ok(answer):
    assert answer.status < 300, answer
    return answer.json


def leave_a_dead_letter(platform, number, service):
    """As a stranger would have left it: the services' own messages are always understood."""
    now = int(time.time() * 1000)
    letter = f"ded_01M82AFH2C{number:016d}"
    with sqlite3.connect(platform.data / f"{service.replace('-', '_')}.db", timeout=20) as database:
        database.execute(
            """INSERT INTO dead_letter (id, lane, place, topic, message_id, message_key,
            message_type, payload, traceparent, headers, sent_at, reason, attempts, parked_at)
            VALUES (?, 7, ?, 'payments.point.commands', ?, ?, 'point.credit', '{"points":-5}', '',
            '[]', ?, 'it cannot be read', 5, ?)""",
            (letter, number, f"msg_{number}", f"stranger-{number}", now, now))
    database.close()
    return letter


def furnish(platform):
    """Something of everything; its ids, by their prefix."""
    client, admin = platform.client(USER), platform.client("root", role="admin")
    packages = [item for item in ok(client.get("/v1/items"))["data"] if item["points"]]
    package = min(packages, key=lambda item: item["amount"])
    episode = ok(admin.post(
        "/v1/items", {"kind": "content", "name": "Episode 1", "amount": 900, "point_price": 3}))
    orders, receipts = [], []
    for number in range(10):
        order = ok(client.post("/v1/orders", {"item_id": package["id"]}))
        receipts.append(platform.pay(order["id"], order["amount"], USER))
        if number < 6:
            ok(client.post(
                f"/v1/orders/{order['id']}/confirm", {"receipt_id": receipts[-1]}, wait=20))
        orders.append(order["id"])
    for _ in range(5):
        receipts.append(platform.pay("browser", package["amount"], USER))
    ok(client.post(f"/v1/orders/{orders[0]}/cancel", {"amount": 1000}, wait=20))
    # No such name will ever be: what is sent fails, and stays to be seen.
    hook = ok(admin.post("/v1/admin/order/webhook-endpoints", {
        "url": "https://nobody.invalid/", "events": ["*"], "reason": "a test's"}))
    ok(admin.post(f"/v1/admin/order/webhook-endpoints/{hook['id']}/test", {"reason": "a test's"}))
    sent = ok(admin.get(f"/v1/admin/order/webhook-endpoints/{hook['id']}/deliveries"))["data"]
    issued = ok(platform.sandbox.post("/sandbox/billing-keys", {"user_id": USER}))
    key = ok(client.post("/v1/billing-keys", {"receipt_id": issued["receipt_id"], "consent": True}))
    charge = ok(client.post("/v1/auto-charges", {
        "billing_key_id": key["id"], "item_id": package["id"], "monthly_day": 28, "consent": True}))
    compared = ok(admin.post("/v1/admin/order/reconciliations", {}))
    bought = ok(client.get("/v1/order-items"))["data"]
    letters = [leave_a_dead_letter(platform, number, service)
               for number, service in enumerate(("order", "point", "order-item", "item") * 3)]
    return {
        "ord": orders, "itm": [package["id"], episode["id"]], "receipt": receipts,
        "oit": [item["id"] for item in bought], "bky": [key["id"]], "auc": [charge["id"]],
        "rec": [compared["id"]], "ded": letters, "whe": [hook["id"]],
        "whd": [delivery["id"] for delivery in sent]}


def configuration(folder, ids, token):
    """Of Schemathesis; written for this run. What the hooks need of it is in the environment."""
    written = folder / "schemathesis.toml"
    written.write_text(f'''
seed = {SEED}
# One: Python 3.11 counts how deep its parser is for all threads together, and Hypothesis parses.
workers = 1
continue-on-failure = true
request-timeout = 10
hooks = "{HERE / "hooks.py"}"
max-stream-events = 1
color = false

[headers]
Authorization = "Bearer {token}"

[generation]
max-examples = {EXAMPLES}
database = "none"

[checks]
# What a user may not do is 403, and what has no such key 401: both are in the document.
ignored_auth.enabled = false
missing_required_header.enabled = false
# hooks.py has its own, which knows what the document cannot say: see there.
positive_data_acceptance.enabled = false

[warnings]
display = []

# The gateway's faults are other tests' matter; here they would be waits. So are points that expire
# by a clock put years ahead.
[[operations]]
include-operation-id = ["setSandboxFault", "advanceTestClock"]
enabled = false
''')
    told = {"FUZZ_IDS": json.dumps(ids), "NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"}
    return written, {**os.environ, **told}


def fuzz(role):
    from platform_process import Platform, make_token  # where the tests of the system are

    platform = Platform(test_clock=True)  # and with it what is there in development only
    try:
        platform.start()
        ids = furnish(platform)
        token = make_token("root" if role == "admin" else USER, role, secret=platform.secret)
        written, environment = configuration(platform.folder, ids, token)
        print(f"PAYMENTS_SEED={SEED} fuzz.py {role}", flush=True)
        done = subprocess.run(
            [ENVIRONMENT / "bin" / "schemathesis", "--config-file", written, "run",
             f"{platform.server.url}/openapi.json"],
            cwd=platform.folder, env=environment, timeout=RUN_TIMEOUT_S)
        ok(platform.client(USER).get("/v1/points"))
        books = platform.audit()
        assert books["balanced"], books
        assert platform.server.stop() == 0, platform.server.log_tail()
        return done.returncode
    finally:
        platform.close()


def main():
    if sys.argv[1:] not in (["install"], ["user"], ["admin"]):
        raise SystemExit(__doc__)
    install()
    return 0 if sys.argv[1] == "install" else fuzz(sys.argv[1])


if __name__ == "__main__":
    sys.exit(main())
