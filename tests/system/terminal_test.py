"""The command line as a person uses it: help, wrong use, completion, tables and the live view."""

import json
import os
import pathlib
import pty
import re
import select
import shutil
import signal
import struct
import subprocess
import tempfile
import termios
import time
import unittest
from fcntl import ioctl

from platform_case import PlatformTest
from platform_process import EXECUTABLE, SECRET, clean_environment, run

DATABASELESS = "sqlite:/nowhere/at/all"


def columns_of(line):
    """How wide a terminal shows it: Korean takes two columns."""
    return sum(2 if "\uac00" <= letter <= "\ud7a3" else 1 for letter in line)


class OnTerminal:
    """A command on a terminal of its own."""

    def __init__(self, *arguments, columns=60, rows=20, **environment):
        self.master, slave = pty.openpty()
        self.resize(columns, rows)
        self.child = subprocess.Popen(
            [EXECUTABLE, *arguments], stdin=slave, stdout=slave, stderr=slave,
            start_new_session=True,
            env=clean_environment(NO_COLOR="1", TERM="xterm", **environment))
        os.close(slave)
        self.text = ""

    def resize(self, columns, rows):
        ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def _read(self, seconds):
        if not select.select([self.master], [], [], seconds)[0]:
            return False
        try:
            piece = os.read(self.master, 65536)
        except OSError:  # the other end is closed
            return False
        self.text += piece.decode(errors="replace")
        return bool(piece)

    def until(self, pattern, seconds=30):
        deadline = time.monotonic() + seconds
        while not re.search(pattern, self.text):
            if time.monotonic() > deadline or not self._read(1) and self.child.poll() is not None:
                raise AssertionError(f"no {pattern!r} in {self.text!r}")
        return self.text

    def end(self):
        while self._read(20):
            pass
        status = self.child.wait(20)
        os.close(self.master)
        return status

    @property
    def lines(self):
        return self.text.replace("\r\n", "\n").splitlines()


class WrongUse(unittest.TestCase):
    def refused(self, *arguments):
        done = run(*arguments)
        self.assertEqual((done.returncode, done.stdout), (2, ""), done)
        self.assertRegex(done.stderr, r"^payments: [^\n]+\n$")
        return done.stderr

    def test_what_was_probably_meant_is_said(self):
        for arguments, meant in (
            (("serv",), "serve"), (("dead-leters", "list"), "dead-letters"),
            (("serve", "--lisen", "127.0.0.1:0"), "--listen"),
            (("serve", "--lisen=127.0.0.1:0"), "--listen"),
            (("report", "liabilty"), "liability"), (("bench", "chrge"), "charge"),
            (("bench", "seeed"), "seed"), (("dead-letters", "lst"), "list"),
            (("orders", "lists"), "list"), (("orders", "list", "--status", "PAYED"), "PAID"),
            (("token", "--user", "kim", "--role", "amin"), "admin"),
            (("completion", "bsh"), "bash"), (("audit", "--jsno"), "--json"),
        ):
            with self.subTest(arguments):
                self.assertIn(f"did you mean '{meant}'?", self.refused(*arguments))

    def test_what_is_missing_is_said_with_an_example(self):
        for arguments, told in (
            (("orders", "show"), "payments orders show needs id"),
            (("orders",), "show, list"), (("report",), "liability, settlement"),
            (("bench", "seed"), "needs --orders"), (("dead-letters",), "list, show, replay"),
            (("reconcile", "--url"), "--url needs a value"),
        ):
            with self.subTest(arguments):
                message = self.refused(*arguments)
                self.assertIn(told, message)
                self.assertIn("for example: payments ", message)

    def test_no_such_thing(self):
        self.assertIn("see payments --help", self.refused("fly"))
        self.assertIn("see payments serve --help", self.refused("serve", "--levitate"))
        self.assertIn("takes no 'kim'", self.refused("token", "kim"))
        self.assertIn("a number from 1 to 10000, not '0'",
                      self.refused("bench", "charge", "--clients", "0"))
        self.refused("orders", "show", "itm_1", "--db", DATABASELESS)
        self.refused("orders", "list", "--user", "../root", "--db", DATABASELESS)
        self.refused("orders", "list", "--db", DATABASELESS)
        self.refused("wallet", "show", "../root", "--db", DATABASELESS)
        self.refused("wallet", "show", "kim", "--db", DATABASELESS)
        self.refused("top", "--url", "http://127.0.0.1:1", "--once", "--token", "x")
        self.refused("top", "--interval", "1ms")


class Help(unittest.TestCase):
    def test_alone_it_shows_what_there_is(self):
        alone, asked = run(), run("--help")
        self.assertEqual((alone.returncode, alone.stderr), (0, ""))
        self.assertEqual(alone.stdout, asked.stdout)
        for group in ("Serve:", "Operate a running server:", "Measure:", "Shell:"):
            self.assertIn(f"\n{group}\n", alone.stdout)

    def test_every_command_has_examples_that_fit(self):
        commands = re.findall(r"(?m)^  ([a-z][a-z-]+) {2,}", run().stdout)
        self.assertGreater(len(commands), 12)
        for command in commands:
            done = run(command, "--help")
            self.assertEqual(done.returncode, 0, done)
            self.assertIn(f"Examples:\n  payments {command}", done.stdout)
            described = done.stdout.split("Examples:")[0]
            self.assertLessEqual(max(map(len, described.splitlines())), 100, command)


class Completion(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="payments-test-"))
        self.addCleanup(shutil.rmtree, self.folder, True)
        (self.folder / "data").mkdir()
        (self.folder / "payments.toml").write_text("")

    def script(self, shell):
        done = run("completion", shell)
        self.assertEqual((done.returncode, done.stderr), (0, ""), done)
        file = self.folder / f"completion.{shell}"
        file.write_text(done.stdout)
        return file

    def bash(self, *words):
        """What bash would offer for the last of the words."""
        given = " ".join(f"'{word}'" for word in words)
        done = subprocess.run(
            ["bash", "--norc", "-c",
             f"source {self.script('bash')}; COMP_WORDS=({given}); "
             f"COMP_CWORD={len(words) - 1}; _payments; printf '%s\\n' \"${{COMPREPLY[@]}}\""],
            capture_output=True, text=True, cwd=self.folder, timeout=60)
        self.assertEqual((done.returncode, done.stderr), (0, ""), done)
        return set(done.stdout.split())

    def test_bash(self):
        self.assertLessEqual({"serve", "orders", "top", "completion"}, self.bash("payments", ""))
        self.assertEqual(self.bash("payments", "dead"), {"dead-letters"})
        self.assertEqual(self.bash("payments", "token", "--role", ""), {"user", "admin"})
        self.assertEqual(self.bash("payments", "token", "--role", "=", "a"), {"admin"})
        self.assertEqual(self.bash("payments", "token", "--role", "="), {"user", "admin"})
        self.assertEqual(self.bash("payments", "orders", ""), {"show", "list", "--help"})
        self.assertEqual(self.bash("payments", "orders", "list", "--status", "FAIL"),
                         {"FAIL", "FAILING"})
        self.assertLessEqual({"charge", "seed", "--url"}, self.bash("payments", "bench", ""))
        self.assertEqual(self.bash("payments", "bench", "seed", "--us"), {"--users"})
        self.assertEqual(self.bash("payments", "token", "--user", ""), set())
        self.assertEqual(self.bash("payments", "audit", "--config", "pay"), {"payments.toml"})
        self.assertEqual(self.bash("payments", "audit", "--db", "sq"), {"sqlite:"})
        self.assertEqual(self.bash("payments", "audit", "--db", "sqlite", ":", "da"), {"data"})
        self.assertEqual(self.bash("payments", "audit", "--db", "sqlite", ":"), {"data"})
        self.assertEqual(self.bash("payments", "completion", "z"), {"zsh"})

    @unittest.skipUnless(shutil.which("zsh"), "zsh is not installed")
    def test_zsh(self):
        shown = ("compadd() { print -l -- ${@:#-*}; }; _files() { print files; }; compdef() { }; "
                 "_describe() { print -l -- ${(P)2%%:*}; }; ")
        for words, offered in ((("token", "--role", ""), {"user", "admin"}),
                               (("orders", ""), {"show", "list"}),
                               (("audit", "--config", ""), {"files"}),
                               (("bench", "seed", "--"), {"--orders", "--users", "--db"})):
            done = subprocess.run(
                ["zsh", "-f", "-c", f"{shown} source {self.script('zsh')}; "
                 f"words=(payments {' '.join(word or repr('') for word in words)}); "
                 f"CURRENT={len(words) + 1}; _payments"],
                capture_output=True, text=True, timeout=60)
            self.assertEqual(done.stderr, "", words)
            self.assertLessEqual(offered, set(done.stdout.split()), words)

    @unittest.skipUnless(shutil.which("fish"), "fish is not installed")
    def test_fish(self):
        for line, offered in (("payments ord", {"orders"}),
                              ("payments token --role ", {"user", "admin"}),
                              ("payments orders ", {"show", "list"}),
                              ("payments bench seed --us", {"--users"})):
            done = subprocess.run(
                ["fish", "--no-config", "-c",
                 f"source {self.script('fish')}; complete -C '{line}'"],
                capture_output=True, text=True, timeout=60)
            offers = {offer.split("\t")[0] for offer in done.stdout.splitlines()}
            self.assertLessEqual(offered, offers, (line, done))


class Looking(PlatformTest):
    def look(self, *arguments, status=0, **environment):
        done = run(*arguments, "--db", self.platform.db, **environment)
        self.assertEqual(done.returncode, status, done)
        return done.stdout if status < 2 else done.stderr

    def test_an_order_with_all_that_is_known_of_it(self):
        order = self.charge()
        told = self.look("orders", "show", order["id"])
        for part in (order["id"] + "  SUCCESS", self.user, "5,000 won", "Steps\n", "Payment\n",
                     order["receipt_id"], "Order item\n", "Points\n", "charge"):
            self.assertIn(part, told)
        whole = json.loads(self.look("orders", "show", order["id"], "--json"))
        self.assertEqual(whole["order"]["status"], "SUCCESS")
        self.assertEqual([entry["delta"] for entry in whole["points"]], [500])
        self.assertIsNone(whole["order_item"]["revoked_at"])
        self.assertGreater(len(whole["timeline"]), 3)
        self.assertIn("Timeline\n", told)
        self.assertIsNone(whole["waits"]["for"])
        nobody = "ord_" + "0" * 26
        self.assertEqual(self.look("orders", "show", nobody, "--json", status=1), "")

    def test_lists_narrowed_down(self):
        first, second = self.charge(), self.place()
        ids = lambda *flags: [one["id"] for one in json.loads(  # noqa: E731
            self.look("orders", "list", "--user", self.user, "--json", *flags))["data"]]
        self.assertEqual(ids(), [second["id"], first["id"]])
        self.assertEqual(ids("--status", "PENDING"), [second["id"]])
        self.assertEqual(ids("--receipt", first["receipt_id"]), [first["id"]])
        self.assertEqual(ids("--limit", "1"), [second["id"]])
        table = self.look("orders", "list", "--user", self.user, "--limit", "1")
        self.assertIn(second["id"], table)
        self.assertIn("see --limit", table)
        self.assertIn("no such orders", self.look("orders", "list", "--user", "nobody", status=1))

    def test_a_wallet(self):
        self.charge()
        self.charge()
        told = self.look("wallet", "show", self.user)
        for part in (self.user, "1,000", "Lots\n", "Ledger\n", "EXPIRES"):
            self.assertIn(part, told)
        wallet = json.loads(self.look("wallet", "show", self.user, "--ledger", "1", "--json"))
        self.assertEqual((wallet["balance"], wallet["held"], wallet["owed"]), (1000, 0, 0))
        self.assertEqual([(one["delta"], one["balance_after"]) for one in wallet["ledger"]],
                         [(500, 1000)])
        self.assertEqual(sum(lot["left"] for lot in wallet["lots"]), 1000)
        self.assertEqual(self.look("wallet", "show", "nobody", status=1), "")

    def test_tables_fit_the_terminal(self):
        order = self.charge()
        for columns in (60, 80):
            for command in (("orders", "list"), ("orders", "show", order["id"]),
                            ("wallet", "show", self.user)):
                shown = OnTerminal(*command, "--db", self.platform.db, columns=columns)
                self.assertEqual(shown.end(), 0, shown.text)
                self.assertLessEqual(max(map(columns_of, shown.lines)), columns, shown.text)
                self.assertIn(order["id"] if command[0] == "orders" else self.user, shown.text)

    def test_progress_is_drawn_on_a_terminal_and_nowhere_else(self):
        self.charge()
        shown = OnTerminal("audit", "--db", self.platform.db)
        self.assertEqual(shown.end(), 0, shown.text)
        self.assertIn("\r\x1b[Kaudit: orders", shown.text)
        quiet = OnTerminal("audit", "--quiet", "--db", self.platform.db)
        self.assertEqual(quiet.end(), 0, quiet.text)
        self.assertNotIn("\x1b", quiet.text)
        self.assertEqual(run("audit", "--db", self.platform.db).stderr, "")

    def test_json_of_what_only_does(self):
        token = json.loads(run("token", "--user", "kim", "--json",
                               PAYMENTS_JWT_SECRET=SECRET).stdout)
        self.assertRegex(token["expires_at"], r"^\d{4}-")
        self.assertEqual(token["token"].count("."), 2)
        with tempfile.TemporaryDirectory() as folder:
            made = json.loads(run("migrate", "--db", f"sqlite:{folder}/data", "--json").stdout)
            self.assertEqual(set(made["migrated"]), {"order", "point", "order_item", "item"})
            seeded = json.loads(run("bench", "seed", "--db", f"sqlite:{folder}/data", "--orders",
                                    "10", "--json").stdout)
            self.assertEqual(seeded["orders"], 10)


class Top(PlatformTest):
    def looking(self):
        return ("top", "--url", self.platform.server.url, "--interval=500ms")

    def test_once(self):
        before = [self.charge()]
        process = subprocess.Popen(
            [EXECUTABLE, *self.looking()[:-1], "--interval", "3s", "--once", "--json"],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env=clean_environment(PAYMENTS_JWT_SECRET=SECRET))
        while process.poll() is None:
            before.append(self.charge())
        out, errors = process.communicate()
        self.assertEqual((process.returncode, errors), (0, ""))
        view = json.loads(out)
        rates = {line["status"]: line["per_s"] for line in view["orders"]}
        self.assertGreater(rates["SUCCESS"], 0)
        self.assertGreater(view["http"]["per_s"], 0)
        self.assertGreater(view["gateway"]["per_s"], 0)
        self.assertEqual(view["gateway"]["failures_per_s"], 0)
        services = {line["service"]: line for line in view["services"]}
        self.assertEqual(set(services), {"order", "point", "order-item", "item"})
        self.assertGreater(services["order"]["commands_per_s"], 0)
        self.assertEqual(services["point"]["dead_letters"], 0)
        self.assertEqual(services["point"]["instances"], 1)
        self.assertEqual((view["stuck"], view["faults"]), ([], []))

    def test_once_for_people(self):
        done = run(*self.looking(), "--once", PAYMENTS_JWT_SECRET=SECRET)
        self.assertEqual((done.returncode, done.stderr), (0, ""), done)
        self.assertIn("SERVICE", done.stdout)
        self.assertIn("no order is stuck", done.stdout)

    def test_without_an_admins_token_the_metrics_remain(self):
        done = run(*self.looking(), "--once", "--json", PAYMENTS_TOKEN=self.platform.token("kim"))
        self.assertEqual(done.returncode, 2, done)
        view = json.loads(done.stdout)
        self.assertIn("PAYMENTS_TOKEN", view["faults"][0])
        self.assertIsNotNone(view["http"]["per_s"])

    def test_a_screen_is_drawn_over_and_given_back(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            with self.subTest(number):
                shown = OnTerminal(*self.looking(), columns=70, PAYMENTS_JWT_SECRET=SECRET)
                shown.until(r"\x1b\[\?1049h[^\0]*\x1b\[H[^\0]*\x1b\[H")
                self.assertNotIn("\x1b[?1049l", shown.text)
                shown.resize(40, 10)
                shown.text = ""
                shown.until(r"\x1b\[H[^\0]*\x1b\[J")
                shown.until(r"\x1b\[H([^\n]*\n){1,9}\x1b\[J")
                shown.child.send_signal(number)
                self.assertEqual(shown.end(), 0)
                self.assertTrue(shown.text.endswith("\x1b[?25h\x1b[?1049l"), shown.text[-80:])

    def test_lines_where_there_is_no_terminal(self):
        process = subprocess.Popen(
            [EXECUTABLE, *self.looking()], stdout=subprocess.PIPE, text=True,
            env=clean_environment(PAYMENTS_JWT_SECRET=SECRET))
        lines = [process.stdout.readline() for _ in range(2)]
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(20), 0)
        process.stdout.close()
        for line in lines:
            self.assertRegex(line, r"^\d{4}-\S+Z  .*http .*dead 0  stuck 0\n$")


if __name__ == "__main__":
    unittest.main()
