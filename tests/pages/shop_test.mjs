// The shop, as a reader uses it: charging, buying, paying, following, cancelling.

import assert from "node:assert/strict";
import { before, test } from "node:test";
import { browser, eventually, expectAccessible, expectFits, expectQuiet, picture, start } from "./harness.mjs";

let shop;
const items = {};

before(async () => {
  shop = await start();
  const content = (name, price) => shop.api("POST", "/v1/items", { kind: "content", name, ...price });
  items.first = await content("달빛 아래 1화", { point_price: 100 });
  items.dear = await content("서울역 마법사 외전, 제목이 길어서 두 줄로 접히는 회차", { point_price: 9000, amount: 90_000 });
  items.bonus = await shop.api("POST", "/v1/items", {
    kind: "point_package", name: "여름 꾸러미", amount: 20_000, points: 2000, bonus_points: 300,
  });
});

const settings = [360, 1280].flatMap((width) => ["ko", "en"].map((language) => ({ width, language })));

/** Texts that are cut off: past the window's side, or past something that hides what overflows. */
function clippedTexts() {
  const clipped = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (!node.data.trim() || node.parentElement.closest(".skip, noscript, datalist, option")) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const { left, right, width } = range.getBoundingClientRect();
    if (width === 0) continue;
    if (left < -0.5 || right > innerWidth + 0.5) clipped.push(node.data);
    for (let box = node.parentElement; box; box = box.parentElement) {
      if (getComputedStyle(box).overflowX !== "visible" && right > box.getBoundingClientRect().right + 0.5) clipped.push(node.data);
    }
  }
  return clipped;
}

/** Nothing cut off, nothing axe-core finds serious; and a picture of it. */
async function look(page, name, options) {
  await expectFits(page);
  assert.deepEqual(await page.evaluate(clippedTexts), []);
  await expectAccessible(page);
  await picture(page, `shop-${name}`, options);
}

async function open(user, options, path = "/") {
  const page = await browser.page(options);
  await page.goto(shop.page(path, await shop.token(user)));
  return page;
}

const paymentWindow = (page) => page.frameLocator("dialog iframe");
const step = (page, name, state) => page.locator(`[data-step="${name}"][data-state="${state}"]`);
const badge = (page, tone) => page.locator(`.heading .badge.${tone}`);
const choose = (page, name) => page.getByRole("button", { name: new RegExp(name) }).click();
const submit = (page) => page.locator("dialog button[type=submit]").click();

/** From the shop's first view to the payment window of a new order. */
async function order(page, name) {
  await choose(page, name);
  await submit(page);
  await paymentWindow(page).locator("#pay").waitFor();
}

/** The order that the page shows. */
const shownOrder = (page) => /#\/orders\/(\w+)/.exec(page.url())[1];

for (const { width, language } of settings) {
  test(`points and an episode, at ${width} px in ${language}`, async () => {
    const user = `${language}${width}`;
    const page = await open(user, { width, language });
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
    const bought = await shop.buy(`${language}${width}b`, items.bonus.id);
    const page = await open(`${language}${width}b`, { width, language });
    await page.goto(`${shop.url}/#/orders/${bought.id}`);
    const cancel = page.locator(".order button.secondary");
    await cancel.click();
    await page.locator("dialog .preview .total", { hasText: "20,000" }).waitFor();
    await page.locator("dialog input[type=number]").fill("5000");
    await page.locator("dialog input[name=reason]").fill(language === "ko" ? "잘못 골랐어요" : "the wrong one");
    await page.locator("dialog .preview .total", { hasText: "5,000" }).waitFor();
    await page.locator("dialog .preview", { hasText: "500" }).waitFor();
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
    await shop.buy(user, items.bonus.id);
    const page = await open(user, { width: 360, scheme });
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
  const page = await open("typist", { language: "en" });
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
  const frame = page.frames().find((one) => one.url().startsWith(shop.sandboxUrl)) ?? await page.waitForEvent("frameattached");
  await frame.locator("#pay").waitFor();
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

const nameOfFocused = () => document.activeElement.getAttribute("aria-label") ?? document.activeElement.textContent;

async function focused(page, name) {
  await eventually(async () => (await page.evaluate(nameOfFocused)) === name);
}

async function tabTo(page, name, where = page) {
  for (let presses = 0; presses < 60; presses += 1) {
    if ((await where.evaluate(nameOfFocused)).trim() === name) return;
    await page.keyboard.press("Tab");
  }
  assert.fail(`${name} cannot be reached by Tab`);
}

test("a declined payment is said, and another goes through", async () => {
  const page = await open("declined", { width: 360 });
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
  const page = await open("later", { width: 360 });
  await order(page, "여름 꾸러미");
  await paymentWindow(page).locator("#cancel").click();
  await page.locator(".note.wait", { hasText: "닫았습니다" }).waitFor();
  await look(page, "closed");
  const id = shownOrder(page);
  await page.locator(".top").getByRole("link", { name: "주문 내역" }).click();
  await page.locator(".entries .badge.wait").waitFor();

  const another = await open("later", { width: 360 }, "/");
  await another.goto(`${shop.url}/#/orders/${id}`);
  await another.locator("button.pay").click();
  await paymentWindow(another).locator("#pay").click();
  await step(another, "order_item", "done").waitFor();
  expectQuiet(page);
  expectQuiet(another);
});

test("who asks for money by virtual account is told where to, and sees it arrive", async () => {
  const page = await open("depositor", { width: 360 });
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
  await look(page, "refund-account");
  await submit(page);
  await badge(page, "idle").waitFor();
  expectQuiet(page, /422/);
});

test("an order that fails says why, and that nothing is lost", async () => {
  const buyer = { user: "cheat", role: "user" };
  const placed = await shop.api("POST", "/v1/orders", { item_id: items.bonus.id }, buyer);
  const { receipt_id } = await shop.sandbox("POST", "/sandbox/pay", { order_id: placed.id, price: 100, user_id: "cheat" });
  const page = await open("cheat", { width: 360 }, `/?event=done&receipt_id=${receipt_id}&order_id=${placed.id}`);
  await badge(page, "bad").waitFor();
  await page.locator(".note.bad").waitFor();
  await look(page, "failed");
  expectQuiet(page);
});

test("an order somebody else placed, or nobody, is not there", async () => {
  const bought = await shop.buy("owner", items.bonus.id);
  const page = await open("stranger");
  await page.goto(`${shop.url}/#/orders/${bought.id}`);
  await page.getByText("이런 주문이 없습니다").waitFor();
  await look(page, "unknown");
  expectQuiet(page, /404/);
});

test("a payment that left the page and comes back to it is confirmed", async () => {
  const buyer = { user: "phone", role: "user" };
  const placed = await shop.api("POST", "/v1/orders", { item_id: items.bonus.id }, buyer);
  const { receipt_id } = await shop.sandbox("POST", "/sandbox/pay", {
    order_id: placed.id, price: placed.amount, separately_confirmed: true, user_id: "phone",
  });
  const page = await open("phone", { width: 360 }, `/?event=confirm&receipt_id=${receipt_id}&order_id=${placed.id}`);
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
  assert.deepEqual(await page.evaluate(() => Object.values({ ...localStorage, ...sessionStorage }).filter((kept) => /eyJ/.test(kept))), []);
  expectQuiet(page);
});

test("the platform gives the token by a message, and nobody else can", async () => {
  const platform = "http://platform.test";
  const own = await start("--page-token-origin", platform);
  const page = await browser.page();
  const give = async (origin, user) => {
    await page.context().route(`${origin}/`, (route) => route.fulfill({ contentType: "text/html", body: "<title>platform</title>" }));
    await page.goto(`${origin}/`);
    const [shown] = await Promise.all([
      page.waitForEvent("popup"),
      page.evaluate(([address, token]) => {
        const child = open(address);
        addEventListener("message", ({ data, source }) => {
          if (source === child && data.type === "payments.ready") child.postMessage({ type: "payments.token", token }, "*");
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
  await other.locator(".user-switch").waitFor({ state: "detached" });
});

test("the language is switched, and kept", async () => {
  const page = await open("bilingual", { language: "ko" });
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
  page.on("requestfinished", (request) => files.push(request.sizes().then((sizes) => [request.url(), sizes.responseBodySize])));
  await page.goto(shop.page("/", await shop.token("light")));
  await page.locator(".packages li").first().waitFor();
  const weighed = (await Promise.all(files)).filter(([url]) => !url.includes("/v1/"));
  const total = weighed.reduce((sum, [, size]) => sum + size, 0);
  assert.ok(total < 100_000, `${total} bytes: ${JSON.stringify(weighed)}`);
});
