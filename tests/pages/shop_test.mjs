// The shop, as a reader uses it: charging, buying, cancelling, and looking at what one has.

import assert from "node:assert/strict";
import { before, test } from "node:test";
import { expectAccessible, expectQuiet, picture, start } from "./harness.mjs";
import {
  badge, choose, focused, look, open, paymentWindow, sellBonus, settings, step, submit, tabTo,
} from "./shopper.mjs";

let shop;
let bonus;

before(async () => {
  shop = await start();
  const content = (name, price) => shop.api("POST", "/v1/items", { kind: "content", name, ...price });
  await content("달빛 아래 1화", { point_price: 100 });
  await content("서울역 마법사 외전, 제목이 길어서 두 줄로 접히는 회차", {
    point_price: 9000, amount: 90_000,
  });
  bonus = await sellBonus(shop);
});

for (const { width, language } of settings) {
  test(`points and an episode, at ${width} px in ${language}`, async () => {
    const user = `${language}${width}`;
    const page = await open(shop, user, { width, language });
    await page.locator(".packages li").first().waitFor();
    await look(page, "home");
    await choose(page, "달빛 아래 1화");
    await page.locator("dialog .note").waitFor();
    await look(page, "too-few", { fullPage: false });
    await page.locator("dialog button.secondary").click();

    await choose(page, "2,?000.*20,000|여름 꾸러미");
    await page.locator("dialog .total").waitFor();
    await look(page, "charge", { fullPage: false });
    await submit(page);
    await paymentWindow(page).locator("#pay").waitFor();
    await look(page, "window", { fullPage: false });
    await paymentWindow(page).locator("#pay").click();
    await step(page, "order_item", "done").waitFor();
    await badge(page, "good").waitFor();
    await look(page, "order");

    await page.goto(`${shop.url}/#/`);
    await page.locator(".balance .sum", { hasText: "2,300" }).waitFor();
    await choose(page, "달빛 아래 1화");
    await page.locator("dialog .total", { hasText: "2,200" }).waitFor();
    await look(page, "buy", { fullPage: false });
    await submit(page);
    await step(page, "order_item", "done").waitFor();
    await page.goto(`${shop.url}/#/`);
    await page.locator(".content", { hasText: "달빛 아래 1화" }).locator(".badge.good").waitFor();
    await look(page, "owned");

    await page.goto(`${shop.url}/#/library`);
    await page.locator(".content", { hasText: "달빛 아래 1화" }).waitFor();
    await look(page, "library");
    await page.goto(`${shop.url}/#/wallet`);
    await page.locator(".balance .sum", { hasText: "2,200" }).waitFor();
    await page.locator("[aria-labelledby=ledger] li").nth(1).waitFor();
    await page.locator("[aria-labelledby=lots] li").first().waitFor();
    await look(page, "wallet");
    await page.goto(`${shop.url}/#/orders`);
    await page.locator(".entries li").nth(1).waitFor();
    await look(page, "orders");
    await page.locator(".filter select").selectOption("FAIL");
    await page.locator(".empty").waitFor();
    await page.goto(`${shop.url}/#/nowhere`);
    await page.locator("h1", { hasText: language === "ko" ? "찾을 수 없습니다" : "no such page" }).waitFor();
    await look(page, "missing");
    expectQuiet(page);
  });

  test(`a part is cancelled, then the rest, at ${width} px in ${language}`, async () => {
    const bought = await shop.buy(`${language}${width}b`, bonus.id);
    const page = await open(shop, `${language}${width}b`, { width, language });
    await page.goto(`${shop.url}/#/orders/${bought.id}`);
    const cancel = page.locator(".order button.secondary");
    await cancel.click();
    await page.locator("dialog .preview .total", { hasText: "20,000" }).waitFor();
    await page.locator("dialog input[type=number]").fill("5000");
    await page.locator("dialog input[name=reason]").fill(language === "ko" ? "잘못 골랐어요" : "the wrong one");
    await page.locator("dialog .preview .total", { hasText: "5,000" }).waitFor();
    await page.locator("dialog .preview", { hasText: "500" }).waitFor();
    // Enter shows what a changed amount would do; it does not do it.
    await page.locator("dialog input[type=number]").fill("4000");
    await page.keyboard.press("Enter");
    await page.locator("dialog .preview .total", { hasText: "4,000" }).waitFor();
    await page.locator("dialog input[type=number]").fill("5000");
    await page.locator("dialog input[name=reason]").focus();
    await page.locator("dialog .preview .total", { hasText: "5,000" }).waitFor();
    await look(page, "cancel", { fullPage: false });
    await submit(page);
    await page.locator("[aria-labelledby=cancellations] .badge.good").waitFor();
    await page.locator(".says", { hasText: language === "ko" ? "일부" : "part" }).waitFor();
    await look(page, "part-cancelled");
    await cancel.click();
    await page.locator("dialog .preview .total", { hasText: "15,000" }).waitFor();
    await submit(page);
    await badge(page, "idle").waitFor();
    await page.locator("[aria-labelledby=cancellations] .badge.good").nth(1).waitFor();
    await look(page, "cancelled");
    expectQuiet(page);
  });
}

for (const scheme of ["light", "dark"]) {
  test(`colours can be read when it is ${scheme}`, async () => {
    const user = `seer-${scheme}`;
    await shop.buy(user, bonus.id);
    const page = await open(shop, user, { width: 360, scheme });
    for (const view of ["", "wallet", "orders", "library"]) {
      await page.goto(`${shop.url}/#/${view}`);
      await page.locator("main li, main .empty").first().waitFor();
      await expectAccessible(page);
      await picture(page, `shop-${scheme}-${view || "home"}`);
    }
    await page.goto(`${shop.url}/#/orders`);
    await page.locator(".entries a").first().click();
    await step(page, "point", "done").waitFor();
    await expectAccessible(page);
    await picture(page, `shop-${scheme}-order`);
    expectQuiet(page);
  });
}

test("with the keyboard alone", async () => {
  const page = await open(shop, "typist", { language: "en" });
  await page.locator(".packages button").first().waitFor();
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.className), "skip");
  await page.keyboard.press("Enter");
  assert.equal(await page.evaluate(() => document.activeElement.id), "main");

  await tabTo(page, "Charge 여름 꾸러미 for ₩20,000");
  await page.keyboard.press("Enter");
  await focused(page, "Charge points"); // the dialog's title
  await page.keyboard.press("Escape");
  await focused(page, "Charge 여름 꾸러미 for ₩20,000"); // back where one was
  await page.keyboard.press("Enter");
  await tabTo(page, "Pay ₩20,000");
  await page.keyboard.press("Enter");
  await focused(page, "Payment");
  await paymentWindow(page).locator("#pay").waitFor();
  const frame = page.frames().find((one) => one.url().startsWith(shop.sandboxUrl));
  await tabTo(page, "Pay ₩20,000", frame);
  await page.keyboard.press("Enter");
  await step(page, "order_item", "done").waitFor();
  await focused(page, "여름 꾸러미"); // the order's heading

  await tabTo(page, "Cancel and refund");
  await page.keyboard.press("Enter");
  await page.locator("dialog .preview .total", { hasText: "20,000" }).waitFor();
  await tabTo(page, "Cancel the order");
  await page.keyboard.press("Enter");
  await badge(page, "idle").waitFor();
  expectQuiet(page);
});

test("a long history, points that expire soon, and very many points", async () => {
  const buyer = "hoarder";
  const grant = (points, days) => shop.api("POST", `/v1/points/${buyer}/grant`, {
    points, expires_in_days: days, reason: "이벤트 보상",
  });
  await grant(999_999_990_000, 400);
  await grant(7, 5);
  for (let count = 0; count < 21; count += 1) await grant(1, 100);
  for (const { width, language } of settings) {
    const page = await open(shop, buyer, { width, language });
    await page.locator(".balance", { hasText: "999,999,990,028" }).waitFor();
    await page.locator(".balance .label").nth(1).waitFor();
    await look(page, "rich");
    await page.goto(`${shop.url}/#/wallet`);
    const rows = (name) => page.locator(`[aria-labelledby=${name}] li`);
    const more = (name) => page.locator(`[aria-labelledby=${name}] button.more`);
    await rows("lots").first().locator(".badge.wait").waitFor();
    await more("lots").click();
    await rows("lots").nth(22).waitFor();
    await rows("ledger").nth(19).waitFor();
    await more("ledger").click();
    await rows("ledger").nth(22).waitFor();
    await more("ledger").waitFor({ state: "detached" });
    await look(page, "long-wallet");
    expectQuiet(page);
  }
});
