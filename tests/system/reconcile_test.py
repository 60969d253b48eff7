"""The gateway's records are altered behind the system's back, in every way there is: `payments
reconcile` mends what has one right answer, lists the rest, and then finds nothing more."""

import datetime
import json
import unittest

from engine import STACK
from platform_case import PlatformTest
from platform_process import run, wait_for

CLEAN, NEEDS_SOMEBODY, COULD_NOT = 0, 1, 2
# Nobody else shall be quicker: neither the poller nor a run on a schedule.
QUIET = ("--poll-after", "1h", "--reconcile-every", "0")


def moment():
    return datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="milliseconds")


class ReconcileCase(PlatformTest):
    flags = QUIET

    def setUp(self):
        super().setUp()
        self.since = moment()

    def reconcile(self, *flags):
        """The exit status, and the findings of a run over this test's orders."""
        done = run(
            "reconcile", "--url", f"http://127.0.0.1:{self.platform.port}", "--json",
            "--from", self.since, "--to", moment(), *flags,
            PAYMENTS_TOKEN=self.platform.token("operator", role="admin"))
        self.assertNotEqual(done.returncode, COULD_NOT, done.stderr)
        report = json.loads(done.stdout)
        findings = report["findings"]
        self.assertEqual(report["reconciliation"]["status"], "done")
        self.assertEqual(done.returncode, NEEDS_SOMEBODY if any(
            not finding["mended"] for finding in findings) else CLEAN, report)
        return findings

    def assert_mends(self, kind, order_id, more=()):
        findings = self.reconcile()
        self.assertEqual({(one["kind"], one["order_id"], one["mended"]) for one in findings},
                         {(name, order_id, True) for name in (kind, *more)}, findings)
        self.assertEqual(self.reconcile(), [])

    def assert_lists(self, kind, order_id):
        """It needs somebody, and is listed each time, with what mends it."""
        for _ in range(2):
            finding, = self.reconcile()
            self.assertEqual((finding["kind"], finding["order_id"], finding["mended"]),
                             (kind, order_id, False), finding)
            self.assertTrue(finding["command"], finding)

    def alter(self, receipt_id, method="POST", below="", **change):
        answer = self.sandbox.call(
            method, f"/sandbox/receipts/{receipt_id}{below}", change if change else None)
        self.assertLess(answer.status, 300, answer)

    def pay_unseen(self, order, price=None):
        return self.platform.pay(order["id"], price or order["amount"], self.user,
                                 confirmed_later=False, silent=True)

    def order(self, order):
        return self.expect(self.client.get(f"/v1/orders/{order['id']}"), 200)

    def assert_status(self, order, status):
        self.assertEqual(self.order(order)["status"], status)


class MendedTest(ReconcileCase):
    def test_paid_there_and_pending_here(self):
        order = self.place()
        self.pay_unseen(order)
        self.assert_mends("paid_unconfirmed", order["id"])
        self.assert_status(order, "SUCCESS")
        self.assertEqual(self.balance(), order["points"])

    def test_paid_there_with_another_amount(self):
        order = self.place()
        receipt = self.pay_unseen(order, price=order["amount"] - 1)
        self.assert_mends("amount_differs", order["id"])
        self.assert_status(order, "FAIL")
        self.assertEqual(self.platform.receipt(receipt)["status"], 20)

    def test_paid_twice(self):
        order = self.charge()
        second = self.pay_unseen(order)
        self.assert_mends("second_payment", order["id"])
        self.assertEqual(self.platform.receipt(second)["status"], 20)
        self.assertEqual(self.platform.receipt(order["receipt_id"])["status"], 1)
        self.assertEqual(self.balance(), order["points"])

    def test_canceled_in_the_back_office(self):
        order = self.charge()
        self.alter(order["receipt_id"], status=20)
        self.assert_mends("canceled_at_gateway", order["id"])
        self.assert_status(order, "CANCELED")
        self.assertEqual(self.balance(), 0)

    def test_canceled_in_part_in_the_back_office(self):
        order = self.charge()
        self.alter(order["receipt_id"], canceled_price=1000)
        self.assert_mends("canceled_at_gateway", order["id"])
        self.assert_status(order, "SUCCESS")
        self.assertEqual(self.order(order)["canceled_amount"], 1000)
        self.assertEqual(self.balance(), order["points"] - 100)

    def test_canceled_in_the_back_office_after_its_points_were_spent(self):
        episode = self.sell(kind="content", name="1화", amount=3000, point_price=300)
        order = self.charge()
        bought = self.expect(self.client.post(
            "/v1/orders", {"item_id": episode["id"], "payment_method": "points"}), 201)
        self.assertEqual(self.client.final(bought["id"])["status"], "SUCCESS")
        self.alter(order["receipt_id"], status=20)
        self.assert_mends("canceled_at_gateway", order["id"])
        self.assert_status(order, "CANCELED")
        wallet = self.expect(self.client.get("/v1/points"), 200)
        self.assertEqual((wallet["balance"], wallet["owed"]), (0, 300))

    def test_what_expired_there_is_no_difference(self):
        order = self.place()
        receipt = self.platform.pay(order["id"], order["amount"], self.user, silent=True)
        self.alter(receipt, below="/expire")
        self.assertEqual(self.reconcile(), [])
        self.assert_status(order, "PENDING")


class ListedTest(ReconcileCase):
    def test_another_price(self):
        order = self.charge()
        self.alter(order["receipt_id"], price=order["amount"] + 1)
        self.assert_lists("amount_differs", order["id"])
        self.alter(order["receipt_id"], price=order["amount"])
        self.assertEqual(self.reconcile(), [])

    def test_never_charged(self):
        order = self.charge()
        self.alter(order["receipt_id"], status=-2)
        self.assert_lists("not_charged", order["id"])
        self.alter(order["receipt_id"], status=1)
        self.assertEqual(self.reconcile(), [])

    def test_a_payment_for_nobody(self):
        receipt = self.platform.pay("ord_of_another_shop", 700, self.user, confirmed_later=False)
        wait_for(lambda: [one["kind"] for one in self.reconcile()] == ["unclaimed"],
                 "the webhook was looked up")
        self.assert_lists("unclaimed", "ord_of_another_shop")
        self.alter(receipt, status=20)
        self.assertEqual(self.reconcile(), [])

    def test_a_refund_that_is_refused(self):
        order = self.place()
        receipt = self.pay_unseen(order, price=order["amount"] - 1)
        self.platform.fault("refuse_cancel")
        kinds = sorted((one["kind"], one["mended"]) for one in self.reconcile())
        self.assertEqual(kinds, [("amount_differs", True), ("refund_refused", False)])
        self.assert_lists("refund_refused", order["id"])
        admin = self.platform.client("operator", role="admin")
        self.expect(admin.post(f"/v1/admin/order/orders/{order['id']}/retry",
                               {"reason": "the gateway is open again"}), 202)
        self.assertEqual(self.client.final(order["id"])["status"], "FAIL")
        self.assertEqual(self.platform.receipt(receipt)["status"], 20)
        self.assertEqual(self.reconcile(), [])

    def test_a_gateway_that_does_not_answer(self):
        order = self.charge()
        self.platform.fault("http_500", times=None)
        finding, = self.reconcile()
        self.assertEqual((finding["kind"], finding["order_id"]), ("gateway_silent", order["id"]))
        self.sandbox.call("DELETE", "/sandbox/faults")
        # The client spares a gateway that fails again and again for a moment.
        wait_for(lambda: self.reconcile() == [], "the gateway is asked again")


class ForgottenTest(ReconcileCase):
    audited = False  # the gateway does not know what an order was paid with

    def test_a_receipt_the_gateway_does_not_know(self):
        order = self.charge()
        self.alter(order["receipt_id"], method="DELETE")
        self.assert_lists("unknown_receipt", order["id"])


class CommandTest(ReconcileCase):
    def command(self, *flags, **environment):
        return run("reconcile", "--url", f"http://127.0.0.1:{self.platform.port}", *flags,
                   **environment)

    def test_the_report_is_for_people_and_in_a_file(self):
        order = self.place()
        self.pay_unseen(order)
        file = self.platform.folder / "report.txt"
        done = self.command("--from", self.since, "--to", moment(), "--report", str(file),
                            PAYMENTS_TOKEN=self.platform.token("operator", role="admin"))
        self.assertEqual(done.returncode, CLEAN, done.stderr)
        self.assertRegex(done.stdout, f"paid_unconfirmed +yes +{order['id']}")
        self.assertIn("1 findings mended, 0 need somebody", done.stdout)
        self.assertEqual(file.read_text(), done.stdout)
        self.assertEqual(done.stderr, "")
        admin = self.platform.client("operator", role="admin")
        actions = self.expect(admin.get("/v1/admin/order/actions"), 200)["data"]
        self.assertEqual(actions[0]["action"], "order.reconcile")
        if not STACK:  # there it is the leading process's to tell
            wait_for(lambda: 'payments_reconcile_findings{state="mended"} 1' in
                     self.platform.client().get("/metrics").body.decode(), "the metric")

    def test_what_cannot_be_run(self):
        admin = {"PAYMENTS_TOKEN": self.platform.token("operator", role="admin")}
        user = {"PAYMENTS_TOKEN": self.platform.token("kim")}
        self.assertEqual(self.command(**user).returncode, COULD_NOT)
        self.assertEqual(self.command("--from", "yesterday", **admin).returncode, COULD_NOT)
        self.assertEqual(self.command("--url", "http://127.0.0.1:1", **admin).returncode, COULD_NOT)


class AfterACrashTest(ReconcileCase):
    def test_a_run_goes_on(self):
        orders = [self.place() for _ in range(3)]
        for order in orders:
            self.pay_unseen(order)
        self.platform.fault("delay", times=None, delay_ms=1500)
        admin = self.platform.client("operator", role="admin")
        asked = self.expect(admin.post("/v1/admin/order/reconciliations",
                                       {"from": self.since, "to": moment()}), 202)
        self.expect(admin.post("/v1/admin/order/reconciliations"), 409, "CONFLICT")
        self.platform.server.kill()
        self.platform.start_server()
        self.sandbox.call("DELETE", "/sandbox/faults")
        path = f"/v1/admin/order/reconciliations/{asked['id']}"
        wait_for(lambda: admin.get(path).json.get("status") == "done", "it goes on", seconds=60)
        for order in orders:
            self.assert_status(order, "SUCCESS")
        self.assertEqual(self.reconcile(), [])


if __name__ == "__main__":
    unittest.main()
