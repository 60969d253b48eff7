// Signatures of webhooks, against one made by Node's own HMAC.

import assert from "node:assert/strict";
import { createHmac, randomBytes } from "node:crypto";
import { test } from "node:test";
import { verifyWebhook, WebhookError } from "../dist/index.js";

const key = randomBytes(32);
const secret = `whsec_${key.toString("base64")}`;
const now = 1_790_000_000_000;
const event = {
  id: "evt_1", type: "order.succeeded", source: "order", time: "2026-09-21T13:33:20Z", data: { order_id: "ord_1" },
};
const body = JSON.stringify(event);

function signature(key, id, timestamp, text) {
  return `v1,${createHmac("sha256", key).update(`${id}.${timestamp}.${text}`).digest("base64")}`;
}

function signed(more = {}, by = key) {
  const timestamp = more["webhook-timestamp"] ?? String(now / 1000);
  return {
    "webhook-id": event.id, "webhook-timestamp": timestamp,
    "webhook-signature": signature(by, event.id, timestamp, body), ...more,
  };
}

const check = (headers, text = body, options = {}) => verifyWebhook(secret, headers, text, { now, ...options });

test("a webhook of ours is its event", async () => {
  assert.deepEqual(await check(signed()), event);
  assert.deepEqual(await check(new Headers(signed())), event);
  assert.deepEqual(await check(signed(), new TextEncoder().encode(body)), event);
});

test("one of two signatures is enough, while a new secret takes the place of an old one", async () => {
  const old = signature(randomBytes(32), event.id, now / 1000, body);
  const both = `${old} ${signed()["webhook-signature"]}`;
  assert.equal((await check(signed({ "webhook-signature": both }))).id, event.id);
});

test("anything else is none", async () => {
  const wrong = {
    "another body": [signed(), body.replace("ord_1", "ord_2")],
    "another secret": [signed({}, randomBytes(32))],
    "another id": [signed({ "webhook-id": "evt_2" })],
    "a time of the past": [signed({ "webhook-timestamp": String(now / 1000 - 301) })],
    "a time to come": [signed({ "webhook-timestamp": String(now / 1000 + 301) })],
    "no time": [signed({ "webhook-timestamp": "soon" })],
    "no signature": [signed({ "webhook-signature": "" })],
    "another version": [signed({ "webhook-signature": signed()["webhook-signature"].replace("v1,", "v2,") })],
    "half a signature": [signed({ "webhook-signature": signed()["webhook-signature"].slice(0, 20) })],
    "no base64": [signed({ "webhook-signature": "v1,§" })],
    "no headers": [{}],
  };
  for (const [what, given] of Object.entries(wrong)) {
    await assert.rejects(check(...given), WebhookError, what);
  }
});

test("how far its time may lie from now can be told", async () => {
  const late = signed({ "webhook-timestamp": String(now / 1000 - 301) });
  assert.equal((await check(late, body, { toleranceS: 400 })).id, event.id);
});
