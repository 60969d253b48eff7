"""Messages that cannot be handled, over Kafka and MariaDB: other keys flow on, the message lands on
its .dead topic and in the table, and once the cause is gone a replay gives it its effect, once."""

import json
import subprocess
import unittest

from mariadb_client import sql
from platform_case import PlatformTest
from platform_process import SECRET, run, wait_for

COMMANDS = "payments.point.commands"


class Poison(PlatformTest):
    flags = ("--resend-after", "2s")

    @property
    def broker(self):
        return f"127.0.0.1:{self.platform.ports.kafka}"

    def produce(self, key, value, *headers):
        flags = [word for header in headers for word in ("-H", header)]
        subprocess.run(
            ["kcat", "-b", self.broker, "-P", "-t", COMMANDS, "-k", key, *flags],
            input=value, check=True, timeout=30)

    def announced(self):
        """What stands on the .dead topic."""
        done = subprocess.run(
            ["kcat", "-b", self.broker, "-C", "-t", f"{COMMANDS}.dead", "-o", "beginning", "-e",
             "-q", "-J"], capture_output=True, check=True, timeout=30)
        return [json.loads(line) for line in done.stdout.decode(errors="replace").splitlines()]

    def letters(self, *arguments):
        done = run("dead-letters", *arguments, "--json", "--url",
                   f"http://127.0.0.1:{self.platform.port}", PAYMENTS_JWT_SECRET=SECRET)
        self.assertIn(done.returncode, (0, 1), done.stderr)  # 1: there is none
        return json.loads(done.stdout)

    def parked(self, key):
        listed = self.letters("list")["data"]
        return [letter for letter in reversed(listed) if letter["key"] == key]

    def test_a_message_nobody_understands(self):
        self.produce("stranger", b"\xff not JSON", "ce_type=point.credit")
        self.charge()  # others flow on meanwhile
        letter = wait_for(lambda: self.parked("stranger"), "it is parked", 60)[0]
        shown = self.letters("show", letter["id"])
        self.assertEqual(shown["topic"], COMMANDS)
        dead = wait_for(
            lambda: [one for one in self.announced() if one["key"] == "stranger"], "announced")
        headers = dict(zip(dead[0]["headers"][::2], dead[0]["headers"][1::2]))
        self.assertEqual(headers["dead-service"], "point")
        self.assertTrue(headers["dead-reason"])
        self.letters("discard", letter["id"], "--reason", "a test's")
        self.assertEqual(self.parked("stranger"), [])

    def test_replayed_once_the_cause_is_gone(self):
        database = self.platform.ports.mariadb
        sql(database, f"""CREATE TRIGGER payments_point.cause BEFORE INSERT
            ON payments_point.ledger_entry FOR EACH ROW
            SET NEW.account = IF(NEW.user_id = '{self.user}', NULL, NEW.account)""")
        order = self.place()
        receipt = self.platform.pay(order["id"], order["amount"], self.user)
        path = f"/v1/orders/{order['id']}/confirm"
        self.expect(self.client.post(path, {"receipt_id": receipt}), 200)
        stranger = self.platform.client("somebody-else")
        self.charge(stranger, "somebody-else")
        letters = wait_for(lambda: self.parked(self.user), "it is parked", 60)
        # The order asked again meanwhile: that stands behind, untried.
        wait_for(lambda: len(self.parked(self.user)) > 1, "what came after is behind it", 60)
        self.assertEqual(self.balance(), 0)

        sql(database, "DROP TRIGGER payments_point.cause")
        [failed] = [letter for letter in letters if letter["attempts"] > 0]
        self.letters("replay", failed["id"], "--reason", "the cause is gone")
        self.assertEqual(self.client.final(order["id"])["status"], "SUCCESS")
        wait_for(lambda: not self.parked(self.user), "the key is free", 60)
        self.assertEqual(self.balance(), order["points"])
        self.assertEqual(len(self.ledger()), 1)
        announced = [one for one in self.announced() if one["key"] == self.user]
        self.assertEqual(len(announced), 1, "only the message that failed")


if __name__ == "__main__":
    unittest.main()
