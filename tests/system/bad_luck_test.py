"""Full disks, wrong flags, taken ports and folders, and signals."""

import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import unittest

from platform_case import PlatformTest
from engine import Platform
from platform_process import clean_environment, EXECUTABLE, run, wait_for

SUBCOMMANDS = ("serve", "sandbox", "token", "audit", "migrate", "bench")


class Scratch(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="payments-test-"))
        self.addCleanup(shutil.rmtree, self.folder, True)

    def refused(self, *arguments, **environment):
        """One clear line on stderr, exit 2, nothing started."""
        before = sorted(self.folder.iterdir())
        done = run(*arguments, **environment)
        told = f"{arguments} {environment}: exit {done.returncode}\n{done.stdout}{done.stderr}"
        self.assertEqual(done.returncode, 2, told)
        self.assertEqual(done.stdout, "", told)
        self.assertEqual(len(done.stderr.splitlines()), 1, told)
        self.assertTrue(done.stderr.startswith("payments: "), told)
        self.assertEqual(sorted(self.folder.iterdir()), before, told)
        return done.stderr

    def serve(self, *flags, **environment):
        """What `serve` would do over the scratch folder, if it did."""
        given = {flag for flag in flags if flag.startswith("--")}
        for flag, value in (("--db", f"sqlite:{self.folder}/data"), ("--listen", "127.0.0.1:0"),
                            ("--sandbox-listen", "127.0.0.1:0")):
            if flag not in given and "PAYMENTS_" + flag[2:].upper() not in environment:
                flags = (*flags, flag, value)
        return self.refused("serve", *flags, **environment)


class WrongUse(Scratch):
    def test_no_such_command_or_flag(self):
        for arguments in (("fly",), ("serve", "everything"), ("serve", "--fly"),
                          ("token",), ("token", "--user"), ("token", "--user", "../root"),
                          ("token", "--user", "kim", "--role", "root"),
                          ("token", "--user", "kim", "--expires-in", "soon"),
                          ("sandbox", "--listen", "nonsense"), ("audit", "--stuck-after", "x"),
                          ("audit", "--db", f"sqlite:{self.folder}/nothing"),
                          ("token", "--user", "kim", "--jwt-secret", "short"),
                          ("bench", "charge", "--orders", "-1"),
                          ("migrate", "--db", "nonsense")):
            with self.subTest(arguments):
                self.refused(*arguments)
        self.assertIn("fly", self.refused("fly", "--help"))

    def test_values_that_cannot_work(self):
        for flags in (("--listen", "nonsense"), ("--listen", "127.0.0.1"),
                      ("--listen", "127.0.0.1:99999"), ("--listen", "127.0.0.1:x"),
                      ("--listen", "256.0.0.1:0"), ("--db", "nonsense"), ("--db", "sqlite:"),
                      ("--db", "mysql://root@127.0.0.1:1/payments"), ("--bus", "nonsense"),
                      ("--bus", "redis://127.0.0.1:1"),
            ("--instance", "x" * 97), ("--bootpay-url", "nonsense"),
                      ("--bootpay-url", "http://[::1]gateway.invalid/v2"),
                      ("--bootpay-url", "http://127.0.0.1:80@gateway.invalid/v2"),
                      ("--cors-origin", "nonsense"), ("--cors-origin", "https://a.example/"),
                      ("--expire-after", "soon"), ("--poll-after", "-1s"), ("--log-level", "loud"),
                      ("--webhook-allow", "everybody"), ("--trusted-proxy", "300.0.0.0/8"),
                      ("--jwt-keys", "/nowhere"), ("--bootpay-secret-key", "half-a-pair"),
                      ("order", "point")):
            with self.subTest(flags):
                self.serve(*flags)

    def test_environment(self):
        self.serve(PAYMENTS_LISTEN="nonsense")
        self.serve(PAYMENTS_JWT_SECRET="short")
        self.serve(PAYMENTS_POLL_AFTER="soon")
        told = self.serve(PAYMENTS_WEBHOOK_ALLOW="10.0.0.0/8,everybody")
        self.assertIn("'everybody'", told)  # the one before the comma was read

    def test_no_migrate_from_wherever_it_is_said(self):
        config = self.folder / "payments.toml"
        config.write_text("no-migrate = true")
        for flags, environment in ((("--no-migrate",), {}), ((), {"PAYMENTS_NO_MIGRATE": "true"}),
                                   (("--config", str(config)), {})):
            with self.subTest(flags=flags, environment=environment):
                data = self.folder / "data"
                data.mkdir()
                self.addCleanup(shutil.rmtree, data, True)
                done = run("serve", "--db", f"sqlite:{data}", "--listen", "127.0.0.1:0",
                           "--sandbox-listen", "127.0.0.1:0", *flags, **environment)
                self.assertEqual(done.returncode, 2, done)
                self.assertIn("order.db", done.stderr)
                self.assertFalse((data / "order.db").exists())
                shutil.rmtree(data)

    def test_a_config_file_gives_what_a_command_needs(self):
        config = self.folder / "payments.toml"
        config.write_text("user = 'kim'")
        done = run("token", "--config", str(config))
        self.assertEqual(done.returncode, 0, done)
        done = run("audit", "--db", f"sqlite:{self.folder}/nothing", PAYMENTS_JSON="perhaps")
        self.assertIn("perhaps", done.stderr)

    def test_config_files(self):
        config = self.folder / "payments.toml"
        told = self.serve("--config", str(config))
        self.assertIn("payments.toml", told)
        self.serve("--config", str(self.folder))
        for text in ("listen = [", "colour = 'red'", "poll-after = 'soon'",
                     "[section]\nlisten = 'x'", "listen = 'nonsense'", "db = 'nonsense'"):
            with self.subTest(text):
                config.write_text(text)
                flags = {"listen": "127.0.0.1:0", "db": f"sqlite:{self.folder}/data"}
                flags.pop(text.split()[0], None)  # what the command line gives, the file cannot
                given = [word for name, value in flags.items() for word in (f"--{name}", value)]
                self.refused("serve", "--config", str(config), *given)

    def test_development_secret_is_for_loopback_only(self):
        self.assertIn("PAYMENTS_JWT_SECRET", self.serve("--listen", "0.0.0.0:0"))
        self.assertIn("PAYMENTS_JWT_SECRET", self.serve("--listen", "[::]:0"))
        gateway = ("--bootpay-url", "https://gateway.invalid/v2")
        self.assertIn("PAYMENTS_BOOTPAY", self.serve(*gateway))
        keys = ("--bootpay-application-id", "x", "--bootpay-private-key", "y")
        self.assertIn("PAYMENTS_JWT_SECRET", self.serve(*gateway, *keys))

    def test_help(self):
        for arguments in ((), *((command,) for command in SUBCOMMANDS)):
            done = run(*arguments, "--help")
            self.assertEqual(done.returncode, 0, done)
            self.assertIn("Options:", done.stdout)


class WrongPlace(Scratch):
    def test_folder_is_a_file(self):
        for name in ("file", "file/below"):
            (self.folder / "file").write_text("not a folder")
            self.serve("--db", f"sqlite:{self.folder}/{name}")

    def test_database_is_none(self):
        (self.folder / "data").mkdir()
        (self.folder / "data" / "order.db").write_text("this is no database, but a text " * 100)
        self.serve()

    def test_taken_by_another_process(self):
        platform = Platform(folder=self.folder)
        self.addCleanup(platform.close)
        platform.start()
        told = self.serve("--db", platform.db)
        self.assertIn("another process", told)
        self.refused("migrate", "--db", platform.db)
        self.assertEqual(platform.client().get("/health/ready").status, 200)
        self.assertEqual(platform.server.stop(), 0)
        platform.start_server()  # a stopped process leaves no lock

    def test_port_is_taken(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            address = f"127.0.0.1:{taken.getsockname()[1]}"
            for flag, other in (("--listen", "--sandbox-listen"), ("--sandbox-listen", "--listen")):
                done = run("serve", "--db", f"sqlite:{self.folder}/data", other, "127.0.0.1:0",
                           flag, address)
                self.assertEqual(done.returncode, 2, done)
                self.assertEqual(len(done.stderr.splitlines()), 1, done)
                self.assertIn(address, done.stderr)


class Signals(PlatformTest):
    own_sandbox = True

    def confirm_in_flight(self):
        """A confirm that the gateway keeps waiting; the thread that makes it and its answer."""
        order = self.place()
        receipt = self.platform.pay(order["id"], order["amount"], self.user)
        self.platform.fault("delay", delay_ms=1500)
        path, answers = f"/v1/orders/{order['id']}/confirm", []
        thread = threading.Thread(
            target=lambda: answers.append(self.client.post(path, {"receipt_id": receipt})))
        thread.start()
        taken = lambda: not self.sandbox.get("/sandbox/faults").json["faults"]  # noqa: E731
        wait_for(taken, "the call is with the gateway")
        return order, thread, answers

    def test_what_is_in_flight_is_finished(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            with self.subTest(number):
                order, thread, answers = self.confirm_in_flight()
                self.platform.server.signal(number)
                thread.join()
                self.assertEqual(self.platform.server.wait(), 0)
                self.assertEqual(answers[0].status, 200, answers)
                self.assertIn(answers[0].json["status"], ("PAID", "SUCCESS"))
                self.platform.start_server()
                self.assertEqual(self.client.final(order["id"])["status"], "SUCCESS")

    def test_signals_ignored_by_the_parent_still_end_it(self):
        """A shell without job control starts what is in the background with SIGINT ignored."""
        data = self.platform.folder / "other"
        command = ["sh", "-c", '"$0" "$@" & wait $!', EXECUTABLE, "serve", "--db", f"sqlite:{data}",
                   "--listen", "127.0.0.1:0", "--sandbox-listen", "127.0.0.1:0"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                              env=clean_environment()) as shell:
            self.assertTrue(shell.stdout.readline().startswith(b"ready "))
            os.kill(int((data / "lock").read_text()), signal.SIGINT)
            self.assertEqual(shell.wait(20), 0)


class FullDisk(PlatformTest):
    """The data lie on a file system of their own, of a few megabytes."""

    own_sandbox = True
    flags = ("--poll-after", "300ms", "--resend-after", "300ms", "--approval-recheck", "1s")

    @classmethod
    def setUpClass(cls):
        folder = pathlib.Path(tempfile.mkdtemp(prefix="payments-test-"))
        cls.addClassCleanup(shutil.rmtree, folder, True)
        cls.data = folder / "data"
        cls.data.mkdir()
        mount = ["mount", "-t", "tmpfs", "-o", "size=6m,mode=700", "tmpfs", str(cls.data)]
        if subprocess.run(mount, capture_output=True).returncode != 0:
            raise unittest.SkipTest("a file system to fill cannot be mounted here (it needs root)")
        cls.addClassCleanup(subprocess.run, ["umount", str(cls.data)], check=True)
        cls.platform = Platform(*cls.flags, own_sandbox=True, folder=folder)
        cls.addClassCleanup(cls.platform.close)
        cls.platform.start()

    def fill(self):
        filler = self.data / "filler"
        with open(filler, "wb", buffering=0) as file:
            for size in (65536, 512, 1):
                try:
                    while True:
                        file.write(b"x" * size)
                except OSError:
                    pass  # no space is left for a piece of that size
        return filler

    def place_until_refused(self):
        body = {"item_id": self.package_id}
        for count in range(5000):
            answer = self.client.post("/v1/orders", body, key=f"full-{count}")
            if answer.status != 201:
                return count, answer
        raise AssertionError("a full disk refused nothing")

    def test_nothing_is_half_done_and_all_goes_on_after(self):
        self.package_id = self.package["id"]
        before = self.charge()
        waiting = self.place()
        receipt = self.platform.pay(waiting["id"], waiting["amount"], self.user)
        filler = self.fill()
        count, refused = self.place_until_refused()
        self.expect(refused, 503, "UNAVAILABLE")
        self.assertGreater(int(refused.headers["Retry-After"]), 0)
        confirm = f"/v1/orders/{waiting['id']}/confirm"
        answer = self.client.post(confirm, {"receipt_id": receipt}, key="confirm")
        self.expect(answer, 503, "UNAVAILABLE")
        self.assertEqual(self.platform.receipt(receipt)["status"], 2, "approved without a trace")
        ready = wait_for(lambda: self.unready(), "not ready while the disk is full")
        self.assertNotIn(str(self.data), ready.body.decode())
        self.assertEqual(self.client.get("/health/live").status, 200)
        self.assertEqual(self.client.get(f"/v1/orders/{before['id']}").json["status"], "SUCCESS")

        filler.unlink()
        wait_for(lambda: self.client.get("/health/ready").status == 200, "ready again")
        again = self.client.post("/v1/orders", {"item_id": self.package_id}, key=f"full-{count}")
        self.expect(again, 201)
        self.assertIsNone(again.headers["Idempotency-Replayed"])
        answer = self.client.post(confirm, {"receipt_id": receipt}, key="confirm", wait=20)
        self.assertEqual(self.expect(answer, 200)["status"], "SUCCESS")
        self.charge()
        self.assertEqual(self.orders(), count + 4)

    def unready(self):
        answer = self.client.get("/health/ready")
        return answer if answer.status == 503 else None

    def orders(self):
        count, cursor = 0, ""
        while cursor is not None:
            page = self.client.get(f"/v1/orders?limit=100{cursor}").json
            count += len(page["data"])
            cursor = page["next_cursor"] and f"&cursor={page['next_cursor']}"
        return count


if __name__ == "__main__":
    unittest.main()
