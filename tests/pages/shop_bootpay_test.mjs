// Paying at the real gateway, up to its door: its hosts are answered for here, nothing leaves this machine.

import assert from "node:assert/strict";
import { test } from "node:test";
import { browser, start } from "./harness.mjs";
import { submit } from "./shopper.mjs";

test("in production Bootpay opens its own window, and its script is loaded only then", async () => {
  // A real gateway needs a secret of one's own.
  process.env.PAYMENTS_JWT_SECRET = "a secret for this test alone, of 32 bytes";
  const own = await start(
    "--bootpay-url", "https://bootpay.invalid/v2", "--bootpay-web-key", "web-key",
    "--bootpay-client-key", "client", "--bootpay-secret-key", "secret",
  );
  const page = await browser.page({ width: 360 });
  const asked = [];
  await page.context().route(/bootpay\.co\.kr/, async (route) => {
    asked.push(route.request().url());
    const receipt = { bootpay_event: true, event: "confirm", receipt_id: "6b033d615e3327a8b6ba947d" };
    await route.fulfill({
      contentType: "text/html",
      body: `<script>parent.postMessage(${JSON.stringify(JSON.stringify(receipt))}, "*")</script>`,
    });
  });
  const scripts = [];
  page.on("response", (response) => response.url().endsWith(".js") && scripts.push(response.url()));
  await page.goto(own.page("/", await own.token("buyer")));
  await page.locator(".packages button").first().click();
  await page.locator("dialog .total").waitFor();
  const before = scripts.length;
  assert.deepEqual(asked, []);
  const confirmed = page.waitForRequest((request) => request.url().endsWith("/confirm"));
  await submit(page);
  assert.deepEqual((await confirmed).postDataJSON(), { receipt_id: "6b033d615e3327a8b6ba947d" });
  assert.equal(scripts.length, before + 1);
  assert.ok(asked.some((url) => url.includes("/request/payment")), asked.join("\n"));
});
