"""Bootpay's official Python SDK, unchanged, against the sandbox, as sdk_test.mjs does with the one
for Node. SANDBOX_URL names the sandbox."""

import datetime
import json
import os
import time
import unittest
import urllib.request

from bootpay_backend import BootpayBackend

SANDBOX = os.environ["SANDBOX_URL"]
BootpayBackend.BASE_URL["production"] = f"{SANDBOX}/v2"
NOWHERE = "000000000000000000000000"


def control(path, **fields):
    """One of the sandbox's controls: what a buyer does in the browser."""
    request = urllib.request.Request(f"{SANDBOX}/sandbox/{path}", json.dumps(fields).encode(),
                                     {"content-type": "application/json"})
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)


def paid(order_id, **more):
    return control("pay", order_id=order_id, price=1000, order_name="500 포인트", **more)[
        "receipt_id"]


class Sdk:
    """The tests, for each way to sign in."""

    def setUp(self):
        self.bootpay = BootpayBackend(**self.keys)
        self.bootpay.get_access_token()

    def refused(self, answer, error_code):
        """The SDK hands an error out as it came."""
        self.assertEqual(answer.get("error_code"), error_code, answer)
        self.assertIsInstance(answer["message"], str)

    def test_look_up_confirm_and_cancel(self):
        receipt_id = paid("python-1", separately_confirmed=True, user_id="kim")
        waiting = self.bootpay.receipt_payment(receipt_id)
        self.assertEqual((waiting["status"], waiting["metadata"]), (2, {"user_id": "kim"}))
        self.assertEqual(self.bootpay.confirm_payment(receipt_id)["status"], 1)
        part = self.bootpay.cancel_payment(receipt_id, cancel_id="part-1", cancel_price=300)
        self.assertEqual((part["status"], part["cancelled_price"]), (1, 300))
        again = self.bootpay.cancel_payment(receipt_id, cancel_id="part-1", cancel_price=300)
        self.refused(again, "RC_ALREADY_CANCELLED")
        self.refused(self.bootpay.cancel_payment(receipt_id, cancel_price=701),
                     "RC_CANCEL_SERVER_ERROR")
        whole = self.bootpay.cancel_payment(receipt_id)
        self.assertEqual((whole["status"], whole["cancelled_price"]), (20, 1000))
        self.refused(self.bootpay.cancel_payment(receipt_id), "RC_ALREADY_CANCELLED")

    def test_a_virtual_account_is_refunded_to_an_account(self):
        receipt_id = paid("python-2", method="vbank")
        issued = self.bootpay.receipt_payment(receipt_id)
        self.assertEqual(issued["status"], 5)
        self.assertIn("expired_at", issued["vbank_data"])
        control("deposit", receipt_id=receipt_id)
        self.refused(self.bootpay.cancel_payment(receipt_id), "RC_CANCEL_SERVER_ERROR")
        refund = {"bank_account": "110123456789", "bank_username": "홍길동", "bank_code": "088"}
        self.assertEqual(self.bootpay.cancel_payment(receipt_id, refund=refund)["status"], 20)

    def test_a_card_is_stored_charged_and_destroyed(self):
        issued = self.bootpay.request_subscribe_billing_key(
            pg="나이스페이", order_name="정기결제", subscription_id="sub-1",
            card_no="1234567812349012", card_pw="11", card_identity_no="900101",
            card_expire_year="30", card_expire_month="12", metadata={"user_id": "kim"})
        self.assertEqual((issued["status"], issued["metadata"]), (11, {"user_id": "kim"}))
        key = issued["billing_key"]
        self.assertEqual(self.bootpay.lookup_billing_key(key), issued)
        by_receipt = self.bootpay.lookup_subscribe_billing_key(issued["receipt_id"])
        self.assertEqual(by_receipt, issued)
        charge = {"billing_key": key, "order_name": "500 포인트", "price": 5000}
        charged = self.bootpay.request_subscribe_card_payment(order_id="python-3", **charge)
        self.assertEqual((charged["status"], charged["order_id"]), (1, "python-3"))
        self.check_reservations(charge)
        self.assertEqual(self.bootpay.destroy_billing_key(key), {"billing_key": key})
        self.refused(self.bootpay.request_subscribe_payment(order_id="python-4", **charge),
                     "SUBSCRIBE_BK_EXPIRED")

    def check_reservations(self, charge):
        now = datetime.datetime.now(datetime.timezone.utc)
        reserve = self.bootpay.subscribe_payment_reserve
        later = reserve(order_id="python-5", **charge,
                        reserve_execute_at=(now + datetime.timedelta(days=1)).isoformat())
        look_up = self.bootpay.subscribe_payment_reserve_lookup
        self.assertEqual(look_up(later["reserve_id"])["status"], 0)
        self.assertEqual(self.bootpay.cancel_subscribe_reserve(later["reserve_id"]),
                         {"reserve_id": later["reserve_id"], "success": True})
        self.assertEqual(look_up(later["reserve_id"])["status"], 20)
        due = reserve(order_id="python-6", reserve_execute_at=now.isoformat(), **charge)
        deadline = time.monotonic() + 30
        while look_up(due["reserve_id"])["status"] != 1 and time.monotonic() < deadline:
            pass
        ran = self.bootpay.receipt_payment(look_up(due["reserve_id"])["receipt_id"])
        self.assertEqual((ran["order_id"], ran["price"]), ("python-6", 5000))

    def test_a_bank_account_is_stored_with_its_holders_consent(self):
        asked = self.bootpay.request_subscribe_automatic_transfer_billing_key(
            pg="나이스페이", order_name="정기결제", subscription_id="sub-2", username="홍길동",
            bank_name="국민", bank_account="1234567890", identity_no="900101")
        self.assertEqual(asked["status"], 41)
        self.refused(self.bootpay.lookup_subscribe_billing_key(asked["receipt_id"]),
                     "SUBSCRIBE_PUBLISH_NOT_READY")
        issued = self.bootpay.publish_automatic_transfer_billing_key(asked["receipt_id"])
        self.assertEqual((issued["status"], issued["billing_data"]["username"]), (11, "홍길동"))

    def test_refusals_are_error_objects(self):
        self.refused(self.bootpay.receipt_payment(NOWHERE), "RC_NOT_FOUND")
        self.refused(self.bootpay.confirm_payment(paid("python-7")), "RC_NOT_CONFIRM_READY")
        self.refused(self.bootpay.lookup_subscribe_billing_key(paid("python-8")),
                     "RC_NOT_SUBSCRIBE")
        self.refused(self.bootpay.certificate(NOWHERE), "API_NOT_FOUND")


class WithAccessToken(Sdk, unittest.TestCase):
    keys = {"application_id": "sandbox", "private_key": "sandbox"}


class WithClientKey(Sdk, unittest.TestCase):
    keys = {"client_key": "sandbox", "secret_key": "sandbox"}


if __name__ == "__main__":
    unittest.main()
