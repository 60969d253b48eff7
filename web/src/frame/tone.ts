import type { Order } from "payments-client";

/** How something stands; each is a pair of colours that is readable in light and dark. */
export type Tone = "good" | "wait" | "bad" | "idle" | "info";

export const orderTones: Record<Order["status"], Tone> = {
  PENDING: "wait", PAID: "info", SUCCESS: "good", FAILING: "wait", FAIL: "bad",
  CANCELING: "wait", CANCELED: "idle", EXPIRED: "idle",
};
