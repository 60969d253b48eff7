// The sandbox's payment page, as the shop shows it: in a frame of a page on another loopback port.

import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { browser, expectAccessible, expectQuiet, picture, start } from "./harness.mjs";

let shop;
let sandbox;
const shelf = createServer((_request, response) => {
  response.setHeader("content-type", "text/html");
  response.end("<!doctype html><html lang=en><title>frame</title><link rel=icon href='data:,'><main><h1>A shop</h1></main>");
});

before(async () => {
  shop = await start();
  sandbox = shop.sandboxUrl;
  await new Promise((resolve) => shelf.listen(0, "127.0.0.1", resolve));
});
after(() => shelf.close());

/** A page that frames the payment page of an order and keeps what it is told. */
async function framed(orderId, setting) {
  const page = await browser.page(setting);
  await page.goto(`http://127.0.0.1:${shelf.address().port}/`);
  const query = new URLSearchParams({
    order_id: orderId, price: "12345", order_name: "포인트 10,000", user_id: "alice",
    separately_confirmed: "true", lang: setting.language,
  });
  await page.evaluate((address) => {
    globalThis.told = [];
    addEventListener("message", ({ data, origin }) => globalThis.told.push({ data, origin }));
    const frame = document.createElement("iframe");
    frame.title = "payment";
    frame.style.cssText = "border: 0; width: 100%; height: 640px";
    frame.src = address;
    document.querySelector("main").append(frame);
  }, `${sandbox}/sandbox/checkout?${query}`);
  return { page, frame: page.frameLocator("iframe") };
}

async function told(page) {
  await page.waitForFunction(() => globalThis.told.length > 0);
  const [{ data, origin }] = await page.evaluate(() => globalThis.told);
  assert.equal(origin, sandbox);
  return JSON.parse(data);
}

for (const language of ["ko", "en"]) {
  test(`paying in a frame tells the parent, 360 px, ${language}`, async () => {
    const { page, frame } = await framed(`order-pay-${language}`, { width: 360, language });
    await frame.locator("#pay").waitFor();
    const wide = await frame.locator("html").evaluate((html) => html.scrollWidth - html.clientWidth);
    assert.equal(wide, 0);
    await picture(page, "sandbox-checkout");
    await expectAccessible(page);
    await frame.locator("#pay").click();
    const message = await told(page);
    assert.deepEqual([message.bootpay_event, message.event, message.order_id, message.price],
      [true, "confirm", `order-pay-${language}`, 12345]);
    assert.match(message.receipt_id, /./);
    await frame.locator("#done").waitFor();
    expectQuiet(page);
  });
}

test("closing it tells the parent, too", async () => {
  const { page, frame } = await framed("order-cancel", { width: 360, language: "ko" });
  await frame.locator("#cancel").click();
  const message = await told(page);
  assert.deepEqual([message.bootpay_event, message.event, message.error_code, message.payload],
    [true, "cancel", "RC_CLOSE_WINDOW", { order_id: "order-cancel" }]);
  expectQuiet(page);
});
