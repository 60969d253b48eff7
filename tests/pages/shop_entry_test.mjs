// How one comes into the shop: tokens, users, languages; and what the first page weighs.

import assert from "node:assert/strict";
import { before, test } from "node:test";
import { browser, expectQuiet, start } from "./harness.mjs";
import { look, open, settings } from "./shopper.mjs";

let shop;

before(async () => {
  shop = await start();
});

test("who comes without a token is told where to come from", async () => {
  for (const { width, language } of settings) {
    const page = await browser.page({ width, language });
    await page.route("**/v1/setup", async (route) => {
      const answer = await route.fetch();
      await route.fulfill({ response: answer, json: { ...(await answer.json()), development: false } });
    });
    await page.goto(shop.page("/"));
    await page.locator("h1", { hasText: language === "ko" ? "플랫폼에서" : "platform" }).waitFor();
    await look(page, "away");
    expectQuiet(page);
  }
});

test("in development one chooses who one is, and changes it", async () => {
  const page = await browser.page({ width: 360 });
  await page.goto(shop.page("/"));
  await page.locator("input[name=user_id]").fill("chooser");
  await look(page, "entrance");
  await page.locator("main button[type=submit]").click();
  await page.locator(".packages li").first().waitFor();
  await page.locator(".user-switch summary").click();
  await look(page, "user-switch");
  await page.locator(".user-switch input").fill("somebody");
  await page.locator(".user-switch button").click();
  await page.locator(".user-switch summary", { hasText: "somebody" }).waitFor();
  await page.reload();
  await page.locator(".user-switch summary", { hasText: "somebody" }).waitFor();
  const kept = await page.evaluate(() => Object.values({ ...localStorage, ...sessionStorage }));
  assert.deepEqual(kept.filter((text) => text.includes("eyJ")), []);
  expectQuiet(page);
});

test("the platform gives the token by a message, and nobody else can", async () => {
  const platform = "http://platform.test";
  const own = await start("--page-token-origin", platform);
  const page = await browser.page();
  const give = async (origin, user) => {
    const body = "<!doctype html><title>platform</title>";
    await page.context().route(`${origin}/`, (route) => route.fulfill({ contentType: "text/html", body }));
    await page.goto(`${origin}/`);
    const [shown] = await Promise.all([
      page.waitForEvent("popup"),
      page.evaluate(([address, token]) => {
        const child = open(address);
        addEventListener("message", ({ data, source }) => {
          if (source !== child || data.type !== "payments.ready") return;
          child.postMessage({ type: "payments.token", token }, "*");
        });
        setInterval(() => child.postMessage({ type: "payments.token", token }, "*"), 50);
      }, [`${own.url}/`, await own.token(user)]),
    ]);
    return shown;
  };
  const trusted = await give(platform, "member");
  await trusted.locator(".user-switch summary", { hasText: "member" }).waitFor();
  const other = await give("http://elsewhere.test", "intruder");
  await other.locator("input[name=user_id]").waitFor();
  await other.evaluate(() => new Promise((resolve) => {
    let heard = 0;
    addEventListener("message", () => (heard += 1) === 2 && resolve());
  }));
  await other.locator(".user-switch").waitFor({ state: "detached" });
});

test("the language is switched, and kept", async () => {
  const page = await open(shop, "bilingual", { language: "ko" });
  await page.getByRole("button", { name: "English" }).click();
  await page.locator("h1", { hasText: "Charge points" }).waitFor();
  assert.equal(await page.evaluate(() => document.documentElement.lang), "en");
  assert.match(await page.title(), /Charge points/);
  await page.reload();
  await page.getByRole("button", { name: "한국어" }).waitFor();
  expectQuiet(page);
});

test("the first page weighs less than 100 KB", async () => {
  const page = await browser.page();
  const files = [];
  page.on("requestfinished", (request) => {
    files.push(request.sizes().then((sizes) => [request.url(), sizes.responseBodySize]));
  });
  await page.goto(shop.page("/", await shop.token("light")));
  await page.locator(".packages li").first().waitFor();
  const weighed = (await Promise.all(files)).filter(([url]) => !url.includes("/v1/"));
  const total = weighed.reduce((sum, [, size]) => sum + size, 0);
  assert.ok(total < 100_000, `${total} bytes: ${JSON.stringify(weighed)}`);
});
