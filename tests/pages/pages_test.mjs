// What holds for every page: how it is served, what it may load, and that it is quiet and accessible.

import assert from "node:assert/strict";
import { createServer, request } from "node:http";
import { after, before, test } from "node:test";
import { gunzipSync, brotliDecompressSync } from "node:zlib";
import { browser, expectAccessible, expectFits, expectQuiet, picture, start } from "./harness.mjs";

const pages = { shop: "/", console: "/console", docs: "/docs" };
const firstPageLimit = 100 * 1024;  // bytes, as they are transferred

let shop;
let origin;  // of the platform's pages
const platform = createServer((_request, response) => {
  response.setHeader("content-type", "text/html");
  response.end("<!doctype html><title>platform</title><link rel=icon href='data:,'>");
});

before(async () => {
  await new Promise((resolve) => platform.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${platform.address().port}`;
  shop = await start("--page-token-origin", `https://novels.example,${origin}`);
});
after(() => platform.close());

/** As it comes over the wire: fetch would decompress it. */
function get(path, headers = {}) {
  return new Promise((resolve, reject) => {
    request(shop.url + path, { headers }, (response) => {
      const pieces = [];
      response.on("data", (piece) => pieces.push(piece));
      response.on("end", () => {
        resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(pieces) });
      });
    }).on("error", reject).end();
  });
}

/** The scripts and styles that a page names. */
async function assetsOf(path) {
  const html = (await get(path)).body.toString();
  return [...html.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, name]) => name);
}

for (const [name, path] of Object.entries(pages)) {
  test(`${name}: headers of the page`, async () => {
    const { status, headers } = await get(path);
    assert.equal(status, 200);
    assert.equal(headers["content-type"], "text/html; charset=utf-8");
    assert.equal(headers["cache-control"], "no-cache");
    assert.equal(headers["x-content-type-options"], "nosniff");
    assert.equal(headers["referrer-policy"], "no-referrer");
    const policy = headers["content-security-policy"];
    assert.match(policy, /default-src 'none'; script-src 'self'/);
    assert.doesNotMatch(policy, /unsafe|bootpay|\*/);
    const framers = name === "shop" ? `'self' https://novels.example ${origin}` : "'none'";
    assert.ok(policy.endsWith(`frame-ancestors ${framers}`), policy);
    const again = await get(path, { "if-none-match": headers.etag });
    assert.deepEqual([again.status, again.body.length], [304, 0]);
  });

  test(`${name}: assets are kept, and come compressed`, async () => {
    const assets = await assetsOf(path);
    assert.ok(assets.length > 0);
    for (const asset of assets) {
      const plain = await get(asset);
      assert.equal(plain.headers["cache-control"], "public, max-age=31536000, immutable");
      assert.equal(plain.headers["content-encoding"], undefined);
      const br = await get(asset, { "accept-encoding": "gzip, deflate, br" });
      const gzip = await get(asset, { "accept-encoding": "gzip" });
      for (const answer of [plain, br, gzip]) assert.equal(answer.headers.vary, "accept-encoding");
      if (br.headers["content-encoding"]) {
        assert.ok(brotliDecompressSync(br.body).equals(plain.body));
        assert.ok(gunzipSync(gzip.body).equals(plain.body));
      }
      const again = await get(asset, { "accept-encoding": "br", "if-none-match": br.headers.etag });
      assert.deepEqual([again.status, again.body.length], [304, 0]);
    }
  });

  for (const [width, language, scheme] of [[360, "ko", "light"], [1280, "en", "dark"]]) {
    test(`${name}: loads without a complaint, ${width} px, ${language}, ${scheme}`, async () => {
      const page = await browser.page({ width, language, scheme });
      await page.goto(shop.page(path, await shop.token("root", "admin")), { waitUntil: "networkidle" });
      await page.locator("#page > *").first().waitFor();
      await picture(page, `${name}-${scheme}`);
      await expectFits(page);
      await expectAccessible(page);
      expectQuiet(page);
    });
  }
}

test("the first page is small", async (t) => {
  const page = await browser.page();
  const loaded = [];
  page.on("requestfinished", (request) => {
    if (["document", "script", "stylesheet"].includes(request.resourceType())) loaded.push(request.sizes());
  });
  await page.goto(shop.page("/"), { waitUntil: "networkidle" });
  const sizes = (await Promise.all(loaded)).map(({ responseBodySize }) => responseBodySize);
  const size = sizes.reduce((sum, one) => sum + one, 0);
  t.diagnostic(`${size} bytes in ${sizes.length} files`);
  assert.ok(sizes.length >= 3 && size < firstPageLimit, `${size} bytes`);
});

test("what is none of the pages is not found", async () => {
  for (const path of ["/assets/none.js", "/index.html", "/console/", "/assets/%2e%2e/index.html"]) {
    const { status, headers } = await get(path);
    assert.deepEqual([status, headers["content-type"]], [404, "application/problem+json"], path);
  }
});

test("the policy holds: a page runs no script of its own text", async () => {
  const page = await browser.page();
  await page.goto(shop.page("/"), { waitUntil: "networkidle" });
  const ran = await page.evaluate(() => {
    const script = document.createElement("script");
    script.textContent = "globalThis.ran = true";
    document.body.append(script);
    return globalThis.ran === true;
  });
  assert.equal(ran, false);
  expectQuiet(page, /Content Security Policy/);
  assert.throws(() => expectQuiet(page));
});

/** Whether a page of another origin may show ours in a frame. */
async function mayFrame(path, from) {
  const page = await browser.page();
  await page.goto(from);
  await page.evaluate((address) => new Promise((resolve) => {
    const frame = document.createElement("iframe");
    frame.onload = resolve;
    frame.src = address;
    document.body.append(frame);
  }), shop.url + path);
  if (page.frames()[1].url() === shop.url + path) return true;
  assert.throws(() => expectQuiet(page), /frame-ancestors/);
  return false;
}

test("the platform may frame the shop, nobody else, and nothing else", async () => {
  assert.equal(await mayFrame("/", origin), true);
  assert.equal(await mayFrame("/", origin.replace("127.0.0.1", "localhost")), false);
  assert.equal(await mayFrame("/console", origin), false);
  assert.equal(await mayFrame("/docs", origin), false);
});
