#!/usr/bin/env python3
"""Types what the pages for newcomers say can be typed, as it stands there, against a server.

Each page's boxes of `sh` are one session in a folder like a clone's. What they print is held
against what the page says comes of it; a problem nobody announced is a fault of page or program.
"""

import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "system"))

from platform_process import (  # noqa: E402
    EXECUTABLE, ROOT, Process, clean_environment, free_port)

SESSION_S = 60
BOX = re.compile(r"^```sh\n(.*?)^```$", re.DOTALL | re.MULTILINE)
OWN_MACHINE = re.compile(r"^```text\n(openssl .*)\n(SSL_CERT_FILE=.*)\n```$", re.MULTILINE)
SERVING = re.compile(r"SSL_CERT_FILE=(\S+) build/payments serve (.*)")
CODE = re.compile(r'"code":"([A-Z_]+)"')

README = ['"status":"SUCCESS"', '"status":"CANCELED"', '"owned"', "The books balance."]
START = ['"status":"SUCCESS"', '"balance":500', "The books balance."]
INTEGRATE = [
    '"separately_confirmed":true', '"status":"SUCCESS"', '"owned":true', '"refund_amount"',
    "Idempotency-Replayed: true", "PAYMENT_DECLINED",
]
WEBHOOKS = ["ready https://", "webhook.test", '"status":"delivered"', '"number":2']


class Newcomer(unittest.TestCase):
    """A folder with build/payments in it and a server that keeps its data there."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.home = pathlib.Path(folder.name)
        (self.home / "build").mkdir()
        (self.home / "build" / "payments").symlink_to(EXECUTABLE)
        (self.home / "examples").symlink_to(ROOT / "examples")

    def serve(self, *flags, **environment):
        self.sandbox = f"http://127.0.0.1:{free_port()}"
        self.server = Process(
            "serve", "--listen", "127.0.0.1:0", "--db", f"sqlite:{self.home / 'data'}",
            "--sandbox-listen", self.sandbox.removeprefix("http://"), *flags,
            log=self.home / "log", **environment)
        self.addCleanup(self.server.kill)

    def type(self, page):
        text = (ROOT / page).read_text()
        boxes = BOX.findall(text)
        self.assertTrue(boxes, f"{page} has nothing to type")
        script = "\n".join(boxes).replace("http://127.0.0.1:8080", self.server.url)
        script = script.replace("http://127.0.0.1:8090", self.sandbox)
        script = script.replace("9000", str(free_port()))  # a receiver of webhooks
        typed = subprocess.run(
            # Out of time, what the page left in the background ends with it.
            ["timeout", str(SESSION_S), "bash", "-euo", "pipefail", "-c", script], cwd=self.home,
            text=True, capture_output=True, stdin=subprocess.DEVNULL,
            env=clean_environment(LC_ALL="C.UTF-8"))
        self.assertEqual(typed.returncode, 0, f"{page}:\n{typed.stdout}\n{typed.stderr}")
        return typed.stdout

    def check(self, page, says, codes=()):
        said = self.type(page)
        for fragment in says:
            self.assertIn(fragment, said, f"{page} promises {fragment}; it printed\n{said}")
        self.assertEqual(set(CODE.findall(said)), set(codes), said)


class FirstPages(Newcomer):
    def setUp(self):
        super().setUp()
        self.serve()

    def test_readme(self):
        self.check("README.md", README, ["DUPLICATE_RECEIPT"])

    def test_readme_in_korean(self):
        self.check("README.ko.md", README, ["DUPLICATE_RECEIPT"])

    def test_start(self):
        self.check("docs/start.md", START)

    def test_start_in_korean(self):
        self.check("docs/ko/start.md", START)

    def test_integrate(self):
        self.check("docs/integrate.md", INTEGRATE)

    def test_integrate_in_korean(self):
        self.check("docs/ko/integrate.md", INTEGRATE)


class Webhooks(Newcomer):
    def test_webhooks(self):
        """The receiver's certificate and the server that trusts it are made as the page says."""
        page = "docs/webhooks.md"
        certificate, serving = OWN_MACHINE.search((ROOT / page).read_text()).groups()
        subprocess.run(["bash", "-c", certificate], cwd=self.home, check=True, capture_output=True)
        trusted, flags = SERVING.fullmatch(serving).groups()
        self.serve(*flags.split(), SSL_CERT_FILE=str(self.home / trusted))
        self.check(page, WEBHOOKS)


if __name__ == "__main__":
    unittest.main()
