"""Time passes in a moment, on every process: what waits for it happens, nobody is logged out."""

import unittest

from platform_case import PlatformTest
from platform_process import wait_for


class TestClockTest(PlatformTest):
    flags = ("--poll-after", "1s")
    test_clock = True

    def test_an_unpaid_order_expires(self):
        order = self.place()
        self.assertEqual(order["status"], "PENDING")
        self.platform.advance_clock(31 * 60)
        self.assertEqual(self.client.final(order["id"])["status"], "EXPIRED")

    def test_what_is_bought_later_is_whole(self):
        self.platform.advance_clock(365 * 24 * 60 * 60)
        year = self.charge()["created_at"][:4]
        self.platform.advance_clock(365 * 24 * 60 * 60)
        self.assertEqual(int(self.charge()["created_at"][:4]), int(year) + 1)
        self.assertEqual(self.balance(), 1000)

    def test_a_restart_goes_on_ahead(self):
        self.platform.advance_clock(24 * 60 * 60)
        before = self.charge()["created_at"]
        self.assertEqual(self.platform.restart(), 0)
        self.assertGreater(self.charge()["created_at"], before)
        listed = wait_for(lambda: self.client.get("/v1/orders").json["data"], "the orders")
        self.assertEqual([order["status"] for order in listed], ["SUCCESS"] * 2)


if __name__ == "__main__":
    unittest.main()
