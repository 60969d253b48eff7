// Every call the console makes. What goes to one of several services names it in its path.
import { take } from "payments-client";
import { api } from "../frame/session.ts";
import type {
  Attention, CancelPreview, CancelWish, DeadLetter, Delivery, Endpoint, EndpointSecret, Entitlement, Fault, Finding, Flows, HookOwner, Item, ItemChange,
  LedgerEntry, Liability, Lot, NewItem, OperatorAction, Order, Page, Reconciliation, Replay, Sales,
  Service, ServiceStatus, Wallet, WholeDeadLetter, WholeDelivery, WholeOrder,
} from "./types.ts";

type Query = Record<string, string | number | undefined>;
interface Asked {
  query?: Query;
  body?: unknown;
  signal?: AbortSignal;
}

/** The client's calls by a path that is put together here. */
const loose = api as unknown as Record<
  "GET" | "POST" | "PATCH" | "DELETE", (path: string, options: object) => Parameters<typeof take>[0]
>;

function ask<T>(method: keyof typeof loose, path: string, { query, body, signal }: Asked = {}): Promise<T> {
  return take(loose[method](path, {
    params: { query }, body, signal,
  })) as Promise<T>;
}

const at = encodeURIComponent;

/** All pages of a list, a thousand entries at most. */
async function whole<T>(path: string, query: Query, signal?: AbortSignal): Promise<T[]> {
  const all: T[] = [];
  let cursor: string | undefined;
  do {
    const page = await ask<Page<T>>("GET", path, { query: { ...query, limit: 100, cursor }, signal });
    all.push(...page.data);
    cursor = page.next_cursor ?? undefined;
  } while (cursor && all.length < 1000);
  return all;
}

export const orders = {
  list: (query: Query, signal?: AbortSignal) => ask<Page<Order>>("GET", "/v1/orders", { query, signal }),
  one: (id: string, signal?: AbortSignal) => ask<Order>("GET", `/v1/orders/${at(id)}`, { signal }),
  whole: (id: string, signal?: AbortSignal) => ask<WholeOrder>("GET", `/v1/admin/order/orders/${at(id)}`, { signal }),
  attention: (query: Query, signal?: AbortSignal) =>
    ask<Page<Attention>>("GET", "/v1/admin/order/attention", { query, signal }),
  preview: (id: string, amount: number | null, signal?: AbortSignal) =>
    ask<CancelPreview>("POST", `/v1/orders/${at(id)}/cancel`, { query: { simulate: "true" }, body: { amount }, signal }),
  cancel: (id: string, body: CancelWish) => ask<Order>("POST", `/v1/orders/${at(id)}/cancel`, { body }),
  retry: (id: string, reason: string) =>
    ask<Order>("POST", `/v1/admin/order/orders/${at(id)}/retry`, { body: { reason } }),
  refunded: (id: string, reason: string) => ask<Order>("POST", `/v1/orders/${at(id)}/refunded`, { body: { reason } }),
};

export const wallets = {
  one: (user: string, signal?: AbortSignal) => ask<Wallet>("GET", `/v1/points/${at(user)}`, { signal }),
  lots: async (user: string, signal?: AbortSignal) =>
    (await ask<{ data: Lot[] }>("GET", `/v1/points/${at(user)}/lots`, { signal })).data,
  ledger: (user: string, query: Query, signal?: AbortSignal) =>
    ask<Page<LedgerEntry>>("GET", `/v1/points/${at(user)}/ledger`, { query, signal }),
  grant: (user: string, body: { points: number; kind: "paid" | "bonus"; expires_in_days: number | null; reason: string }) =>
    ask<LedgerEntry>("POST", `/v1/points/${at(user)}/grant`, { body }),
  adjust: (user: string, body: { points: number; reason: string }) =>
    ask<LedgerEntry>("POST", `/v1/points/${at(user)}/adjust`, { body }),
};

export const purchases = {
  entitlement: (item: string, user: string, signal?: AbortSignal) =>
    ask<Entitlement>("GET", `/v1/entitlements/${at(item)}`, { query: { user_id: user }, signal }),
};

export const letters = {
  list: (service: Service, query: Query, signal?: AbortSignal) =>
    ask<Page<DeadLetter>>("GET", `/v1/admin/${service}/dead-letters`, { query, signal }),
  one: (service: Service, id: string, signal?: AbortSignal) =>
    ask<WholeDeadLetter>("GET", `/v1/admin/${service}/dead-letters/${at(id)}`, { signal }),
  replay: (service: Service, id: string, reason: string) =>
    ask<Replay>("POST", `/v1/admin/${service}/dead-letters/${at(id)}/replay`, { body: { reason } }),
  discard: (service: Service, id: string, reason: string) =>
    ask<{ id: string; waiting: number }>("POST", `/v1/admin/${service}/dead-letters/${at(id)}/discard`, { body: { reason } }),
};

export const reconciliations = {
  list: (query: Query, signal?: AbortSignal) =>
    ask<Page<Reconciliation>>("GET", "/v1/admin/order/reconciliations", { query, signal }),
  one: (id: string, signal?: AbortSignal) =>
    ask<Reconciliation>("GET", `/v1/admin/order/reconciliations/${at(id)}`, { signal }),
  findings: (id: string, signal?: AbortSignal) =>
    whole<Finding>(`/v1/admin/order/reconciliations/${at(id)}/findings`, {}, signal),
  start: (span: { from?: string; to?: string }) =>
    ask<Reconciliation>("POST", "/v1/admin/order/reconciliations", { body: span }),
};

export const figures = {
  sales: async (query: Query, signal?: AbortSignal) =>
    (await ask<{ data: Sales[] }>("GET", "/v1/admin/order/sales", { query, signal })).data,
  flows: async (query: Query, signal?: AbortSignal) =>
    (await ask<{ data: Flows[] }>("GET", "/v1/admin/point/flows", { query, signal })).data,
  liability: (signal?: AbortSignal) => ask<Liability>("GET", "/v1/admin/point/liability", { signal }),
};

export const operation = {
  status: (service: Service, signal?: AbortSignal) =>
    ask<ServiceStatus>("GET", `/v1/admin/${service}/status`, { signal }),
  actions: (service: Service, query: Query, signal?: AbortSignal) =>
    ask<Page<OperatorAction>>("GET", `/v1/admin/${service}/actions`, { query, signal }),
};

const hooks = (owner: HookOwner) => `/v1/admin/${owner}/webhook-endpoints`;
const hook = (owner: HookOwner, id: string) => `${hooks(owner)}/${at(id)}`;
export const endpoints = {
  list: (owner: HookOwner, query: Query, signal?: AbortSignal) =>
    ask<Page<Endpoint>>("GET", hooks(owner), { query, signal }),
  one: (owner: HookOwner, id: string, signal?: AbortSignal) => ask<Endpoint>("GET", hook(owner, id), { signal }),
  add: (owner: HookOwner, body: { url: string; events: string[]; description?: string; reason: string }) =>
    ask<EndpointSecret>("POST", hooks(owner), { body }),
  change: (owner: HookOwner, id: string, body: Partial<Pick<Endpoint, "url" | "events" | "status">> & { reason: string }) =>
    ask<Endpoint>("PATCH", hook(owner, id), { body }),
  rotate: (owner: HookOwner, id: string, reason: string) =>
    ask<EndpointSecret>("POST", `${hook(owner, id)}/rotate`, { body: { reason } }),
  remove: (owner: HookOwner, id: string, reason: string) =>
    ask<unknown>("POST", `${hook(owner, id)}/delete`, { body: { reason } }),
  test: (owner: HookOwner, id: string, reason: string) =>
    ask<Delivery>("POST", `${hook(owner, id)}/test`, { body: { reason } }),
  deliveries: (owner: HookOwner, id: string, query: Query, signal?: AbortSignal) =>
    ask<Page<Delivery>>("GET", `${hook(owner, id)}/deliveries`, { query, signal }),
  delivery: (owner: HookOwner, id: string, delivery: string, signal?: AbortSignal) =>
    ask<WholeDelivery>("GET", `${hook(owner, id)}/deliveries/${at(delivery)}`, { signal }),
  redeliver: (owner: HookOwner, id: string, delivery: string, reason: string) =>
    ask<Delivery>("POST", `${hook(owner, id)}/deliveries/${at(delivery)}/redeliver`, { body: { reason } }),
};

export const items = {
  list: (query: Query, signal?: AbortSignal) => ask<Page<Item>>("GET", "/v1/items", { query, signal }),
  add: (body: NewItem) => ask<Item>("POST", "/v1/items", { body }),
  change: (id: string, body: ItemChange) => ask<Item>("PATCH", `/v1/items/${at(id)}`, { body }),
};

export const sandbox = {
  faults: async (signal?: AbortSignal) =>
    (await ask<{ faults: Fault[] }>("GET", "/v1/admin/order/sandbox/faults", { signal })).faults,
  set: (fault: { fault: string; times: number | null; delay_ms?: number }) =>
    ask<unknown>("POST", "/v1/admin/order/sandbox/faults", { body: fault }),
  clear: () => ask<unknown>("DELETE", "/v1/admin/order/sandbox/faults"),
};

export const clock = {
  now: async (signal?: AbortSignal) => (await ask<{ now: string }>("GET", "/v1/test/clock", { signal })).now,
  advance: async (seconds: number) =>
    (await ask<{ now: string }>("POST", "/v1/test/clock", { body: { advance_s: seconds } })).now,
};
