// An operator at the console: finds what a caller tells of, sees what happened, and puts it right.

import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { cheapest, deadLetter, episode, read, refusedRefund } from "./console_arrangements.mjs";
import { browser, eventually, expectAccessible, expectFits, expectQuiet, picture, start } from "./harness.mjs";

let shop;
let bought;
let stuck;
let letter;
let run;

before(async () => {
  shop = await start();
  const item = await cheapest(shop);
  bought = await shop.buy("alice", item.id);
  await read(shop, "alice", await episode(shop));
  stuck = await refusedRefund(shop, "bob");
  letter = await deadLetter(shop, 1, { key: "alice", payload: '{"points":-5}' });
  run = await shop.api("POST", "/v1/admin/order/reconciliations", { to: new Date().toISOString() });
  await eventually(async () =>
    (await shop.api("GET", `/v1/admin/order/reconciliations/${run.id}`)).status === "done");
});

async function operator(options, way = "") {
  const page = await browser.page(options);
  await page.goto(`${shop.page("/console", await shop.token("operator", "admin"))}`);
  await page.getByRole("heading", { level: 1 }).waitFor();
  if (way) await go(page, way);
  return page;
}

/** To another view, as a link would; until what it shows has come. */
async function go(page, way) {
  await page.evaluate((hash) => { location.hash = hash; }, way);
  await settled(page);
}

async function settled(page) {
  await page.getByRole("heading", { level: 1 }).waitFor();
  const waiting = page.locator(".loading");
  await eventually(async () => await waiting.count() === 0).catch(async () => {
    throw new Error(`${page.url()} still loads:\n${await page.locator("main").innerText()}`);
  });
}

async function search(page, text) {
  await page.getByRole("searchbox").fill(text);
  await page.getByRole("searchbox").press("Enter");
}

/** Fills in the reason that the open dialog asks for, and does it. */
async function because(page, reason, action) {
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("사유").fill(reason);
  await dialog.getByRole("button", { name: action, exact: true }).click();
  await dialog.waitFor({ state: "detached" });
}

const views = () => ({
  home: "#/", order: `#/orders/${bought.id}`, stuck: `#/orders/${stuck.id}`, user: "#/users/alice", letters: "#/dead-letters",
  letter: `#/dead-letters/point/${letter}`, reconciliations: "#/reconciliations", reconciliation: `#/reconciliations/${run.id}`,
  figures: "#/figures", services: "#/services", webhooks: "#/webhooks", items: "#/items", audit: "#/audit", sandbox: "#/sandbox",
  nowhere: "#/nowhere", nothing: "#/search?q=nobody-of-that-name",
});

describe("every view fits, is accessible and keeps to its policy", () => {
  for (const [width, language, scheme] of [[1280, "ko", "light"], [1280, "en", "dark"], [360, "ko", "dark"], [360, "en", "light"]]) {
    test(`at ${width} px, in ${language}, ${scheme}`, async () => {
      const page = await operator({ width, language, scheme });
      for (const [name, way] of Object.entries(views())) {
        await go(page, way);
        await expectFits(page);
        await expectAccessible(page);
        await picture(page, `console-${name}`);
      }
      expectQuiet(page);
    });
  }
});

test("an order is found by its id, its receipt and its buyer", async () => {
  const page = await operator();
  for (const text of [bought.id, bought.id.toLowerCase(), bought.receipt_id]) {
    await search(page, text);
    await page.getByRole("heading", { level: 1, name: bought.id }).waitFor();
    await page.getByText("기다리는 것이 없습니다").waitFor();
  }
  await search(page, "alice");
  await page.getByRole("heading", { level: 1, name: "alice" }).waitFor();
  await page.getByRole("region", { name: "주문", exact: true }).getByTitle(bought.id).first().click();
  await page.getByRole("heading", { level: 1, name: bought.id }).waitFor();
  await search(page, "nobody-of-that-name");
  await page.getByText("찾은 것이 없습니다").waitFor();
  expectQuiet(page);
});

test("an order's timeline is read, and it is cancelled in part with a reason", async () => {
  const order = await shop.buy("carol", (await cheapest(shop)).id);
  const page = await operator({}, `#/orders/${order.id}`);
  const timeline = page.getByRole("region", { name: "타임라인" });
  const lines = timeline.locator("ol > li");
  const whole = await lines.count();
  assert.ok(whole > 3, `${whole} entries`);
  await timeline.getByRole("checkbox", { name: /상태/ }).uncheck();
  assert.ok(await lines.count() < whole);
  await timeline.getByRole("checkbox", { name: /상태/ }).check();
  await lines.locator("summary").first().click();
  await lines.locator("details[open] dd").first().waitFor();

  await page.getByRole("button", { name: "주문 취소" }).click();
  await page.getByRole("dialog").getByLabel("일부 금액").check();
  await page.getByLabel("취소할 금액 (원)").fill("300");
  await page.getByRole("dialog").getByText("돌려줄 금액").waitFor();
  await because(page, "고객이 전화로 요청", "주문 취소");
  await page.getByRole("region", { name: "취소 기록" }).getByText("고객이 전화로 요청").first().waitFor();
  await page.getByRole("region", { name: "취소 기록" }).getByText("완료").first().waitFor();
  await page.getByText("취소된 금액").waitFor();
  const now = await shop.api("GET", `/v1/orders/${order.id}`);
  assert.equal(now.canceled_amount, 300);
  expectQuiet(page);
});

test("a dead letter is replayed, which fails again, and discarded", async () => {
  const poisoned = await deadLetter(shop, 2, { key: "dave", payload: '{"points":-5}' });
  const page = await operator({}, "#/dead-letters");
  await page.getByTitle(poisoned).click();
  await page.getByText('"points": -5').waitFor();
  await page.getByRole("button", { name: "다시 처리" }).click();
  await because(page, "다시 해 봄", "다시 처리");
  await page.getByText("또 실패했습니다").first().waitFor();
  await page.getByRole("button", { name: "버리기" }).click();
  await because(page, "시험용이었음", "버리기");
  await page.getByText("이 데드 레터는 처리되었거나 버려졌습니다.").waitFor();
  expectQuiet(page);
});

test("a dead letter that can be handled by now is replayed", async () => {
  const payload = JSON.stringify({ order_id: bought.id, user_id: "alice", points: bought.points });
  const fine = await deadLetter(shop, 3, { key: "erin", payload, reason: "an older version did not know it" });
  const page = await operator({}, `#/dead-letters/point/${fine}`);
  await page.getByRole("button", { name: "다시 처리" }).click();
  await because(page, "이제 처리할 수 있음", "다시 처리");
  await page.getByText("1개를 처리했습니다.").first().waitFor();
  await go(page, "#/audit?actor=operator");
  await page.getByRole("cell", { name: "이제 처리할 수 있음" }).waitFor();
  expectQuiet(page);
});

test("a difference that a reconciliation found is mended", async () => {
  const order = await refusedRefund(shop, "frank");
  const page = await operator({}, "#/reconciliations");
  await shop.advance(600);  // an order that was just made is not looked at
  await page.getByRole("button", { name: "대사 시작" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "대사 시작" }).click();
  const finding = page.locator(".findings > li", { has: page.getByTitle(order.id) });
  await finding.getByText("거절된 환불").waitFor();
  await finding.getByRole("button", { name: "다시 시도" }).click();
  await because(page, "결제 대행사가 이제 받아 준다고 함", "다시 시도");
  await eventually(async () => (await shop.api("GET", `/v1/orders/${order.id}`)).status === "FAIL");
  await go(page, `#/orders/${order.id}`);
  await page.getByText("결제 대행사가 이제 받아 준다고 함").first().waitFor();
  expectQuiet(page);
});

test("a fault of the sandbox is switched on and off", async () => {
  const page = await operator({}, "#/sandbox");
  const faults = async () => (await shop.sandbox("GET", "/sandbox/faults")).faults.map(({ fault }) => fault);
  await page.getByRole("switch", { name: /웹훅 유실/ }).check();
  await page.getByText("켰습니다: 웹훅 유실").waitFor();
  await page.getByRole("switch", { name: /웹훅 중복/ }).check();
  await page.getByText("켰습니다: 웹훅 중복").waitFor();
  assert.deepEqual((await faults()).sort(), ["webhook_double", "webhook_lost"]);
  await page.getByRole("switch", { name: /웹훅 유실/ }).uncheck();
  await page.getByText("껐습니다: 웹훅 유실").waitFor();
  assert.deepEqual(await faults(), ["webhook_double"]);
  await page.getByRole("button", { name: "모두 끄기" }).click();
  await page.getByText("모두 껐습니다.").waitFor();
  assert.deepEqual(await faults(), []);
  expectQuiet(page);
});

test("points are granted to a user, and an item is made and archived", async () => {
  const page = await operator({}, "#/users/alice");
  await page.getByRole("button", { name: "포인트 지급" }).click();
  await page.getByRole("dialog").getByLabel("포인트", { exact: true }).fill("77");
  await because(page, "불편을 드린 보상", "포인트 지급");
  await page.getByRole("region", { name: "포인트 내역" }).getByText("+77").first().waitFor();
  await go(page, "#/items");
  await page.getByRole("button", { name: "상품 등록" }).click();
  await page.getByRole("dialog").getByLabel("이름").fill("한정 포인트");
  await page.getByRole("dialog").getByLabel("가격 (원)").fill("1900");
  await page.getByRole("dialog").getByLabel("포인트", { exact: true }).fill("190");
  await because(page, "행사", "상품 등록");
  const row = page.getByRole("row", { name: /한정 포인트/ });
  await row.getByRole("button", { name: "보관" }).click();
  await because(page, "행사 끝", "보관");
  await row.waitFor({ state: "detached" });
  expectQuiet(page);
});

test("with the keyboard alone: from the search to the order to its retry", async () => {
  const order = await refusedRefund(shop, "grace");
  const page = await operator();
  const focused = (what) => page.evaluate((selector) => document.activeElement.matches(selector), what);
  const tabTo = async (what) => {
    for (let presses = 0; presses < 60; presses += 1) {
      if (await focused(what)) return;
      await page.keyboard.press("Tab");
    }
    assert.fail(`no Tab leads to ${what}`);
  };
  await tabTo("input[type=search]");
  await page.keyboard.type("grace");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name: "grace" }).waitFor();
  await settled(page);
  await tabTo(`a[href="#/orders/${order.id}"]`);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name: order.id }).waitFor();
  await settled(page);
  await tabTo(".possible li:not(.off) button:not([disabled])");
  while ((await page.evaluate(() => document.activeElement.textContent)) !== "지금 다시 시도") {
    await page.keyboard.press("Tab");
  }
  await page.keyboard.press("Enter");
  await tabTo("input[name=reason]");
  await page.keyboard.type("은행이 다시 열림");
  await page.keyboard.press("Enter");
  await page.getByText("다시 시도하게 했습니다.").waitFor();
  await page.locator(".state").getByText("실패").first().waitFor();
  assert.equal((await shop.api("GET", `/v1/orders/${order.id}`)).status, "FAIL");
  expectQuiet(page);
});

test("who is no operator is told so, and may become one in development", async () => {
  const page = await browser.page();
  await page.goto(shop.page("/console", await shop.token("alice")));
  await page.getByRole("heading", { level: 1, name: "운영자만 볼 수 있습니다" }).waitFor();
  await page.getByText("alice", { exact: true }).click();
  await page.getByLabel("역할").selectOption("admin");
  await page.getByRole("button", { name: "바꾸기", exact: true }).click();
  await page.getByRole("heading", { level: 1, name: "홈" }).waitFor();
  expectQuiet(page);
});

test("a webhook endpoint is added, tried, switched off and deleted", async () => {
  const page = await operator({}, "#/webhooks");
  const orders = page.getByRole("region", { name: "주문 이벤트" });
  await orders.first().getByRole("button", { name: "엔드포인트 등록" }).click();
  await page.getByRole("dialog").getByLabel("주소 (https)").fill("https://hooks.example.com/payments");
  await page.getByRole("dialog").getByLabel("모든 이벤트").uncheck();
  await page.getByRole("dialog").getByLabel("order.succeeded").check();
  await page.getByRole("dialog").getByLabel("사유").fill("연동 시작");
  await page.getByRole("dialog").getByRole("button", { name: "엔드포인트 등록" }).click();
  await page.getByRole("dialog", { name: "서명 비밀값" }).getByText(/^whsec_/).waitFor();
  await expectAccessible(page);
  await picture(page, "console-secret", { fullPage: false });
  await page.keyboard.press("Escape");
  await page.getByRole("cell", { name: "https://hooks.example.com/payments" }).waitFor();
  await page.getByRole("cell", { name: /^whe_/ }).getByRole("link").click();
  await page.getByRole("heading", { level: 1, name: "엔드포인트" }).waitFor();

  await page.getByRole("button", { name: "시험 전송" }).click();
  await because(page, "닿는지 봄", "시험 전송");
  const delivery = page.getByRole("row", { name: /webhook\.test/ });
  await delivery.getByRole("button", { name: "보기" }).click();
  const dialog = page.getByRole("dialog", { name: "전송" });
  await dialog.getByText('"type": "webhook.test"').waitFor();
  await expectAccessible(page);
  await expectFits(page);
  await picture(page, "console-delivery", { fullPage: false });
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });

  await page.getByRole("button", { name: "끄기" }).click();
  await because(page, "점검", "끄기");
  await page.getByText("직접 껐음").waitFor();
  await page.getByRole("button", { name: "지우기" }).click();
  await because(page, "쓰지 않음", "지우기");
  await page.getByRole("heading", { level: 1, name: "웹훅 엔드포인트" }).waitFor();
  await orders.first().getByText("엔드포인트가 없습니다.").waitFor();
  expectQuiet(page);
});
