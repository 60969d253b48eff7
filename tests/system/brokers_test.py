"""Three Kafka brokers, each topic kept by all and safe with two: one of them dies for good, and no
client sees an error."""

import random
import unittest

from buyers import QUICK, SEED, Crowd
from platform_process import wait_for
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
            self.let_them_buy(crowd)
            self.platform.servers_below.kill_one(victim)
            self.let_them_buy(crowd)
        self.assertEqual(crowd.disturbed(), [])
        orders = crowd.look()
        self.platform.assert_nothing_was_parked()
        print(f"seed {SEED}, {victim} died, {len(orders)} orders", flush=True)

    def let_them_buy(self, crowd):
        enough = crowd.bought() + ORDERS_BETWEEN
        wait_for(lambda: crowd.bought() >= enough, f"{enough} orders", 120)


if __name__ == "__main__":
    print(f"seed {SEED} (again by PAYMENTS_SEED)", flush=True)
    unittest.main()
