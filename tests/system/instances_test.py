"""Two instances of each service under load: one of each dies for good, and another one is added."""

import unittest

from buyers import QUICK, SEED, Crowd
from stack_platform import StackPlatform

BUYERS = 6
ORDERS_BETWEEN = 150  # so many more orders before and after each change


class Instances(unittest.TestCase):
    def setUp(self):
        self.platform = StackPlatform(*QUICK, replicas=3)  # nginx knows all three of each
        self.addCleanup(self.platform.close)
        self.added = [one for one in self.platform.services if one.name.endswith("-3")]
        self.platform.services = [
            one for one in self.platform.services if not one.name.endswith("-3")]
        self.platform.start()

    def test_one_dies_and_one_is_added(self):
        with Crowd(self, self.platform, BUYERS) as crowd:
            crowd.buy_more(ORDERS_BETWEEN)
            for service in ("order", "point", "order-item", "item"):
                self.platform.server.kill_one(f"{service}-1")
            crowd.buy_more(ORDERS_BETWEEN)
            for server in self.added:
                self.platform.server.add(server)
            self.platform.server.answer()
            crowd.buy_more(ORDERS_BETWEEN)
        orders = crowd.look()
        print(f"seed {SEED}, {len(orders)} orders", flush=True)
        self.platform.assert_nothing_was_parked()
        self.assertEqual(self.platform.server.stop(), 0)


if __name__ == "__main__":
    print(f"seed {SEED} (again by PAYMENTS_SEED)", flush=True)
    unittest.main()
