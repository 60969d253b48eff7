"""deploy/nginx.conf, run for real in front of four stand-ins: who gets which path, and what nginx
answers by itself. Needs nginx; without it there is nothing to run."""

import http.client
import http.server
import json
import os
import pathlib
import shutil
import socket
import subprocess
import tempfile
import threading
import time
import unittest

from deployment import DEPLOY, MORE_PATHS, PORTS, public_paths

NGINX = shutil.which("nginx", path="/usr/sbin:/usr/bin:/sbin:/bin")
PATIENCE = 20


class StandIn(http.server.BaseHTTPRequestHandler):
    """Answers with its service's name and what it was asked."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        if self.path.endswith("/stream"):
            return self.stream()
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        answer = json.dumps({"service": self.server.service, "path": self.path, "size": len(body),
                             "headers": {name.lower(): value
                                         for name, value in self.headers.items()}}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    do_POST = do_GET

    def stream(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(b"data: first\n\n")
        self.server.first_was_read.wait(PATIENCE)
        self.wfile.write(b"data: second\n\n")
        self.close_connection = True

    def log_message(self, *_):
        pass


class UnixConnection(http.client.HTTPConnection):
    """HTTP over a socket file: nginx takes no port that could be somebody else's."""

    def __init__(self, path):
        super().__init__("nginx", timeout=PATIENCE)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(PATIENCE)
        self.sock.connect(self.path)


def closed_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


@unittest.skipUnless(NGINX, "nginx is not installed")
class Nginx(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        cls.servers = {}
        addresses = {}
        for service in PORTS:
            server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), StandIn)
            server.service, server.first_was_read = service, threading.Event()
            threading.Thread(target=server.serve_forever, daemon=True).start()
            cls.addClassCleanup(server.server_close)
            cls.addClassCleanup(server.shutdown)
            cls.servers[service] = server
            addresses[service] = server.server_address[1]
        cls.socket = cls.start(addresses, "all")
        cls.alone = cls.start({**addresses, "point": closed_port()}, "without-point")

    @classmethod
    def start(cls, addresses, name):
        """Runs the file as it is but for the addresses and the folder; the socket it listens on."""
        folder = pathlib.Path(cls.folder.name) / name
        folder.mkdir()
        text = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
        text = text.replace("/tmp/", f"{folder}/")
        for service, port in PORTS.items():
            assert text.count(f" {service}:{port};") == 1, service
            text = text.replace(f" {service}:{port};", f" 127.0.0.1:{addresses[service]};")
        text = text.replace("listen 8080;", f"listen unix:{folder}/socket;")
        user = "user root;" if os.geteuid() == 0 else ""  # the workers too own the folder
        text = text.replace("worker_processes auto;", f"worker_processes 1; daemon off; {user}")
        file = folder / "nginx.conf"
        file.write_text(text, encoding="utf-8")
        command = [NGINX, "-e", f"{folder}/errors", "-p", str(folder), "-c", str(file)]
        checked = subprocess.run([*command, "-t"], capture_output=True, text=True, timeout=60)
        assert checked.returncode == 0, checked.stderr
        process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        cls.addClassCleanup(process.wait, PATIENCE)
        cls.addClassCleanup(process.terminate)
        cls.wait_for(f"{folder}/socket", process)
        return f"{folder}/socket"

    @staticmethod
    def wait_for(path, process):
        end = time.monotonic() + PATIENCE
        while True:
            try:
                with socket.socket(socket.AF_UNIX) as probe:
                    return probe.connect(path)
            except OSError:
                if process.poll() is not None or time.monotonic() > end:
                    raise
                time.sleep(0.01)

    def ask(self, path, method="GET", body=None, headers=None, through=None):
        connection = UnixConnection(through or self.socket)
        self.addCleanup(connection.close)
        connection.request(method, path, body=body, headers=headers or {})
        answer = connection.getresponse()
        return answer, json.loads(answer.read())

    def expect_problem(self, answer, body, status, code, instance):
        self.assertEqual("application/problem+json", answer.headers["Content-Type"])
        self.assertEqual((status, status, code, f"urn:payments:error:{code}", instance),
                         (answer.status, body["status"], body["code"], body["type"],
                          body["instance"]))

    def test_every_path_reaches_its_owner(self):
        for path, owner in [*public_paths(), *MORE_PATHS]:
            with self.subTest(path):
                _, body = self.ask(path + "?limit=1")
                self.assertEqual((owner, path + "?limit=1"), (body["service"], body["path"]))

    def test_metrics_are_not_routed_however_they_are_spelt(self):
        for path in ["/metrics", "/metrics?x=1", "//metrics", "/%6detrics", "/v1/../metrics"]:
            with self.subTest(path):
                answer, body = self.ask(path)
                self.expect_problem(answer, body, 404, "NOT_FOUND", path.split("?")[0])

    def test_where_a_caller_comes_from_is_not_the_callers_to_say(self):
        _, body = self.ask("/v1/orders", headers={"X-Forwarded-For": "192.0.2.1",
                                                  "X-Request-Id": "one"})
        self.assertNotIn("192.0.2.1", body["headers"]["x-forwarded-for"])
        self.assertEqual("one", body["headers"]["x-request-id"])

    def test_a_service_that_is_away_is_unavailable(self):
        for method in ("GET", "POST"):
            answer, body = self.ask("/v1/points", method, through=self.alone)
            self.expect_problem(answer, body, 503, "UNAVAILABLE", "/v1/points")
            self.assertEqual("1", answer.headers["Retry-After"])
        _, body = self.ask("/v1/orders", through=self.alone)
        self.assertEqual("order", body["service"])

    def test_a_path_cannot_break_the_answer(self):
        for path in ['/v1/points/"}', "/v1/points/%22%7D", "/v1/points/\\"]:
            answer, body = self.ask(path, through=self.alone)
            self.expect_problem(answer, body, 503, "UNAVAILABLE", path.rstrip('"}\\'))

    def test_what_cannot_be_read_is_said_in_the_callers_language(self):
        for language, text in {"ko-KR": "요청을 읽을 수 없습니다",
                               "en": "The request could not be read"}.items():
            answer, body = self.ask("/v1/orders", headers={"Accept-Language": language,
                                                           "Authorization": "x" * 20_000})
            self.expect_problem(answer, body, 400, "BAD_REQUEST", "/v1/orders")
            self.assertEqual((text, language[:2]),
                             (body["detail"], answer.headers["Content-Language"]))

    def test_sizes(self):
        _, body = self.ask("/v1/orders", "POST", body=b"x" * 100_000)
        self.assertEqual(100_000, body["size"], "the service itself refuses more than 64 KiB")
        answer, body = self.ask("/v1/orders", "POST", body=b"x" * 300_000)
        self.expect_problem(answer, body, 413, "PAYLOAD_TOO_LARGE", "/v1/orders")

    def test_streams_go_out_event_by_event(self):
        connection = UnixConnection(self.socket)
        self.addCleanup(connection.close)
        connection.request("GET", "/v1/orders/one/stream")
        answer = connection.getresponse()
        self.assertEqual(b"data: first\n", answer.readline())
        self.servers["order"].first_was_read.set()
        self.assertEqual(b"\ndata: second\n\n", answer.read())


if __name__ == "__main__":
    unittest.main()
