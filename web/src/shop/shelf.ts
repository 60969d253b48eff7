import { take } from "payments-client";
import { api } from "../frame/session.ts";
import type { Item, OrderItem } from "./types.ts";

/** A purchase that gives an episode and stands. Only points for money have a price in both. */
export function isOwned(bought: OrderItem): boolean {
  return bought.revoked_at === null && (bought.amount === null || bought.points === null);
}

/** The ids of those of the items that the caller owns. */
export async function ownedOf(items: Item[], signal: AbortSignal): Promise<Set<string>> {
  const contents = items.filter((item) => item.kind === "content");
  if (contents.length === 0) return new Set();
  const bought = await take(api.GET("/v1/order-items", { params: { query: { limit: 100 } }, signal }));
  const owned = new Set(bought.data.filter(isOwned).map((item) => item.item_id));
  if (bought.next_cursor === null) return owned;
  // Somebody who has bought more than a page of things: each episode is asked for.
  await Promise.all(contents.filter((item) => !owned.has(item.id)).map(async ({ id }) => {
    const told = await take(api.GET("/v1/entitlements/{item_id}", { params: { path: { item_id: id } }, signal }));
    if (told.owned) owned.add(id);
  }));
  return owned;
}
