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

/** What a buyer or an operator does by a control of the sandbox. */
async function control(path, fields) {
  const response = await fetch(`${sandbox}/sandbox/${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(fields),
  });
  assert.ok(response.ok);
  return response.json();
}

const card = {
  pg: "나이스페이", order_name: "정기결제", subscription_id: "sub-1", card_no: "1234567812349012",
  card_pw: "11", card_identity_no: "900101", card_expire_year: "30", card_expire_month: "12",
};

for (const [form, keys] of Object.entries(forms)) {
  test(`${form}: a virtual account is refunded to an account`, async () => {
    Bootpay.setConfiguration(keys);
    await Bootpay.getAccessToken();
    const receiptId = await paid({ method: "vbank" });
    const issued = await Bootpay.receiptPayment(receiptId);
    assert.equal(issued.status, 5);
    assert.match(issued.vbank_data.expired_at, /\+09:00$/);
    await control("deposit", { receipt_id: receiptId });
    const cancel = { receipt_id: receiptId, cancel_username: "관리자", cancel_message: "시험" };
    await refuses(Bootpay.cancelPayment(cancel), "RC_CANCEL_SERVER_ERROR");
    const refund = { bank_account: "110123456789", bank_username: "홍길동", bank_code: "088" };
    assert.equal((await Bootpay.cancelPayment({ ...cancel, refund })).status, 20);
  });

  test(`${form}: a card is stored, charged now and later, and destroyed`, async () => {
    Bootpay.setConfiguration(keys);
    await Bootpay.getAccessToken();
    const issued = await Bootpay.requestSubscribeBillingKey({ ...card, metadata: { user_id: "kim" } });
    assert.equal(issued.status, 11);
    const key = issued.billing_key;
    assert.deepEqual(await Bootpay.lookupSubscribeBillingKey(issued.receipt_id), issued);
    assert.deepEqual(await Bootpay.lookupBillingKey(key), issued);

    const charge = { billing_key: key, order_name: "500 포인트", price: 5000 };
    const order = `sdk-${++orders}`;
    const charged = await Bootpay.requestSubscribeCardPayment({ ...charge, order_id: order });
    assert.equal(charged.status, 1);
    assert.equal(charged.order_id, order);
    assert.equal(charged.card_data.card_no, "12345678****9012");

    const tomorrow = new Date(Date.now() + 86_400_000);
    const later = await Bootpay.subscribePaymentReserve({
      ...charge, order_id: `sdk-${++orders}`, reserve_execute_at: tomorrow,
    });
    assert.equal((await Bootpay.subscribePaymentReserveLookup(later.reserve_id)).status, 0);
    assert.deepEqual(await Bootpay.cancelSubscribeReserve(later.reserve_id), {
      reserve_id: later.reserve_id, success: true,
    });
    assert.equal((await Bootpay.subscribePaymentReserveLookup(later.reserve_id)).status, 20);

    const due = await Bootpay.subscribePaymentReserve({
      ...charge, order_id: `sdk-${++orders}`, reserve_execute_at: new Date(),
    });
    const deadline = Date.now() + 30_000;
    let ran;
    do {
      ran = await Bootpay.subscribePaymentReserveLookup(due.reserve_id);
    } while (ran.status !== 1 && Date.now() < deadline);
    assert.equal((await Bootpay.receiptPayment(ran.receipt_id)).price, 5000);

    assert.deepEqual(await Bootpay.destroyBillingKey(key), { billing_key: key });
    const dead = Bootpay.requestSubscribePayment({ ...charge, order_id: `sdk-${++orders}` });
    await refuses(dead, "SUBSCRIBE_BK_EXPIRED");
  });

  test(`${form}: a bank account is stored with its holder's consent`, async () => {
    Bootpay.setConfiguration(keys);
    await Bootpay.getAccessToken();
    const asked = await Bootpay.requestSubscribeAutomaticTransferBillingKey({
      pg: "나이스페이", order_name: "정기결제", subscription_id: "sub-2", username: "홍길동",
      bank_name: "국민", bank_account: "1234567890", identity_no: "900101", auth_type: "ARS",
    });
    assert.equal(asked.status, 41);
    await refuses(
      Bootpay.lookupSubscribeBillingKey(asked.receipt_id), "SUBSCRIBE_PUBLISH_NOT_READY");
    const issued = await Bootpay.publishAutomaticTransferBillingKey(asked.receipt_id);
    assert.equal(issued.status, 11);
    assert.equal(issued.billing_data.username, "홍길동");
  });

  test(`${form}: what is asked of no billing key is refused`, async () => {
    Bootpay.setConfiguration(keys);
    await Bootpay.getAccessToken();
    await refuses(Bootpay.lookupSubscribeBillingKey(await paid()), "RC_NOT_SUBSCRIBE");
    await refuses(Bootpay.lookupBillingKey("000000000000000000000000"), "RC_NOT_FOUND");
    const expired = { ...card, card_expire_month: "13" };
    await refuses(Bootpay.requestSubscribeBillingKey(expired), "RC_INVALID_EXP_MONTH");
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
