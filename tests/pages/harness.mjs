// What every test of the pages needs: a shop of its own, and a real Chromium.
//
//   const shop = await start();                        // payments serve, on free ports, with a test clock
//   const page = await browser.page({ width: 360, language: "ko" });
//   await page.goto(shop.page("/", await shop.token("alice")));
//   await picture(page, "shop");
//   await expectAccessible(page);
//   expectQuiet(page);
//
// Whatever was started is stopped once the file's tests are over.

import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { chromium } from "playwright-core";

const root = fileURLToPath(new URL("../..", import.meta.url));
const executable = process.env.PAYMENTS_EXECUTABLE ?? join(root, "build/payments");
const patience = 20_000;  // ms, for whatever a page or a server should do at once

const endings = [];
after(async () => {
  for (const end of endings.reverse()) await end();
});

/** The first line of the program's output that begins with `ready`, and what follows. */
async function readyUrl(server, told) {
  for await (const line of createInterface({ input: server.stdout })) {
    if (line.startsWith("ready ")) return line.slice("ready ".length);
  }
  throw new Error(`payments ended before it was ready:\n${told.join("")}`);
}

async function stopped(server) {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const exit = new Promise((resolve) => server.once("exit", resolve));
  server.kill("SIGTERM");
  const late = setTimeout(() => server.kill("SIGKILL"), patience);
  await exit;
  clearTimeout(late);
}

/** A shop on free ports of 127.0.0.1, its databases in a folder that goes with it. */
export async function start(...flags) {
  const folder = await mkdtemp(join(tmpdir(), "payments-pages-"));
  endings.push(() => rm(folder, { recursive: true, force: true }));
  const shop = new Shop(`${folder}/data`, flags);
  endings.push(() => shop.stop());
  await shop.begin();
  return shop;
}

/** A running shop and ways to arrange things behind its pages' back. */
export class Shop {
  #tokens = new Map();
  #told = [];
  #server;
  #data;
  #flags;

  constructor(data, flags) {
    this.#data = data;
    this.#flags = flags;
  }

  /** Starts it, where it was before if it has run already. */
  async begin() {
    const address = (url) => (url ? new URL(url).host : "127.0.0.1:0");
    // With a gateway that is not the sandbox the time cannot be turned.
    const clock = this.#flags.includes("--bootpay-url") ? [] : ["--test-clock"];
    const server = this.#server = spawn(executable, [
      "serve", "--listen", address(this.url), "--sandbox-listen", address(this.sandboxUrl),
      "--db", `sqlite:${this.#data}`, ...clock, ...this.#flags,
    ], { stdio: ["ignore", "pipe", "pipe"] });
    process.once("exit", () => server.kill("SIGKILL"));
    server.stderr.on("data", (piece) => this.#told.push(piece));
    this.url = await readyUrl(server, this.#told);
    this.sandboxUrl = (await ask(`${this.url}/v1/setup`, "GET", undefined, {})).sandbox_url;
  }

  stop() {
    return stopped(this.#server);
  }

  /** The folder with the services' databases. */
  get data() {
    return this.#data;
  }

  /** What the server has logged up to now. */
  get log() {
    return this.#told.join("");
  }

  /** The address of a page, with a token for it if there is one: shop.page("/console", token). */
  page(path, token) {
    return `${this.url}${path}${token ? `#token=${token}` : ""}`;
  }

  async token(user, role = "user") {
    const key = `${role} ${user}`;
    if (!this.#tokens.has(key)) {
      const { stdout } = await promisify(execFile)(executable, ["token", "--user", user, "--role", role]);
      this.#tokens.set(key, stdout.trim());
    }
    return this.#tokens.get(key);
  }

  /** Calls the API, as an admin unless told otherwise; the answer's JSON. Throws what is refused. */
  async api(method, path, body, { user = "operator", role = "admin" } = {}) {
    const headers = { authorization: `Bearer ${await this.token(user, role)}` };
    if (method !== "GET") headers["idempotency-key"] = randomUUID();
    return ask(this.url + path, method, body, headers);
  }

  /** One of the sandbox's controls: shop.sandbox("POST", "/sandbox/faults", {fault: …}). */
  sandbox(method, path, body) {
    return ask(this.sandboxUrl + path, method, body, {});
  }

  /** Lets the shop's clock go on by so many seconds. */
  advance(seconds) {
    return this.api("POST", "/v1/test/clock", { advance_s: seconds });
  }

  /** A buyer's order, paid at the sandbox and confirmed; as it is once it is over, or `until` holds. */
  async buy(user, itemId, until = (order) => !["PENDING", "PAID"].includes(order.status)) {
    const buyer = { user, role: "user" };
    const order = await this.api("POST", "/v1/orders", { item_id: itemId }, buyer);
    const receipt = await this.sandbox("POST", "/sandbox/pay", {
      order_id: order.id, price: order.amount, separately_confirmed: true, user_id: user,
    });
    await this.api("POST", `/v1/orders/${order.id}/confirm`, { receipt_id: receipt.receipt_id }, buyer);
    return eventually(async () => {
      const now = await this.api("GET", `/v1/orders/${order.id}`, undefined, buyer);
      return until(now) ? now : null;
    });
  }
}

async function ask(url, method, body, headers) {
  if (body !== undefined) headers = { ...headers, "content-type": "application/json" };
  const response = await fetch(url, {
    method, headers, body: body === undefined ? undefined : JSON.stringify(body),
    signal: AbortSignal.timeout(patience),
  });
  const text = await response.text();
  assert.ok(response.ok, `${method} ${new URL(url).pathname}: ${response.status} ${text}`);
  return text ? JSON.parse(text) : null;
}

/** Asks again until the answer is something; fails after 20 s. */
export async function eventually(question) {
  const end = Date.now() + patience;
  for (;;) {
    const answer = await question();
    if (answer) return answer;
    assert.ok(Date.now() < end, `still not so after ${patience} ms: ${question}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const heights = { 360: 740 };
let launched = null;

async function launch() {
  const own = await chromium.launch({
    executablePath: process.env.PAYMENTS_CHROMIUM ?? "/usr/bin/chromium",
    args: process.getuid() === 0 ? ["--no-sandbox"] : [],
  });
  endings.push(() => own.close());
  return own;
}

/** What each page has complained of: errors in its console, exceptions, refusals by its policy. */
const complaints = new WeakMap();
/** How each page was opened: its width and language, for the name of a picture. */
const settings = new WeakMap();

export const browser = {
  /**
   * A page of a browser that knows nothing yet. `width` 360 is a phone, 1280 a desk; `scheme` is
   * `light` or `dark`. Animations are off unless `motion` is set.
   */
  async page({ width = 1280, language = "ko", scheme = "light", motion = false } = {}) {
    launched ??= launch();
    const context = await (await launched).newContext({
      viewport: { width, height: heights[width] ?? 860 },
      locale: language === "ko" ? "ko-KR" : "en-US",
      timezoneId: "Asia/Seoul",
      colorScheme: scheme,
      reducedMotion: motion ? "no-preference" : "reduce",
    });
    context.setDefaultTimeout(patience);
    const page = await context.newPage();
    const heard = [];
    complaints.set(page, heard);
    settings.set(page, { width, language });
    page.on("console", (message) => {
      if (message.type() === "error") heard.push(`${message.text()} (${message.location().url})`);
    });
    page.on("pageerror", (error) => heard.push(String(error.stack ?? error)));
    return page;
  },
};

/** Fails if the page has had an error or broke its content security policy. `expected`: those that may be. */
export function expectQuiet(page, ...expected) {
  const heard = complaints.get(page).filter((text) => !expected.some((known) => known.test(text)));
  assert.deepEqual(heard, []);
}

/** build/screenshots/NAME-WIDTH-LANGUAGE.png, if PAYMENTS_SCREENSHOTS is set. */
export async function picture(page, name, { fullPage = true } = {}) {
  if (!process.env.PAYMENTS_SCREENSHOTS) return;
  const folder = join(root, "build/screenshots");
  await mkdir(folder, { recursive: true });
  const { width, language } = settings.get(page);
  await page.screenshot({ path: join(folder, `${name}-${width}-${language}.png`), fullPage });
}

/** Fails if the page is wider than its window: something is cut off or has to be scrolled to. */
export async function expectFits(page) {
  const [wanted, given] = await page.evaluate(
    () => [document.documentElement.scrollWidth, document.documentElement.clientWidth],
  );
  assert.ok(wanted <= given, `the page is ${wanted} px wide in a window of ${given}`);
}

let axe = null;

/** Fails if axe-core finds something serious in the page as it is now, or in a frame of it. */
export async function expectAccessible(page) {
  axe ??= await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
  for (const frame of page.frames()) {
    await frame.evaluate(axe);
    assert.deepEqual(await frame.evaluate(seriousFaults), [], frame.url());
  }
}

/** Runs in the page. */
async function seriousFaults() {
  const found = await globalThis.axe.run(document, { resultTypes: ["violations"], iframes: false });
  return found.violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, help, nodes }) => ({
      id, help, where: nodes.map((node) => `${node.target.join(" ")}: ${node.failureSummary}`),
    }));
}
