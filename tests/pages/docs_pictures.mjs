// Takes the pictures of docs/images anew:  node --test tests/pages/docs_pictures.mjs

import { mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { test } from "node:test";
import { cheapest, refusedRefund } from "./console_arrangements.mjs";
import { browser, eventually, start } from "./harness.mjs";
import { choose, open, order, paymentWindow, submit } from "./shopper.mjs";

const images = fileURLToPath(new URL("../../docs/images/", import.meta.url));
const daySeconds = 24 * 60 * 60;
const episodes = [["달빛 서점 1화", 100], ["달빛 서점 2화", 100], ["별이 지는 방향 12화", 150]];

const save = async (page, name, fullPage = false) => {
  await mkdir(images, { recursive: true });
  await page.screenshot({ path: `${images}${name}.png`, fullPage });
};

/** A week of a small shop. */
async function week(shop) {
  const item = await cheapest(shop);
  const made = [];
  for (const [name, point_price] of episodes) {
    made.push(await shop.api("POST", "/v1/items", { kind: "content", name, point_price }));
  }
  for (let day = 0; day < 6; ++day) {
    for (let buyer = 0; buyer < 2 + (day * 3) % 5; ++buyer) await shop.buy(`reader-${day}-${buyer}`, item.id);
    await shop.advance(daySeconds);
  }
  await refusedRefund(shop, "junho");
  return item;
}

async function shownOrder(shop) {
  const page = await open(shop, "minji", { width: 360, language: "ko" });
  await order(page, "500 포인트");
  await paymentWindow(page).locator("#pay").click();
  await page.locator('[data-step="order_item"][data-state="done"]').waitFor();
  await save(page, "shop-order");
  await page.goto(`${shop.url}/#/`);
  await choose(page, "달빛 서점 1화");
  await submit(page);
  await page.locator(".heading .badge.good").waitFor();
  await page.getByRole("link", { name: "내 지갑", exact: true }).click();
  await page.getByRole("table").or(page.locator("ol, ul")).last().waitFor();
  await save(page, "shop-wallet", true);
}

test("the pictures", async () => {
  const shop = await start();
  const item = await week(shop);
  await shownOrder(shop);
  const shown = await shop.buy("minji", item.id);
  await shop.api("POST", `/v1/orders/${shown.id}/cancel`, { amount: 2000, reason: "잘못 눌렀다고 함 (전화)" });
  await eventually(async () => (await shop.api("GET", `/v1/orders/${shown.id}`)).status === "SUCCESS");
  const desk = await browser.page({ width: 1280, language: "ko" });
  await desk.goto(shop.page("/console", await shop.token("operator", "admin")));
  for (const [way, title, name] of [
    [`#/orders/${shown.id}`, `주문 ${shown.id}`, "console-order"], ["#/figures", "통계", "console-figures"],
  ]) {
    await desk.evaluate((hash) => { location.hash = hash; }, way);
    await desk.getByRole("heading", { level: 1, name: title }).waitFor();
    await desk.waitForFunction(() => !document.querySelector(".loading"));
    await save(desk, name, true);
  }
});
