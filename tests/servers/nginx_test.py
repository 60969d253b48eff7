"""nginx in front of the services: what goes where, and what it says when they cannot."""

import http.client
import http.server
import json
import pathlib
import socket
import sys
import tempfile
import threading
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts" / "servers"))

from nginx import nginx_server  # noqa: E402
from ports import NEXT_INSTANCE, SERVICES, Ports, free_ports  # noqa: E402
from server import stop_all, wait_until_all_answer  # noqa: E402

REPLICAS = 2
ROUTES = {
    "/v1/items": "item", "/v1/items/itm_1?x=y": "item", "/v1/admin/item/x": "item",
    "/v1/points": "point", "/v1/points/ledger": "point", "/v1/admin/point/dead-letters": "point",
    "/v1/order-items": "order-item", "/v1/entitlements/itm_1": "order-item",
    "/v1/admin/order-item/x": "order-item", "/v1/admin/order/x": "order",
    "/": "order", "/v1/orders": "order", "/v1/itemsfoo": "order", "/v1/order-itemsfoo": "order",
    "/webhooks/bootpay": "order", "/openapi.json": "order", "/health/ready": "order",
    "/METRICS": "order", "/v1/metrics": "order",
}


class Service(http.server.ThreadingHTTPServer):
    """Tells who it is and what came."""

    daemon_threads = True

    def __init__(self, name, port):
        self.name = name
        self.requests = 0
        self.go_on = threading.Event()  # of a stream
        super().__init__(("127.0.0.1", port), Answering)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def close(self):
        self.shutdown()
        self.server_close()


class Answering(http.server.BaseHTTPRequestHandler):
    def answer(self):
        self.server.requests += 1
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path == "/v1/orders/drop":
            self.close_connection = True  # taken, perhaps done, never answered
        elif self.path.endswith("/stream"):
            self.stream()
        elif self.path == "/v1/orders/late":
            self.say(504, {"code": "PAYMENT_GATEWAY_UNAVAILABLE"})
        else:
            self.say(200, {"service": self.server.name, "path": self.path, "length": len(body),
                           "headers": {name.lower(): text for name, text in self.headers.items()}})

    do_GET = do_POST = do_PATCH = do_DELETE = answer

    def say(self, status, body):
        text = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def stream(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(b"event: order\n\n")
        self.wfile.flush()
        self.server.go_on.wait()
        self.wfile.write(b"event: last\n\n")
        self.close_connection = True

    def log_message(self, *_):
        pass


class NginxTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="payments-nginx-")
        cls.addClassCleanup(folder.cleanup)
        cls.ports = free_ports(REPLICAS)
        cls.server = nginx_server(folder.name, cls.ports, REPLICAS)
        running = [(cls.server, cls.server.start(dies_with_us=True))]
        cls.addClassCleanup(stop_all, running)
        wait_until_all_answer(running)

    def setUp(self):
        self.services = {}

    def serve(self, *names, instance=0):
        for name in names or SERVICES:
            service = Service(name, self.ports.service(name, instance))
            self.addCleanup(service.close)
            self.services[name, instance] = service

    def call(self, method, path, body=None, **headers):
        connection = http.client.HTTPConnection("127.0.0.1", self.ports.nginx, timeout=30)
        self.addCleanup(connection.close)
        sent = {name.replace("_", "-"): text for name, text in headers.items()}
        connection.request(method, path, body, sent)
        response = connection.getresponse()
        return response, response.read()

    def expect_problem(self, answer, status, code, title):
        response, body = answer
        problem = json.loads(body)
        self.assertEqual(response.status, status, body)
        self.assertEqual(response.headers["Content-Type"], "application/problem+json")
        self.assertEqual({name: problem[name] for name in ("status", "code", "title", "type")}, {
            "status": status, "code": code, "title": title,
            "type": f"urn:payments:error:{code}"})
        return response, problem

    def test_every_path_reaches_its_service(self):
        self.serve()
        found = {path: json.loads(self.call("GET", path)[1]) for path in ROUTES}
        self.assertEqual({path: seen["service"] for path, seen in found.items()}, ROUTES)
        self.assertEqual({path: seen["path"] for path, seen in found.items()},
                         {path: path for path in ROUTES}, "paths arrive as they were")

    def test_metrics_are_not_routed(self):
        self.serve()
        for path in ("/metrics", "/metrics/", "//metrics", "/%6Detrics", "/metrics?x",
                     "/x/../metrics"):
            _, problem = self.expect_problem(self.call("GET", path), 404, "NOT_FOUND", "Not found")
            self.assertEqual(problem["instance"], path.split("?")[0])

    def test_the_caller_cannot_claim_another_address(self):
        self.serve()
        _, body = self.call("GET", "/v1/points", X_Forwarded_For="10.1.2.3", X_Request_Id="abc",
                            Host="shop.example")
        seen = json.loads(body)["headers"]
        self.assertEqual(seen["x-forwarded-for"], "127.0.0.1")
        self.assertEqual(seen["x-forwarded-proto"], "http")
        self.assertEqual((seen["x-request-id"], seen["host"]), ("abc", "shop.example"))

    def test_without_an_instance_it_is_unavailable_for_now(self):
        response, problem = self.expect_problem(
            self.call("POST", "/v1/orders?x=1", b"{}"), 503, "UNAVAILABLE",
            "Temporarily unavailable")
        self.assertEqual(response.headers["Retry-After"], "1")
        self.assertEqual(problem["instance"], "/v1/orders")

    def test_korean_for_those_who_prefer_it(self):
        answer = self.call("GET", "/v1/points", Accept_Language="ko-KR,ko;q=0.9,en;q=0.8")
        response, _ = self.expect_problem(answer, 503, "UNAVAILABLE", "일시적으로 사용할 수 없습니다")
        self.assertEqual(response.headers["Content-Language"], "ko")

    def test_another_instance_takes_over_at_once_and_gives_it_back(self):
        self.serve("order", instance=1)
        for _ in range(4):
            self.assertEqual(self.call("POST", "/v1/orders", b"{}")[0].status, 200)
        self.serve("order", instance=0)
        for _ in range(4):
            self.assertEqual(self.call("POST", "/v1/orders", b"{}")[0].status, 200)
        self.assertEqual([self.services["order", number].requests for number in (0, 1)], [2, 6])

    def test_a_post_that_may_have_been_done_is_not_sent_twice(self):
        self.serve("order", instance=0)
        self.serve("order", instance=1)
        self.expect_problem(self.call("POST", "/v1/orders/drop", b"{}"), 503, "UNAVAILABLE",
                            "Temporarily unavailable")
        self.assertEqual(sum(service.requests for service in self.services.values()), 1)
        self.call("GET", "/v1/orders/drop")
        self.assertEqual(sum(service.requests for service in self.services.values()), 3)

    def test_what_a_service_answers_is_left_alone(self):
        self.serve("order")
        response, body = self.call("GET", "/v1/orders/late")
        self.assertEqual((response.status, json.loads(body)["code"]),
                         (504, "PAYMENT_GATEWAY_UNAVAILABLE"))

    def test_bodies_reach_the_service_until_nobody_could_want_them(self):
        self.serve("order")
        for size in (65_536, 65_537, 1_000_000):
            _, body = self.call("POST", "/v1/orders", b"x" * size)
            self.assertEqual(json.loads(body)["length"], size)
        self.expect_problem(self.call("POST", "/v1/orders", b"x" * 2_000_000), 413,
                            "PAYLOAD_TOO_LARGE", "The body is larger than 64 KiB")

    def test_events_are_passed_on_as_they_come(self):
        self.serve("order")
        connection = http.client.HTTPConnection("127.0.0.1", self.ports.nginx, timeout=30)
        self.addCleanup(connection.close)
        connection.request("GET", "/v1/orders/ord_1/stream")
        response = connection.getresponse()
        self.assertEqual(response.readline(), b"event: order\n")
        self.services["order", 0].go_on.set()
        self.assertEqual(response.read(), b"\nevent: last\n\n")

    def test_a_half_closed_client_is_answered(self):
        self.serve("item")
        with socket.create_connection(("127.0.0.1", self.ports.nginx), 10) as raw:
            raw.sendall(b"GET /v1/items HTTP/1.1\r\nHost: x\r\n\r\n" * 3)
            raw.shutdown(socket.SHUT_WR)
            heard = b"".join(iter(lambda: raw.recv(65536), b""))
        self.assertEqual(heard.count(b"HTTP/1.1 200"), 3, heard)

    def test_what_is_no_http_is_refused_as_the_services_do(self):
        for sent in (b"GARBAGE\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n",
                     b"GET /" + b"a" * 40_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
                     b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: odd\r\n\r\n"):
            with socket.create_connection(("127.0.0.1", self.ports.nginx), 10) as raw:
                raw.sendall(sent)
                response = http.client.HTTPResponse(raw)
                response.begin()
                answer = response, response.read()
            self.expect_problem(answer, 400, "BAD_REQUEST", "The request could not be read")

    def test_its_own_problems_are_no_address(self):
        self.expect_problem(self.call("GET", "/problem/unavailable"), 404, "NOT_FOUND", "Not found")

    def test_ports_are_those_of_the_contract(self):
        ports = Ports(8080)
        self.assertEqual([ports.service(name) for name in ("order", "point", "order-item", "item")],
                         [8081, 8082, 8083, 8084])
        self.assertEqual((ports.sandbox, ports.mariadb, ports.kafka, ports.kafka_controller),
                         (8090, 8100, 8110, 8120))
        self.assertEqual(ports.service("order", 2), 8081 + 2 * NEXT_INSTANCE)


if __name__ == "__main__":
    unittest.main()
