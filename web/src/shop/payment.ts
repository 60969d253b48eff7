import { ProblemError, take } from "payments-client";
import { language } from "../frame/language.ts";
import { api } from "../frame/session.ts";
import type { components } from "payments-client";
import type { Order } from "./types.ts";

export type Checkout = components["schemas"]["Checkout"];

/** Where to transfer the money to, if a virtual account was issued. */
export interface Account {
  bank: string;
  number: string;
  until: string | null;
}

/** How the payment window ended. */
export type Ending =
  | { kind: "paid"; receiptId: string }
  | { kind: "issued"; receiptId: string; account: Account | null }
  | { kind: "closed" }
  | { kind: "failed"; text: string };

type Fields = Record<string, unknown>;

const text = (value: unknown) => (typeof value === "string" ? value : "");

function accountOf(receipt: Fields): Account | null {
  const told = receipt["vbank_data"] as Fields | null | undefined;
  if (!told || !told["bank_account"]) return null;
  return {
    bank: text(told["bank_name"]) || text(told["bank_code"]),
    number: text(told["bank_account"]),
    until: text(told["expired_at"]) || null,
  };
}

/** What one of the window's events means; null: nothing that ends it. Bootpay's and the sandbox's are alike. */
export function endingOf(event: Fields): Ending | null {
  const receipt = (event["data"] ?? event) as Fields;
  const receiptId = text(receipt["receipt_id"]);
  switch (event["event"]) {
    case "confirm":
    case "done":
      return receiptId ? { kind: "paid", receiptId } : null;
    case "issued":
      return receiptId ? { kind: "issued", receiptId, account: accountOf(receipt) } : null;
    case "cancel":
    case "close":
      return { kind: "closed" };
    case "error":
      return { kind: "failed", text: text(event["message"]) };
    default:
      return null;
  }
}

/** The sandbox's page for the order; it answers by a message to this window. */
export function sandboxAddress(sandboxUrl: string, checkout: Checkout): string {
  const address = new URL("/sandbox/checkout", sandboxUrl);
  const { order_id, price, order_name, metadata, extra } = checkout;
  address.search = new URLSearchParams({
    order_id, price: String(price), order_name, user_id: metadata.user_id,
    separately_confirmed: String(extra.separately_confirmed), lang: language(),
  }).toString();
  return address.href;
}

/** Opens Bootpay's own window. Its script is loaded now, and not before somebody pays. */
export async function payByBootpay(checkout: Checkout): Promise<Ending> {
  const { Bootpay } = await import("@bootpay/client-js");
  const { client_key, price, order_name, order_id, metadata, extra } = checkout;
  try {
    const event: Fields = await Bootpay.requestPayment({
      client_key, price, order_name, order_id, metadata, user: { id: metadata.user_id },
      extra: { ...extra, open_type: "iframe", redirect_url: `${location.origin}/`, locale: language() },
    });
    return endingOf(event) ?? { kind: "closed" };
  } catch (event) {
    return endingOf(event as Fields) ?? { kind: "failed", text: text((event as Fields)["message"]) };
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(signal.reason);
    }, { once: true });
  });
}

/**
 * Has the payment checked and approved. Tries again while no answer comes, which does no harm: a receipt
 * is approved once. Throws the ProblemError of a refusal.
 */
export async function confirm(orderId: string, receiptId: string, lost: () => void, signal: AbortSignal): Promise<Order> {
  for (let wait = 1000; ; wait = Math.min(wait * 2, 8000)) {
    try {
      return await take(api.POST("/v1/orders/{id}/confirm", {
        params: { path: { id: orderId } }, body: { receipt_id: receiptId }, signal,
      }));
    } catch (failure) {
      const { status } = ProblemError.of(failure);
      if (signal.aborted || (status >= 400 && status < 500 && status !== 429)) throw failure;
      lost();
    }
    await pause(wait, signal);
  }
}
