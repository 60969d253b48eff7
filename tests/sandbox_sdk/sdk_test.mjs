// Bootpay's official SDK, unchanged, against the sandbox: what it reads from Bootpay it must be
// able to read from us. SANDBOX_URL names the sandbox.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Bootpay } from "@bootpay/backend-js";

const sandbox = process.env.SANDBOX_URL;
assert.ok(sandbox, "SANDBOX_URL must name the sandbox");
Bootpay.API_ENTRYPOINTS.production = `${sandbox}/v2`;

const forms = {
  "access token": { application_id: "sandbox", private_key: "sandbox" },
  "client key": { client_key: "sandbox", secret_key: "sandbox" },
};

let orders = 0;

/** A buyer pays, as in the browser. The receipt's id. */
async function paid(more = {}) {
  const response = await fetch(`${sandbox}/sandbox/pay`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      order_id: `sdk-${++orders}`, price: 1000, order_name: "500 포인트", ...more,
    }),
  });
  assert.equal(response.status, 201);
  return (await response.json()).receipt_id;
}

/** The SDK rejects with the error object itself. */
function refuses(call, errorCode) {
  return assert.rejects(call, (error) => {
    assert.equal(error.error_code, errorCode);
    assert.equal(typeof error.message, "string");
    return true;
  });
}

for (const [form, keys] of Object.entries(forms)) {
  test(`${form}: look up, confirm, cancel in parts and whole`, async () => {
    Bootpay.setConfiguration(keys);
    const token = await Bootpay.getAccessToken();
    assert.equal(token.expire_in > 0, form === "access token");

    const receiptId = await paid({ separately_confirmed: true, user_id: "kim" });
    const waiting = await Bootpay.receiptPayment(receiptId);
    assert.equal(waiting.status, 2);
    assert.equal(waiting.price, 1000);
    assert.deepEqual(waiting.metadata, { user_id: "kim" });
    assert.deepEqual((await Bootpay.receiptPayment(receiptId, true)).user, { id: "kim" });

    const confirmed = await Bootpay.confirmPayment(receiptId);
    assert.equal(confirmed.status, 1);
    assert.equal(confirmed.status_locale, "결제완료");
    assert.equal(confirmed.order_name, "500 포인트");
    assert.match(confirmed.purchased_at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+09:00$/);
    assert.equal(confirmed.card_data.card_no, "12345678****9012");

    const request = { receipt_id: receiptId, cancel_username: "관리자", cancel_message: "시험" };
    const first = { ...request, cancel_price: 300, cancel_id: "part-1" };
    const part = await Bootpay.cancelPayment(first);
    assert.equal(part.status, 1);
    assert.equal(part.cancelled_price, 300);
    await refuses(Bootpay.cancelPayment(first), "RC_ALREADY_CANCELLED");
    const tooMuch = { ...request, cancel_price: 701 };
    await refuses(Bootpay.cancelPayment(tooMuch), "RC_CANCEL_SERVER_ERROR");
    const whole = await Bootpay.cancelPayment(request);
    assert.equal(whole.status, 20);
    assert.equal(whole.cancelled_price, 1000);
    await refuses(Bootpay.cancelPayment(request), "RC_ALREADY_CANCELLED");
  });

  test(`${form}: refusals arrive as error objects`, async () => {
    Bootpay.setConfiguration(keys);
    await Bootpay.getAccessToken();
    await refuses(Bootpay.receiptPayment("000000000000000000000000"), "RC_NOT_FOUND");
    await refuses(Bootpay.confirmPayment(await paid()), "RC_NOT_CONFIRM_READY");
    await refuses(Bootpay.certificate("000000000000000000000000"), "API_NOT_FOUND");
  });
}

test("the token for a user is given to an access token alone", async () => {
  Bootpay.setConfiguration(forms["access token"]);
  await Bootpay.getAccessToken();
  assert.ok((await Bootpay.requestUserToken({ user_id: "kim" })).user_token);
  Bootpay.setConfiguration(forms["client key"]);
  await refuses(Bootpay.requestUserToken({ user_id: "kim" }), "TOKEN_KEY_INVALID");
});

test("wrong keys are refused in both forms", async () => {
  Bootpay.setConfiguration({ application_id: "sandbox", private_key: "wrong" });
  await refuses(Bootpay.getAccessToken(), "APP_SK_NOT_MATCHED");
  Bootpay.setConfiguration({ client_key: "wrong", secret_key: "sandbox" });
  await refuses(Bootpay.receiptPayment("000000000000000000000000"), "APP_KEY_NOT_FOUND");
});
