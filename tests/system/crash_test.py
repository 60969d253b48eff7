"""`payments serve` is killed at random moments under load. Nothing paid is lost, nothing is
credited twice, and after the last restart every order ends and the books balance."""

import os
import random
import time
import unittest

from buyers import QUICK, SEED, Crowd
from engine import Platform

ROUNDS = 100 if os.environ.get("PAYMENTS_LONG") else 8
BUYERS = 6
LONGEST_ROUND_S = 2.0


class CrashTest(unittest.TestCase):
    def setUp(self):
        self.platform = Platform(*QUICK, own_sandbox=True)
        self.addCleanup(self.platform.close)
        self.platform.start()

    def test_killed_under_load(self):
        dice = random.Random(SEED)
        with Crowd(self, self.platform, BUYERS) as crowd:
            for _ in range(ROUNDS):
                time.sleep(dice.uniform(0.05, LONGEST_ROUND_S))  # the moment of the crash
                self.platform.server.kill()
                self.platform.start_server()
        orders = crowd.look()
        print(f"seed {SEED}, {ROUNDS} rounds, {len(orders)} orders", flush=True)
        self.assertEqual(self.platform.server.stop(), 0)


if __name__ == "__main__":
    print(f"seed {SEED} (again by PAYMENTS_SEED), {ROUNDS} rounds", flush=True)
    unittest.main()
