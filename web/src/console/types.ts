// What the console shows. Shapes that the generated client knows come from it.
import type { components } from "payments-client";

type Schemas = components["schemas"];
export type Order = Schemas["Order"];
export type OrderStatus = Schemas["OrderStatus"];
export type Cancellation = Schemas["Cancellation"];
export type CancelPreview = Schemas["CancelPreview"];
export type RefundAccount = Schemas["RefundAccount"];
export type CancelWish = Schemas["CancelWish"];
export type Wallet = Schemas["Wallet"];
export type Lot = Schemas["Lot"];
export type LedgerEntry = Schemas["LedgerEntry"];
export type Entitlement = Schemas["Entitlement"];
export type DeadLetter = Schemas["DeadLetter"];
export type WholeDeadLetter = Schemas["WholeDeadLetter"];
export type Replay = Schemas["Replay"];
export type Reconciliation = Schemas["Reconciliation"];
export type Finding = Schemas["Finding"];
export type OperatorAction = Schemas["OperatorAction"];
export type Item = Schemas["Item"];
export type NewItem = Schemas["NewItem"];
export type ItemChange = Schemas["ItemChange"];

export const services = ["order", "point", "order-item", "item"] as const;
export type Service = (typeof services)[number];

export interface Page<T> {
  data: T[];
  next_cursor: string | null;
}

export interface TimelineEntry {
  at: string;
  kind: "request" | "gateway" | "message_out" | "message_in" | "webhook" | "driver" | "status" | "operator";
  text: string;
  detail: Record<string, string>;
}

export type OrderActionName = "cancel" | "retry" | "refunded";

export interface OrderAction {
  action: OrderActionName;
  allowed: boolean;
  reason: string;
}

export interface Refund {
  receipt_id?: string;
  amount?: number;
  status: string;
  attempts?: number;
  created_at?: string;
  updated_at?: string;
}

export interface WholeOrder {
  order: Order;
  receipt: {
    receipt_id: string;
    presented_receipt_id: string | null;
    method: string | null;
    paid_at: string | null;
    approval_at: string | null;
  } | null;
  refunds: Refund[];
  cancellations: Cancellation[];
  webhooks: { receipt_status: number; canceled: number; status: string; attempts: number; created_at: string }[];
  waits: {
    for: "payment" | "approval" | "point" | "order_item" | "refund" | "cancel" | "deposit" | null;
    attempts: number;
    next_at: string | null;
    deadline_at: string | null;
  };
  timeline: TimelineEntry[];
  actions: OrderAction[];
}

export interface Attention {
  order: Order;
  why: "refund_refused" | "failing" | "canceling" | "paid" | "approval_unknown";
  since: string;
  attempts: number;
  next_at: string | null;
}

export interface ServiceStatus {
  service: Service;
  instance: string;
  version: string;
  started_at: string;
  outbox: { waiting: number; oldest_at: string | null };
  queue: number;
  dead_letters: number;
  consumers: { topic: string; partition: number; lag: number }[];
  instances: { name: string; leads: boolean; beats: number }[];
}

export interface Sales {
  at: string;
  succeeded: number;
  failed: number;
  expired: number;
  canceled: number;
  amount: number;
  canceled_amount: number;
}

export interface Flows {
  at: string;
  issued_paid: number;
  issued_bonus: number;
  spent: number;
  expired: number;
  returned: number;
}

/** Sheets by name, as `payments report liability --json` has them. */
export type Liability = Record<string, Record<string, string | number>[]>;

export type HookOwner = "order" | "point";

export interface Endpoint {
  id: string;
  service: HookOwner;
  url: string;
  events: string[];
  description: string;
  status: "enabled" | "disabled" | "deleted";
  disabled_because: "by_hand" | "gone" | "failing" | null;
  failing_since: string | null;
  previous_secret_until: string | null;
  created_at: string;
  updated_at: string;
}

/** Its secret is told once: by what made it. */
export type EndpointSecret = Endpoint & { secret: string | null };

export interface Delivery {
  id: string;
  endpoint_id: string;
  event_id: string;
  event_type: string;
  status: "waiting" | "delivered" | "failed";
  attempts: number;
  created_at: string;
  next_at: string | null;
  last_status: number | null;
  last_error: string | null;
}

export interface WholeDelivery extends Delivery {
  body: string;
  tries: { number: number; at: string; took_ms: number; status: number | null; error: string | null; answer: string }[];
}

export interface Fault {
  fault: string;
  times: number | null;
  delay_ms: number;
  path?: string | null;
}
