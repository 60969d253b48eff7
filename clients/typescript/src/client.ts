import createClient, { type Client, type Middleware } from "openapi-fetch";
import { followOrder } from "./follow.ts";
import { ProblemError, type Problem } from "./problem.ts";
import { retrying, type Fetch } from "./retry.ts";
import type { components, paths } from "./schema.ts";
import { randomKey } from "./web_crypto.ts";

export type Order = components["schemas"]["Order"];

export interface PaymentsOptions {
  /** Where the order service, or what stands in front of all of them, takes requests. */
  baseUrl: string;
  /** The caller's token. A function is asked at each call: a token may be renewed. Null: none is sent. */
  token?: string | (() => string | null | Promise<string | null>);
  /** In which language problems are told. */
  language?: "ko" | "en" | (() => "ko" | "en");
  /** How often a call is repeated when the server or the network cannot now; 3 if it is left out. */
  retries?: number;
  fetch?: Fetch;
}

export interface Payments extends Client<paths> {
  /**
   * Hands over the order now and at every change, until it is final; gives its final state. Goes on
   * by itself when the connection breaks.
   */
  follow(orderId: string, changed?: (order: Order) => void, signal?: AbortSignal): Promise<Order>;
}

function headersOf(options: PaymentsOptions): Middleware {
  return {
    async onRequest({ request }) {
      const token = typeof options.token === "function" ? await options.token() : options.token;
      if (token) request.headers.set("Authorization", `Bearer ${token}`);
      const language = typeof options.language === "function" ? options.language() : options.language;
      if (language) request.headers.set("Accept-Language", language);
      const changes = request.method !== "GET" && request.method !== "HEAD";
      if (changes && !request.headers.has("Idempotency-Key")) {
        request.headers.set("Idempotency-Key", await randomKey());
      }
      return request;
    },
  };
}

/** Every path of the API, typed; a call that changes something has an Idempotency-Key, or is given one. */
export function payments(options: PaymentsOptions): Payments {
  const send = options.fetch ?? ((request: Request) => globalThis.fetch(request));
  const client = createClient<paths>({
    baseUrl: options.baseUrl, fetch: retrying(send, options.retries ?? 3),
  });
  client.use(headersOf(options));
  return Object.assign(client, {
    follow: (orderId: string, changed?: (order: Order) => void, signal?: AbortSignal) =>
      followOrder(client, orderId, changed ?? (() => undefined), signal),
  });
}

export type Answered<T> = { data?: T; error?: unknown; response: Response };

/** What was answered; throws ProblemError for anything but a success, AbortError if it was aborted. */
export async function take<T>(call: Promise<Answered<T>>): Promise<T> {
  let answered: Answered<T>;
  try {
    answered = await call;
  } catch (failure) {
    if (failure instanceof Error && failure.name === "AbortError") throw failure;
    throw new ProblemError(0, null, null, failure);
  }
  const { data, error, response } = answered;
  if (response.ok) return data as T;
  const problem = error && typeof error === "object" && "code" in error ? (error as Problem) : null;
  throw new ProblemError(response.status, problem, response.headers.get("x-request-id"));
}

type Page<T> = { data: T[]; next_cursor: string | null };

/** Everything of a list, page after page, as it is asked for:
 * `for await (const order of each((cursor) => api.GET("/v1/orders", { params: { query: { cursor } } })))` */
export async function* each<T>(
  load: (cursor: string | undefined) => Promise<Answered<Page<T>>>,
): AsyncGenerator<T, void, undefined> {
  let cursor: string | undefined;
  do {
    const page: Page<T> = await take(load(cursor));
    yield* page.data;
    cursor = page.next_cursor ?? undefined;
  } while (cursor !== undefined);
}
