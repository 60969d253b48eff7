// What happens between a reader, the payment window and the server: refusals, detours, outages.

import assert from "node:assert/strict";
import { before, test } from "node:test";
import { browser, expectAccessible, expectFits, expectQuiet, picture, start } from "./harness.mjs";
import { badge, look, open, order, paymentWindow, sellBonus, shownOrder, step, submit } from "./shopper.mjs";

let shop;
let bonus;

before(async () => {
  shop = await start();
  bonus = await sellBonus(shop);
});

test("a declined payment is said, and another goes through", async () => {
  const page = await open(shop, "declined", { width: 360 });
  await order(page, "여름 꾸러미");
  await shop.sandbox("POST", "/sandbox/faults", { fault: "decline_confirm", times: 1 });
  await paymentWindow(page).locator("#pay").click();
  await page.locator(".note.bad", { hasText: "거절" }).waitFor();
  await look(page, "declined");
  await page.locator("button.pay").click();
  await paymentWindow(page).locator("#pay").click();
  await step(page, "order_item", "done").waitFor();
  expectQuiet(page, /422/);
});

test("a closed window leaves an order that is paid later, from its own address", async () => {
  const page = await open(shop, "later", { width: 360 });
  await order(page, "여름 꾸러미");
  await paymentWindow(page).locator("#cancel").click();
  await page.locator(".note.wait", { hasText: "닫았습니다" }).waitFor();
  await look(page, "closed");
  const id = shownOrder(page);
  await page.locator(".top").getByRole("link", { name: "주문 내역" }).click();
  await page.locator(".entries .badge.wait").waitFor();

  const another = await open(shop, "later", { width: 360 }, "/");
  await another.goto(`${shop.url}/#/orders/${id}`);
  await another.locator("button.pay").click();
  await paymentWindow(another).locator("#pay").click();
  await step(another, "order_item", "done").waitFor();
  expectQuiet(page);
  expectQuiet(another);
});

test("who asks for money by virtual account is told where to, and sees it arrive", async () => {
  const page = await open(shop, "depositor", { width: 360 });
  await order(page, "여름 꾸러미");
  await paymentWindow(page).locator("input[value=vbank]").check();
  await paymentWindow(page).locator("#pay").click();
  await page.locator(".note.info").waitFor();
  await look(page, "deposit");
  const { receipt_id } = await shop.api("GET", `/v1/orders/${shownOrder(page)}`);
  await shop.sandbox("POST", "/sandbox/deposit", { receipt_id });
  await step(page, "order_item", "done").waitFor();

  // Its money has nowhere to go back to unless one says so.
  await page.locator(".order button.secondary").click();
  await page.locator("dialog .preview .total").waitFor();
  await submit(page);
  await page.locator("dialog input[name=bank_code]").fill("004");
  await page.locator("dialog input[name=account]").fill("12345678901234");
  await page.locator("dialog input[name=holder]").fill("홍길동");
  await look(page, "refund-account", { fullPage: false });
  await submit(page);
  await badge(page, "idle").waitFor();
  expectQuiet(page, /422/);
});

test("an order that fails says why, and that nothing is lost", async () => {
  const buyer = { user: "cheat", role: "user" };
  const placed = await shop.api("POST", "/v1/orders", { item_id: bonus.id }, buyer);
  const { receipt_id } = await shop.sandbox("POST", "/sandbox/pay", {
    order_id: placed.id, price: 100, user_id: "cheat",
  });
  const page = await open(shop, "cheat", { width: 360 }, `/?event=done&receipt_id=${receipt_id}&order_id=${placed.id}`);
  await badge(page, "bad").waitFor();
  await page.locator(".note.bad").waitFor();
  await look(page, "failed");
  expectQuiet(page, /422/);  // unless the webhook was there first
});

test("an order somebody else placed, or nobody, is not there", async () => {
  const bought = await shop.buy("owner", bonus.id);
  const page = await open(shop, "stranger");
  await page.goto(`${shop.url}/#/orders/${bought.id}`);
  await page.getByText("이런 주문이 없습니다").waitFor();
  await look(page, "unknown");
  expectQuiet(page, /404/);
});

test("a payment that left the page and comes back to it is confirmed", async () => {
  const buyer = { user: "phone", role: "user" };
  const placed = await shop.api("POST", "/v1/orders", { item_id: bonus.id }, buyer);
  const { receipt_id } = await shop.sandbox("POST", "/sandbox/pay", {
    order_id: placed.id, price: placed.amount, separately_confirmed: true, user_id: "phone",
  });
  const back = `/?event=confirm&receipt_id=${receipt_id}&order_id=${placed.id}`;
  const page = await open(shop, "phone", { width: 360 }, back);
  await step(page, "order_item", "done").waitFor();
  assert.equal(page.url(), `${shop.url}/#/orders/${placed.id}`);
  expectQuiet(page);
});

test("the server is gone for a while: the page says so, and the order still ends well", async () => {
  const own = await start();
  const page = await browser.page({ width: 360 });
  await page.goto(own.page("/", await own.token("patient")));
  await page.locator(".packages button").first().click();
  await submit(page);
  await paymentWindow(page).locator("#pay").waitFor();
  // The sandbox has the payment, and the server is gone before it can be confirmed.
  const gone = new Promise((resolve) => {
    void page.route("**/confirm", async (route) => {
      await own.stop();
      resolve();
      await route.continue();
    }, { times: 1 });
  });
  await paymentWindow(page).locator("#pay").click();
  await gone;
  await page.locator(".note.wait", { hasText: "결제는 안전합니다" }).waitFor();
  await page.locator(".connection", { hasText: "끊겼습니다" }).waitFor();
  await expectAccessible(page);
  await expectFits(page);
  await picture(page, "shop-gone");
  await own.begin();
  await step(page, "order_item", "done").waitFor();
  await page.locator(".connection", { hasText: "끊겼습니다" }).waitFor({ state: "detached" });
  expectQuiet(page, /ERR_|Failed to load resource/);
});
