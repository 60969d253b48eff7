"""Two instances of each service, a Kafka broker and a MariaDB under load: any of them is killed and
started again, or a service sleeps for longer than its place in the group is kept. Nothing paid is
lost, nothing is credited twice, and every order ends."""

import os
import random
import signal
import time
import unittest

from buyers import QUICK, SEED, Crowd
from stack_platform import StackPlatform

ROUNDS = int(os.environ.get("PAYMENTS_ROUNDS") or (100 if os.environ.get("PAYMENTS_LONG") else 6))
BUYERS = 6
LOAD_S = (0.5, 3.0)  # between two accidents
DOWN_S = (0.0, 2.0)  # until what was killed is started again
SLEEP_S = 8  # a consumer's place is kept for 6 s


class KillAnything(unittest.TestCase):
    def setUp(self):
        self.platform = StackPlatform(*QUICK, replicas=2)
        self.addCleanup(self.platform.close)
        self.platform.start()
        self.dice = random.Random(SEED)

    def test_killed_under_load(self):
        accidents = []
        with Crowd(self, self.platform, BUYERS) as crowd:
            for round_number in range(ROUNDS):
                time.sleep(self.dice.uniform(*LOAD_S))
                accidents.append(self.accident(round_number))
                print(f"{len(accidents)}/{ROUNDS} {accidents[-1]}, {crowd.bought()} orders",
                      flush=True)
        for processes in (self.platform.servers_below, self.platform.server):
            processes.answer()
        orders = crowd.look()
        self.platform.assert_nothing_was_parked()
        print(f"seed {SEED}, {ROUNDS} rounds, {len(orders)} orders", flush=True)
        self.assertEqual(self.platform.server.stop(), 0)

    def accident(self, round_number):
        """The first rounds see each kind of it; then the dice decide."""
        services = self.platform.server
        below = self.platform.servers_below
        planned = [
            lambda: self.kill(below, "kafka-1"),
            lambda: self.kill(below, "mariadb"),
            lambda: self.sleep(self.dice.choice(services.names())),
            lambda: self.kill(services, self.dice.choice(services.names())),
        ]
        if round_number < len(planned):
            return planned[round_number]()
        return self.dice.choices(planned, weights=(1, 1, 1, 5))[0]()

    def kill(self, processes, name):
        server = processes.kill_one(name)
        time.sleep(self.dice.uniform(*DOWN_S))
        processes.add(server)
        return f"killed {name}"

    def sleep(self, name):
        child = self.platform.server.child(name)
        child.send_signal(signal.SIGSTOP)
        time.sleep(SLEEP_S)
        child.send_signal(signal.SIGCONT)
        return f"put {name} to sleep"


if __name__ == "__main__":
    print(f"seed {SEED} (again by PAYMENTS_SEED), {ROUNDS} rounds", flush=True)
    unittest.main()
