// What has happened in a shop before an operator looks at it.

import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { eventually } from "./harness.mjs";

/** The cheapest package of points on sale. */
export async function cheapest(shop) {
  const { data } = await shop.api("GET", "/v1/items");
  return data.filter((item) => item.kind === "point_package").sort((a, b) => a.amount - b.amount)[0];
}

/** An order that was paid too little, and whose money the gateway would not take back. */
export async function refusedRefund(shop, user) {
  const buyer = { user, role: "user" };
  const item = await cheapest(shop);
  await shop.sandbox("POST", "/sandbox/faults", { fault: "refuse_cancel", times: null });
  const order = await shop.api("POST", "/v1/orders", { item_id: item.id }, buyer);
  const { receipt_id } = await shop.sandbox("POST", "/sandbox/pay", {
    order_id: order.id, price: order.amount - 100, user_id: user, silent: true,
  });
  await shop.api("POST", `/v1/orders/${order.id}/confirm`, { receipt_id }, buyer).catch(() => undefined);  // it is refused
  const refused = await eventually(async () => {
    const now = await shop.api("GET", `/v1/orders/${order.id}`);
    return now.failure?.code === "REFUND_REFUSED" ? now : null;
  });
  await shop.sandbox("DELETE", "/sandbox/faults");
  return refused;
}

const insertLetter = `
import sqlite3, sys, time
path, id, key, payload, reason, lane = sys.argv[1:]
now = int(time.time() * 1000)
with sqlite3.connect(path, timeout=20) as database:
    database.execute("""INSERT INTO dead_letter (id, lane, place, topic, message_id, message_key, message_type,
        payload, traceparent, headers, sent_at, reason, attempts, parked_at)
        VALUES (?, ?, 1, 'payments.point.commands', ?, ?, 'point.credit', ?, '', '[]', ?, ?, 5, ?)""",
        (id, int(lane), "msg_" + id, key, payload, now, reason, now))
database.close()
`;

/** A message as the point service would have parked it; its id. Services understand their own messages always. */
export async function deadLetter(shop, number, { key, payload, reason = "it cannot be read" }) {
  const id = `ded_01M82AFH2C${String(number).padStart(16, "0")}`;
  await promisify(execFile)("python3", [
    "-c", insertLetter, join(shop.data, "point.db"), id, key, payload, reason, String(number),
  ]);
  return id;
}

/** An episode for sale. */
export function episode(shop) {
  return shop.api("POST", "/v1/items", { kind: "content", name: "달빛 아래 1화", point_price: 100, reason: "연재 시작" });
}

/** Buys content with points. */
export async function read(shop, user, item) {
  const buyer = { user, role: "user" };
  const order = await shop.api("POST", "/v1/orders", { item_id: item.id, payment_method: "points" }, buyer);
  return eventually(async () => {
    const now = await shop.api("GET", `/v1/orders/${order.id}`, undefined, buyer);
    return now.status === "SUCCESS" ? now : null;
  });
}
