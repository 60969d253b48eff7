// What the tests of the shop share: steps that a reader takes, and looks at what they see.

import assert from "node:assert/strict";
import { browser, eventually, expectAccessible, expectFits, picture } from "./harness.mjs";

/** A phone and a desk, in both languages. */
export const settings = [360, 1280].flatMap((width) => ["ko", "en"].map((language) => ({ width, language })));

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
      const hides = getComputedStyle(box).overflowX !== "visible";
      if (hides && right > box.getBoundingClientRect().right + 0.5) clipped.push(node.data);
    }
  }
  return clipped;
}

/** Nothing cut off, nothing axe-core finds serious; and a picture of it. */
export async function look(page, name, options) {
  await expectFits(page);
  assert.deepEqual(await page.evaluate(clippedTexts), []);
  await expectAccessible(page);
  await picture(page, `shop-${name}`, options);
}

/** A new browser's page at `path`, with the user's token. */
export async function open(shop, user, options, path = "/") {
  const page = await browser.page(options);
  await page.goto(shop.page(path, await shop.token(user)));
  return page;
}

export const paymentWindow = (page) => page.frameLocator("dialog iframe");
export const step = (page, name, state) => page.locator(`[data-step="${name}"][data-state="${state}"]`);
export const badge = (page, tone) => page.locator(`.heading .badge.${tone}`);
export const choose = (page, name) => page.getByRole("button", { name: new RegExp(name) }).click();
export const submit = (page) => page.locator("dialog button[type=submit]").click();

/** From the shop's first view to the payment window of a new order. */
export async function order(page, name) {
  await choose(page, name);
  await submit(page);
  await paymentWindow(page).locator("#pay").waitFor();
}

/** The id of the order that the page shows. */
export const shownOrder = (page) => /#\/orders\/(\w+)/.exec(page.url())[1];

/** Puts a package with a bonus on sale. */
export function sellBonus(shop) {
  return shop.api("POST", "/v1/items", {
    kind: "point_package", name: "여름 꾸러미", amount: 20_000, points: 2000, bonus_points: 300,
  });
}

const nameOfFocused = () => document.activeElement.getAttribute("aria-label") ?? document.activeElement.textContent;

/** Waits until what is called so has the keyboard's focus. */
export async function focused(page, name) {
  await eventually(async () => (await page.evaluate(nameOfFocused)) === name);
}

/** Presses Tab until what is called so has the focus, in the page or a frame of it. */
export async function tabTo(page, name, where = page) {
  for (let presses = 0; presses < 60; presses += 1) {
    if ((await where.evaluate(nameOfFocused)).trim() === name) return;
    await page.keyboard.press("Tab");
  }
  assert.fail(`${name} cannot be reached by Tab`);
}
