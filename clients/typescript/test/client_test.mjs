// The client against a real server.

import assert from "node:assert/strict";
import { before, test } from "node:test";
import { each, payments, ProblemError, take } from "../dist/index.js";
import { pay, start, token } from "./server.mjs";

let server;
let alice;
let packages;

before(async () => {
  server = await start();
  alice = client(await token("alice"));
  packages = (await take(alice.GET("/v1/items"))).data.filter((item) => item.kind === "point_package");
});

function client(token, more = {}) {
  return payments({ baseUrl: server.url, token, ...more });
}

function place(api = alice) {
  return take(api.POST("/v1/orders", { body: { item_id: packages[0].id } }));
}

/** Sends by the network, but lets the first answers be lost, or what `first` makes them. */
function unlucky(first) {
  const sent = [];
  const send = async (request) => {
    sent.push(request.headers.get("idempotency-key"));
    const answer = await fetch(request);
    return first(sent.length, answer);
  };
  return { sent, send };
}

test("an order is placed, paid and followed until it is over", async () => {
  const order = await place();
  assert.equal(order.status, "PENDING");
  const seen = [];
  const over = alice.follow(order.id, (now) => seen.push(now.status));
  const receipt_id = await pay(server.sandboxUrl, order);
  await take(alice.POST("/v1/orders/{id}/confirm", {
    params: { path: { id: order.id } }, body: { receipt_id },
  }));
  assert.equal((await over).status, "SUCCESS");
  assert.equal(seen.at(-1), "SUCCESS");
  assert.ok((await take(alice.GET("/v1/points"))).balance >= packages[0].points);
});

test("a stream that breaks is opened again", async () => {
  let opened = 0;
  const send = async (request) => {
    const answer = await fetch(request);
    if (!request.url.endsWith("/stream") || ++opened > 2) return answer;
    // The first event, and then the line is gone.
    const reader = answer.body.getReader();
    const { value } = await reader.read();
    await reader.cancel();
    return new Response(new Blob([value]).stream(), { status: 200 });
  };
  const api = client(await token("alice"), { fetch: send });
  const order = await place(api);
  const over = api.follow(order.id);
  const receipt_id = await pay(server.sandboxUrl, order);
  await take(api.POST("/v1/orders/{id}/confirm", {
    params: { path: { id: order.id } }, body: { receipt_id },
  }));
  assert.equal((await over).status, "SUCCESS");
  assert.ok(opened >= 1);
});

test("following an order that is not there is refused, and one may stop following", async () => {
  const id = "ord_00000000000000000000000000";
  await assert.rejects(alice.follow(id), { name: "ProblemError", status: 404, code: "NOT_FOUND" });
  const stop = new AbortController();
  const order = await place();
  const over = alice.follow(order.id, () => stop.abort(), stop.signal);
  await assert.rejects(over, { name: "AbortError" });
});

test("a refusal is a ProblemError that tells its code, its language and the request", async () => {
  const korean = client(await token("alice"), { language: "ko" });
  const refused = take(korean.POST("/v1/orders", { body: { item_id: packages[0].id, amount: 1 } }));
  await assert.rejects(refused, (failure) => {
    assert.ok(failure instanceof ProblemError);
    assert.equal(failure.status, 422);
    assert.equal(failure.code, "AMOUNT_MISMATCH");
    assert.match(failure.problem.title, /[가-힣]/);
    assert.match(failure.requestId, /./);
    return true;
  });
  await assert.rejects(take(client(null).GET("/v1/points")), { status: 401, code: "UNAUTHORIZED" });
  const nobody = payments({ baseUrl: "http://127.0.0.1:9", retries: 0 });
  await assert.rejects(take(nobody.GET("/v1/items")), { status: 0, code: "NETWORK" });
});

test("the token is asked for at each call", async () => {
  const tokens = [await token("first"), await token("second")];
  const api = client(async () => tokens.shift());
  assert.equal((await take(api.GET("/v1/points"))).user_id, "first");
  assert.equal((await take(api.GET("/v1/points"))).user_id, "second");
});

test("an answer that is lost is asked for again with the same key, and is the first one", async () => {
  const { sent, send } = unlucky((number, answer) => {
    if (number === 1) throw new TypeError("the connection broke");
    return answer;
  });
  const answered = await client(await token("unlucky"), { fetch: send })
    .POST("/v1/orders", { body: { item_id: packages[0].id } });
  assert.equal(answered.response.status, 201);
  assert.equal(answered.response.headers.get("idempotency-replayed"), "true");
  assert.equal(sent.length, 2);
  assert.equal(sent[0], sent[1]);
  const orders = await take(client(await token("unlucky")).GET("/v1/orders"));
  assert.equal(orders.data.length, 1);
});

test("503, 429 and 504 are repeated up to a limit, other answers are not", async () => {
  const told = (status) => new Response(null, { status, headers: { "retry-after": "0" } });
  for (const status of [503, 429, 504]) {
    const { sent, send } = unlucky((number, answer) => (number < 3 ? told(status) : answer));
    await take(client(await token("alice"), { fetch: send }).GET("/v1/items"));
    assert.equal(sent.length, 3);
  }
  const always = unlucky(() => told(503));
  const api = client(await token("alice"), { fetch: always.send, retries: 1 });
  await assert.rejects(take(api.GET("/v1/items")), { status: 503, code: "UNKNOWN" });
  assert.equal(always.sent.length, 2);
  const broken = unlucky(() => told(500));
  await assert.rejects(take(client("x", { fetch: broken.send }).GET("/v1/items")), { status: 500 });
  assert.equal(broken.sent.length, 1);
});

test("a wait that the server asks for too long is left to the caller", async () => {
  const { sent, send } = unlucky(() => new Response(null, { status: 503, headers: { "retry-after": "3600" } }));
  await assert.rejects(take(client("x", { fetch: send }).GET("/v1/items")), { status: 503 });
  assert.equal(sent.length, 1);
});

test("the first call still running is waited for", async () => {
  const running = { type: "about:blank", title: "", status: 409, detail: "", code: "IDEMPOTENCY_IN_PROGRESS" };
  const { sent, send } = unlucky((number, answer) =>
    number === 1 ? Response.json(running, { status: 409 }) : answer);
  await place(client(await token("alice"), { fetch: send }));
  assert.equal(sent.length, 2);
});

test("a caller that gives up is not kept waiting", async () => {
  const stop = new AbortController();
  const { send } = unlucky(() => {
    stop.abort();
    return new Response(null, { status: 503, headers: { "retry-after": "20" } });
  });
  const call = take(client("x", { fetch: send }).GET("/v1/items", { signal: stop.signal }));
  await assert.rejects(call, { name: "AbortError" });
});

test("a list is walked page after page", async () => {
  const api = client(await token("collector"));
  const placed = [];
  for (let i = 0; i < 5; ++i) placed.push((await place(api)).id);
  const seen = [];
  let pages = 0;
  for await (const order of each((cursor) => {
    ++pages;
    return api.GET("/v1/orders", { params: { query: { limit: 2, cursor } } });
  })) seen.push(order.id);
  assert.deepEqual(seen, placed.reverse());
  assert.equal(pages, 3);
});
