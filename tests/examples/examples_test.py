"""What stands in examples/, each run as its first lines say, against a real server."""

import base64
import hashlib
import hmac
import http.client
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "system"))

from node_packages import build  # noqa: E402
from platform_process import EXECUTABLE, Platform, clean_environment, make_token  # noqa: E402

RUN_S = 120


class Buying(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.platform = Platform()
        cls.addClassCleanup(cls.platform.close)
        cls.platform.start()

    def run_example(self, user, *command, cwd=ROOT, **more):
        environment = clean_environment(
            PAYMENTS_URL=self.platform.server.url, TOKEN=make_token(user), NO_PROXY="127.0.0.1",
            SANDBOX_URL=f"http://127.0.0.1:{self.platform.sandbox_port}", **more)
        done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True,
                              timeout=RUN_S)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertEqual(self.platform.client(user).get("/v1/points").json["balance"], 500)
        return done.stdout

    def test_curl(self):
        """As `./run` leaves it: build/payments signs the token."""
        with tempfile.TemporaryDirectory() as folder:
            os.mkdir(f"{folder}/build")
            os.symlink(EXECUTABLE, f"{folder}/build/payments")
            told = self.run_example(
                "curl", ROOT / "examples" / "curl.sh", "curl", cwd=folder,
                PAYMENTS_JWT_SECRET=self.platform.secret)
        self.assertIn('"status":"SUCCESS"', told)
        self.assertIn('"balance":500', told)

    def test_python(self):
        told = self.run_example("python", sys.executable, "examples/python/buy.py")
        self.assertIn("SUCCESS, balance 500", told)

    def test_typescript(self):
        build()
        told = self.run_example("typescript", "npm", "--silent", "start",
                                cwd=ROOT / "examples" / "typescript")
        self.assertIn("SUCCESS, balance 500", told)

    def test_a_refusal_is_told(self):
        environment = clean_environment(PAYMENTS_URL=self.platform.server.url, TOKEN="no token")
        done = subprocess.run([sys.executable, "examples/python/buy.py"], cwd=ROOT, env=environment,
                              capture_output=True, text=True, timeout=RUN_S)
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stderr, r"^INVALID_TOKEN: .+\n$")


class WebhookReceiver(unittest.TestCase):
    key = bytes(range(32))
    event = {"id": "evt_1", "type": "order.succeeded", "source": "payments/order",
             "time": "2026-11-22T19:07:13Z", "data": {"order_id": "ord_1"}}

    def setUp(self):
        environment = clean_environment(
            WEBHOOK_SECRET="whsec_" + base64.b64encode(self.key).decode())
        self.receiver = subprocess.Popen(
            [sys.executable, ROOT / "examples" / "python" / "webhook_receiver.py", "0"],
            stdout=subprocess.PIPE, text=True, env=environment)
        self.addCleanup(self.stop)
        self.port = int(self.receiver.stdout.readline().split(":")[-1])

    def stop(self):
        self.receiver.terminate()
        self.receiver.communicate(timeout=20)

    def send(self, stamp=None, key=key, body=None, **changed):
        body = json.dumps(self.event).encode() if body is None else body
        stamp = str(int(time.time())) if stamp is None else stamp
        signed = f"{self.event['id']}.{stamp}.".encode() + body
        signature = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
        headers = {"webhook-id": self.event["id"], "webhook-timestamp": stamp,
                   "webhook-signature": f"v1,{signature}", **changed}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        connection.request("POST", "/", body, headers)
        status = connection.getresponse().status
        connection.close()
        return status

    def test_what_is_signed_is_told_once(self):
        self.assertEqual(self.send(), 204)
        self.assertEqual(self.send(), 204)
        second = dict(self.event, id="evt_2")
        WebhookReceiver.event, first = second, self.event
        self.addCleanup(setattr, WebhookReceiver, "event", first)
        self.assertEqual(self.send(), 204)
        lines = [self.receiver.stdout.readline() for _ in range(2)]
        told = '2026-11-22T19:07:13Z order.succeeded {"order_id": "ord_1"}\n'
        self.assertEqual(lines, [told] * 2)

    def test_what_is_not_is_refused(self):
        now = int(time.time())
        for stamp in (str(now - 301), str(now + 301), "", "soon", "-1"):
            self.assertEqual(self.send(stamp=stamp), 401, stamp)
        self.assertEqual(self.send(key=b"another"), 401)
        self.assertEqual(self.send(**{"webhook-id": "evt_9"}), 401)
        for signature in ("", "v1,", "v2,AAAA", "v1,AAAA v1,BBBB"):
            self.assertEqual(self.send(**{"webhook-signature": signature}), 401, signature)


if __name__ == "__main__":
    unittest.main()
