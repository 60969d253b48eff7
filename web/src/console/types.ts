// What the console shows. Shapes that the generated client knows come from it.
import type { components } from "payments-client";

type Schemas = components["schemas"];
export type Order = Schemas["Order"];
export type OrderStatus = Schemas["OrderStatus"];
export type Cancellation = Schemas["Cancellation"];
export type RefundAccount = Schemas["RefundAccount"];
export type CancelWish = Schemas["CancelWish"];
export type Lot = Schemas["Lot"];
export type LedgerEntry = Schemas["LedgerEntry"];
export type DeadLetter = Schemas["DeadLetter"];
export type WholeDeadLetter = Schemas["WholeDeadLetter"];
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

export type TimelineEntry = Schemas["TimelineEntry"];
export type OrderAction = Schemas["OrderAction"];
export type OrderActionName = OrderAction["action"];
export type Refund = Schemas["Refund"];
export type WholeOrder = Schemas["OrderDossier"];
export type Attention = Schemas["OrderConcern"];
export type ServiceStatus = Schemas["ServiceStatus"];
export type Liability = Schemas["Liability"];
export type Fault = Schemas["SandboxFault"];

export type HookOwner = "order" | "point";

export type Endpoint = Schemas["WebhookEndpoint"];
export type EndpointEvent = Endpoint["events"][number];
export type Delivery = Schemas["WebhookDelivery"];
export type WholeDelivery = Schemas["WholeWebhookDelivery"];
