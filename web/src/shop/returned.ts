/** How a payment ended that left this page (as some do on phones) and has come back to it. */
export interface Returned {
  event: string;
  orderId: string;
  receiptId: string | null;
  message: string | null;
  /** Whether the order's page has gone on with it. */
  taken: boolean;
}

/** Reads it from the address's query; null: there is none. */
export function readReturned(search: string): Returned | null {
  const query = new URLSearchParams(search);
  const event = query.get("event");
  const orderId = query.get("order_id");
  if (!event || !orderId) return null;
  return { event, orderId, receiptId: query.get("receipt_id"), message: query.get("message"), taken: false };
}

export const returned = readReturned(location.search);

// Out of the address at once: a reload must not tell it again.
if (returned) history.replaceState(null, "", `${location.pathname}#/orders/${encodeURIComponent(returned.orderId)}`);
