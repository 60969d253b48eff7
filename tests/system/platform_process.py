"""Starts, stops and kills real `payments` processes by their pids, and talks to them over HTTP."""

import base64
import ctypes
import hashlib
import hmac
import http.client
import json
import os
import pathlib
import random
import selectors
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
EXECUTABLE = os.environ.get("PAYMENTS_EXECUTABLE", str(ROOT / "build" / "payments"))
SECRET = "a-secret-of-the-system-tests-0123456789"
DEVELOPMENT_SECRET = "payments-development-secret-not-for-production"
READY_S = 20
STOP_S = 20
CALL_S = 40
PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None)


def die_with_parent():
    """Run in a child before it becomes `payments`: a killed test leaves no server behind."""
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def clean_environment(**more):
    """The environment without flags meant for somebody else's server."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PAYMENTS_")}
    return {**kept, **more}


def free_port():
    """A port nobody uses, below those the kernel hands out: it is free again after a restart."""
    while True:
        port = random.SystemRandom().randrange(20_000, 32_000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue


def make_token(user, role="user", expires_in=3600, secret=SECRET, algorithm="HS256", **claims):
    def part(value):
        return base64.urlsafe_b64encode(value).rstrip(b"=")

    head = part(json.dumps({"alg": algorithm, "typ": "JWT"}).encode())
    claims = {"sub": user, "role": role, "exp": int(time.time()) + expires_in, **claims}
    signed = head + b"." + part(json.dumps(claims).encode())
    signature = hmac.new(secret.encode(), signed, hashlib.sha256).digest()
    return (signed + b"." + part(b"" if algorithm == "none" else signature)).decode()


def run(*arguments, **environment):
    """One `payments` command to its end."""
    return subprocess.run(
        [EXECUTABLE, *arguments], capture_output=True, text=True, timeout=60,
        stdin=subprocess.DEVNULL, env=clean_environment(**environment))


class Process:
    """One running `payments` process that has said it is ready."""

    def __init__(self, *arguments, log, **environment):
        self.log = pathlib.Path(log)
        with open(self.log, "ab") as errors:
            self.child = subprocess.Popen(
                [EXECUTABLE, *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                stderr=errors, preexec_fn=die_with_parent, env=clean_environment(**environment))
        self.url = self._wait_until_ready()
        self.port = int(self.url.rsplit(":", 1)[1])

    def _wait_until_ready(self):
        with selectors.DefaultSelector() as selector:
            selector.register(self.child.stdout, selectors.EVENT_READ)
            line = self.child.stdout.readline() if selector.select(READY_S) else b""
        words = line.decode().split()
        if len(words) == 2 and words[0] == "ready":
            return words[1]
        self.kill()
        raise AssertionError(f"no ready line: {line!r}\n{self.log_tail()}")

    def signal(self, number):
        self.child.send_signal(number)

    def wait(self):
        status = self.child.wait(STOP_S)
        self.child.stdout.close()
        return status

    def stop(self):
        """SIGTERM; the exit status."""
        self.signal(signal.SIGTERM)
        return self.wait()

    def kill(self):
        self.child.kill()
        self.child.wait()
        self.child.stdout.close()

    def running(self):
        return self.child.poll() is None

    def log_tail(self, lines=40):
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])


class Answer:
    def __init__(self, response):
        self.status = response.status
        self.headers = response.headers
        self.body = response.read()

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def code(self):
        return self.json.get("code")

    def __repr__(self):
        return f"{self.status} {self.body[:600].decode(errors='replace')}"


class Client:
    """One keep-alive connection for one user. For one thread."""

    def __init__(self, port, token=None, language="en"):
        self.port = port
        self.headers = {"Accept-Language": language}
        if token:
            self.headers["Authorization"] = "Bearer " + token
        self.connection = None

    def call(self, method, path, body=None, key=None, wait=None, **headers):
        """`body`: what goes out as JSON, or bytes or text as they are."""
        sent = dict(self.headers)
        if body is not None and not isinstance(body, (bytes, str)):
            body = json.dumps(body)
        if isinstance(body, str):
            body = body.encode()
        if body is not None:
            sent["Content-Type"] = "application/json"
        if key is not None:
            sent["Idempotency-Key"] = key
        if wait is not None:
            sent["Prefer"] = f"wait={wait}"
        sent.update((name.replace("_", "-"), value) for name, value in headers.items())
        return self._send(method, path, body, sent)

    def _send(self, method, path, body, headers):
        reused = self.connection is not None
        if not reused:
            self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=CALL_S)
        try:
            self.connection.request(method, path, body=body, headers=headers)
            return Answer(self.connection.getresponse())
        except (OSError, http.client.HTTPException):
            self.close()
            if not reused:
                raise
        return self._send(method, path, body, headers)  # the server closed it in between

    def get(self, path, **options):
        return self.call("GET", path, **options)

    def post(self, path, body=None, **options):
        return self.call("POST", path, body=body if body is not None else {}, **options)

    def close(self):
        if self.connection:
            self.connection.close()
            self.connection = None

    def events(self, order_id):
        """The states of an order as its stream tells them, until it is final."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=CALL_S)
        try:
            connection.request("GET", f"/v1/orders/{order_id}/stream", headers=self.headers)
            response = connection.getresponse()
            if response.status != 200:
                raise AssertionError(repr(Answer(response)))
            for line in response:
                if line.startswith(b"data: "):
                    yield json.loads(line[len(b"data: "):])
        finally:
            connection.close()

    def final(self, order_id):
        """The order once it is final."""
        return list(self.events(order_id))[-1]

    def until(self, order_id, reached):
        """The first state of the order for which `reached` holds."""
        for order in self.events(order_id):
            if reached(order):
                return order
        raise AssertionError(f"{order_id} ended as {order}")


class Platform:
    """`payments serve` and its sandbox (hosted, or a process of its own) over one folder.

    `test_clock`: advance_clock() turns the time of all of them."""

    def __init__(self, *flags, own_sandbox=False, folder=None, webhooks=True, test_clock=False):
        self.clock_flags = ("--test-clock",) if test_clock else ()
        self.flags = (*flags, *self.clock_flags)
        # A test clock goes with the development secret only.
        self.secret = DEVELOPMENT_SECRET if test_clock else SECRET
        self.advanced_s = 0
        self.own_sandbox = own_sandbox
        self.folder = pathlib.Path(folder or tempfile.mkdtemp(prefix="payments-test-"))
        self.data = self.folder / "data"
        self.webhooks = webhooks
        self.port = free_port()
        self.sandbox_port = free_port()
        self.server = None
        self.sandbox_process = None
        self.sandbox = Client(self.sandbox_port)
        self.clients = [self.sandbox]

    @property
    def db(self):
        return f"sqlite:{self.data}"

    @property
    def gateway_url(self):
        return f"http://127.0.0.1:{self.sandbox_port}/v2"

    def start(self):
        if self.own_sandbox:
            self.start_sandbox()
        return self.start_server()

    def start_server(self):
        gateway = self.gateway_url if self.own_sandbox else "sandbox:"
        self.server = Process(
            "serve", "--db", self.db, "--listen", f"127.0.0.1:{self.port}",
            "--sandbox-listen", f"127.0.0.1:{self.sandbox_port}", "--bootpay-url", gateway,
            *self.flags, log=self.folder / "serve.log", PAYMENTS_JWT_SECRET=self.secret)
        self._advance_services(self.advanced_s)
        return self

    def start_sandbox(self):
        self.folder.mkdir(exist_ok=True)
        told = ["--webhook-url", f"http://127.0.0.1:{self.port}/webhooks/bootpay"]
        self.sandbox_process = Process(
            "sandbox", "--listen", f"127.0.0.1:{self.sandbox_port}",
            "--db", str(self.folder / "sandbox.db"), *(told if self.webhooks else []),
            *self.clock_flags, log=self.folder / "sandbox.log")
        self._advance_sandbox(self.advanced_s)

    @property
    def service_ports(self):
        """Of every process that serves."""
        return [self.port]

    def advance_clock(self, seconds):
        """Lets time pass for every process; one that starts again later is as far ahead."""
        if not self.clock_flags:
            raise AssertionError("this platform has no test clock: Platform(test_clock=True)")
        self.advanced_s += seconds
        if self.own_sandbox:
            self._advance_sandbox(seconds)
        self._advance_services(seconds)

    def _advance_sandbox(self, seconds):
        if seconds:
            self._advance(self.sandbox, "/sandbox/clock", seconds)

    def _advance_services(self, seconds):
        token = make_token("clockmaker", role="admin", secret=self.secret)
        for port in self.service_ports if seconds else []:
            client = Client(port, token)
            try:
                self._advance(client, "/v1/test/clock", seconds)
            finally:
                client.close()

    @staticmethod
    def _advance(client, path, seconds):
        answer = client.post(path, {"advance_s": seconds})
        if answer.status != 200:
            raise AssertionError(f"{path}: {answer}")

    def kill_sandbox(self):
        self.sandbox_process.kill()
        self.sandbox_process = None

    def restart(self):
        status = self.server.stop()
        self.start_server()
        return status

    def close(self):
        for process in (self.server, self.sandbox_process):
            if process and process.running():
                process.kill()
        for client in self.clients:
            client.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def token(self, user, role="user"):
        return make_token(user, role, secret=self.secret)

    def client(self, user=None, role="user", language="en"):
        """A client that lasts as long as this; nobody named: without a token."""
        made = Client(self.port, self.token(user, role) if user else None, language)
        self.clients.append(made)
        return made

    def pay(self, order_id, price, user=None, confirmed_later=True, **more):
        """As if a person had paid in the browser; the receipt's id."""
        body = {"order_id": order_id, "price": price, **more}
        body["separately_confirmed"] = confirmed_later
        if user:
            body["user_id"] = user
        answer = self.sandbox.post("/sandbox/pay", body)
        if answer.status != 201:
            raise AssertionError(repr(answer))
        return answer.json["receipt_id"]

    def receipt(self, receipt_id):
        for receipt in self.sandbox.get("/sandbox/receipts?limit=1000").json["data"]:
            if receipt["receipt_id"] == receipt_id:
                return receipt
        raise AssertionError(f"the sandbox has no receipt {receipt_id}")

    def fault(self, name, times=1, **more):
        answer = self.sandbox.post("/sandbox/faults", {"fault": name, "times": times, **more})
        if answer.status != 201:
            raise AssertionError(repr(answer))

    def audit(self, *flags):
        """What `payments audit --json` says, the gateway included."""
        done = run("audit", "--json", "--db", self.db, "--bootpay-url", self.gateway_url, *flags)
        if done.returncode not in (0, 1):
            raise AssertionError(f"audit could not check: {done.stderr}")
        books = json.loads(done.stdout)
        if books["balanced"] != (done.returncode == 0):
            raise AssertionError(f"exit {done.returncode} with {books}")
        return books


def wait_for(condition, what, seconds=20):
    """Polls where there is nothing to wait on; the first true value of `condition()`."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds} s: {what}")
        time.sleep(0.02)


def at_once(count, call):
    """`call(number)` on `count` threads that begin together; the results in order."""
    results = [None] * count
    barrier = threading.Barrier(count)

    def work(number):
        barrier.wait()
        try:
            results[number] = call(number)
        except Exception as failure:  # handed to the test below
            results[number] = failure

    threads = [threading.Thread(target=work, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for result in results:
        if isinstance(result, Exception):
            raise result
    return results
