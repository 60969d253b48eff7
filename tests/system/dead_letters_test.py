"""`payments dead-letters` against a real server. Its own messages are always understood, so the
letters are put into its database, as an older version or a stranger would have left them."""

import json
import re
import sqlite3
import time
import unittest

from platform_case import PlatformTest
from platform_process import SECRET, free_port, make_token, run

INSERT = """INSERT INTO dead_letter (id, lane, place, topic, message_id, message_key, message_type,
    payload, traceparent, headers, sent_at, reason, attempts, parked_at)
    VALUES (?, ?, ?, 'payments.point.commands', ?, ?, ?, ?, '', '[]', ?, ?, ?, ?)"""


def letter_id(number):
    return f"ded_01M82AFH2C{number:016d}"


class DeadLettersTest(PlatformTest):
    def put(self, number, *, key, type="point.credit", payload, lane=7, attempts=5,
            reason="it cannot be read"):
        """A letter in the point service's database; its id."""
        now = int(time.time() * 1000)
        with sqlite3.connect(self.platform.data / "point.db", timeout=20) as database:
            database.execute(INSERT, (
                letter_id(number), lane, number, f"msg_{number}", key, type, payload, now, reason,
                attempts, now))
        database.close()
        self.addCleanup(self.clear)
        return letter_id(number)

    def clear(self):
        with sqlite3.connect(self.platform.data / "point.db", timeout=20) as database:
            database.execute("DELETE FROM dead_letter")
        database.close()

    def command(self, *arguments, status=0, of="dead-letters", **environment):
        """What the command prints; its exit status must be this."""
        environment = environment or {"PAYMENTS_JWT_SECRET": SECRET}
        done = run(of, *arguments, "--url", self.platform.server.url, **environment)
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        if status == 2:
            self.assertRegex(done.stderr, r"^payments: [^\n]+\n$")
        return done.stdout if status < 2 else done.stderr

    def test_from_the_list_to_the_replay(self):
        order = self.charge()
        credit = json.dumps({"order_id": order["id"], "user_id": self.user, "points": 500})
        poisoned = self.put(1, key=self.user, payload='{"points":-5}')
        behind = self.put(2, key=self.user, payload=credit, attempts=0, reason="it came after")

        listed = json.loads(self.command("list", "--json"))["data"]
        self.assertEqual([letter["id"] for letter in listed], [behind, poisoned])
        self.assertEqual({letter["service"] for letter in listed}, {"point"})
        table = self.command("list")
        self.assertIn(poisoned, table)
        self.assertIn("it cannot be read", table)

        shown = json.loads(self.command("show", poisoned, "--json"))
        self.assertEqual(shown["payload"], '{"points":-5}')
        self.assertEqual(shown["waiting"], 1)
        self.assertIn("Behind it 1", self.command("show", poisoned))

        told = self.command("replay", poisoned, "--reason", "in hope", status=1)
        self.assertIn(f"{poisoned} failed again: it cannot be read", told)
        self.assertEqual(json.loads(self.command("show", poisoned, "--json"))["attempts"], 6)

        told = self.command("discard", poisoned, "--reason", "a test's own")
        self.assertIn("still parked of this key: 1", told)
        told = json.loads(self.command("replay", behind, "--reason", "it is fine", "--json"))
        self.assertEqual(told, {"replayed": 1, "failed": None, "reason": None, "left": 0})
        # It had its effect before it was parked: not twice.
        self.assertEqual(self.balance(), 500)
        self.assertIn("there are no dead letters", self.command("list", status=1))
        self.assert_written(poisoned, behind)
        self.command("show", poisoned, status=1)
        self.command("replay", behind, "--reason", "once more", status=1)

    def assert_written(self, poisoned, behind):
        """`payments actions` tells who did what with the letters, and why."""
        listed = json.loads(self.command("--service", "point", "--json", of="actions"))["data"]
        self.assertEqual(
            [(one["action"], one["target"], one["reason"]) for one in listed],
            [("dead_letter.replay", behind, "it is fine"),
             ("dead_letter.discard", poisoned, "a test's own"),
             ("dead_letter.replay", poisoned, "in hope")])
        self.assertEqual({one["actor"] for one in listed}, {"operator"})
        everything = self.command("--target", poisoned, of="actions")
        self.assertIn("a test's own", everything)
        self.assertNotIn("it is fine", everything)
        self.command("--actor", "nobody", of="actions", status=1)
        self.command("--actor", "../root", of="actions", status=2)
        self.command("--service", "nothing", of="actions", status=2)

    def test_what_a_stranger_wrote_is_shown_harmlessly(self):
        strange = self.put(3, key=b"k\xff", type="\x1b[2J\u009b" + "t" * 99, payload=b"\x00\xfe")
        table = self.command("list")
        self.assertNotRegex(table, "[\x00-\x09\x0b-\x1f\x7f-\x9f]")
        self.assertIn("AP4=", self.command("show", strange))
        shown = json.loads(self.command("show", strange, "--json"))
        self.assertEqual((shown["key"], shown["key_encoding"]), ("a/8=", "base64"))
        self.assertEqual((shown["payload"], shown["payload_encoding"]), ("AP4=", "base64"))
        lines = self.command("show", self.put(4, key="k", payload="a\nb\x1b[2J"))
        self.assertIn("a\nb?[2J", lines)

    def test_the_gauge_counts_what_is_parked(self):
        self.put(5, key="k", payload="{")
        self.platform.restart()  # it is counted at the start, and every two seconds
        metrics = self.platform.client().get("/metrics").body.decode()
        self.assertIn('payments_dead_letters{service="point"} 1', metrics)

    def test_every_page_is_listed(self):
        for number in range(1, 206):
            self.put(number, key="k", payload="{")
        self.assertEqual(len(json.loads(self.command("list", "--json"))["data"]), 205)

    def test_a_token_of_ones_own(self):
        self.put(6, key="k", payload="{")
        self.command("list", PAYMENTS_TOKEN=make_token("root", role="admin"))
        self.assertIn("PAYMENTS_TOKEN",
                      self.command("list", status=2, PAYMENTS_TOKEN=make_token("kim")))
        self.assertIn("PAYMENTS_TOKEN", self.command("list", status=2, PAYMENTS_TOKEN="nonsense"))

    def test_bad_use(self):
        some = letter_id(9)
        for arguments in (
            ("list", some), ("show",), ("replay",), ("discard", "--reason", "r"), ("paint",),
            ("show", "ord_1"), ("discard", some), ("replay", some), (),
            ("show", some, "--reason", "r"),
        ):
            with self.subTest(arguments):
                self.command(*arguments, status=2)
        for url in (f"http://127.0.0.1:{free_port()}", "nowhere", self.platform.gateway_url):
            with self.subTest(url):
                done = run("dead-letters", "list", "--url", url, PAYMENTS_JWT_SECRET=SECRET)
                self.assertEqual(done.returncode, 2, done)
                self.assertTrue(re.match(r"payments: [^\n]+\n$", done.stderr), done.stderr)
        self.command("discard", some, "--reason", "r", status=1)


if __name__ == "__main__":
    unittest.main()
