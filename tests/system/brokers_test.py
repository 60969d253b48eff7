"""Three Kafka brokers, each topic kept by all and safe with two: one of them dies for good, and no
client sees an error."""

import random
import unittest

from buyers import QUICK, SEED, Crowd
from stack_platform import StackPlatform

BUYERS = 4
ORDERS_BETWEEN = 100


class Brokers(unittest.TestCase):
    def setUp(self):
        self.platform = StackPlatform(*QUICK, brokers=3)
        self.addCleanup(self.platform.close)
        self.platform.start()

    def test_one_dies_for_good(self):
        victim = f"kafka-{random.Random(SEED).randint(1, 3)}"
        with Crowd(self, self.platform, BUYERS) as crowd:
            crowd.buy_more(ORDERS_BETWEEN)
            self.platform.servers_below.kill_one(victim)
            crowd.buy_more(ORDERS_BETWEEN)
        self.assertEqual(crowd.disturbed(), [])
        orders = crowd.look()
        self.platform.assert_nothing_was_parked()
        print(f"seed {SEED}, {victim} died, {len(orders)} orders", flush=True)


if __name__ == "__main__":
    print(f"seed {SEED} (again by PAYMENTS_SEED)", flush=True)
    unittest.main()
