import type { components } from "payments-client";

export type Order = components["schemas"]["Order"];
export type Item = components["schemas"]["Item"];
export type Wallet = components["schemas"]["Wallet"];
export type Lot = components["schemas"]["Lot"];
export type LedgerEntry = components["schemas"]["LedgerEntry"];
export type OrderItem = components["schemas"]["OrderItem"];
export type Cancellation = components["schemas"]["Cancellation"];
export type CancelPreview = components["schemas"]["CancelPreview"];
export type CancelWish = components["schemas"]["CancelWish"];

/** What an order is: points for money, an episode for money, or an episode for points. */
export type OrderKind = "package" | "content" | "points";

export function kindOf(order: Pick<Order, "payment_method" | "points">): OrderKind {
  if (order.payment_method === "points") return "points";
  return order.points === null ? "content" : "package";
}
