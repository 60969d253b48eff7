// What an operator sees when answers are slow, or do not come, or were given in another language.

import assert from "node:assert/strict";
import { before, test } from "node:test";
import { refusedRefund } from "./console_arrangements.mjs";
import { browser, eventually, expectQuiet, start } from "./harness.mjs";

let shop;
let stuck;

before(async () => {
  shop = await start();
  stuck = await refusedRefund(shop, "bob");
});

async function operator(way, { clock = false } = {}) {
  const page = await browser.page();
  if (clock) await page.clock.install();
  await page.goto(`${shop.page("/console", await shop.token("operator", "admin"))}&${way}`);
  await page.getByRole("heading", { level: 1 }).waitFor();
  return page;
}

test("a refresh waits for the answer to the one before, however late that is", async () => {
  const page = await operator(`/orders/${stuck.id}`, { clock: true });
  await page.getByRole("region", { name: "타임라인" }).waitFor();
  const held = [];
  const failed = [];
  page.on("requestfailed", (request) => failed.push(request.url()));
  let holds = true;
  await page.route("**/v1/admin/order/orders/*", (route) => (holds ? void held.push(route) : route.continue()));
  for (let turn = 0; turn < 5; turn += 1) await page.clock.runFor(3_000);
  await eventually(() => held.length > 0);
  for (let turn = 0; turn < 5; turn += 1) await page.clock.runFor(3_000);
  assert.deepEqual([held.length, failed], [1, []]);
  await shop.api("POST", `/v1/orders/${stuck.id}/refunded`, { reason: "계좌로 보냄" });
  holds = false;
  await held[0].continue();
  await page.getByText("이 주문은 끝났습니다").waitFor();
  expectQuiet(page);
});

test("charts whose file could not be fetched are there after another try", async () => {
  const page = await operator("/");
  await page.route("**/assets/chart-*", (route) => route.abort());
  await page.evaluate(() => { location.hash = "#/figures"; });
  const again = page.getByRole("alert").getByRole("button", { name: "다시 시도" });
  await eventually(async () => (await again.count()) === 3);
  await page.unroute("**/assets/chart-*");
  await again.first().click();
  await eventually(async () => (await page.getByRole("figure").count()) === 3);
  expectQuiet(page, /ERR_FAILED/);
});

test("what the server says in words follows the language", async () => {
  const page = await operator(`/orders/${stuck.id}`);
  await page.getByText("주문 생성", { exact: true }).waitFor();
  await page.getByRole("button", { name: "English" }).click();
  await page.getByText("The order was placed", { exact: true }).waitFor();
  expectQuiet(page);
});
