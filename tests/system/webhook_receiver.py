"""Somebody who gets our webhooks over TLS, verifies them as docs/webhooks.md says, and answers."""

import base64
import hashlib
import hmac
import http.server
import json
import os
import pathlib
import shutil
import ssl
import subprocess
import tempfile
import threading
import time

from platform_process import wait_for


def verify(secret, headers, body):
    """As docs/webhooks.md has it."""
    seconds = headers["webhook-timestamp"]
    if abs(time.time() - int(seconds)) > 300:
        return False
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{seconds}.".encode() + body
    code = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    wanted = "v1," + code
    given = headers["webhook-signature"].split(" ")
    return any(hmac.compare_digest(wanted, signature) for signature in given)


class Receiver:
    """Answers each webhook with the next of `answers`, then with 200. Its certificate is what the
    processes started afterwards believe in."""

    def __init__(self, *answers):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="payments-receiver-"))
        self.answers = list(answers)
        self.came = []  # (headers, body)
        certificate, key = self.folder / "certificate.pem", self.folder / "key.pem"
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
             "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=localhost",
             "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", certificate],
            check=True, capture_output=True)
        os.environ["SSL_CERT_FILE"] = str(certificate)
        receiver = self

        class Hook(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"]))
                receiver.came.append((dict(self.headers), body))
                self.send_response(receiver.answers.pop(0) if receiver.answers else 200)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hook)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self):
        return f"https://localhost:{self.server.server_port}/hooks"

    def events(self):
        return [json.loads(body) for _, body in list(self.came)]

    def wait_for(self, wanted, what):
        """The first event for which `wanted` holds."""
        return wait_for(lambda: next(filter(wanted, self.events()), None), what)

    def close(self):
        self.server.shutdown()
        self.server.server_close()
        os.environ.pop("SSL_CERT_FILE", None)
        shutil.rmtree(self.folder, ignore_errors=True)
