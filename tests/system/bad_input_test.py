"""Nothing a client sends makes the server fail, hang or say more than it should."""

import json
import os
import random
import socket
import time
import unittest

from platform_case import PlatformTest
from platform_process import Client, at_once, make_token

SEED = int(os.environ.get("PAYMENTS_SEED", random.SystemRandom().getrandbits(32)))
MUTATIONS = 2000 if os.environ.get("PAYMENTS_LONG") else 200
FORBIDDEN_WORDS = ("sqlite", "select ", "insert ", "/src/", ".cpp", "exception", "std::", "/tmp/")
PROBLEM_FIELDS = {"type", "title", "status", "detail", "code", "instance"}


class InputTest(PlatformTest):
    def refused(self, answer, status, code):
        problem = self.expect(answer, status, code)
        self.assertEqual(answer.headers["Content-Type"], "application/problem+json")
        self.assertLessEqual(PROBLEM_FIELDS, problem.keys())
        self.assertEqual(problem["status"], status)
        shown = answer.body.decode().lower()
        for word in FORBIDDEN_WORDS:
            self.assertNotIn(word, shown)
        return problem


class Bodies(InputTest):
    def refused_order(self, body, status=400, code="BAD_REQUEST"):
        with self.subTest(body=body if len(body) < 200 else len(body)):
            return self.refused(self.client.post("/v1/orders", body), status, code)

    def test_not_json(self):
        for body in (b" ", b"nonsense", b'{"item_id":', b"[]", b"null", b"7", b'"text"', b"{}x",
                     b'{"item_id":"a"}{"item_id":"a"}', b'{"item_id":"\xff\xfe"}',
                     b'{"item_id":"\\ud800"}', b"[" * 30_000, b'{"a":' * 10_000, b"\x00",
                     b'{"item_id":"a\x01b"}', b"NaN"):
            self.refused_order(body)

    def test_wrong_fields(self):
        item = self.package["id"]
        for body in ({"item_id": 7}, {"item_id": None}, {"item_id": [item]},
                     {"item_id": {"id": item}}, {"item_id": True},
                     {"item_id": item, "price": 1}, {"item_id": item, "__proto__": {}},
                     {"item_id": item, "amount": "5000"}, {"item_id": item, "amount": 5000.0},
                     {"item_id": item, "amount": 5e3 + 0.5}, {"item_id": item, "amount": True},
                     {"item_id": item, "receipt_id": 7}, {"item_id": item, "payment_method": 1},
                     {"item_id": item, "amount": 10**30}, {"item_id": item, "amount": -10**30},
                     {"item_id": item, "amount": 2**63}):
            self.refused_order(json.dumps(body))

    def test_values_that_break_a_rule(self):
        problem = self.refused_order("{}", 422, "INVALID")
        self.assertEqual([error["field"] for error in problem["errors"]], ["item_id"])
        item = self.package["id"]
        for amount in (0, -1, -5000, 2**53 + 1, 2**63 - 1, -(2**63)):
            self.refused_order(json.dumps({"item_id": item, "amount": amount}), 422, "INVALID")
        body = {"item_id": item, "payment_method": "points"}
        self.refused_order(json.dumps(body), 422, "INVALID")

    def test_items_that_are_none(self):
        for item in ("", "itm_", "x", "itm_" + "0" * 26, "../..", "' OR 1=1 --", "\u0000", "상품",
                     "x" * 10_000):
            self.refused_order(json.dumps({"item_id": item}), 404, "NOT_FOUND")

    def test_too_large(self):
        self.refused_order(b'{"item_id":"' + b"x" * 70 * 1024 + b'"}', 413, "PAYLOAD_TOO_LARGE")
        self.client.close()
        fine = json.dumps({"item_id": self.package["id"]}) + " " * 60 * 1024
        self.expect(self.client.post("/v1/orders", fine), 201)

    def test_an_admins_items(self):
        admin = self.platform.client("editor", role="admin")
        wrong = ({"kind": "content", "name": "x", "amount": 0}, {"kind": "content", "name": "x"},
                 {"kind": "content", "name": "", "amount": 1},
                 {"kind": "content", "name": "x" * 101, "amount": 1},
                 {"kind": "content", "name": "a\nb", "amount": 1},
                 {"kind": "content", "name": "x", "amount": 10**12 + 1},
                 {"kind": "point_package", "name": "x", "amount": 1},
                 {"kind": "point_package", "name": "x", "amount": 1, "points": -5})
        for body in wrong:
            problem = self.refused(admin.post("/v1/items", body), 422, "INVALID")
            self.assertTrue(problem["errors"], problem)
        self.refused(admin.post("/v1/items", {"kind": "gift", "name": "x"}), 400, "BAD_REQUEST")
        self.refused(self.client.post("/v1/items", wrong[0]), 403, "FORBIDDEN")

    def test_both_languages(self):
        for language, korean in (("ko", True), ("ko-KR,en;q=0.5", True), ("en", False),
                                 ("en;q=1,ko;q=0.1", False), ("fr", False), (";;q=x,,", False)):
            client = self.platform.client(self.user, language=language)
            for path in ("/v1/orders/ord_1", "/v1/orders?limit=0", "/nothing"):
                problem = client.get(path).json
                for text in (problem["title"], problem["detail"]):
                    self.assertEqual(any("가" <= c <= "힣" for c in text), korean, problem)


class Paths(InputTest):
    def test_wrong_methods(self):
        for method, path, allowed in (
                ("DELETE", "/v1/orders", {"GET", "POST"}), ("PUT", "/v1/items", {"GET", "POST"}),
                ("POST", "/v1/points", {"GET"}), ("GET", "/webhooks/bootpay", {"POST"}),
                ("PATCH", "/health/live", {"GET"}), ("BREW", "/v1/orders", {"GET", "POST"})):
            answer = self.client.call(method, path)
            self.refused(answer, 405, "METHOD_NOT_ALLOWED")
            offered = {name.strip() for name in answer.headers["Allow"].split(",")}
            self.assertLessEqual(allowed, offered)
            self.assertNotIn(method, offered)

    def test_hostile_paths(self):
        for path in ("//", "/v1", "/v1/orders/", "/v1//orders", "/v1/orders/../items",
                     "/v1/orders/..%2f..%2fetc%2fpasswd", "/v1/orders/%00", "/v1/orders/%ff%fe",
                     "/v1/orders/%zz", "/v1/orders/ord_%27%20OR%201=1", "/../../etc/passwd",
                     "/v1/orders/" + "x" * 4000, "/v1/items/%EC%83%81",
                     "/v1/orders/ord_1/confirm/x",
                     "/openapi.json/..", "/v1/order-items/1;drop", "/%2e%2e/%2e%2e/etc/passwd"):
            answer = self.client.get(path)
            self.assertIn(answer.status, (400, 404), f"{path[:80]}: {answer}")
            self.refused(answer, answer.status, answer.code)

    def test_bad_queries(self):
        for query in ("limit=0", "limit=101", "limit=-1", "limit=1e1", "limit=", "limit=9" * 99,
                      "limit=1&limit=2", "cursor=nonsense", "cursor=itm_1", "cursor=%00",
                      "status=PAYED", "status=", "colour=red", "%ff=1", "limit=%zz",
                      "status='%20OR%201=1"):
            with self.subTest(query=query[:60]):
                self.refused(self.client.get(f"/v1/orders?{query}"), 400, "BAD_REQUEST")

    def test_bad_idempotency_keys(self):
        body = {"item_id": self.package["id"]}
        for key in ("", "x" * 129, "ключ".encode(), "a\tb", "\x7f"):
            answer = self.client.post("/v1/orders", body, key=key)
            self.assertIn(answer.status, (400, 422), answer)
            self.refused(answer, answer.status, answer.code)
        self.expect(self.client.post("/v1/orders", body, key="x" * 128), 201)


class Tokens(InputTest):
    def test_bad_tokens(self):
        good = make_token(self.user)
        head, claims, signature = good.split(".")
        tokens = {
            "expired": make_token(self.user, expires_in=-3600),
            "another secret": make_token(self.user, secret="x" * 40),
            "no algorithm": make_token(self.user, algorithm="none"),
            "NONE": make_token(self.user, algorithm="NONE"),
            "RS256 by the secret": make_token(self.user, algorithm="RS256"),
            "HS512 said, HS256 done": make_token(self.user, algorithm="HS512"),
            "no signature": f"{head}.{claims}.", "two parts": f"{head}.{claims}",
            "four parts": good + ".x", "cut": good[:-4], "longer": good + "AAAA",
            "other claims": f"{head}.{make_token('admin', 'admin').split('.')[1]}.{signature}",
            "no user": make_token(""), "bad user": make_token("../root"),
            "long user": make_token("u" * 65), "user a number": make_token(7),
            "bad role": make_token(self.user, role="root"), "nonsense": "x", "dots": "..",
            "no expiry": make_token(self.user, exp=None),
            "expiry a text": make_token(self.user, exp="tomorrow"),
            "not yet": make_token(self.user, nbf=int(time.time()) + 3600),
            "long": "x" * 9000,
        }
        for what, token in tokens.items():
            with self.subTest(what):
                answer = Client(self.platform.port, token).get("/v1/orders")
                self.refused(answer, 401, "INVALID_TOKEN")
                self.assertIn("Bearer", answer.headers["WWW-Authenticate"])
        for headers in ({}, {"Authorization": ""}, {"Authorization": "Basic eDp5"},
                        {"Authorization": good}):
            answer = self.platform.client().get("/v1/orders", **headers)
            self.assertEqual(answer.status, 401, answer)
        self.expect(Client(self.platform.port, good).get("/v1/orders"), 200)


class Wire(InputTest):
    """Bytes as they come; every exchange must end by itself."""

    def exchange(self, *pieces, pause=0, shut=True):
        """What the server says until it closes (b"" if nothing), and how long that took."""
        begun = time.monotonic()
        heard = b""
        with socket.create_connection(("127.0.0.1", self.platform.port), timeout=25) as wire:
            try:
                for piece in pieces:
                    wire.sendall(piece)
                    time.sleep(pause)
                if shut:
                    wire.shutdown(socket.SHUT_WR)
                while piece := wire.recv(65536):
                    heard += piece
            except ConnectionError:
                pass  # closed while we were still talking
        return heard, time.monotonic() - begun

    def request(self, method=b"GET", path=b"/v1/items", body=b"", *headers):
        lines = [method + b" " + path + b" HTTP/1.1", b"Host: localhost",
                 b"Authorization: Bearer " + make_token(self.user).encode(), *headers]
        if body:
            lines.append(b"Content-Length: " + str(len(body)).encode())
        return b"\r\n".join(lines) + b"\r\n\r\n" + body

    def status(self, heard):
        return int(heard.split(b" ", 2)[1])

    def test_malformed(self):
        for sent in (b"nonsense\r\n\r\n", b"GET\r\n\r\n", b"GET / HTTP/1.1\r\nno colon\r\n\r\n",
                     b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: x\r\n\r\n",
                     b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
                     b"GET / HTTP/1.1\r\nHost: x\r\nA: b\x00c\r\n\r\n",
                     b"\x16\x03\x01\x02\x00" * 20,
                     b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n"
                     b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                     b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n"
                     b"Content-Length: 2\r\n\r\nab",
                     b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"):
            with self.subTest(sent=sent[:70]):
                heard, took = self.exchange(sent)
                self.assertEqual(self.status(heard), 400, heard)
                self.assertIn(b"application/problem+json", heard)
                self.assertLess(took, 5)

    def test_headers_too_large(self):
        heard, _ = self.exchange(self.request(b"GET", b"/v1/items", b"", b"X: " + b"x" * 40_000))
        self.assertIn(self.status(heard), (400, 413, 431), heard)
        heard, _ = self.exchange(b"GET /" + b"x" * 40_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n")
        self.assertIn(self.status(heard), (400, 413, 414, 431), heard)

    def test_cut_off(self):
        whole = self.request(b"POST", b"/v1/orders", b'{"item_id":"itm_1"}')
        for length in range(0, len(whole), 7):
            heard, took = self.exchange(whole[:length])
            self.assertTrue(heard == b"" or self.status(heard) < 500, heard)
            self.assertLess(took, 5)

    def test_half_closed_and_pipelined(self):
        heard, _ = self.exchange(self.request() * 3)
        self.assertEqual(heard.count(b"HTTP/1.1 200"), 3, heard[:300])

    def test_slow_clients_are_timed_out(self):
        head = self.request(b"POST", b"/v1/orders", b"x" * 50)[:-50]
        slow = (
            lambda: self.exchange(*(bytes([b]) for b in head[:60]), pause=0.5, shut=False),
            lambda: self.exchange(head[:20], shut=False),
            lambda: self.exchange(head, *[b"x"] * 40, pause=0.5, shut=False),
            lambda: self.exchange(head, shut=False),
        )
        for heard, took in at_once(len(slow), lambda number: slow[number]()):
            self.assertTrue(heard == b"" or self.status(heard) == 408, heard)
            self.assertLess(took, 22)
        self.expect(self.client.get("/v1/items"), 200)

    def test_many_idle_connections_harm_nobody(self):
        idle = [socket.create_connection(("127.0.0.1", self.platform.port)) for _ in range(300)]
        self.expect(self.client.get("/v1/items"), 200)
        for wire in idle:
            wire.close()

    def mutate(self, dice, sent):
        sent = bytearray(sent)
        for _ in range(dice.randint(1, 4)):
            at, length = dice.randrange(len(sent)), dice.randint(1, 12)
            match dice.randrange(5):
                case 0: sent[at] = dice.randrange(256)
                case 1: del sent[at:at + length]
                case 2: sent[at:at] = sent[at:at + length]
                case 3: sent[at:at] = bytes(dice.randrange(256) for _ in range(length))
                case 4: sent[at:at + 1] = dice.choice((b"\r\n", b"{", b'"', b"-1", b"9" * 30))
            if not sent:
                return b"\n"
        return bytes(sent)

    def test_random_mutations(self):
        dice = random.Random(SEED)
        item = self.package["id"].encode()
        order = self.place()["id"].encode()
        valid = (
            self.request(b"POST", b"/v1/orders", b'{"item_id":"' + item + b'","amount":5000}',
                         b"Idempotency-Key: key-1"),
            self.request(b"POST", b"/v1/orders/" + order + b"/confirm",
                         b'{"receipt_id":"' + b"0" * 24 + b'"}'),
            self.request(b"GET", b"/v1/orders?limit=10&status=PENDING"),
            self.request(b"POST", b"/webhooks/bootpay",
                         b'{"receipt_id":"' + b"1" * 24 + b'","status":1,"price":5000}'),
        )
        for number in range(MUTATIONS):
            sent = self.mutate(dice, dice.choice(valid))
            heard, took = self.exchange(sent)
            told = f"seed {SEED}, mutation {number}: {sent!r} -> {heard[:300]!r} in {took:.1f} s"
            self.assertLess(took, 8, told)
            self.assertTrue(heard == b"" or self.status(heard) < 500, told)
        self.expect(self.client.get("/health/ready"), 200)


if __name__ == "__main__":
    print(f"seed {SEED} (again by PAYMENTS_SEED)")
    unittest.main()
