// Every call the console makes, by the client that is generated from the API's document.
import { take, type components } from "payments-client";
import { api } from "../frame/session.ts";
import type {
  CancelWish, Delivery, Fault, Finding, HookOwner, ItemChange, NewItem, OrderStatus, Page, Service,
} from "./types.ts";

type Schemas = components["schemas"];
interface Paged {
  limit?: number;
  cursor?: string;
}
interface Cut {
  by: "hour" | "day";
  from?: string;
  to?: string;
}

const most = 100;  // of a page

export const orders = {
  list: (query: Paged & { user_id?: string; receipt_id?: string; status?: OrderStatus }, signal?: AbortSignal) =>
    take(api.GET("/v1/orders", { params: { query }, signal })),
  one: (id: string, signal?: AbortSignal) => take(api.GET("/v1/orders/{id}", { params: { path: { id } }, signal })),
  whole: (id: string, signal?: AbortSignal) =>
    take(api.GET("/v1/admin/order/orders/{id}", { params: { path: { id } }, signal })),
  attention: (query: Paged, signal?: AbortSignal) =>
    take(api.GET("/v1/admin/order/attention", { params: { query }, signal })),
  preview: (id: string, amount: number | null, signal?: AbortSignal) =>
    take(api.POST("/v1/orders/{id}/cancel", {
      params: { path: { id }, query: { simulate: true } }, body: { amount }, signal,
    })) as Promise<Schemas["CancelPreview"]>,
  cancel: (id: string, body: CancelWish) => take(api.POST("/v1/orders/{id}/cancel", { params: { path: { id } }, body })),
  retry: (id: string, reason: string) =>
    take(api.POST("/v1/admin/order/orders/{id}/retry", { params: { path: { id } }, body: { reason } })),
  refunded: (id: string, reason: string) =>
    take(api.POST("/v1/orders/{id}/refunded", { params: { path: { id } }, body: { reason } })),
};

export const wallets = {
  one: (user_id: string, signal?: AbortSignal) =>
    take(api.GET("/v1/points/{user_id}", { params: { path: { user_id } }, signal })) as Promise<Schemas["Wallet"]>,
  lots: async (user_id: string, signal?: AbortSignal) =>
    (await take(api.GET("/v1/points/{user_id}/lots", { params: { path: { user_id } }, signal }))).data,
  ledger: (user_id: string, query: Paged, signal?: AbortSignal) =>
    take(api.GET("/v1/points/{user_id}/ledger", { params: { path: { user_id }, query }, signal })),
  grant: (user_id: string, body: Schemas["Grant"]) =>
    take(api.POST("/v1/points/{user_id}/grant", { params: { path: { user_id } }, body })),
  adjust: (user_id: string, body: Schemas["Adjustment"]) =>
    take(api.POST("/v1/points/{user_id}/adjust", { params: { path: { user_id } }, body })),
};

export const purchases = {
  entitlement: (item_id: string, user_id: string, signal?: AbortSignal) =>
    take(api.GET("/v1/entitlements/{item_id}", { params: { path: { item_id }, query: { user_id } }, signal })),
};

export const letters = {
  list: (service: Service, query: Paged, signal?: AbortSignal) =>
    take(api.GET(`/v1/admin/${service}/dead-letters`, { params: { query }, signal })),
  one: (service: Service, id: string, signal?: AbortSignal) =>
    take(api.GET(`/v1/admin/${service}/dead-letters/{id}`, { params: { path: { id } }, signal })),
  replay: (service: Service, id: string, reason: string) =>
    take(api.POST(`/v1/admin/${service}/dead-letters/{id}/replay`, { params: { path: { id } }, body: { reason } })),
  discard: (service: Service, id: string, reason: string) =>
    take(api.POST(`/v1/admin/${service}/dead-letters/{id}/discard`, { params: { path: { id } }, body: { reason } })),
};

/** A thousand at most: more cannot be looked through by a person anyway. */
async function findings(id: string, signal?: AbortSignal): Promise<Finding[]> {
  const all: Finding[] = [];
  let cursor: string | undefined;
  do {
    const page: Page<Finding> = await take(api.GET("/v1/admin/order/reconciliations/{id}/findings", {
      params: { path: { id }, query: { limit: most, cursor } }, signal,
    }));
    all.push(...page.data);
    cursor = page.next_cursor ?? undefined;
  } while (cursor && all.length < 1_000);
  return all;
}

export const reconciliations = {
  list: (query: Paged, signal?: AbortSignal) =>
    take(api.GET("/v1/admin/order/reconciliations", { params: { query }, signal })),
  one: (id: string, signal?: AbortSignal) =>
    take(api.GET("/v1/admin/order/reconciliations/{id}", { params: { path: { id } }, signal })),
  findings,
  start: (body: Schemas["ReconciliationSpan"]) => take(api.POST("/v1/admin/order/reconciliations", { body })),
};

export const figures = {
  sales: async (query: Cut, signal?: AbortSignal) =>
    (await take(api.GET("/v1/admin/order/sales", { params: { query }, signal }))).data,
  flows: async (query: Cut, signal?: AbortSignal) =>
    (await take(api.GET("/v1/admin/point/flows", { params: { query }, signal }))).data,
  liability: (signal?: AbortSignal) => take(api.GET("/v1/admin/point/liability", { signal })),
};

export const operation = {
  status: (service: Service, signal?: AbortSignal) => take(api.GET(`/v1/admin/${service}/status`, { signal })),
  actions: (service: Service, query: Paged & { actor?: string; target?: string }, signal?: AbortSignal) =>
    take(api.GET(`/v1/admin/${service}/actions`, { params: { query }, signal })),
};

export const items = {
  list: (query: Paged & { status: "on_sale" | "archived" }, signal?: AbortSignal) =>
    take(api.GET("/v1/items", { params: { query }, signal })),
  add: (body: NewItem) => take(api.POST("/v1/items", { body })),
  change: (id: string, body: ItemChange) => take(api.PATCH("/v1/items/{id}", { params: { path: { id } }, body })),
};

export const sandbox = {
  faults: async (signal?: AbortSignal) => (await take(api.GET("/v1/admin/order/sandbox/faults", { signal }))).faults,
  set: (body: Fault) => take(api.POST("/v1/admin/order/sandbox/faults", { body })),
  clear: () => take(api.DELETE("/v1/admin/order/sandbox/faults", {})),
};

export const clock = {
  now: async (signal?: AbortSignal) => (await take(api.GET("/v1/test/clock", { signal }))).now,
  advance: async (advance_s: number) => (await take(api.POST("/v1/test/clock", { body: { advance_s } }))).now,
};

const hooks = <O extends HookOwner>(owner: O) => `/v1/admin/${owner}/webhook-endpoints` as const;
const hook = <O extends HookOwner>(owner: O) => `/v1/admin/${owner}/webhook-endpoints/{id}` as const;
export const endpoints = {
  list: (owner: HookOwner, signal?: AbortSignal) => take(api.GET(hooks(owner), { signal })),
  one: (owner: HookOwner, id: string, signal?: AbortSignal) =>
    take(api.GET(hook(owner), { params: { path: { id } }, signal })),
  add: (owner: HookOwner, body: Schemas["NewWebhookEndpoint"]) => take(api.POST(hooks(owner), { body })),
  change: (owner: HookOwner, id: string, body: Schemas["WebhookEndpointChange"]) =>
    take(api.PATCH(hook(owner), { params: { path: { id } }, body })),
  rotate: (owner: HookOwner, id: string, reason: string) =>
    take(api.POST(`${hook(owner)}/rotate`, { params: { path: { id } }, body: { reason } })),
  remove: (owner: HookOwner, id: string, reason: string) =>
    take(api.POST(`${hook(owner)}/delete`, { params: { path: { id } }, body: { reason } })),
  test: (owner: HookOwner, id: string, reason: string) =>
    take(api.POST(`${hook(owner)}/test`, { params: { path: { id } }, body: { reason } })),
  deliveries: (owner: HookOwner, id: string, query: Paged & { status?: Delivery["status"] }, signal?: AbortSignal) =>
    take(api.GET(`${hook(owner)}/deliveries`, { params: { path: { id }, query }, signal })),
  delivery: (owner: HookOwner, id: string, delivery_id: string, signal?: AbortSignal) =>
    take(api.GET(`${hook(owner)}/deliveries/{delivery_id}`, { params: { path: { id, delivery_id } }, signal })),
  redeliver: (owner: HookOwner, id: string, delivery_id: string, reason: string) =>
    take(api.POST(`${hook(owner)}/deliveries/{delivery_id}/redeliver`, { params: { path: { id, delivery_id } }, body: { reason } })),
};
