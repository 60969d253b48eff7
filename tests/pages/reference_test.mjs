// The API reference at /docs, as a reader finds their way in it.

import assert from "node:assert/strict";
import { before, test } from "node:test";
import { browser, expectAccessible, expectFits, expectQuiet, picture, start } from "./harness.mjs";

let shop;
let known;

before(async () => {
  shop = await start();
  known = await (await fetch(`${shop.url}/openapi.json`)).json();
});

async function opened(address = "", setting = {}) {
  const page = await browser.page(setting);
  await page.goto(`${shop.page("/docs")}${address}`);
  await page.locator("h1").waitFor();
  return page;
}

const ids = () => [...Object.values(known.paths), ...Object.values(known.webhooks)]
  .flatMap((methods) => Object.values(methods).map((one) => one.operationId));

test("the guide and an operation, at both widths and in both languages", async () => {
  for (const width of [360, 1280]) {
    for (const language of ["ko", "en"]) {
      const page = await opened("", { width, language, scheme: width === 360 ? "dark" : "light" });
      await expectFits(page);
      await expectAccessible(page);
      await picture(page, "reference-guide");
      await page.goto(`${shop.page("/docs")}#/operations/placeOrder`);
      await page.getByRole("heading", { level: 1, name: language === "ko" ? "주문 생성" : "Place an order" }).waitFor();
      await expectFits(page);
      await expectAccessible(page);
      await picture(page, "reference-operation");
      expectQuiet(page);
    }
  }
});

test("every operation has a page that fits a phone", async () => {
  const page = await opened("", { width: 360, language: "en" });
  for (const id of ids()) {
    await page.evaluate((address) => { location.hash = address; }, `#/operations/${id}`);
    await page.getByText(`operationId ${id}`, { exact: true }).waitFor();
    for (const section of await page.locator("details").all()) await section.evaluate((one) => { one.open = true; });
    await expectFits(page);
  }
  expectQuiet(page);
});

test("an operation shows its fields, limits, answers and codes", async () => {
  const page = await opened("#/operations/cancelOrder", { language: "en" });
  const main = page.getByRole("main");
  await main.getByText("/v1/orders/{id}/cancel", { exact: true }).waitFor();
  await main.getByText("1 – 200 characters").first().waitFor();
  await main.locator(".field-name", { hasText: "refund_account" }).waitFor();
  await main.getByText("NOT_CANCELABLE", { exact: true }).waitFor();
  await main.getByText("The order cannot be canceled now").waitFor();
  const curl = await main.getByRole("figure").filter({ hasText: "curl" }).first().locator("code").textContent();
  assert.match(curl, /^curl -X POST 'http:\/\/127\.0\.0\.1:\d+\/v1\/orders\/ord_\w{26}\/cancel'/);
  assert.match(curl, /Idempotency-Key/);
  await page.getByText("Fields of RefundAccount").click();
  await main.getByText("bank_code", { exact: true }).waitFor();
});

test("a webhook we send shows what it carries", async () => {
  const page = await opened("#/operations/onOrderPaid", { language: "en" });
  const main = page.getByRole("main");
  await main.getByText("order.paid", { exact: true }).first().waitFor();
  await main.locator(".field-name", { hasText: "webhook-signature" }).waitFor();
  await main.getByText("Fields of OrderEvent").waitFor();
  assert.equal(await main.getByText("curl").count(), 0);
  await main.getByRole("link", { name: "How to receive and check webhooks" }).click();
  const heading = page.getByRole("heading", { level: 2, name: "Receiving webhooks" });
  await heading.waitFor();
  await expectAccessible(page);
  expectQuiet(page);
});

test("what one looks for is found, by the keyboard alone", async () => {
  const page = await opened("", { language: "en" });
  await page.getByRole("searchbox").focus();
  await page.keyboard.type("billing revoke");
  const contents = page.getByRole("navigation", { name: "Contents" });
  const link = contents.getByRole("link", { name: "Take a billing key back" });
  await link.waitFor();
  const left = await contents.getByRole("link").count();
  await contents.getByText(`${left} result`).waitFor();
  assert.ok(left < 10, `${left} are left`);
  while (!(await link.evaluate((one) => one === document.activeElement))) await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  const heading = page.getByRole("heading", { level: 1, name: "Take a billing key back" });
  await heading.waitFor();
  assert.ok(await heading.evaluate((one) => one === document.activeElement), "focus is at the new heading");
  assert.equal(await link.getAttribute("aria-current"), "page");
  await page.getByRole("searchbox").fill("nothing is called that");
  await contents.getByText("Nothing is called that.").waitFor();
});

test("a chapter can be linked to, tells all codes, and the language switches in place", async () => {
  const page = await opened("#/guide/errors", { language: "en" });
  const heading = page.getByRole("heading", { level: 2, name: "Errors" });
  assert.ok(await heading.evaluate((one) => one === document.activeElement));
  for (const code of known.components.schemas.ErrorCode.enum) {
    await page.getByRole("main").getByText(code, { exact: true }).last().waitFor();
  }
  await page.getByRole("button", { name: "한국어" }).click();
  await page.getByRole("heading", { level: 1, name: "API 레퍼런스" }).waitFor();
  assert.equal(await page.evaluate(() => document.documentElement.lang), "ko");
  await page.getByRole("main").getByText("영수증", { exact: false }).first().waitFor();
  expectQuiet(page);
});

test("code is copied by a button that says so", async () => {
  const page = await opened("#/operations/getOrder", { language: "en" });
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.getByRole("button", { name: "Copy: curl" }).click();
  await page.getByText("Copied", { exact: true }).waitFor();
  assert.match(await page.evaluate(() => navigator.clipboard.readText()), /^curl 'http/);
});

test("on a phone the contents open and close by themselves", async () => {
  const page = await opened("", { width: 360, language: "en" });
  const link = page.getByRole("navigation", { name: "Contents" }).getByRole("link", { name: "POST Place an order" });
  assert.equal(await link.isVisible(), false);
  await page.getByText("Contents", { exact: true }).click();
  await link.click();
  await page.getByRole("heading", { level: 1, name: "Place an order" }).waitFor();
  assert.equal(await link.isVisible(), false);
});

test("an address of nothing says so", async () => {
  const page = await opened("#/operations/nothing", { language: "en" });
  await page.getByRole("heading", { level: 1, name: "There is nothing of that name." }).waitFor();
});
