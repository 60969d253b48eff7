#!/usr/bin/env python3
"""Receives our webhooks, and believes only those whose signature holds (standardwebhooks.com).

WEBHOOK_SECRET=whsec_… python3 examples/python/webhook_receiver.py [PORT [CERTIFICATE KEY]]
The secret is the one shown when an admin registered the endpoint. Webhooks go to https addresses
alone: without a certificate of its own, whatever ends your TLS stands in front of it."""

import base64
import hashlib
import hmac
import http.server
import json
import os
import ssl
import sys
import time

SECRET = base64.b64decode(os.environ["WEBHOOK_SECRET"].removeprefix("whsec_"))
TOLERANCE_S = 300
LARGEST = 1 << 20
handled = set()  # a real one keeps these where its own books are, and writes both at once


def holds(headers, body):
    """Whether the secret's owner has signed just this, just now."""
    stamp = headers.get("webhook-timestamp", "")
    if not stamp.isascii() or not stamp.isdigit() or abs(time.time() - int(stamp)) > TOLERANCE_S:
        return False
    signed = f"{headers.get('webhook-id', '')}.{stamp}.".encode() + body
    expected = b"v1," + base64.b64encode(hmac.new(SECRET, signed, hashlib.sha256).digest())
    # There are two signatures while a new secret takes the place of an old one.
    signatures = headers.get("webhook-signature", "").encode("latin-1").split(b" ")
    return any([hmac.compare_digest(expected, signature) for signature in signatures])


class Receiver(http.server.BaseHTTPRequestHandler):
    timeout = 10

    def do_POST(self):
        length = int(self.headers.get("Content-Length", 0))
        body = self.rfile.read(min(length, LARGEST))
        if length > LARGEST or not holds(self.headers, body):
            return self.answer(401)
        event = json.loads(body)
        if event["id"] not in handled:  # it comes again if our answer was lost
            handled.add(event["id"])
            data = json.dumps(event["data"], ensure_ascii=False)
            print(event["time"], event["type"], data, flush=True)
        self.answer(204)  # within 5 s: what takes longer is done afterwards

    def answer(self, status):
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


port = int(sys.argv[1]) if sys.argv[1:] else 9000
with http.server.ThreadingHTTPServer(("127.0.0.1", port), Receiver) as server:
    if sys.argv[2:]:
        tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        tls.load_cert_chain(*sys.argv[2:4])
        # The handshake is the caller's thread's: who is slow at it keeps nobody waiting.
        server.socket = tls.wrap_socket(
            server.socket, server_side=True, do_handshake_on_connect=False)
    scheme = "https" if sys.argv[2:] else "http"
    print(f"ready {scheme}://127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()
